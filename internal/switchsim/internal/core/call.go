package core

// A Call is the run of one command: it says which session caused it, and what remains to be done
// after it. It is used by one goroutine at a time. It must be made with NewCall.
type Call struct {
	core    *Core
	session int
	depth   int    // nested APIs that are running
	appUUID string // Application-UUID for the application of a sendmsg; "": a new one
	later   []func()
	// atOnce makes jobs and schedules run with the rest, not in their own goroutines.
	atOnce   bool
	worked   *int // what work counted
	bySwitch bool // see asSwitch
}

// NewCall returns the run of one command of a session. atOnce makes jobs and schedules run in
// RunLater.
func (s *Core) NewCall(session int, atOnce bool) *Call {
	return &Call{core: s, session: session, atOnce: atOnce, worked: new(int)}
}

// record reports an execution, unless the command has caused all that it may: the expansions in its
// arguments would be missing. An API is reported after it has ended, so it began before that.
func (c *Call) record(kind, name, args, uuid string) {
	if kind != "api" && !c.work(0) {
		return
	}
	c.core.Record(Execution{Kind: kind, Name: name, Args: args, UUID: uuid, Session: c.session, Own: c.bySwitch})
}

// after leaves f to a channel's own thread. It runs when the API that is running has ended.
func (c *Call) after(f func()) { c.later = append(c.later, f) }

// RunLater runs what was left for later, and what that leaves.
func (c *Call) RunLater() {
	for len(c.later) > 0 {
		f := c.later[0]
		c.later = c.later[1:]
		f()
	}
}

// maxWork limits the APIs, applications and expansions that one command may cause. Values that
// mention themselves would cause them without end.
const maxWork = 20_000

// workLen is the number of bytes of an expanded text that count as one more expansion.
const workLen = 256

// work counts n against the limit of the command and reports whether it may continue.
func (c *Call) work(n int) bool {
	*c.worked += n
	return *c.worked <= maxWork
}

// Spawn runs a job or a schedule in a goroutine of its own, with a Call of its own.
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

// asSwitch runs f and marks what it executes as the doing of the switch itself, which no command
// names.
func (c *Call) asSwitch(f func()) {
	was := c.bySwitch
	c.bySwitch = true
	f()
	c.bySwitch = was
}

// ifAtOnce runs f later if jobs and schedules run at once, and never otherwise. It is for APIs that
// store something that happens some time.
func (c *Call) ifAtOnce(f func()) {
	if c.atOnce {
		c.after(f)
	}
}
