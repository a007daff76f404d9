package policy

import (
	"fmt"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
)

// A Selector selects effects by a rule in the syntax of roles, for searches in an audit. It matches
// as a deny rule does: every spelling, without case where FreeSWITCH ignores case, and also
// repeating effects. A nil Selector and the zero Selector match nothing.
type Selector struct {
	rule *rule.Rule
	// name is the rule without its arguments.
	name *rule.Rule
}

// ParseSelector compiles a rule such as "dial */1900*", "api @message" or "app bridge **". It knows
// the APIs and applications of FreeSWITCH's own tree, and no sets. Its error says what is wrong
// with the rule, and what was probably meant.
func ParseSelector(text string) (*Selector, error) {
	rc := &rule.Compiler{Vocab: rule.NewVocabulary(catalog.Builtin()), Sets: map[string][]pattern.Glob{}}
	r, err := rc.Compile(text, "", true)
	if err != nil && err.Hint != "" {
		return nil, fmt.Errorf("policy: %s: %s", err.Text, err.Hint)
	}
	if err != nil {
		return nil, fmt.Errorf("policy: %s", err.Text)
	}
	name := *r
	name.Args, name.Rest = nil, true
	return &Selector{rule: r, name: &name}, nil
}

// Matches reports whether the rule matches e.
func (s *Selector) Matches(e *effect.Effect) bool {
	return s != nil && s.rule != nil && s.rule.Matches(e)
}

// MatchesName reports whether the rule matches the kind and name of e. It is for effects whose
// arguments are not completely known.
func (s *Selector) MatchesName(e *effect.Effect) bool {
	return s != nil && s.name != nil && s.name.Matches(e)
}
