package frame

import (
	"bytes"
	"errors"
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

// A Frame is one command as FreeSWITCH stores it after reading, before it looks at the verb.
type Frame struct {
	// Command is the value of the header named Command, which parse_command gets. It is the whole
	// header text of the frame with its line ends, unless a header of the frame replaced it.
	Command string
	// Missing reports whether the headers deleted Command. FreeSWITCH then answers with a parse
	// error and closes.
	Missing bool
	// Headers are the other headers, in FreeSWITCH's order, including duplicates.
	Headers []Header
	// Body is the last body that was read, up to its first NUL, or the value of a header named
	// _body.
	Body string
	// End is the offset of the byte after the frame, counted from the beginning of the stream.
	End int

	// HasBody reports whether there was a body, which may be empty.
	HasBody bool
}

// Cut splits what a client sent into the frames that FreeSWITCH would read. An incomplete frame at
// the end is ignored. closed reports whether FreeSWITCH would close the connection after the last
// of the frames, because of a Content-Length that it rejects or a frame without a command. Cut does
// not look at verbs that close, such as exit.
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

// Line returns the line that contains the verb and its argument: the text up to its first CR,
// wherever that is, or up to its first LF if it has no CR (mod_event_socket.c, parse_command and
// strip_cr).
func (f *Frame) Line() string { return fstext.StripCR(f.Text()) }

// Text returns the header text of the command that FreeSWITCH runs. It is Command, unless that
// mentions unloading or reloading mod_event_socket.
func (f *Frame) Text() string { return replaced(f.Command) }

// Get returns the value of the first header with that name, in any case, or "".
func (f *Frame) Get(name string) string {
	if h := Find(f.Headers, name); h != nil {
		return h.Value
	}
	return ""
}

// replaced returns the command that FreeSWITCH runs instead of one that mentions mod_event_socket
// and unload or reload (mod_event_socket.c, parse_command).
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
