package auditcmd

import (
	"errors"
	"strings"

	"eslguard/audit"
	"eslguard/audit/trail"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
	"eslguard/internal/cli/recorded"
	"eslguard/policy"
)

// The bounds of a trial.
const (
	// maxGroups is the most groups of changes that are listed for each impact.
	maxGroups = 10_000
	// maxTrialSessions is the most sessions whose state is kept at once.
	maxTrialSessions = 100_000
)

// The decisions as records have them.
const (
	allowed = "allow"
	denied  = "deny"
	refused = "refuse"
)

// The reasons why a command is not decided again. They are keys in the output of --json.
const (
	whyRedacted = "a secret is left out of the record"
	whyCut      = "the record holds only a part of it"
	whyForm     = "it was refused for its form, or a limit, which no rule decides"
	whyUnknown  = "its effects cannot be told from the record"
)

// A trial decides recorded commands again.
type trial struct {
	policy   *policy.Policy
	sessions map[string]*command.State // of sessions whose first record is in the audit
	groups   map[change]*changed

	commands, decided, changed, unlisted int

	byImpact  [sameForSwitch + 1]int // changed commands
	listed    [sameForSwitch + 1]int // groups of them, by impact
	undecided map[string]int         // commands, by the reason
}

func newTrial(pol *policy.Policy) *trial {
	return &trial{policy: pol, sessions: map[string]*command.State{}, groups: map[change]*changed{}, undecided: map[string]int{}}
}

// record takes one record. If it is not wanted, it is only used to understand later ones.
func (t *trial) record(r *trail.Record, wanted bool) {
	switch r.Kind {
	case "start":
		clear(t.sessions) // a run that was killed has no records of their ends
	case "session":
		if len(t.sessions) < maxTrialSessions {
			t.sessions[r.Session] = new(command.State)
		}
	case "end":
		delete(t.sessions, r.Session)
	case "command":
		t.command(r, wanted)
	}
}

// command decides one command again. It keeps what the command means for later ones of its session.
func (t *trial) command(r *trail.Record, wanted bool) {
	effects, refusal, why := t.effects(r)
	if !wanted {
		return
	}
	n := r.Count()
	t.commands += n
	switch {
	case r.Decision == refused:
		t.undecided[whyForm] += n
		return
	case why != "":
		t.undecided[why] += n
		return
	}
	c := change{Client: r.Client, Was: r.Decision, WasRule: r.Rule, Effect: r.Verb}
	if refusal != nil {
		c.Is, c.Reason = refused, refusal.Error()
	} else if !t.decide(&c, effects) {
		t.undecided[whyUnknown] += n
		return
	}
	t.decided += n
	if c.Is != c.Was {
		t.note(c, r.Seq, n)
	}
}

// decide fills in the new decision on effects. It returns false if a record does not contain enough
// to decide.
func (t *trial) decide(c *change, effects []effect.Effect) bool {
	decisive := 0
	client := t.policy.Client(c.Client)
	if client == nil {
		c.Is, c.Reason = denied, "the policy has no such client"
	} else {
		d := client.Decide(effects)
		c.Rule, c.Reason = d.Rule, d.Reason
		decisive = max(0, d.Effect)
		if decisive < len(effects) && needsMore(client, &d, effects[decisive]) {
			return false
		}
		switch d.Action {
		case policy.Allow:
			c.Is = allowed
		case policy.Observed:
			c.Is = audit.Observe.String()
		default:
			c.Is = denied
		}
	}
	if decisive < len(effects) {
		c.Effect = effects[decisive].Kind.String() + " " + effects[decisive].Name
	}
	return true
}

// needsMore reports whether a leg is denied because of something that its record does not contain:
// the variables that are set for it, or, in records of older releases, which leg it is.
func needsMore(client *policy.Client, d *policy.Decision, e effect.Effect) bool {
	switch {
	case e.Kind != effect.KindDial:
		return false
	case d.Lacks:
		return e.Block == (effect.Block{})
	case e.Leg != effect.LegUnknown:
		return false
	}
	for e.Leg = effect.LegA; e.Leg <= effect.LegOther; e.Leg++ {
		if d := client.Decide([]effect.Effect{e}); d.Action != policy.Deny || d.Lacks {
			return true
		}
	}
	return false
}

// note counts a change of several commands. seq is the sequence number of their first record.
func (t *trial) note(c change, seq uint64, times int) {
	t.changed += times
	t.byImpact[c.impact()] += times
	g := t.groups[c]
	if g == nil {
		if t.listed[c.impact()] >= maxGroups {
			t.unlisted += times
			return
		}
		g = &changed{change: c, Example: seq}
		t.groups[c] = g
		t.listed[c.impact()]++
	}
	g.Count += times
}

// effects returns the effects of a recorded command. It returns a refusal if the command would be
// refused for its form now, or the reason why its effects are not known.
func (t *trial) effects(r *trail.Record) (effects []effect.Effect, refusal *codec.Refusal, why string) {
	st, known := t.sessions[r.Session]
	if !known {
		st = new(command.State)
	}
	if c := t.policy.Client(r.Client); c != nil {
		st.MaxFilters, st.SharedEvents = c.Filters, c.Upstream.SharedEvents
	}
	if f, ok := recordedFrame(r, known); ok {
		cmd, err := command.Parse(t.policy.Catalog(), st, f)
		if err == nil {
			if r.Decision == audit.Allow.String() || r.Decision == audit.Observe.String() {
				st.Apply(cmd)
			}
			return cmd.Effects, nil, ""
		}
		if errors.As(err, &refusal) {
			return nil, refusal, ""
		}
	}
	return t.recordedEffects(r)
}

// recordedFrame returns the frame of a recorded command, or false if it cannot be restored or
// parsed alone. known says that the earlier commands of its session are known.
func recordedFrame(r *trail.Record, known bool) (*codec.Frame, bool) {
	if r.CommandBytes != len(r.Command) || r.Command == "" || isRedacted(r) || strings.ContainsRune(r.Command, '\ufffd') {
		return nil, false
	}
	switch verb, args, _ := strings.Cut(r.Command, " "); {
	case strings.EqualFold(verb, "api") && strings.Contains(args, ";;"):
		// The text does not say whether it came with console_execute, which splits it there.
		return nil, false
	case !known && !strings.EqualFold(verb, "api") && !strings.EqualFold(verb, "bgapi"):
		// Its meaning may depend on earlier commands of the session.
		return nil, false
	}
	f, err := recorded.Frame(r.Command)
	return f, err == nil
}

// isRedacted reports whether a secret was left out of a record.
func isRedacted(r *trail.Record) bool {
	return len(r.Redacted) > 0 || recorded.IsRedacted(r.Command)
}

// recordedEffects makes effects from those that the record lists, if they are complete. Otherwise
// it returns the reason.
func (t *trial) recordedEffects(r *trail.Record) ([]effect.Effect, *codec.Refusal, string) {
	listed := recorded.Expand(r.Effects)
	if r.EffectsTotal > len(listed) {
		return nil, nil, whyCut
	}
	list := make([]effect.Effect, 0, len(listed))
	for i := range listed {
		e := &listed[i]
		switch {
		case recorded.IsRedacted(e.Args) || recorded.IsRedacted(e.Name):
			return nil, nil, whyRedacted
		case recorded.IsCut(e.Args) || strings.ContainsRune(e.Args+e.Name, '\ufffd'):
			return nil, nil, whyCut
		}
		eff, ok := recorded.Rebuild(t.policy.Catalog(), e)
		if !ok {
			return nil, nil, whyUnknown
		}
		list = append(list, eff)
	}
	return list, nil, ""
}
