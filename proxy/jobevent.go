package proxy

import (
	"bytes"
	"crypto/sha256"
	"strconv"
	"strings"
)

// maxJobEvent is how much of a BACKGROUND_JOB event is looked at: some 600 bytes of headers,
// and of the result what a record tells.
const maxJobEvent = 8 << 10

// ended handles a plain BACKGROUND_JOB event, of which the end may be missing.
func (j *jobs) ended(event []byte) {
	head, result, _ := bytes.Cut(event, []byte("\n\n"))
	if endsNestedJob(head) {
		j.endNested(markOf(eventHeader(head, "Job-Command"), eventHeader(head, "Job-Command-Arg")))
	}
	if !endsJob(head) {
		return
	}
	id := eventHeader(head, "Job-UUID")
	size, err := strconv.ParseInt(eventHeader(head, "Content-Length"), 10, 64)
	if err != nil {
		size = int64(len(result)) // a job without output has no length either
	}
	for _, ended := range j.end(id, markOf(eventHeader(head, "Job-Command"), eventHeader(head, "Job-Command-Arg"))) {
		if ended.record != 0 {
			j.done(ended, id, result, size)
		}
	}
}

// endsJob reports whether mod_event_socket itself fired an event at the end of a bgapi. An event of
// the same name can also come from a client's sendevent, from the application event and from the
// API bgapi. None of them can put a header before Event-Name, nor say first that it was fired
// there: what a client adds comes behind (switch_event.c, switch_event_prep_for_delivery_detailed;
// mod_dptools.c, event_function), sendevent's begins with its Command.
func endsJob(head []byte) bool {
	return bytes.HasPrefix(head, []byte("Event-Name: BACKGROUND_JOB\n")) &&
		eventHeader(head, "Event-Calling-File") == "mod_event_socket.c" &&
		eventHeader(head, "Event-Calling-Function") == "api_exec"
}

// A jobMark stands for the command of a job: its beginning, hashed.
type jobMark [sha256.Size]byte

// maxMark is how much of a job's command its mark covers, in bytes as an event has them: what
// maxJobEvent surely holds.
const maxMark = 2 << 10

// markOf returns the mark of a command as an event names it.
func markOf(name, args string) jobMark {
	b := append(append([]byte(name), ' '), args...)
	return sha256.Sum256(b[:min(len(b), maxMark)])
}

// anyMark is the mark of a job of which the event does not tell the command as it was sent.
var anyMark jobMark

// markOfFrame returns the mark that the end of a bgapi will have. It returns anyMark where
// FreeSWITCH takes the argument for a list, and writes its entries (switch_event.c,
// switch_event_add_array).
func markOfFrame(line []byte) jobMark {
	name, args, _ := strings.Cut(strings.TrimPrefix(string(line), "bgapi "), " ")
	if strings.HasPrefix(args, "ARRAY::") {
		return anyMark
	}
	return markOf(inEvent(name), inEvent(args))
}

// inEvent returns the beginning of a text as FreeSWITCH writes it into a plain event
// (switch_utils.c, switch_url_encode_opt): what is escaped already stays as it is.
func inEvent(text string) string {
	const unsafe, hex = "\r\n #%&+:;<=>?@[\\]^`{|}\"", "0123456789ABCDEF"
	text = text[:min(len(text), maxMark+2)] // and what tells whether its last % begins an escape
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

// eventHeader returns a header of a plain event, as it stands there, and "" without one.
func eventHeader(head []byte, name string) string {
	_, rest, ok := bytes.Cut(head, []byte("\n"+name+": "))
	if !ok {
		return ""
	}
	value, _, _ := bytes.Cut(rest, []byte("\n"))
	return string(value)
}
