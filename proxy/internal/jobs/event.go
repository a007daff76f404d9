package jobs

import (
	"bytes"
	"crypto/sha256"
	"strconv"
	"strings"

	"eslguard/proxy/internal/upstream"
)

// maxEvent is how much of a BACKGROUND_JOB event is read: about 600 bytes of headers, and as much
// of the result as a record shows.
const maxEvent = 8 << 10

// Ended handles a plain BACKGROUND_JOB event, which may lack its end.
func (r *Registry) Ended(event []byte) {
	head, result, _ := bytes.Cut(event, []byte("\n\n"))
	nested, own := endsNestedJob(head), endsJob(head)
	if !nested && !own {
		return
	}
	mark := markOf(upstream.EventHeader(head, "Job-Command"), upstream.EventHeader(head, "Job-Command-Arg"))
	if nested {
		r.endNested(mark)
		return
	}
	id := upstream.EventHeader(head, "Job-UUID")
	size, err := strconv.ParseInt(upstream.EventHeader(head, "Content-Length"), 10, 64)
	if err != nil {
		size = int64(len(result)) // a job without output has no length either
	}
	for _, ended := range r.end(id, mark) {
		if ended.Record != 0 {
			r.done(ended, id, result, size)
		}
	}
}

// endsJob reports whether mod_event_socket itself fired an event at the end of a bgapi. An event of
// the same name can also come from a client's sendevent, from the application event and from the
// API bgapi. None of them can put a header before Event-Name, nor say first that it was fired
// there: headers that a client adds come behind (switch_event.c,
// switch_event_prep_for_delivery_detailed; mod_dptools.c, event_function), and the event of a
// sendevent begins with its Command.
func endsJob(head []byte) bool {
	return firedBy(head, "mod_event_socket.c", "api_exec")
}

// endsNestedJob reports whether FreeSWITCH itself fired an event at the end of a job of the API
// bgapi. No client can make another event name that file and function before any other header, see
// endsJob (mod_commands.c, bgapi_exec).
func endsNestedJob(head []byte) bool {
	return firedBy(head, "mod_commands.c", "bgapi_exec")
}

// firedBy reports whether a BACKGROUND_JOB event says first that it was fired in that C function.
func firedBy(head []byte, file, function string) bool {
	return bytes.HasPrefix(head, []byte("Event-Name: BACKGROUND_JOB\n")) &&
		upstream.EventHeader(head, "Event-Calling-File") == file &&
		upstream.EventHeader(head, "Event-Calling-Function") == function
}

// A Mark identifies the command of a job: it is the hash of its beginning.
type Mark [sha256.Size]byte

// maxMark is how much of a job's command its mark covers, in bytes as an event has them. So much is
// always within maxEvent.
const maxMark = 2 << 10

// markOf returns the mark of a command as an event names it.
func markOf(name, args string) Mark {
	b := append(append([]byte(name), ' '), args...)
	return sha256.Sum256(b[:min(len(b), maxMark)])
}

// anyMark is the mark of a job whose event does not name the command as it was sent.
var anyMark Mark

// MarkOfFrame returns the mark that the event at the end of a bgapi will have; line is the first
// line of its frame. It returns a mark that matches any command if FreeSWITCH takes the argument
// for a list and writes its entries instead (switch_event.c, switch_event_add_array).
func MarkOfFrame(line []byte) Mark {
	name, args, _ := strings.Cut(strings.TrimPrefix(string(line), "bgapi "), " ")
	if strings.HasPrefix(args, "ARRAY::") {
		return anyMark
	}
	return markOf(inEvent(name), inEvent(args))
}

// inEvent returns the beginning of a text as FreeSWITCH writes it into a plain event
// (switch_utils.c, switch_url_encode_opt). What is escaped already is not escaped again.
func inEvent(text string) string {
	const unsafe, hex = "\r\n #%&+:;<=>?@[\\]^`{|}\"", "0123456789ABCDEF"
	text = text[:min(len(text), maxMark+2)] // the 2 bytes show whether its last % begins an escape
	b := make([]byte, 0, len(text))
	for i := range len(text) {
		c := text[i]
		escaped := c == '%' && i+2 < len(text) && strings.IndexByte(hex, text[i+1]) >= 0 && strings.IndexByte(hex, text[i+2]) >= 0
		if !escaped && (c < ' ' || c > '~' || strings.IndexByte(unsafe, c) >= 0) {
			b = append(b, '%', hex[c>>4], hex[c&0xf])
			continue
		}
		b = append(b, c)
	}
	return string(b)
}
