package proxy

import (
	"bytes"
	"strings"
	"time"

	"eslguard/command"
)

// # Jobs within commands
//
// The API bgapi (`api bgapi originate …`, a bgapi in a schedule or an expansion) starts a thread of
// FreeSWITCH like the command of that name, and is counted with it. FreeSWITCH makes its Job-UUID
// up, so it is known by its command alone: an end that FreeSWITCH tells counts for the oldest job
// of the same command, whoever started it. One whose end is not heard of, or that a schedule begins
// later, counts for lostJobs.

// A nestedJob is a job that a client has started by the API bgapi.
type nestedJob struct {
	client  string
	started time.Time
}

// nestedMarks returns the marks of the jobs that effects start by the API bgapi, nil for none.
func nestedMarks(effects []command.Effect) (marks []jobMark) {
	for i := range effects {
		e := &effects[i]
		if e.Kind != command.KindAPI || e.Name != "bgapi" {
			continue
		}
		text := e.Args
		if len(text) >= len(ownJobUUID) && strings.EqualFold(text[:len(ownJobUUID)], ownJobUUID) {
			_, text, _ = strings.Cut(text, " ")
		}
		if text == "" {
			continue // FreeSWITCH starts nothing (mod_commands.c, bgapi_function)
		}
		name, args, _ := strings.Cut(text, " ")
		marks = append(marks, markOf(inEvent(name), inEvent(args)))
	}
	return marks
}

// ownJobUUID stands before a Job-UUID that the client gives the API bgapi.
const ownJobUUID = "uuid:"

// startNested counts jobs, all of them or none: none where more than most of the client's would
// run.
func (j *jobs) startNested(client string, marks []jobMark, most int) error {
	if len(marks) == 0 {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.clients[client]+len(marks) > most {
		j.forgetLost()
	}
	if n := j.clients[client]; n+len(marks) > most {
		return errTooManyJobs(n)
	}
	for _, m := range marks {
		j.nested[m] = append(j.nested[m], nestedJob{client: client, started: time.Now()})
		j.clients[client]++
	}
	return nil
}

// undoNested forgets jobs of a command that was not forwarded.
func (j *jobs) undoNested(client string, marks []jobMark) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, m := range marks {
		for i := len(j.nested[m]) - 1; i >= 0; i-- {
			if j.nested[m][i].client == client {
				j.dropNested(m, i)
				break
			}
		}
	}
}

// endNested forgets the oldest job of that command, if there is one.
func (j *jobs) endNested(mark jobMark) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.nested[mark]) > 0 {
		j.dropNested(mark, 0)
	}
}

// dropNested forgets the i-th job of that command. The caller holds mu.
func (j *jobs) dropNested(mark jobMark, i int) {
	list := j.nested[mark]
	j.uncount(list[i].client)
	if list = append(list[:i], list[i+1:]...); len(list) == 0 {
		delete(j.nested, mark)
		return
	}
	j.nested[mark] = list
}

// forgetLostNested gives up on jobs that have counted for lostJobs, and returns how many. The
// caller holds mu.
func (j *jobs) forgetLostNested() (n int) {
	for mark, list := range j.nested {
		for len(list) > 0 && time.Since(list[0].started) > lostJobs {
			j.dropNested(mark, 0)
			list = j.nested[mark]
			n++
		}
	}
	return n
}

// endsNestedJob reports whether FreeSWITCH itself fired an event at the end of a job of the API
// bgapi. Nobody else can name that file and function before all else, as at endsJob
// (mod_commands.c, bgapi_exec).
func endsNestedJob(head []byte) bool {
	return bytes.HasPrefix(head, []byte("Event-Name: BACKGROUND_JOB\n")) &&
		eventHeader(head, "Event-Calling-File") == "mod_commands.c" &&
		eventHeader(head, "Event-Calling-Function") == "bgapi_exec"
}
