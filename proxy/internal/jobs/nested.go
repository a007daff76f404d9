package jobs

import (
	"strings"
	"time"

	"eslguard/effect"
)

// A nestedJob is a job that a client has started by the API bgapi.
type nestedJob struct {
	client  string
	started time.Time
}

// NestedMarks returns the marks of the jobs that effects start by the API bgapi, nil for none.
func NestedMarks(effects []effect.Effect) (marks []Mark) {
	for i := range effects {
		e := &effects[i]
		if e.Kind != effect.KindAPI || e.Name != "bgapi" {
			continue
		}
		text := e.Args
		if len(text) >= len(uuidPrefix) && strings.EqualFold(text[:len(uuidPrefix)], uuidPrefix) {
			_, text, _ = strings.Cut(text, " ")
		}
		if text == "" {
			continue // FreeSWITCH starts nothing (mod_commands.c, bgapi_function)
		}
		name, args, _ := strings.Cut(text, " ")
		marks = append(marks, markOf(name, args))
	}
	return marks
}

// uuidPrefix precedes a Job-UUID that the client gives the API bgapi.
const uuidPrefix = "uuid:"

// StartNested counts jobs that a command is about to start, all of them or none. It returns an
// error, for the client, if more than most jobs of the client would run.
func (r *Registry) StartNested(client string, marks []Mark, most int) error {
	if len(marks) == 0 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.clients[client]+len(marks) > most {
		r.forgetLost()
	}
	if n := r.clients[client]; n+len(marks) > most {
		return errTooMany(n)
	}
	for _, m := range marks {
		r.nested[m] = append(r.nested[m], nestedJob{client: client, started: time.Now()})
		r.clients[client]++
	}
	return nil
}

// UndoNested forgets jobs of a command that was not forwarded.
func (r *Registry) UndoNested(client string, marks []Mark) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range marks {
		for i := len(r.nested[m]) - 1; i >= 0; i-- {
			if r.nested[m][i].client == client {
				r.dropNested(m, i)
				break
			}
		}
	}
}

// endNested forgets the oldest job of that command, if there is one.
func (r *Registry) endNested(mark Mark) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.nested[mark]) > 0 {
		r.dropNested(mark, 0)
	}
}

// dropNested forgets the i-th job of that command. The caller holds mu.
func (r *Registry) dropNested(mark Mark, i int) {
	list := r.nested[mark]
	r.uncount(list[i].client)
	if list = append(list[:i], list[i+1:]...); len(list) == 0 {
		delete(r.nested, mark)
		return
	}
	r.nested[mark] = list
}

// forgetLostNested gives up on jobs that have counted for LostAfter, and returns how many. The
// caller holds mu.
func (r *Registry) forgetLostNested() (n int) {
	for mark, list := range r.nested {
		for len(list) > 0 && time.Since(list[0].started) > r.lostAfter {
			r.dropNested(mark, 0)
			list = r.nested[mark]
			n++
		}
	}
	return n
}
