package jobs

import (
	"strings"
	"testing"
	"time"

	"eslguard/event"
	"eslguard/policy"
	"eslguard/proxy/internal/stream"
)

// jobEnd is the text of the event that mod_event_socket fires at the end of a job.
func jobEnd(id, name, args, result string) string {
	text := `{"Event-Name":"BACKGROUND_JOB","Event-Calling-File":"mod_event_socket.c","Event-Calling-Function":"api_exec"`
	for _, h := range [][2]string{{"Job-UUID", id}, {"Job-Command", name}, {"Job-Command-Arg", args}, {"_body", result}} {
		text += `,"` + h[0] + `":"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\t", `\t`).Replace(h[1]) + `"`
	}
	return text + "}"
}

// ended gives r an event.
func (r *Registry) ended(t *testing.T, text string) {
	t.Helper()
	var e event.Event
	if err := e.Parse([]byte(text)); err != nil {
		t.Fatal(err)
	}
	r.Ended(&e)
}

// alone returns a Registry whose upstream is never dialled.
func alone() *Registry {
	s := &Set{Streams: new(stream.Set), Done: func(Job, string, []byte, int64) {}}
	return s.Of(new(policy.Upstream))
}

// TestJobMarks: the mark of a command is that of the event at the end of the job.
func TestJobMarks(t *testing.T) {
	long := strings.Repeat("a", 3*maxMark)
	for _, test := range []struct{ line, name, args string }{
		{"bgapi status", "status", ""},
		{"bgapi originate user/1000 &park", "originate", "user/1000 &park"},
		{"bgapi echo a  b ", "echo", "a  b "},
		{"bgapi echo %41\"\\", "echo", "%41\"\\"},
		{"bgapi echo {x='y,z'}ü\t\x7f", "echo", "{x='y,z'}ü\t\x7f"},
		{"bgapi  x", "", "x"},
		{"bgapi echo " + long, "echo", long},
	} {
		r := alone()
		started := Job{Client: "c", Started: time.Now(), Mark: MarkOfFrame([]byte(test.line))}
		if err := r.Start("id", started, 1); err != nil {
			t.Fatal(err)
		}
		r.ended(t, jobEnd("id", test.name, test.args, ""))
		if r.Count() != 0 {
			t.Errorf("the mark of %.40q is not that of %.40q", test.line, test.name+" "+test.args)
		}
	}
	if MarkOfFrame([]byte("bgapi echo a")) == MarkOfFrame([]byte("bgapi echo b")) {
		t.Error("different commands have the same mark")
	}
}
