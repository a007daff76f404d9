package lint

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A nesting is an API or application that does nothing but cause another effect: without a rule for
// that one, a rule for the API or application can never let a command through.
type nesting struct {
	kind effect.Kind
	name string
	// args are arguments of every form that causes other kinds of effects.
	args []string
}

// nestings are the APIs and applications that only do what they hold. Those of which some form
// needs no other effect, such as conference, are not among them. Which effects they cause is
// found out by parsing them.
var nestings = [...]nesting{
	{effect.KindAPI, "originate", []string{"user/1 &park", "user/1 1"}},
	{effect.KindAPI, "page", []string{"user/1"}},
	{effect.KindAPI, "fifo_add_outbound", []string{"q user/1"}},
	{effect.KindAPI, "uuid_redirect", []string{sampleUUID + " sip:1@h"}},
	{effect.KindAPI, "uuid_deflect", []string{sampleUUID + " sip:1@h"}},
	{effect.KindAPI, "uuid_transfer", []string{sampleUUID + " 1", sampleUUID + " park inline"}},
	{effect.KindAPI, "uuid_dual_transfer", []string{sampleUUID + " 1 1", sampleUUID + " park/inline park/inline"}},
	{effect.KindAPI, "sched_transfer", []string{"+1 " + sampleUUID + " 1", "+1 " + sampleUUID + " park inline"}},
	{effect.KindAPI, "uuid_broadcast", []string{sampleUUID + " a.wav"}},
	{effect.KindAPI, "sched_broadcast", []string{"+1 " + sampleUUID + " a.wav"}},
	{effect.KindAPI, "uuid_setvar", []string{sampleUUID + " a b"}},
	{effect.KindAPI, "uuid_setvar_multi", []string{sampleUUID + " a=b"}},
	{effect.KindAPI, "global_setvar", []string{"a=b"}},
	{effect.KindAPI, "sched_api", []string{"+1 g status"}},
	{effect.KindAPI, "expand", []string{"status"}},
	{effect.KindAPI, "xml_wrap", []string{"status"}},
	{effect.KindAPI, "bgapi", []string{"status"}},
	{effect.KindApp, "bridge", []string{"user/1"}},
	{effect.KindApp, "att_xfer", []string{"user/1"}},
	{effect.KindApp, "dial", []string{"user/1"}},
	{effect.KindApp, "page", []string{"user/1"}},
	{effect.KindApp, "redirect", []string{"sip:1@h"}},
	{effect.KindApp, "deflect", []string{"sip:1@h"}},
	{effect.KindApp, "transfer", []string{"1", "park inline"}},
	{effect.KindApp, "sched_transfer", []string{"+1 1", "+1 park inline"}},
	{effect.KindApp, "execute_extension", []string{"1", "park inline"}},
	{effect.KindApp, "goto", []string{"default|1"}},
	{effect.KindApp, "broadcast", []string{"a.wav"}},
	{effect.KindApp, "sched_broadcast", []string{"+1 a.wav"}},
	{effect.KindApp, "bind_meta_app", []string{"1 a s playback::a.wav"}},
	{effect.KindApp, "set", []string{"a=b"}},
	{effect.KindApp, "export", []string{"a=b"}},
	{effect.KindApp, "bridge_export", []string{"a=b"}},
	{effect.KindApp, "multiset", []string{"a=b"}},
	{effect.KindApp, "set_global", []string{"a=b"}},
	{effect.KindApp, "socket", []string{"10.0.0.1:8040"}},
}

// sampleUUID is the channel of the samples.
const sampleUUID = "11111111-2222-3333-4444-555555555555"

// effects parses each of the arguments, and returns the effect of the API or application itself
// together with those that it holds.
func (n *nesting) effects(parse func(text string) ([]effect.Effect, bool)) (out [][]effect.Effect) {
	for _, args := range n.args {
		text := "api " + n.name + " " + args
		if n.kind == effect.KindApp {
			text = "sendmsg " + sampleUUID + "\ncall-command: execute\nexecute-app-name: " + n.name + "\nexecute-app-arg: " + args
		}
		effects, ok := parse(text)
		if !ok {
			continue
		}
		own := slices.IndexFunc(effects, func(e effect.Effect) bool { return e.Kind == n.kind && strings.EqualFold(e.Name, n.name) })
		if own >= 0 {
			out = append(out, effects[own:])
		}
	}
	return out
}

