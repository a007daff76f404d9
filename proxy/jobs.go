package proxy

import (
	"context"
	"time"

	"eslguard/audit"
	"eslguard/command"
	"eslguard/effect"
	"eslguard/policy"
	"eslguard/proxy/internal/jobs"
)

// sessionJobs registers the jobs of one session. The zero value is of a session without jobs.
type sessionJobs struct {
	// registry is the Registry of the client's upstream. Nil before the session's first job.
	registry *jobs.Registry
}

// of returns the registry of the client's upstream. With the session's first job, it makes
// FreeSWITCH report the ends of jobs there.
func (j *sessionJobs) of(all *jobs.Set, up *policy.Upstream) *jobs.Registry {
	if j.registry == nil {
		j.registry = all.Of(up)
		j.registry.Join()
	}
	return j.registry
}

// leave is called at the end of the session.
func (j *sessionJobs) leave() {
	if j.registry != nil {
		j.registry.Leave()
	}
}

// A reservation is what a command counts for in limits from its decision on. The zero reservation
// is of a command that counts for nothing.
type reservation struct {
	// taken is what it counts for in the client's limits. Nil for none.
	taken *policy.Taken
	// jobs has the jobs that the command starts. Nil if it starts none.
	jobs *jobs.Registry
	// nested are the jobs that the command starts by the API bgapi.
	nested []jobs.Mark
	// id is the Job-UUID of a bgapi.
	id string
}

// reserve takes what an allowed command counts for in its client's limits on rates and jobs. It
// changes the verdict to a refusal if a limit is exceeded; then nothing is reserved.
func (c *commands) reserve(v *verdict, client *policy.Client) {
	taken, limit, ok := client.TakeAll(v.cmd.Effects, time.Now())
	// The sweep may have freed what lost jobs counted for.
	if !ok && c.s.srv.jobs.Sweep(client.Upstream) {
		taken, limit, ok = client.TakeAll(v.cmd.Effects, time.Now())
	}
	if v.reserved.taken = taken; !ok {
		v.reason = policy.ReasonLimited + ": " + limit
		if !client.Observes() {
			v.action = audit.Refuse
			return
		}
		v.action = audit.Observe
	}
	nested := jobs.NestedMarks(v.cmd.Effects)
	if v.cmd.Verb != command.VerbBgapi && len(nested) == 0 {
		return
	}
	v.reserved.jobs = c.jobs.of(&c.s.srv.jobs, client.Upstream)
	if err := c.startJobs(v, client, nested); err != nil {
		v.undo()
		v.reason = err.Error()
		v.action = audit.Refuse
	}
}

// startJobs registers the jobs that a command starts. Its error says, for the client, why it may
// not start them.
func (c *commands) startJobs(v *verdict, client *policy.Client, nested []jobs.Mark) error {
	r := &v.reserved
	if err := r.jobs.StartNested(client.Name, nested, client.Jobs); err != nil {
		return err
	}
	r.nested = nested
	if v.cmd.Verb != command.VerbBgapi {
		return nil
	}
	if v.cmd.JobUUID == "" {
		v.cmd.SetJobUUID(jobs.NewUUID())
	}
	started := jobs.Job{
		Client: client.Name, Session: c.s.id, Started: time.Now(), Taken: r.taken,
		Mark: jobs.MarkOfFrame(v.cmd.Upstream[0].Line), Secret: v.secret, Originates: originates(v.cmd.Effects),
	}
	if err := r.jobs.Start(v.cmd.JobUUID, started, client.Jobs); err != nil {
		return err
	}
	r.id = v.cmd.JobUUID
	return nil
}

// undo gives back what was reserved for a command that is not forwarded after all.
func (v *verdict) undo() {
	r := &v.reserved
	r.taken.Undo()
	if len(r.nested) > 0 {
		r.jobs.UndoNested(v.client, r.nested)
	}
	if r.id != "" {
		r.jobs.Undo(v.client, r.id)
	}
}

// sent prepares the jobs of a command that is about to be forwarded, whose record has that
// sequence: it waits a moment until the proxy can learn of their ends.
func (v *verdict) sent(ctx context.Context, seq uint64) {
	r := &v.reserved
	if r.jobs == nil {
		return
	}
	if r.id != "" {
		r.jobs.Sent(v.client, r.id, seq)
	}
	r.jobs.Await(ctx)
}

// originates reports whether a command itself makes a call, so that its answer names that call.
func originates(effects []effect.Effect) bool {
	return len(effects) > 0 && effects[0].Kind == effect.KindAPI && effects[0].Name == "originate"
}
