package cli

import (
	"errors"
	"fmt"
	"strings"

	"eslguard/audit"
	"eslguard/audit/redact"
	"eslguard/audit/trail"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/policy"
)

// The bounds of a trial.
const (
	// maxGroups is how many groups of changes are told apart, for each turn.
	maxGroups = 10_000
	// maxTrialSessions is how many sessions are followed at once.
	maxTrialSessions = 100_000
)

// Why a command is not decided again.
const (
	apartRedacted = "a secret is left out of the record"
	apartCut      = "the record holds only a part of it"
	apartForm     = "it was refused for its form, or a limit, which no rule decides"
	apartUnknown  = "its effects cannot be told from the record"
)

// A trial decides recorded commands again.
type trial struct {
	policy   *policy.Policy
	sessions map[string]*command.State // of those whose beginning is in the audit
	groups   map[change]*changed

	commands, decided, changed, left int
	turns                            [sameForSwitch + 1]int // how many of the changed ones
	listed                           [sameForSwitch + 1]int // in how many groups
	apart                            map[string]int
}

func newTrial(pol *policy.Policy) *trial {
	return &trial{policy: pol, sessions: map[string]*command.State{}, groups: map[change]*changed{}, apart: map[string]int{}}
}

// record takes one record. Those that are not wanted only say what later ones mean.
func (t *trial) record(r *trail.Record, wanted bool) {
	switch r.Kind {
	case "start":
		clear(t.sessions) // those of a run that was killed have no end
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

// command decides one command, and carries on what it means for the next ones of its session.
func (t *trial) command(r *trail.Record, wanted bool) {
	effects, refusal, why := t.effects(r)
	if !wanted {
		return
	}
	n := r.Count()
	t.commands += n
	switch {
	case r.Decision == refused:
		t.apart[apartForm] += n
		return
	case why != "":
		t.apart[why] += n
		return
	}
	c := change{Client: r.Client, Was: r.Decision, WasRule: r.Rule, Effect: r.Verb}
	if refusal != nil {
		c.Is, c.Reason = refused, refusal.Error()
	} else if !t.decide(&c, effects) {
		t.apart[apartUnknown] += n
		return
	}
	t.decided += n
	if c.Is != c.Was {
		t.note(c, r.Seq, n)
	}
}

// decide fills in what the policy says of effects. It returns false if that cannot be told of what
// a record alone says.
func (t *trial) decide(c *change, effects []command.Effect) bool {
	settled := 0
	client := t.policy.Client(c.Client)
	if client == nil {
		c.Is, c.Reason = denied, "the policy has no such client"
	} else {
		d := client.Decide(effects)
		c.Rule, c.Reason = d.Rule, d.Reason
		settled = max(0, d.Effect)
		if settled < len(effects) && needsMore(client, &d, effects[settled]) {
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
	if settled < len(effects) {
		c.Effect = effects[settled].Kind.String() + " " + effects[settled].Name
	}
	return true
}

// needsMore reports whether a leg is denied for want of what a record does not say: which variables
// are set for it, or, in records of releases that did not know it, where it stands.
func needsMore(client *policy.Client, d *policy.Decision, e command.Effect) bool {
	switch {
	case e.Kind != command.KindDial:
		return false
	case d.Lacks:
		return e.Block == (command.Block{})
	case e.Leg != command.LegUnknown:
		return false
	}
	for e.Leg = command.LegA; e.Leg <= command.LegOther; e.Leg++ {
		if d := client.Decide([]command.Effect{e}); d.Action != policy.Deny || d.Lacks {
			return true
		}
	}
	return false
}

// note counts a change of so many commands.
func (t *trial) note(c change, seq uint64, times int) {
	t.changed += times
	t.turns[c.turn()] += times
	g := t.groups[c]
	if g == nil {
		if t.listed[c.turn()] >= maxGroups {
			t.left += times
			return
		}
		g = &changed{change: c, Example: seq}
		t.groups[c] = g
		t.listed[c.turn()]++
	}
	g.Count += times
}

// effects returns what a recorded command would cause. why says that it cannot be told; a refusal that it would not be
// taken any more.
func (t *trial) effects(r *trail.Record) (effects []command.Effect, refusal *codec.Refusal, why string) {
	st, known := t.sessions[r.Session]
	if !known {
		st = new(command.State)
	}
	if c := t.policy.Client(r.Client); c != nil {
		st.MaxFilters = c.Filters
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

// maxRecordedBody is how much of a body a command's text has in it at most: a longer one may be cut.
const maxRecordedBody = 1024

// recordedFrame makes a record's command the frame again that it was. known says that the session's past is.
func recordedFrame(r *trail.Record, known bool) (*codec.Frame, bool) {
	if r.CommandBytes != len(r.Command) || r.Command == "" || isRedacted(r) || strings.ContainsRune(r.Command, '\ufffd') {
		return nil, false
	}
	switch verb, args, _ := strings.Cut(r.Command, " "); {
	case strings.EqualFold(verb, "api") && strings.Contains(args, ";;"):
		// Whether it came with console_execute, which parts it there, is not in the text.
		return nil, false
	case !known && !strings.EqualFold(verb, "api") && !strings.EqualFold(verb, "bgapi"):
		// What it means may rest on what the session did before.
		return nil, false
	}
	f, err := frameOf(r.Command)
	return f, err == nil
}

// frameOf reads a command's text, as records hold it, as the frame that it was.
func frameOf(text string) (*codec.Frame, error) {
	text, body, hasBody := strings.Cut(text, "\n\n")
	if len(body) >= maxRecordedBody {
		return nil, errors.New("the body may be cut")
	}
	if hasBody {
		text += fmt.Sprintf("\nContent-Length: %d", len(body))
	}
	return codec.NewClientReader(strings.NewReader(text+"\n\n"+body), codec.Limits{}).Next()
}

// isRedacted reports whether a secret is left out of a record.
func isRedacted(r *trail.Record) bool {
	return len(r.Redacted) > 0 || hasRedacted(r.Command)
}

// hasRedacted reports whether something stands in the place of a secret in s.
func hasRedacted(s string) bool { return strings.Contains(s, strings.TrimSuffix(redact.Redacted, "]")) }

// recordedEffects makes effects of those that the record lists, if they are whole.
func (t *trial) recordedEffects(r *trail.Record) ([]command.Effect, *codec.Refusal, string) {
	recorded := spelledOut(r.Effects)
	if r.EffectsTotal > len(recorded) {
		return nil, nil, apartCut
	}
	list := make([]command.Effect, 0, len(recorded))
	for i := range recorded {
		e := &recorded[i]
		switch {
		case hasRedacted(e.Args) || hasRedacted(e.Name):
			return nil, nil, apartRedacted
		case isCut(e.Args) || strings.ContainsRune(e.Args+e.Name, '\ufffd'):
			return nil, nil, apartCut
		}
		eff, ok := rebuild(t.policy.Catalog(), e)
		if !ok {
			return nil, nil, apartUnknown
		}
		list = append(list, eff)
	}
	return list, nil, ""
}

// rebuild makes one effect of what is recorded of it. It returns false if the record does not tell
// all that rules are matched on.
func rebuild(cat *command.Catalog, e *trail.Effect) (command.Effect, bool) {
	kind, ok := effectKinds[e.Kind]
	if !ok {
		return command.Effect{}, false
	}
	eff := command.Effect{Kind: kind, Name: e.Name, Args: e.Args}
	switch kind {
	case command.KindAPI, command.KindApp:
		eff = cat.Describe(kind, e.Name, e.Args)
	case command.KindVar:
		name, value, _ := strings.Cut(e.Args, " ")
		eff.Tokens, eff.Fold = []string{name, value}, 1
	case command.KindSubscribe, command.KindFilter:
		if e.Args != "" {
			eff.Tokens = []string{e.Args}
		}
		if kind == command.KindFilter {
			eff.Fold = 1
		}
	case command.KindChannel:
		if eff = cat.Describe(kind, e.Name, e.Args); len(eff.Tokens) != len(command.ChannelTokens(e.Name)) {
			return eff, false // of a record that has fewer
		}
	case command.KindOpaque:
		if e.Name == command.OpaqueExpansion {
			return eff, false // the record does not tell what it stands for
		}
	case command.KindInject:
		// Its tokens are not parted in the record: one without any is whole.
		if e.Args != "" {
			return eff, false
		}
	}
	eff.Path = e.Path
	eff.Leg, _ = command.ParseLeg(e.Leg)
	switch e.Later {
	case "":
	case "once":
		eff.Later = command.Once
	default:
		eff.Later = command.Repeating
	}
	return eff, true
}

// effectKinds are the kinds of effects that can be made of what is recorded, by the words for them. The
// record of a dialplan lacks its context.
var effectKinds = map[string]command.EffectKind{
	"api": command.KindAPI, "app": command.KindApp, "dial": command.KindDial, "var": command.KindVar,
	"subscribe": command.KindSubscribe, "inject": command.KindInject, "channel": command.KindChannel,
	"filter": command.KindFilter, "log": command.KindLog, "handover": command.KindHandover, "opaque": command.KindOpaque,
}
