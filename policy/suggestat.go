package policy

import (
	"fmt"
	"slices"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// RulesAt is Rules for effect i of a command: it suggests no rule that the command would be denied
// with all the same, because of what is expanded in the effect, or that a policy could not have.
// For an i that is none it returns nil and says so.
func (s *Suggester) RulesAt(effects []command.Effect, i int) (rules []string, why string) {
	if i < 0 || i >= len(effects) {
		return nil, "there is no such effect"
	}
	e := &effects[i]
	if rules, why = s.Rules(e); rules == nil {
		return nil, why
	}
	held := e.Expanded
	if held == nil {
		held = effects[i : i+1]
	}
	for j := range held {
		if why := s.unfit(effects, &held[j]); why != "" {
			return nil, why
		}
	}
	return rules, ""
}

// Wider returns the rule that allows what effect i of a command does with any argument, where all
// that it does are other effects of the command, which need rules of their own: "api originate **".
// It is "" where there is no such rule, as for an i that is none.
func (s *Suggester) Wider(effects []command.Effect, i int) string {
	if s.rights == nil || i < 0 || i >= len(effects) || !isPureWrapper(&effects[i], hasLearnableChild(effects[i+1:], &effects[i])) {
		return ""
	}
	e := effects[i]
	e.Tokens = nil
	rule, ok := rule.For(&e)
	if !ok {
		return ""
	}
	rule += " **"
	if _, err := s.rc.Compile(rule, "", false); err != nil {
		return ""
	}
	return rule
}

// unfit says why a rule that spells the expansions of e does not help, "" where it does.
func (s *Suggester) unfit(effects []command.Effect, e *command.Effect) string {
	spelled := false
	for _, token := range append([]string{e.Name}, e.Tokens...) {
		for _, span := range command.Expansions(token) {
			text := token[span.Start:span.End]
			variable, named := command.ExpansionVariable(text)
			if !named {
				if why := s.uncovered(effects, e, text); why != "" {
					return why
				}
				continue
			}
			spelled = true
			if by, set := s.rights.Setter(words.Fold(variable)); variable != "" && by != nil && !s.rights.AllowsExpansion() {
				return fmt.Sprintf(`%s lets the client set %s, so it could decide what is expanded (add "var channel|originate|global %s *" to a "deny" first)`,
					words.Quote(by.Text), words.Quote(set), words.Clip(set))
			}
		}
	}
	covered := slices.ContainsFunc(effects, func(o command.Effect) bool { return o.Expanded != nil })
	if spelled && covered && s.rights.MayBeDenied(e, &pattern.Meter{Left: pattern.MaxWork}) {
		return "a deny could match what is expanded in it, so narrow that deny, or have the client send the value itself"
	}
	return ""
}

// uncovered says why no rule covers an expansion of e that rules cannot name, "" where none has to.
func (s *Suggester) uncovered(effects []command.Effect, e *command.Effect, text string) string {
	unguarded := slices.ContainsFunc(s.rights.Roles, func(r *role.Role) bool { return r.Unguarded })
	if unguarded && strings.HasSuffix(text, "}") {
		return "" // a rule for opaque expansion covers it
	}
	for i := range effects {
		if o := &effects[i]; o.Kind == command.KindOpaque && o.Path == e.Path && o.Name == command.OpaqueExpansion && o.Expanded == nil {
			return o.Why
		}
	}
	return ""
}
