package rule

import (
	"fmt"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// check refuses a rule that can never match, or that does not have the form of its kind.
func (rc *Compiler) check(r *Rule) *pattern.Fault {
	switch r.Kind {
	case effect.KindLog:
		if err := r.checkLog(); err != nil {
			return err
		}
		return rc.checkPossible(r)
	case effect.KindOpaque:
		if err := r.checkSpelled("opaque REASON"); err != nil {
			return err
		}
	case effect.KindHandover:
		if err := r.checkHandover(); err != nil {
			return err
		}
	}
	if r.AnyName || r.Classes != 0 {
		return rc.checkPossible(r)
	}
	if err := rc.checkNames(r); err != nil {
		return err
	}
	if err := rc.checkLength(r); err != nil {
		return err
	}
	return rc.checkPossible(r)
}

// checkNames checks every alternative of the name.
func (rc *Compiler) checkNames(r *Rule) *pattern.Fault {
	if r.Name.Regex != nil {
		known := rc.Vocab.known(r.Kind)
		for _, name := range known {
			if r.Name.Match(name, pattern.Options{Fold: FoldsName(r.Kind), Deny: r.Deny}) {
				return nil
			}
		}
		if known != nil {
			return pattern.Faultf("", "the regular expression matches no known %s", noun(r.Kind))
		}
		return nil
	}
	for i := range r.Name.Globs {
		if len(r.Name.Globs[i].Elements) == 0 {
			return pattern.Faultf(pattern.EmptyToken+" is an empty argument", "no effect has an empty name")
		}
		if err := rc.Vocab.checkName(r.Kind, &r.Name.Globs[i], r.Deny); err != nil {
			return err
		}
	}
	return nil
}

// checkLog refuses a log rule that does not name exactly one level, and sets the level. Each level
// includes all less verbose ones.
func (r *Rule) checkLog() *pattern.Fault {
	if len(r.Args) > 0 || r.Rest && !r.AnyName {
		return pattern.Faultf("", "nothing may follow the level")
	}
	if r.AnyName {
		return nil
	}
	if len(r.Name.Globs) == 1 {
		if name, ok := r.Name.Globs[0].Literal(); ok {
			if r.level = LogLevel(name); r.level >= 0 {
				return nil
			}
			return pattern.Faultf(words.DidYouMean(name, LogLevels[:]), "there is no log level %s", words.Quote(name))
		}
	}
	return pattern.Faultf("name the most verbose one: it includes the less verbose ones", "a log rule names one level")
}

// checkSpelled refuses an allow rule whose name has a wildcard. form is how to write the rule.
func (r *Rule) checkSpelled(form string) *pattern.Fault {
	if r.Deny {
		return nil
	}
	wild := r.AnyName || r.Name.Regex != nil
	for _, g := range r.Name.Globs {
		wild = wild || g.Wild
	}
	if wild {
		return pattern.Faultf("write "+form+" in full", "no wildcard covers %s", r.Kind)
	}
	return nil
}

// checkHandover refuses an allow rule that does not spell the host, because the program that
// listens there can control the switch.
func (r *Rule) checkHandover() *pattern.Fault {
	if r.Deny {
		return nil
	}
	const hint = "handover 10.0.0.1:8040, or handover 10.0.0.1:*"
	if r.AnyName || r.Name.Regex != nil {
		return pattern.Faultf(hint, "no wildcard covers handover")
	}
	for _, g := range r.Name.Globs {
		host, _, ok := strings.Cut(g.Prefix(), ":")
		if !ok || host == "" {
			return pattern.Faultf(hint, "the host of a handover must be spelled")
		}
	}
	return nil
}

// checkLength refuses a rule with more or fewer tokens than any effect of that kind and name has.
func (rc *Compiler) checkLength(r *Rule) *pattern.Fault {
	if n := fewestTokens(r.Kind); len(r.Args) < n && !r.Rest {
		return pattern.Faultf(fewHint(r.Kind), "such an effect has %s after its name, the rule has %d", tokens(n), len(r.Args))
	}
	if err := r.checkShape(); err != nil {
		return err
	}
	most := -1
	for i := range r.Name.Globs {
		g := &r.Name.Globs[i]
		name, literal := g.Literal()
		known := rc.Vocab.known(r.Kind)
		if literal || known == nil {
			most = max(most, rc.mostTokens(r.Kind, name))
			continue
		}
		for _, name := range known {
			if n := rc.mostTokens(r.Kind, name); n > most && g.Match(name, pattern.Options{Fold: FoldsName(r.Kind), Deny: r.Deny}) {
				most = n
			}
		}
	}
	if most == 1 && r.Rest && len(r.Args) == 1 && (r.Kind == effect.KindAPI || r.Kind == effect.KindApp) {
		// The rule looks as if it matched every argument that begins with the token, but it would
		// match only the token itself.
		return pattern.Faultf(`write one pattern for all of it: "system rm\s*" means what begins with "rm "`,
			"such an effect has 1 token at most after its name, the whole argument, so ** matches nothing here")
	}
	if most < 0 || len(r.Args) <= most {
		return nil
	}
	hint := ""
	if most == 1 && (r.Kind == effect.KindAPI || r.Kind == effect.KindApp) {
		hint = `its whole argument is one token: write \s for each space in it, which is \\s in the JSON file`
	}
	return pattern.Faultf(hint, "such an effect has %s at most after its name, the rule has %d", tokens(most), len(r.Args))
}

// fewHint returns the hint for a rule with too few tokens. It says what follows the name of an
// effect of that kind.
func fewHint(k effect.Kind) string {
	switch k {
	case effect.KindVar:
		return "a rule is var SCOPE NAME VALUE, without a sign of equality; write a * for what may be anything"
	case effect.KindDialplan:
		return "a rule is dialplan NAME CONTEXT EXTENSION; write a * for what may be anything"
	case effect.KindChannel:
		return "a rule is channel VERB UUID, the uuid <uuid> or *"
	case effect.KindFilter:
		return "a rule is filter regex HEADER; write a * for any header"
	default:
		return "write a * for each that may be anything"
	}
}

// checkShape refuses a rule for a channel verb with a wrong number of tokens, and a rule for a
// message to send with too few.
func (r *Rule) checkShape() *pattern.Fault {
	for i := range r.Name.Globs {
		name, literal := r.Name.Globs[i].Literal()
		if !literal {
			continue
		}
		var form []string
		switch {
		case r.Kind == effect.KindChannel:
			form = effect.ChannelTokens(ascii.ToLower(name))
		case r.Kind == effect.KindInject && words.EqualFold(name, CustomEvent) && len(r.Args) > 0 && r.Args[0].Spells(catalog.SMSSubclass):
			form = catalog.SMSTokens()
		default:
			continue
		}
		few, many := len(r.Args) < len(form) && !r.Rest, len(r.Args) > len(form) && r.Kind == effect.KindChannel
		if few || many {
			return pattern.Faultf("write "+r.Kind.String()+" "+name+" "+strings.Join(form, " ")+", a * for each that may be anything harmless",
				"such an effect has %s after its name, the rule has %d", tokens(len(form)), len(r.Args))
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

// fewestTokens returns how many tokens every effect of that kind has after its name.
func fewestTokens(k effect.Kind) int {
	switch k {
	case effect.KindVar, effect.KindDialplan:
		return 2
	case effect.KindChannel, effect.KindFilter:
		return 1
	default:
		return 0
	}
}

// unlimitedTokens is more tokens than any rule has after its name.
const unlimitedTokens = maxRuleTokens

// mostTokens returns the most tokens that an effect of that kind and name has after its name.
func (rc *Compiler) mostTokens(k effect.Kind, name string) int {
	switch k {
	case effect.KindAPI, effect.KindApp:
		return rc.Vocab.Catalog.Slots(k, name)
	case effect.KindSubscribe:
		if words.EqualFold(name, CustomEvent) {
			return 1
		}
		return 0
	case effect.KindDial, effect.KindHandover, effect.KindOpaque:
		return 0
	case effect.KindFilter:
		return 1
	case effect.KindChannel:
		return len(effect.ChannelTokens(name))
	case effect.KindVar, effect.KindDialplan:
		return 2
	default:
		return unlimitedTokens
	}
}
