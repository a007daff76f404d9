package core

// Call is one command's run through the switch: who caused it, and what it left to be done after
// it.
type Call struct {
	core    *Core
	session int
	depth   int    // APIs that run within one another
	appUUID string // Application-UUID of what a sendmsg runs; "": a new one
	later   []func()
	// together says that jobs and schedules are done with the rest, not in goroutines of their own.
	atOnce   bool
	worked   *int // see work
	bySwitch bool // see own
}

// NewCall returns the run of one command of a session. together says that jobs and schedules are
// done with the rest.
func (s *Core) NewCall(session int, together bool) *Call {
	return &Call{core: s, session: session, atOnce: together, worked: new(int)}
}

// record reports something that is done. Where the frame has caused all that it may, it is not:
// what would have been expanded in its arguments is missing. An API is reported when it has ended,
// and was begun before.
func (c *Call) record(kind, name, args, uuid string) {
	if kind != "api" && !c.work(0) {
		return
	}
	c.core.Record(Execution{Kind: kind, Name: name, Args: args, UUID: uuid, Session: c.session, Own: c.bySwitch})
}

// after leaves something to a channel's own thread: it is done when the API that is running has
// ended.
func (c *Call) after(f func()) { c.later = append(c.later, f) }

// RunLater does what was left, and what that leaves.
func (c *Call) RunLater() {
	for len(c.later) > 0 {
		f := c.later[0]
		c.later = c.later[1:]
		f()
	}
}

// maxWork bounds what one frame may cause, in APIs, applications and expansions: values that
// mention themselves would go on for ever.
const maxWork = 20_000

// workLen is how many bytes of a text that is expanded count as one more.
const workLen = 256

// work counts n against what the frame may cause, and says whether it may go on.
func (c *Call) work(n int) bool {
	*c.worked += n
	return *c.worked <= maxWork
}

// Spawn runs a job or a schedule in a goroutine of its own, which job gets the call for.
func (c *Call) Spawn(f func(job *Call)) {
	job := &Call{core: c.core, session: c.session, atOnce: c.atOnce, worked: c.worked}
	run := func() {
		f(job)
		job.RunLater()
	}
	if c.atOnce {
		c.after(run)
		return
	}
	job.worked = new(int)
	c.after(func() { c.core.jobs.Go(run) })
}

// asSwitch marks what f executes as the switch's own doing: no command names it.
func (c *Call) asSwitch(f func()) {
	was := c.bySwitch
	c.bySwitch = true
	f()
	c.bySwitch = was
}

// ifAtOnce runs what the APIs hold that keep something for later: it is done at once where all is
// ([Switch.Run]), and else never.
func (c *Call) ifAtOnce(f func()) {
	if c.atOnce {
		c.after(f)
	}
}
