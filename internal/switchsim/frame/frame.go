package frame

import (
	"bytes"
	"errors"
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

// A Frame is one command as FreeSWITCH holds it after reading, before it looks at the verb.
type Frame struct {
	// Command is the text of the header named Command, which is what parse_command is given: the
	// whole header text of the frame with its line ends, unless a header of the frame replaced it.
	Command string
	// Missing says that the headers deleted Command: FreeSWITCH answers with a parse error and
	// closes.
	Missing bool
	// Headers are the other headers, in FreeSWITCH's order, duplicates included.
	Headers []Header
	// Body is the last body that was read, cut at its first NUL, or the value of a header named
	// _body.
	Body string
	// End is the offset just after the frame in what was read so far.
	End int

	HasBody bool
}

// Cut divides what a client sent into the frames that FreeSWITCH would read from it. Text at the
// end that is not yet a frame gives none. closed says that FreeSWITCH would close the connection
// after the last of the frames: for a Content-Length that it rejects, or for a frame without a
// command. A verb that closes, such as exit, is not looked at.
func Cut(stream []byte) (frames []Frame, closed bool) {
	r := NewReader(bytes.NewReader(stream))
	for {
		f, err := r.Next()
		switch {
		case errors.Is(err, errRejected):
			return frames, true
		case err != nil:
			return frames, false
		}
		frames = append(frames, f)
		if f.Missing {
			return frames, true
		}
	}
}

// Line is what the verb and its argument are read from: Command up to its first CR, wherever that
// stands, or its first LF if it has no CR, or what FreeSWITCH puts in its place when the text
// speaks of unloading or reloading mod_event_socket (mod_event_socket.c, parse_command and
// strip_cr).
func (f *Frame) Line() string { return fstext.StripCR(f.Text()) }

// Text returns the header text of the command that runs: Command, or the command that FreeSWITCH
// puts in its place.
func (f *Frame) Text() string { return replaced(f.Command) }

// Get returns the value of the first header of that name, compared without case, or "".
func (f *Frame) Get(name string) string {
	if h := Find(f.Headers, name); h != nil {
		return h.Value
	}
	return ""
}

// replaced is the command that FreeSWITCH runs in place of one that mentions mod_event_socket and
// unload or reload.
func replaced(command string) string {
	low := fstext.Lower(command)
	if !strings.Contains(low, "mod_event_socket") {
		return command
	}
	for _, word := range []string{"unload", "reload"} {
		if strings.Contains(low, word) {
			return "api bgapi " + word + " mod_event_socket"
		}
	}
	return command
}
