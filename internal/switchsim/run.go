package switchsim

import "bytes"

// maxWork bounds what one frame may cause, in APIs, applications and expansions: values that mention themselves would
// go on for ever.
const maxWork = 20_000

// workLen is how many bytes of a text that is expanded count as one more.
const workLen = 256

// Run executes the frames in wire as a session that is logged in would, without a connection, and returns their
// replies. What they leave to jobs, schedules and the channels' own threads is done before it returns, at once and in
// order, whatever its time, and so is what a real switch runs only sometimes: hooks of a hangup, what a channel is told
// to run while it ends.
// A frame at the end that is not whole gives none.
func (s *Switch) Run(wire []byte) (replies []string) {
	c := &session{sw: s, authed: true, together: true, in: newReader(bytes.NewReader(wire))}
	c.cond.L = &c.mu
	defer c.end()
	for !c.quit {
		f, err := c.in.next()
		if err != nil {
			return replies
		}
		s.command(f.Command)
		replies = append(replies, string(c.answer(&f)))
	}
	return replies
}

// Clear forgets the channels, and what was stored, executed and read.
func (s *Switch) Clear() {
	s.mu.Lock()
	clear(s.channels)
	clear(s.globals)
	s.globals["hostname"] = hostname
	for k, v := range s.opts.Globals {
		s.globals[k] = v
	}
	s.mu.Unlock()
	s.Forget()
}

// work counts n against what the frame may cause, and says whether it may go on.
func (c *call) work(n int) bool {
	*c.worked += n
	return *c.worked <= maxWork
}

// apart runs a job or a schedule in a goroutine of its own, which job gets the call for.
func (c *call) apart(f func(job *call)) {
	job := &call{sw: c.sw, session: c.session, together: c.together, worked: c.worked}
	run := func() {
		f(job)
		job.runLater()
	}
	if c.together {
		c.after(run)
		return
	}
	job.worked = new(int)
	c.after(func() { c.sw.wg.Go(run) })
}
