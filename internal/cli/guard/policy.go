package guard

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"eslguard/audit"
	"eslguard/internal/cli/policyfile"
	"eslguard/policy"
)

// OpenPolicy loads the policy at path for the first time, and records and logs the result. lastGood
// is the file that the last good policy is kept in, or "" for none. If the policy is broken and
// that file is good, it is used instead. The error, with a hint, says that there is no policy to
// use.
func (g *Guard) OpenPolicy(path, lastGood string) error {
	g.policyPath = path
	store, err := policy.Open(policy.Options{
		Path: path, LastGood: lastGood, OnChange: g.changed, OnRestore: g.restored, OnError: g.rejected,
	})
	if err != nil {
		g.recordReload(audit.Refuse, "", err)
		return policyfile.LoadError(path, err)
	}
	g.store = store
	p := store.Current()
	g.recordReload(audit.Allow, p.Revision(), store.Stale())
	if stale := store.Stale(); stale != nil {
		g.Log.Error().Str("policy", p.Revision()).Err(stale).Msg("THE POLICY IS BROKEN; the last good one is used instead")
	}
	g.warnAbout(p)
	return nil
}

// follow watches the policy's files until ctx ends. If the watch ends before, it sends an error to
// failed: a policy that silently no longer changes would be a hole.
func (g *Guard) follow(ctx context.Context, failed chan<- error) {
	if err := g.store.Run(ctx); err != nil && ctx.Err() == nil {
		failed <- fmt.Errorf("the policy is no longer watched: %w", err)
	}
}

// changed is called when a new policy has come into force.
func (g *Guard) changed(old, now *policy.Policy) {
	g.Server.PolicyChanged()
	g.recordReload(audit.Allow, now.Revision(), nil)
	g.Log.Info().Str("event", "policy").Str("policy", now.Revision()).Str("before", old.Revision()).
		Strs("changes", policyfile.Differences(old.Summary(), now.Summary())).Msg("a new policy is in force")
	g.warnAbout(now)
	g.tryNew(old, now)
}

// restored is called when the policy's files, which were broken, contain the policy in force again.
func (g *Guard) restored(p *policy.Policy) {
	g.Log.Info().Str("policy", p.Revision()).Msg("the policy's files are good again; they contain the policy in force")
}

// rejected is called when a changed policy does not come into force, and for other failures with
// the policy's files.
func (g *Guard) rejected(err error) {
	if g.store == nil { // OpenPolicy has not returned: the last good policy could not be kept
		g.Log.Error().Err(err).Msg("trouble with the policy")
		return
	}
	revision := g.store.Current().Revision()
	g.recordReload(audit.Refuse, revision, err)
	e := g.Log.Error().Str("event", "policy-refused").Str("policy", revision)
	var problems policy.Problems
	if errors.As(err, &problems) {
		for _, pr := range problems[:min(len(problems), maxLogged)] {
			g.Log.Error().Msg("policy: " + pr.String())
		}
		e.Int("problems", len(problems)).Msg("the changed policy is broken; the one before stays in force")
		return
	}
	e.Err(err).Msg("trouble with the policy's files; the policy in force stays")
}

// maxLogged is the most problems of a broken policy that are logged. check shows all.
const maxLogged = 10

// warnAbout logs the warnings about a policy that has come into force.
func (g *Guard) warnAbout(p *policy.Policy) {
	for _, w := range p.Warnings() {
		g.Log.Warn().Msg("policy: " + w.String())
	}
	g.warn(policyfile.PasswordWarnings(p))
	g.warn(policyfile.ExposureWarnings(g.policyPath, p))
	g.warn(descriptorWarnings(p, g.maxDescriptors))
}

func (g *Guard) warn(warnings []string) {
	for _, w := range warnings {
		g.Log.Warn().Msg(w)
	}
}

const (
	// recordPatience is how long a change of the policy waits for its record to be written.
	recordPatience = 2 * time.Second
	// maxUnrecorded is the most records of changes that may wait for a disk that does not answer.
	maxUnrecorded = 16
)

// recordReload records an attempt to load the policy, with its error or nil. The policy is in force
// even if the record cannot be written: under the old policy nothing could be recorded either.
func (g *Guard) recordReload(d audit.Decision, revision string, why error) {
	r := &audit.Record{Kind: audit.KindReload, Decision: d, Policy: revision}
	if why != nil {
		r.Reason = why.Error()
	}
	if g.unrecorded.Add(1) > maxUnrecorded {
		g.unrecorded.Add(-1)
		g.Log.Error().Msg("a change of the policy is not recorded: too many wait for the audit's disk")
		return
	}
	recorded := make(chan struct{})
	go g.writeReload(r, recorded)
	if !endsWithin(recorded, recordPatience) {
		g.Log.Warn().Msg("a change of the policy is not recorded yet: the audit's disk does not answer")
	}
}

// writeReload writes the record of a change of the policy and then closes recorded.
func (g *Guard) writeReload(r *audit.Record, recorded chan<- struct{}) {
	defer close(recorded)
	defer g.unrecorded.Add(-1)
	if _, err := g.Audit.Write(r); err != nil {
		g.Log.Error().Err(err).Msg("a change of the policy could not be recorded")
	}
}

// reopenPatience is how long a SIGHUP waits for the audit's new file before it reads the policy.
const reopenPatience = time.Second

// awaitReloads reloads at every SIGHUP until ctx ends.
func (g *Guard) awaitReloads(ctx context.Context, hup <-chan os.Signal) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
			g.reload(ctx)
		}
	}
}

// reload begins a new audit file after a rename and reads the policy again. It waits for the
// audit's disk only a moment before it reads the policy.
func (g *Guard) reload(ctx context.Context) {
	reopened := make(chan struct{})
	select {
	case g.reopens <- reopened:
		endsWithin(reopened, reopenPatience)
	default: // a request is pending already
	}
	change, err := g.store.Reload(ctx)
	if err == nil && !change.Changed() {
		g.Log.Info().Str("policy", change.New.Revision()).Msg("the policy has been read again and is the same")
	}
}
