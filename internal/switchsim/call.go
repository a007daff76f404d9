package switchsim

// call is one command's run through the switch: who caused it, and what it left to be done after it.
type call struct {
	core    *core
	session int
	depth   int    // APIs that run within one another
	appUUID string // Application-UUID of what a sendmsg runs; "": a new one
	later   []func()
	// together says that jobs and schedules are done with the rest, not in goroutines of their own.
	together bool
	worked   *int // see work
	isOwn    bool // see own
}

// newCall returns the run of one command of a session. together says that jobs and schedules are done
// with the rest.
func (s *core) newCall(session int, together bool) *call {
	return &call{core: s, session: session, together: together, worked: new(int)}
}

// record reports something that is done. Where the frame has caused all that it may, it is not: what would have
// been expanded in its arguments is missing. An API is reported when it has ended, and was begun before.
func (c *call) record(kind, name, args, uuid string) {
	if kind != "api" && !c.work(0) {
		return
	}
	c.core.record(Execution{Kind: kind, Name: name, Args: args, UUID: uuid, Session: c.session, Own: c.isOwn})
}

// after leaves something to a channel's own thread: it is done when the API that is running has ended.
func (c *call) after(f func()) { c.later = append(c.later, f) }

// runLater does what was left, and what that leaves.
func (c *call) runLater() {
	for len(c.later) > 0 {
		f := c.later[0]
		c.later = c.later[1:]
		f()
	}
}

// maxWork bounds what one frame may cause, in APIs, applications and expansions: values that mention themselves would
// go on for ever.
const maxWork = 20_000

// workLen is how many bytes of a text that is expanded count as one more.
const workLen = 256

// work counts n against what the frame may cause, and says whether it may go on.
func (c *call) work(n int) bool {
	*c.worked += n
	return *c.worked <= maxWork
}

// apart runs a job or a schedule in a goroutine of its own, which job gets the call for.
func (c *call) apart(f func(job *call)) {
	job := &call{core: c.core, session: c.session, together: c.together, worked: c.worked}
	run := func() {
		f(job)
		job.runLater()
	}
	if c.together {
		c.after(run)
		return
	}
	job.worked = new(int)
	c.after(func() { c.core.jobs.Go(run) })
}

// own marks what f executes as the switch's own doing: no command names it.
func (c *call) own(f func()) {
	was := c.isOwn
	c.isOwn = true
	f()
	c.isOwn = was
}

// hold runs what the APIs hold that keep something for later: it is done at once where all is ([Switch.Run]), and else never.
func (c *call) hold(f func()) {
	if c.together {
		c.after(f)
	}
}
