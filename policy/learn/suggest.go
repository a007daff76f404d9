package learn

import (
	"fmt"
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A Suggester writes the rules that would allow what a client is denied. Make it with
// [Policy.Suggester].
type Suggester struct {
	rc *rule.Compiler
	// rights are the client's; nil: it is allowed nothing.
	rights *role.Set
}

// NewSuggester returns a Suggester for whoever has these rights. With nil rights everything is
// denied and nothing is suggested.
func NewSuggester(cat *catalog.Catalog, rights *role.Set) *Suggester {
	return &Suggester{rc: &rule.Compiler{Vocab: rule.NewVocabulary(cat)}, rights: rights}
}

// Rules returns the rules that, among the "allow" of one of the client's roles, would allow an
// effect which is denied: that effect and no other, but for what FreeSWITCH does not tell apart,
// such as the case of a keyword, and, for a log level, the quieter ones. It is one rule, or, for
// expansions that rules can name, one for each effect that holds any. Where there is none it
// returns nil, and says why in the form of the end of a sentence.
func (s *Suggester) Rules(e *effect.Effect) (rules []string, why string) {
	if rules := s.spelled(e); rules != nil {
		return rules, ""
	}
	rule, why := s.rule(e)
	if rule == "" {
		return nil, why
	}
	return []string{rule}, ""
}

// spelled returns the rules that spell the expansions which an opaque effect stands for. It returns
// nil where there are none, or where a deny would win over them.
func (s *Suggester) spelled(e *effect.Effect) []string {
	if s.rights == nil {
		return nil
	}
	if r, ok, left := s.rights.Verdict(e, pattern.MaxWork); r != nil && (!ok || s.lacks(e, left) != nil) {
		return nil
	}
	var rules []string
	for i := range e.Expanded {
		rule, ok := rule.Spell(&e.Expanded[i])
		if !ok {
			return nil
		}
		if !slices.Contains(rules, rule) {
			rules = append(rules, rule)
		}
	}
	return rules
}

func (s *Suggester) rule(e *effect.Effect) (ruleText, why string) {
	if s.rights == nil {
		return "", role.ReasonNoClient
	}
	r, ok, left := s.rights.Verdict(e, pattern.MaxWork)
	if ok {
		if q := s.lacks(e, left); q != nil {
			return "", fmt.Sprintf("the role %s requires %s for it, so the command has to set that", words.Quote(q.Role), words.Quote(q.Need.Text))
		}
	} else if r != nil {
		return "", fmt.Sprintf("a deny wins over every allow, and %s of the role %s denies it", words.Quote(r.Text), words.Quote(r.Role))
	}
	if len(e.Name) > pattern.MaxName {
		return "", fmt.Sprintf("a name of more than %d bytes is always denied", pattern.MaxName)
	}
	if (e.Kind == effect.KindOpaque || e.Kind == effect.KindHandover) && !slices.ContainsFunc(s.rights.Roles, func(r *role.Role) bool { return r.Unguarded }) {
		return "", fmt.Sprintf(`nobody can tell what it does, so only a role that says "unguarded": true may allow %s`, e.String())
	}
	text, ok := rule.Spell(e)
	if !ok {
		return "", "a rule cannot spell it"
	}
	compiled, err := s.rc.Compile(text, "", false)
	switch {
	case err != nil && err.Hint != "":
		return "", err.Text + " (" + err.Hint + ")"
	case err != nil:
		return "", err.Text
	case !compiled.Matches(e):
		return "", "a rule cannot spell it"
	}
	return text, ""
}

// lacks returns what is required of an allowed effect and lacking, nil for nothing. Deciding it may
// take left more steps.
func (s *Suggester) lacks(e *effect.Effect, left int) *role.Requirement {
	return s.rights.Lacks([]effect.Effect{*e}, 0, &pattern.Meter{Left: left}).Requirement
}

// RulesAt is Rules for effect i of a command: it suggests no rule that the command would be denied
// with all the same, because of what is expanded in the effect, or that a policy could not have.
// For an i that is none it returns nil and says so.
func (s *Suggester) RulesAt(effects []effect.Effect, i int) (rules []string, why string) {
	if i < 0 || i >= len(effects) {
		return nil, "there is no such effect"
	}
	e := &effects[i]
	if rules, why = s.Rules(e); rules == nil {
		return nil, why
	}
	spelled := e.Expanded
	if spelled == nil {
		spelled = effects[i : i+1]
	}
	for j := range spelled {
		if why := s.unfit(effects, &spelled[j]); why != "" {
			return nil, why
		}
	}
	return rules, ""
}

// Wider returns the rule that allows what effect i of a command does with any argument, where all
// that it does are other effects of the command, which need rules of their own: "api originate **".
// It is "" where there is no such rule, as for an i that is none.
func (s *Suggester) Wider(effects []effect.Effect, i int) string {
	if s.rights == nil || i < 0 || i >= len(effects) || !isPureWrapper(&effects[i], hasLearnableChild(effects[i+1:], &effects[i])) {
		return ""
	}
	e := effects[i]
	e.Tokens = nil
	rule, ok := rule.Spell(&e)
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
func (s *Suggester) unfit(effects []effect.Effect, e *effect.Effect) string {
	spelled := false
	for _, token := range append([]string{e.Name}, e.Tokens...) {
		for _, span := range argument.Expansions(token) {
			text := token[span.Start:span.End]
			variable, named := argument.ExpansionVariable(text)
			if !named {
				if why := s.uncovered(effects, e, text); why != "" {
					return why
				}
				continue
			}
			spelled = true
			if by, set := s.rights.MaySet(words.Fold(variable)); variable != "" && by != nil && !s.rights.AllowsExpansion() {
				return fmt.Sprintf(`%s lets the client set %s, so it could decide what is expanded (add "var channel|originate|global %s *" to a "deny" first)`,
					words.Quote(by.Text), words.Quote(set), words.Clip(set))
			}
		}
	}
	covered := slices.ContainsFunc(effects, func(o effect.Effect) bool { return o.Expanded != nil })
	if spelled && covered && s.rights.MayBeDenied(e, &pattern.Meter{Left: pattern.MaxWork}) {
		return "a deny could match what is expanded in it, so narrow that deny, or have the client send the value itself"
	}
	return ""
}

// uncovered says why no rule covers an expansion of e that rules cannot name, "" where none has to.
func (s *Suggester) uncovered(effects []effect.Effect, e *effect.Effect, text string) string {
	unguarded := slices.ContainsFunc(s.rights.Roles, func(r *role.Role) bool { return r.Unguarded })
	if unguarded && strings.HasSuffix(text, "}") {
		return "" // a rule for opaque expansion covers it
	}
	for i := range effects {
		if o := &effects[i]; o.Kind == effect.KindOpaque && o.Path == e.Path && o.Name == effect.OpaqueExpansion && o.Expanded == nil {
			return o.Why
		}
	}
	return ""
}
