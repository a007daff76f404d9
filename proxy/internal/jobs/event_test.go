package jobs

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// jobEnd is the event that mod_event_socket fires at the end of a job.
func jobEnd(id, name, args, result string) string {
	return "Event-Name: BACKGROUND_JOB\nEvent-Calling-File: mod_event_socket.c\nEvent-Calling-Function: api_exec\n" +
		"Job-UUID: " + id + "\nJob-Command: " + name + "\nJob-Command-Arg: " + args + "\n" +
		fmt.Sprintf("Content-Length: %d\n\n%s", len(result), result)
}

// TestDoubtfulJobsAreGivenUp: a job counts for LostAfter at most once an end was heard that may
// have been its own.
func TestDoubtfulJobsAreGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRegistry(nil, func(error) {}, func(Job, string, []byte, int64) {})
		r.watch.setReady() // the watch is connected all the time
		time.Sleep(time.Second)
		for _, client := range []string{"a", "b"} {
			started := Job{Client: client, Started: time.Now(), Mark: markOf("echo", "x")}
			if err := r.Start("same", started, 1); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Start("other", Job{Client: "c", Started: time.Now()}, 1); err != nil {
			t.Fatal(err)
		}
		r.Ended([]byte(jobEnd("same", "echo", "x", "x")))
		time.Sleep(LostAfter + time.Second)
		if !r.sweep() || r.Count() != 1 {
			t.Errorf("%d jobs count, want one whose end may still be heard", r.Count())
		}
	})
}

// TestJobMarks: the mark of a command is that of the command as FreeSWITCH writes it into the event
// at the end of the job.
func TestJobMarks(t *testing.T) {
	long := strings.Repeat("a", 3*maxMark)
	for _, test := range []struct{ line, name, args string }{
		{"bgapi status", "status", ""},
		{"bgapi originate user/1000 &park", "originate", "user/1000%20%26park"},
		{"bgapi echo a  b ", "echo", "a%20%20b%20"},
		{"bgapi echo %41%4a%4%", "echo", "%41%254a%254%25"},
		{"bgapi echo {x='y,z'}ü\t\x7f", "echo", "%7Bx%3D'y,z'%7D%C3%BC%09%7F"},
		{"bgapi echo " + long, "echo", long},
	} {
		if MarkOfFrame([]byte(test.line)) != markOf(test.name, test.args) {
			t.Errorf("the mark of %.40q is not that of %.40q", test.line, test.name+" "+test.args)
		}
	}
	if MarkOfFrame([]byte("bgapi echo a")) == MarkOfFrame([]byte("bgapi echo b")) {
		t.Error("different commands have the same mark")
	}
}
