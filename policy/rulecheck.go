package policy

import (
	"fmt"
	"slices"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// check refuses a rule that can never match, or that its kind does not know.
func (rc *ruleCompiler) check(r *rule) *pattern.Fault {
	switch r.kind {
	case command.KindLog:
		if err := r.checkLog(); err != nil {
			return err
		}
		return rc.never(r)
	case command.KindOpaque:
		if err := r.checkSpelled("opaque REASON"); err != nil {
			return err
		}
	case command.KindHandover:
		if err := r.checkHandover(); err != nil {
			return err
		}
	}
	if r.anyName || r.classes != 0 {
		return rc.never(r)
	}
	if err := rc.checkNames(r); err != nil {
		return err
	}
	if err := rc.checkLength(r); err != nil {
		return err
	}
	return rc.never(r)
}

// checkNames checks every alternative of the name.
func (rc *ruleCompiler) checkNames(r *rule) *pattern.Fault {
	if r.name.Regex != nil {
		words := rc.vocab.known(r.kind)
		for _, w := range words {
			if r.name.Match(w, pattern.Options{Fold: foldsName(r.kind), Deny: r.deny}) {
				return nil
			}
		}
		if words != nil {
			return pattern.Faultf("", "the regular expression matches no known %s", noun(r.kind))
		}
		return nil
	}
	for i := range r.name.Globs {
		if len(r.name.Globs[i].Elements) == 0 {
			return pattern.Faultf(pattern.EmptyToken+" stands for an argument that is empty", "no effect has an empty name")
		}
		if err := rc.vocab.checkName(r.kind, &r.name.Globs[i], r.deny); err != nil {
			return err
		}
	}
	return nil
}

// checkLog keeps a log rule to one level, since each stands for all the quieter ones too.
func (r *rule) checkLog() *pattern.Fault {
	if len(r.args) > 0 || r.rest && !r.anyName {
		return pattern.Faultf("", "nothing follows the level")
	}
	if r.anyName {
		return nil
	}
	if len(r.name.Globs) == 1 {
		if name, ok := r.name.Globs[0].Literal(); ok {
			if r.level = logLevel(name); r.level >= 0 {
				return nil
			}
			return pattern.Faultf(words.DidYouMean(name, logLevels[:]), "there is no log level %s", words.Quote(name))
		}
	}
	return pattern.Faultf("name the most verbose one: it stands for the quieter ones too", "a log rule names one level")
}

// matchLevel reports whether the level named is at most as verbose as an allow rule's, or at
// least as verbose as a deny's. A level that is not known is at no rule's.
func (r *rule) matchLevel(name string) bool {
	level := logLevel(name)
	if r.deny {
		return level < 0 || level >= r.level
	}
	return level >= 0 && level <= r.level
}

// checkSpelled makes an allow rule spell its name in full.
func (r *rule) checkSpelled(form string) *pattern.Fault {
	if r.deny {
		return nil
	}
	wild := r.anyName || r.name.Regex != nil
	for _, g := range r.name.Globs {
		wild = wild || g.Wild
	}
	if wild {
		return pattern.Faultf("write "+form+" in full", "no wildcard covers %s", r.kind)
	}
	return nil
}

// checkHandover makes an allow rule spell the host: whoever listens there gets the switch.
func (r *rule) checkHandover() *pattern.Fault {
	if r.deny {
		return nil
	}
	const hint = "handover 10.0.0.1:8040, or handover 10.0.0.1:*"
	if r.anyName || r.name.Regex != nil {
		return pattern.Faultf(hint, "no wildcard covers handover")
	}
	for _, g := range r.name.Globs {
		host, _, ok := strings.Cut(g.Prefix(), ":")
		if !ok || host == "" {
			return pattern.Faultf(hint, "the host of a handover must be spelled")
		}
	}
	return nil
}

// checkLength refuses more tokens, or fewer, than any effect of that kind and name has.
func (rc *ruleCompiler) checkLength(r *rule) *pattern.Fault {
	if n := fewestTokens(r.kind); len(r.args) < n && !r.rest {
		return pattern.Faultf(fewHint(r.kind), "such an effect has %s after its name, the rule has %d", tokens(n), len(r.args))
	}
	if err := r.checkShape(); err != nil {
		return err
	}
	most := -1
	for i := range r.name.Globs {
		g := &r.name.Globs[i]
		name, literal := g.Literal()
		known := rc.vocab.known(r.kind)
		if literal || known == nil {
			most = max(most, rc.mostTokens(r.kind, name))
			continue
		}
		for _, name := range known {
			if n := rc.mostTokens(r.kind, name); n > most && g.Match(name, pattern.Options{Fold: foldsName(r.kind), Deny: r.deny}) {
				most = n
			}
		}
	}
	if most == 1 && r.rest && len(r.args) == 1 && (r.kind == command.KindAPI || r.kind == command.KindApp) {
		// It reads as if it meant all that begins with the token, and would match the token alone.
		return pattern.Faultf(`write one pattern for all of it: "system rm\s*" means what begins with "rm "`,
			"such an effect has 1 token at most after its name, the whole argument, so ** matches nothing here")
	}
	if most < 0 || len(r.args) <= most {
		return nil
	}
	hint := ""
	if most == 1 && (r.kind == command.KindAPI || r.kind == command.KindApp) {
		hint = `its whole argument is one token: write \s for each space in it, which is \\s in the JSON file`
	}
	return pattern.Faultf(hint, "such an effect has %s at most after its name, the rule has %d", tokens(most), len(r.args))
}

// fewHint says what follows the name of an effect of that kind, and how to write it.
func fewHint(k command.EffectKind) string {
	switch k {
	case command.KindVar:
		return "a rule is var SCOPE NAME VALUE, without a sign of equality; write a * for what may be anything"
	case command.KindDialplan:
		return "a rule is dialplan NAME CONTEXT EXTENSION; write a * for what may be anything"
	case command.KindChannel:
		return "a rule is channel VERB UUID, the uuid <uuid> or *"
	case command.KindFilter:
		return "a rule is filter regex HEADER; write a * for any header"
	default:
		return "write a * for each that may be anything"
	}
}

// checkShape refuses a rule for a channel verb, or an allow for a message to send, that has fewer
// tokens, or more, than every such effect.
func (r *rule) checkShape() *pattern.Fault {
	for i := range r.name.Globs {
		name, literal := r.name.Globs[i].Literal()
		if !literal {
			continue
		}
		var form []string
		switch {
		case r.kind == command.KindChannel:
			form = command.ChannelTokens(words.Fold(name))
		case r.kind == command.KindInject && words.EqualFold(name, custom) && len(r.args) > 0 && r.args[0].Spells(command.SMSSubclass):
			form = command.SMSTokens()
		default:
			continue
		}
		few, many := len(r.args) < len(form) && !r.rest, len(r.args) > len(form) && r.kind == command.KindChannel
		if few || many {
			return pattern.Faultf("write "+r.kind.String()+" "+name+" "+strings.Join(form, " ")+", a * for each that may be anything harmless",
				"such an effect has %s after its name, the rule has %d", tokens(len(form)), len(r.args))
		}
	}
	return nil
}

func tokens(n int) string {
	if n == 1 {
		return "1 token"
	}
	return fmt.Sprintf("%d tokens", n)
}

// fewestTokens returns how many tokens follow the name of every effect of that kind.
func fewestTokens(k command.EffectKind) int {
	switch k {
	case command.KindVar, command.KindDialplan:
		return 2
	case command.KindChannel, command.KindFilter:
		return 1
	default:
		return 0
	}
}

// anyNumber is more tokens than any rule has.
const anyNumber = maxRuleTokens

// mostTokens returns how many tokens follow the name of an effect at most.
func (rc *ruleCompiler) mostTokens(k command.EffectKind, name string) int {
	switch k {
	case command.KindAPI, command.KindApp:
		return rc.vocab.cat.Slots(k, name)
	case command.KindSubscribe:
		if words.EqualFold(name, custom) {
			return 1
		}
		return 0
	case command.KindDial, command.KindHandover, command.KindOpaque:
		return 0
	case command.KindFilter:
		return 1
	case command.KindChannel:
		return len(command.ChannelTokens(name))
	case command.KindVar, command.KindDialplan:
		return 2
	default:
		return anyNumber
	}
}

// lintRule returns warnings about a rule that compiles but may not do what is meant.
func lintRule(v *vocabulary, r *rule) (out []*pattern.Fault) {
	if name, hint := unknownApp(v, r); name != "" {
		out = append(out, pattern.Faultf(hint, "FreeSWITCH's own tree has no application %s", words.Quote(name)))
	}
	named := r.kind == command.KindAPI || r.kind == command.KindApp
	if named && r.deny && !r.rest {
		out = append(out, narrowDeny(v.cat, r)...)
	}
	if name := runsPrograms(v, r); name != "" {
		out = append(out, pattern.Faultf("name what is needed", "it allows %s too, which runs programs or scripts on the switch's host", name))
	}
	if matchesAnyHost(r) {
		out = append(out, pattern.Faultf("for digits write [0-9]", "it matches @, too, behind which another host may stand"))
	}
	if named && r.deny {
		out = append(out, caseSensitiveDeny(v.cat, r)...)
	}
	out = append(out, deadWildcards(r)...)
	out = append(out, unlikely(v.cat, r)...)
	return append(out, misleading(v.cat, r)...)
}

// narrowDeny notes a deny that another argument would lead past.
func narrowDeny(cat *command.Catalog, r *rule) []*pattern.Fault {
	if len(r.args) == 0 {
		return []*pattern.Fault{pattern.Faultf("write "+words.Clip(r.text)+" ** to deny it with any arguments", "the deny holds only without arguments")}
	}
	for i := range r.name.Globs {
		if name, ok := r.name.Globs[i].Literal(); ok && cat.Slots(r.kind, name) > len(r.args) {
			arguments := "arguments"
			if len(r.args) == 1 {
				arguments = "argument"
			}
			return []*pattern.Fault{pattern.Faultf("write "+words.Clip(r.text)+" ** to deny it with more, too",
				"the deny holds only with exactly %d %s, and %s takes more", len(r.args), arguments, words.Clip(name))}
		}
	}
	return nil
}

// runsPrograms returns a name of the class exec that an allow rule covers without spelling it, and "" without one.
func runsPrograms(v *vocabulary, r *rule) string {
	if r.deny || r.kind != command.KindAPI && r.kind != command.KindApp {
		return ""
	}
	for _, name := range v.names[r.kind] {
		e := v.cat.Describe(r.kind, name, "")
		if e.Class == command.ClassExec && r.names(&e) && !r.spells(name) {
			return name
		}
	}
	return ""
}

// Spells reports whether name is one of the rule's alternatives as it stands.
func (r *rule) spells(name string) bool {
	return slices.ContainsFunc(r.name.Globs, func(g pattern.Glob) bool {
		text, literal := g.Literal()
		return literal && words.EqualFold(text, name)
	})
}

// caseSensitiveDeny notes the first word in the arguments of a deny that is compared with case. Paths are meant so.
func caseSensitiveDeny(cat *command.Catalog, r *rule) []*pattern.Fault {
	for i := range r.name.Globs {
		name, _ := r.name.Globs[i].Literal()
		for j := range min(len(r.args), foldBits) {
			if cat.Describe(r.kind, name, r.args[0].First()).Fold&(1<<j) != 0 {
				continue
			}
			if word := r.args[j].Cased(); word != "" {
				hint := "spell it in each case"
				if text, ok := r.args[j].AnyCase(); ok {
					hint = "to deny it in any case write " + words.Clip(text)
				}
				return []*pattern.Fault{pattern.Faultf(hint,
					"the catalogue does not say that FreeSWITCH compares %s without case, so only this spelling is denied", words.Quote(word))}
			}
		}
	}
	return nil
}
