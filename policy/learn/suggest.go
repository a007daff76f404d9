package learn

import (
	"fmt"
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A Suggester writes the rules that would allow what a client is denied. policy.Policy.Suggester
// returns one.
type Suggester struct {
	rc *rule.Compiler
	// rights are what the client is allowed; nil means nothing.
	rights *role.Set
}

// NewSuggester returns a Suggester for a client with these rights. With nil rights it suggests
// nothing. Rules may name the APIs of cat, which must not be nil.
func NewSuggester(cat *catalog.Catalog, rights *role.Set) *Suggester {
	return &Suggester{rc: &rule.Compiler{Vocab: rule.NewVocabulary(cat)}, rights: rights}
}

// Rules returns the rules that would allow e if they were added to the "allow" of one of the
// client's roles. They allow e and no other effect, except for what FreeSWITCH does not
// distinguish, such as the case of a keyword, and for less verbose log levels. It is usually one
// rule; for expansions that rules can name, it is one rule for each effect that contains one. If
// there is no such rule, Rules returns nil and says why, in words that can end a sentence.
func (s *Suggester) Rules(e *effect.Effect) (rules []string, why string) {
	if rules := s.spelled(e); rules != nil {
		return rules, ""
	}
	text, why := s.rule(e)
	if text == "" {
		return nil, why
	}
	return []string{text}, ""
}

// spelled returns the rules that spell the expansions that an opaque effect stands for. It returns
// nil if there are none, or if a deny rule or a requirement would still deny e.
func (s *Suggester) spelled(e *effect.Effect) []string {
	if s.rights == nil {
		return nil
	}
	if r, ok, left := s.rights.Verdict(e, pattern.MaxWork); r != nil && (!ok || s.lacks(e, left) != nil) {
		return nil
	}
	var rules []string
	for i := range e.Expanded {
		text, ok := rule.Spell(&e.Expanded[i])
		if !ok {
			return nil
		}
		if !slices.Contains(rules, text) {
			rules = append(rules, text)
		}
	}
	return rules
}

// rule returns the one rule that would allow e and nothing else, or says why there is none.
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
	if (e.Kind == effect.KindOpaque || e.Kind == effect.KindHandover) && !s.rights.Unguarded() {
		return "", fmt.Sprintf(`its effects are unknown, so only a role that says "unguarded": true may allow %s`, e.String())
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

// lacks returns the requirement that an allowed effect does not meet, or nil if it meets all. left
// is how much work matching may still do.
func (s *Suggester) lacks(e *effect.Effect, left int) *role.Requirement {
	return s.rights.Lacks([]effect.Effect{*e}, 0, &pattern.Meter{Left: left}).Requirement
}

// RulesAt is like Rules, for effect i of a command. It suggests no rule with which the command
// would still be denied because of what is expanded in the effect, and no rule that would make the
// policy invalid. If i is out of range, it returns nil and says so.
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
		if why := s.whyUnfit(effects, &spelled[j]); why != "" {
			return nil, why
		}
	}
	return rules, ""
}

// Wider returns a rule that allows effect i with any arguments, such as "api originate **". It does
// so only for an effect that does nothing but run other effects of the command, which need rules of
// their own. Otherwise, and if i is out of range, it returns "".
func (s *Suggester) Wider(effects []effect.Effect, i int) string {
	if s.rights == nil || i < 0 || i >= len(effects) || !isPureWrapper(&effects[i], hasLearnableChild(effects[i+1:], &effects[i])) {
		return ""
	}
	e := effects[i]
	e.Tokens = nil
	text, ok := rule.Spell(&e)
	if !ok {
		return ""
	}
	text += " **"
	if _, err := s.rc.Compile(text, "", false); err != nil {
		return ""
	}
	return text
}

// whyUnfit says why a rule that spells the expansions of e does not help, or returns "" if it does.
func (s *Suggester) whyUnfit(effects []effect.Effect, e *effect.Effect) string {
	spelled := false
	for _, token := range append([]string{e.Name}, e.Tokens...) {
		for _, span := range argument.Expansions(token) {
			text := token[span.Start:span.End]
			variable, named := argument.ExpansionVariable(text)
			if !named {
				if why := s.whyUncovered(effects, e, text); why != "" {
					return why
				}
				continue
			}
			spelled = true
			if by, set := s.rights.MaySet(ascii.ToLower(variable)); variable != "" && by != nil && !s.rights.AllowsExpansion() {
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

// whyUncovered says why no rule covers text, an expansion of e that rules cannot name. It returns
// "" if a rule can cover it, or if no rule is needed.
func (s *Suggester) whyUncovered(effects []effect.Effect, e *effect.Effect, text string) string {
	if s.rights.Unguarded() && strings.HasSuffix(text, "}") {
		return "" // a rule for opaque expansion covers it
	}
	for i := range effects {
		if o := &effects[i]; o.Kind == effect.KindOpaque && o.Path == e.Path && o.Name == effect.OpaqueExpansion && o.Expanded == nil {
			return o.Why
		}
	}
	return ""
}
