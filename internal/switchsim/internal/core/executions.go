package core

import (
	"context"
	"slices"
	"sync"
)

// An Execution is one thing that the switch did because a client asked for it.
type Execution struct {
	// Kind is api, app, dial (a leg that is called), dialplan (an extension that is looked up), var
	// (a variable that is set), event (a sendevent), subscribe, filter, log, sendmsg or channel
	// (myevents, divert_events, linger, resume, hangup).
	//
	// Further kinds report what follows from these: open and write (a file or stream that is opened
	// to read or to write, or a call record that is written), fetch (a URL that is read or sent
	// to), shell (a command that is run), crash (an error that the switch does not survive), invite
	// (the request of a leg of sofia) and sql (text that becomes part of a statement).
	Kind string
	// Name is the name of the API, application or dialplan as it was written, the leg, the scope of
	// the variable (channel, originate, global), the name of the event, or the verb. For open,
	// write, fetch, shell and crash it is the file interface (see fileopen.Opened), cdr_csv for a
	// call record, and "" for a loop without an end. For invite it is the leg, and for sql the
	// table.
	Name string
	// Args are the arguments that it was run with, after expansion where FreeSWITCH expands. For
	// open and write it is the absolute path if a file is opened, and otherwise the text that the
	// interface gets. For fetch it is the URL, for shell the command, for crash the name, for
	// invite the request line and the headers, separated by CRLF (see switchsim.InviteLines), and
	// for sql the text in the statement that has no quotes around it.
	Args string
	// UUID is the channel that it acted on, or "".
	UUID string
	// Session is the number of the connection that caused it, counted from 1, also for what a
	// channel or a schedule ran later.
	Session int
	// Own reports whether no command named it: the switch's own dialplan or an endpoint ran it.
	Own bool
}

// A recorder stores executions and commands, and wakes goroutines that wait for them.
type recorder struct {
	rmu        sync.Mutex
	rcond      *sync.Cond
	quiet      bool
	executions []Execution
	commands   []string
}

// setup prepares r. quiet turns recording off.
func (r *recorder) setup(quiet bool) { r.quiet, r.rcond = quiet, sync.NewCond(&r.rmu) }

// Record adds an execution.
func (r *recorder) Record(e Execution) {
	if r.quiet {
		return
	}
	r.change(func() { r.executions = append(r.executions, e) })
}

// AddCommand adds the text of a command.
func (r *recorder) AddCommand(text string) {
	if r.quiet {
		return
	}
	r.change(func() { r.commands = append(r.commands, text) })
}

// Wake makes Await call its function again, because something other than an execution or a command
// has changed.
func (r *recorder) Wake() { r.change(func() {}) }

// change calls f under the lock and then wakes Await.
func (r *recorder) change(f func()) {
	r.rmu.Lock()
	defer r.rmu.Unlock()
	f()
	r.rcond.Broadcast()
}

// Executed returns the executions, in the order in which FreeSWITCH would report them.
func (r *recorder) Executed() []Execution {
	r.rmu.Lock()
	defer r.rmu.Unlock()
	return slices.Clone(r.executions)
}

// Commands returns the texts of the commands, in order.
func (r *recorder) Commands() []string {
	r.rmu.Lock()
	defer r.rmu.Unlock()
	return slices.Clone(r.commands)
}

// Forget removes all executions and commands.
func (r *recorder) Forget() {
	r.rmu.Lock()
	defer r.rmu.Unlock()
	r.executions, r.commands = nil, nil
}

// Await waits until ok returns true for the executions or ctx ends, and returns the last result of
// ok.
func (r *recorder) Await(ctx context.Context, ok func([]Execution) bool) bool {
	stop := context.AfterFunc(ctx, r.Wake)
	defer stop()
	r.rmu.Lock()
	defer r.rmu.Unlock()
	for !ok(r.executions) {
		if ctx.Err() != nil {
			return false
		}
		r.rcond.Wait()
	}
	return true
}