// An unmet is a rule that allows a nesting, and the effect that nothing allows.
type unmet struct {
	rule *rule.Rule
	name string
}

// unmetNeeds notes rules that allow an API or application where nothing allows what it causes, in
// none of the combinations of roles that the rule is in.
func (d *linter) unmetNeeds(sets []role.Set) {
	lacking := make(map[unmet][]effect.Effect)
	met := make(map[unmet]bool)
	for i := range nestings {
		n := &nestings[i]
		samples := n.effects(d.policy.Parse)
		for j := range sets {
			sets[j].EachAllow(func(r *rule.Rule) {
				if r.Kind != n.kind || !isAbout(r, n) || len(samples) == 0 {
					return
				}
				key := unmet{r, n.name}
				if missing := missingNeeds(&sets[j], r, samples); missing != nil && !met[key] {
					lacking[key] = missing
				} else {
					met[key] = true
					delete(lacking, key)
				}
			})
		}
	}
	for key, missing := range lacking {
		kinds := missing[0].Kind.String()
		for i := range missing[1:] {
			kinds += " or " + missing[1+i].Kind.String()
		}
		d.rep.Warnf(key.rule.Pos, needHint(&missing[0]), "%s: it can never pass without a rule of the kind %s for what it %s",
			words.Quote(key.rule.Text), kinds, needVerb(missing))
	}
}

// isAbout reports whether r names n: by its name, or by a class that holds nothing but such.
func isAbout(r *rule.Rule, n *nesting) bool {
	originates := (n.name == "originate" && n.kind == effect.KindAPI || n.name == "bridge" && n.kind == effect.KindApp)
	return r.Spells(n.name) || originates && r.Classes == 1<<effect.ClassOriginate
}

// missingNeeds returns, for each of the samples that r matches, an effect for which no rule stands,
// one of each kind. Where r matches none of them, it looks at all. It returns nil if one of them
// lacks nothing.
func missingNeeds(h *role.Set, r *rule.Rule, samples [][]effect.Effect) (missing []effect.Effect) {
	matched := slices.DeleteFunc(slices.Clone(samples), func(effects []effect.Effect) bool { return !r.Matches(&effects[0]) })
	if len(matched) == 0 {
		matched = samples
	}
	for _, effects := range matched {
		i := slices.IndexFunc(effects[1:], func(e effect.Effect) bool { return !hasRuleFor(h, &e, r) })
		if i < 0 {
			return nil
		}
		lacked := effects[1+i]
		if !slices.ContainsFunc(missing, func(e effect.Effect) bool { return e.Kind == lacked.Kind }) {
			missing = append(missing, lacked)
		}
	}
	return missing
}

// hasRuleFor reports whether a rule other than r allows effects of the kind of e, and, where the
// kind has few names, of the same name.
func hasRuleFor(h *role.Set, e *effect.Effect, r *rule.Rule) (has bool) {
	h.EachAllow(func(other *rule.Rule) {
		has = has || other != r && other.Kind == e.Kind && (e.Kind != effect.KindVar || other.Names(e))
	})
	return has
}

// needVerb says what a command does by the effects that are missing, after "for what it".
func needVerb(missing []effect.Effect) string {
	if len(missing) > 1 {
		return "causes"
	}
	switch missing[0].Kind {
	case effect.KindDial:
		return "calls"
	case effect.KindDialplan:
		return "transfers to"
	case effect.KindVar:
		return "sets"
	case effect.KindHandover:
		return "connects to"
	default:
		return "runs"
	}
}

// needHint returns an example of a rule for such an effect.
func needHint(e *effect.Effect) string {
	switch e.Kind {
	case effect.KindDial:
		if typ, _, _ := strings.Cut(e.Name, "/"); typ == "redirect" || typ == "deflect" {
			return `such as "dial ` + typ + `/sip:*@pbx.example.org"`
		}
		return `such as "dial user/10<digits 2>"`
	case effect.KindDialplan:
		return `such as "dialplan XML default 10<digits 2>"`
	case effect.KindVar:
		return `such as "var ` + e.Name + ` campaign_id *"`
	case effect.KindApp:
		return `such as "app playback /var/sounds/*"`
	case effect.KindAPI:
		return `such as "api status"`
	case effect.KindHandover:
		return `such as "handover 10.0.0.1:8040", in a role that says "unguarded": true`
	default:
		return ""
	}
}
