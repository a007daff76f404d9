package switchsim

import (
	"bytes"
	"context"
	"strings"

	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/core"
)

// An Execution is one thing that the switch did because a client asked for it.
type Execution = core.Execution

// A Header is one header of an event.
type Header = frame.Header

// AddChannel makes a channel exist, with these variables. A nil map is an empty one.
func (s *Switch) AddChannel(uuid string, vars map[string]string) { s.core.AddChannel(uuid, vars) }

// Variable returns the value of a channel's variable. ok is false if the variable or the channel
// does not exist.
func (s *Switch) Variable(uuid, name string) (value string, ok bool) {
	return s.core.Channel(uuid).Get(name)
}

// Known reports whether there is an API of that name, in any case.
func (s *Switch) Known(api string) bool { return s.core.Known(api) }

// Heartbeat fires the event that a switch fires every 20 seconds by itself.
func (s *Switch) Heartbeat() { s.core.Heartbeat() }

// Executed returns what was executed so far, in the order in which FreeSWITCH would report it: an
// API after those in its arguments, and before what it started. It is empty with Options.Quiet.
func (s *Switch) Executed() []Execution { return s.core.Executed() }

// Commands returns the text of every command that was read after a login, in order. The text is the
// whole header text of the frame, as parse_command gets it. It is empty with Options.Quiet.
func (s *Switch) Commands() []string { return s.core.Commands() }

// Forget clears what Executed and Commands return.
func (s *Switch) Forget() { s.core.Forget() }

// Await waits until ok returns true for what was executed, or ctx ends, and returns the last result
// of ok. ok is called again whenever something was executed, a command was read, a connection was
// opened, logged in or closed, or turned events on or off. It must not call the Switch's Executed,
// Commands, Forget or Await.
func (s *Switch) Await(ctx context.Context, ok func([]Execution) bool) bool {
	return s.core.Await(ctx, ok)
}

// Clear removes the channels, and everything that commands stored and that Executed and Commands
// return.
func (s *Switch) Clear() { s.core.Clear() }

// Provoke makes everything happen that variables can cause: an expansion mentions each variable of
// each channel and each global one, every hook runs, and each channel is hung up.
func (s *Switch) Provoke() { s.core.Provoke() }

// Run executes the frames in wire as a session that is logged in would, without a connection, and
// returns their replies. Everything that they leave to jobs, schedules and the channels' own
// threads is done before it returns, in order and at once, whatever its time. So are things that a
// real switch does only sometimes: the hooks of a hangup, and what a channel is to run while it
// ends. An incomplete frame at the end is ignored.
func (s *Switch) Run(wire []byte) (replies []string) {
	c := &session{sw: s, authed: true, atOnce: true, in: frame.NewReader(bytes.NewReader(wire))}
	c.cond.L = &c.mu
	defer c.end()
	for !c.quit {
		f, err := c.in.Next()
		if err != nil {
			return replies
		}
		s.core.AddCommand(f.Command)
		replies = append(replies, string(c.answer(&f)))
	}
	return replies
}

// InviteLines splits what an execution of the kind invite contains into the lines that the far end
// reads as the request and its headers. It splits at each CR LF, CR or LF; a line that begins with
// a blank is part of the one before.
func InviteLines(args string) (lines []string) {
	for line := range strings.SplitSeq(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(args), "\n") {
		if n := len(lines); n > 0 && line != "" && strings.IndexByte(" \t", line[0]) >= 0 {
			lines[n-1] += line
		} else if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
