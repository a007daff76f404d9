package jobs

import (
	"crypto/sha256"
	"strings"

	"eslguard/event"
	"eslguard/fstext"
)

// maxResult is how much of a job's result is kept, in bytes: as much as a record shows.
const maxResult = 8 << 10

// Ended handles an event of any type. It does not keep e.
func (r *Registry) Ended(e *event.Event) {
	if t, ok := e.Type(); !ok || t != backgroundJob {
		return
	}
	nested, own := endsNestedJob(e), endsJob(e)
	if !nested && !own {
		return
	}
	mark := markOf(text(e, "Job-Command"), text(e, "Job-Command-Arg"))
	if nested {
		r.endNested(mark)
		return
	}
	id := text(e, "Job-UUID")
	body, _ := e.Body()
	result := append([]byte(nil), body[:min(len(body), maxResult)]...)
	for _, ended := range r.end(id, mark) {
		if ended.Record != 0 {
			r.reports.add(report{ended, id, result, int64(len(body))})
		}
	}
}

// text returns the value of a header, "" if the event has none.
func text(e *event.Event, name string) string {
	value, _ := e.Get(name)
	return string(value)
}

// endsJob reports whether mod_event_socket itself fired an event at the end of a bgapi. An event of
// the same name can also come from a client's sendevent, from the application event and from the
// API bgapi. None of them can put a header before Event-Name, nor say first that it was fired
// there: headers that a client adds come behind (switch_event.c,
// switch_event_prep_for_delivery_detailed; mod_dptools.c, event_function), and the event of a
// sendevent begins with its Command.
func endsJob(e *event.Event) bool {
	return firedBy(e, "mod_event_socket.c", "api_exec")
}

// endsNestedJob reports whether FreeSWITCH itself fired an event at the end of a job of the API
// bgapi. No client can make another event name that file and function before any other header, see
// endsJob (mod_commands.c, bgapi_exec).
func endsNestedJob(e *event.Event) bool {
	return firedBy(e, "mod_commands.c", "bgapi_exec")
}

// firedBy reports whether a BACKGROUND_JOB event says first that it was fired in that C function.
func firedBy(e *event.Event, file, function string) bool {
	name, value := e.First()
	return string(name) == "Event-Name" && string(value) == "BACKGROUND_JOB" &&
		text(e, "Event-Calling-File") == file && text(e, "Event-Calling-Function") == function
}

// A Mark identifies the command of a job: it is the hash of its beginning.
type Mark [sha256.Size]byte

// maxMark is how much of a job's command its mark covers, in bytes.
const maxMark = 2 << 10

// markOf returns the mark of a command as an event names it.
func markOf(name, args string) Mark {
	args = args[:min(len(args), maxMark)]
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
	if strings.HasPrefix(args, fstext.ArrayMark) {
		return anyMark
	}
	return markOf(name, args)
}
