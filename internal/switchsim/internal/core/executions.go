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
	// What follows from these is told by further kinds: open and write (a file or stream that is
	// opened to read or to write, or a call record that is written), fetch (a URL that is read or
	// sent to), shell (a command that is run), crash (what the switch does not survive), invite
	// (the request of a leg of sofia) and sql (text that becomes part of a statement).
	Kind string
	// Name is the API's, application's or dialplan's name as it was written, the leg, the
	// variable's scope (channel, originate, global), the event's name, or the verb. For open,
	// write, fetch, shell and crash it is the file interface (see [Opened]), cdr_csv for a call
	// record and "" for a loop without an end; for invite it is the leg, and for sql the table.
	Name string
	// Args is what it was run with, after expansion where FreeSWITCH expands. For open and write it
	// is the absolute path where a file is opened, and else the text that the interface gets; for
	// fetch the URL, for shell the command, for crash the name. For invite it is the request line
	// and the headers, with CRLF between them (see [InviteLines]), and for sql the text that goes
	// into the statement without quotes around it.
	Args string
	// UUID is the channel that it acted on, or "".
	UUID string
	// Session is the number of the connection, from 1 on; what a channel or a schedule ran later
	// has that of the connection that caused it.
	Session int
	// Own says that no command named it: the switch's own dialplan or an endpoint ran it.
	Own bool
}

// recorder keeps what was executed and wakes those who wait for it.
type recorder struct {
	rmu        sync.Mutex
	rcond      *sync.Cond
	quiet      bool
	executions []Execution
	commands   []string
}

func (r *recorder) setup(quiet bool) { r.quiet, r.rcond = quiet, sync.NewCond(&r.rmu) }

func (r *recorder) Record(e Execution) {
	if r.quiet {
		return
	}
	r.rmu.Lock()
	r.executions = append(r.executions, e)
	r.rcond.Broadcast()
	r.rmu.Unlock()
}

func (r *recorder) AddCommand(text string) {
	if r.quiet {
		return
	}
	r.rmu.Lock()
	r.commands = append(r.commands, text)
	r.rcond.Broadcast()
	r.rmu.Unlock()
}

// Wake lets those who wait look again: something that is not an execution has changed.
func (r *recorder) Wake() {
	r.rmu.Lock()
	r.rcond.Broadcast()
	r.rmu.Unlock()
}

// Executed is what was executed so far, in the order in which FreeSWITCH would report it: an API
// after the ones in its arguments, and before what it set going. It is empty with Options.Quiet.
func (r *recorder) Executed() []Execution {
	r.rmu.Lock()
	defer r.rmu.Unlock()
	return slices.Clone(r.executions)
}

// Commands is the text of every command that was read after a login, in order, as parse_command is
// given it: the whole header text of the frame. It is empty with Options.Quiet.
func (r *recorder) Commands() []string {
	r.rmu.Lock()
	defer r.rmu.Unlock()
	return slices.Clone(r.commands)
}

// Forget empties what Executed and Commands tell.
func (r *recorder) Forget() {
	r.rmu.Lock()
	defer r.rmu.Unlock()
	r.executions, r.commands = nil, nil
}

// Await waits until ok holds for what was executed, or ctx ends, and says whether it holds. ok is
// called again whenever something was executed, a command was read, or a connection came, logged in
// or went; it must not call the Switch's Executed, Commands, Forget or Await.
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
