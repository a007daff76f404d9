package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eslguard/audit"
	"eslguard/policy"
)

// openPolicy loads the policy for the first time and records what came of it.
func (g *guard) openPolicy(path, lastGood string) error {
	g.policyPath = path
	store, err := policy.Open(policy.Options{
		Path: path, LastGood: lastGood, OnChange: g.changed, OnRestore: g.restored, OnError: g.rejected,
	})
	if err != nil {
		g.recordReload(audit.Refuse, "", err)
		return badPolicy(path, err)
	}
	g.store = store
	p := store.Current()
	g.recordReload(audit.Allow, p.Revision(), store.Stale())
	if stale := store.Stale(); stale != nil {
		g.log.Error().Str("policy", p.Revision()).Err(stale).Msg("THE POLICY IS BROKEN; the last good one is used instead")
	}
	g.doubt(p)
	return nil
}

// follow watches the policy until ctx ends. A policy that silently no longer changes would be a
// hole, so a watch that ends otherwise is an error.
func (g *guard) follow(ctx context.Context, failed chan<- error) {
	if err := g.store.Run(ctx); err != nil && ctx.Err() == nil {
		failed <- fmt.Errorf("the policy is no longer watched: %w", err)
	}
}

// changed is called after a new policy has come into force.
func (g *guard) changed(old, now *policy.Policy) {
	g.server.PolicyChanged()
	g.recordReload(audit.Allow, now.Revision(), nil)
	g.log.Info().Str("event", "policy").Str("policy", now.Revision()).Str("before", old.Revision()).
		Strs("changes", differences(old.Summary(), now.Summary())).Msg("a new policy is in force")
	g.doubt(now)
	g.tryNew(old, now)
}

// restored is called when the policy's files are again those of the policy in force.
func (g *guard) restored(p *policy.Policy) {
	g.log.Info().Str("policy", p.Revision()).Msg("the policy's files are good again; they hold the policy in force")
}

// rejected is called when a changed policy does not come into force, and with other trouble of its files.
func (g *guard) rejected(err error) {
	if g.store == nil { // Open itself tells of trouble in keeping the last good policy
		g.log.Error().Err(err).Msg("trouble with the policy")
		return
	}
	revision := g.store.Current().Revision()
	g.recordReload(audit.Refuse, revision, err)
	e := g.log.Error().Str("event", "policy-refused").Str("policy", revision)
	var problems policy.Problems
	if errors.As(err, &problems) {
		for _, pr := range problems[:min(len(problems), maxLogged)] {
			g.log.Error().Msg("policy: " + pr.String())
		}
		e.Int("problems", len(problems)).Msg("the changed policy is broken; the one before stays in force")
		return
	}
	e.Err(err).Msg("trouble with the policy's files; the policy in force stays")
}

// maxLogged is how many of a broken policy's problems are logged; check shows all.
const maxLogged = 10

// doubt logs what is doubtful in a policy that has come into force.
func (g *guard) doubt(p *policy.Policy) {
	for _, w := range p.Warnings() {
		g.log.Warn().Msg("policy: " + w.String())
	}
	g.warn(upstreamDoubts(p))
	g.warn(policyExposed(g.policyPath, p))
	g.warn(descriptorDoubts(p, g.maxDescriptors))
}

func (g *guard) warn(doubts []string) {
	for _, doubt := range doubts {
		g.log.Warn().Msg(doubt)
	}
}

// How long a change of the policy waits for its record, and how many of them may wait for a disk
// that does not answer.
const (
	recordPatience = 2 * time.Second
	maxUnrecorded  = 16
)

// recordReload records an attempt to load the policy. That it is in force does not wait for the
// record: the old one would be no better recorded.
func (g *guard) recordReload(d audit.Decision, revision string, why error) {
	r := &audit.Record{Kind: audit.KindReload, Decision: d, Policy: revision}
	if why != nil {
		r.Reason = why.Error()
	}
	if g.unrecorded.Add(1) > maxUnrecorded {
		g.unrecorded.Add(-1)
		g.log.Error().Msg("a change of the policy is not recorded: too many wait for the audit's disk")
		return
	}
	recorded := make(chan struct{})
	go g.writeReload(r, recorded)
	if !endsWithin(recorded, recordPatience) {
		g.log.Warn().Msg("a change of the policy is not recorded yet: the audit's disk does not answer")
	}
}

// writeReload writes the record of a change of the policy, and closes recorded then.
func (g *guard) writeReload(r *audit.Record, recorded chan<- struct{}) {
	defer close(recorded)
	defer g.unrecorded.Add(-1)
	if _, err := g.audit.Write(r); err != nil {
		g.log.Error().Err(err).Msg("a change of the policy could not be recorded")
	}
}

// differences says in words which clients and upstreams are new, gone or different.
func differences(old, now policy.Summary) []string {
	var out []string
	out = appendDifferences(out, "client", clientTexts(old), clientTexts(now))
	out = appendDifferences(out, "upstream", upstreamTexts(old), upstreamTexts(now))
	if len(out) == 0 {
		return []string{"nothing that the summary shows"}
	}
	return out
}

func appendDifferences(out []string, what string, old, now map[string]string) []string {
	all := maps.Clone(old)
	maps.Copy(all, now)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		was, had := old[name]
		is, has := now[name]
		switch {
		case !had:
			out = append(out, what+" "+name+" is new")
		case !has:
			out = append(out, what+" "+name+" is gone")
		case was != is:
			out = append(out, what+" "+name+" has changed")
		}
	}
	return out
}

// clientTexts returns what each client may do as one text, to be compared.
func clientTexts(s policy.Summary) map[string]string {
	out := make(map[string]string, len(s.Clients))
	for i := range s.Clients {
		var b strings.Builder
		writeClient(&b, &s.Clients[i])
		out[s.Clients[i].Name] = b.String()
	}
	return out
}

func upstreamTexts(s policy.Summary) map[string]string {
	out := make(map[string]string, len(s.Upstreams))
	for _, u := range s.Upstreams {
		out[u.Name] = u.Address + " " + u.Password
	}
	return out
}
