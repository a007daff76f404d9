package policy

import (
	"fmt"
	"slices"

	"eslguard/command"
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

// newSuggester returns a Suggester for whoever has these rights. With nil rights everything is denied
// and nothing is suggested.
func newSuggester(cat *command.Catalog, rights *role.Set) *Suggester {
	return &Suggester{rc: &rule.Compiler{Vocab: rule.NewVocabulary(cat)}, rights: rights}
}

// Rules returns the rules that, among the "allow" of one of the client's roles, would allow an
// effect which is denied: that effect and no other, but for what FreeSWITCH does not tell apart,
// such as the case of a keyword, and, for a log level, the quieter ones. It is one rule, or, for
// expansions that rules can name, one for each effect that holds any. Where there is none it
// returns nil, and says why in the form of the end of a sentence.
func (s *Suggester) Rules(e *command.Effect) (rules []string, why string) {
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
func (s *Suggester) spelled(e *command.Effect) []string {
	if s.rights == nil {
		return nil
	}
	if r, ok, left := s.rights.Verdict(e, pattern.MaxWork); r != nil && (!ok || s.lacks(e, left) != nil) {
		return nil
	}
	var rules []string
	for i := range e.Expanded {
		rule, ok := rule.For(&e.Expanded[i])
		if !ok {
			return nil
		}
		if !slices.Contains(rules, rule) {
			rules = append(rules, rule)
		}
	}
	return rules
}

func (s *Suggester) rule(e *command.Effect) (ruleText, why string) {
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
	if (e.Kind == command.KindOpaque || e.Kind == command.KindHandover) && !slices.ContainsFunc(s.rights.Roles, func(r *role.Role) bool { return r.Unguarded }) {
		return "", fmt.Sprintf(`nobody can tell what it does, so only a role that says "unguarded": true may allow %s`, e.String())
	}
	text, ok := rule.For(e)
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
func (s *Suggester) lacks(e *command.Effect, left int) *role.Requirement {
	return s.rights.Lacks([]command.Effect{*e}, 0, &pattern.Meter{Left: left}).Of
}
