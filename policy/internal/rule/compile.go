package rule

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// A Compiler compiles rules. Vocab must not be nil. Sets has the globs of each set that rules may
// name, and may be nil.
type Compiler struct {
	Vocab *Vocabulary
	Sets  map[string][]pattern.Glob
}

const (
	// MaxLength is the most bytes of a rule. maxRuleTokens is the most tokens.
	MaxLength     = 4096
	maxRuleTokens = 64
)

// Compile compiles one rule of the role named, a deny rule if deny is true. It returns a Fault and
// no Rule if something is wrong with it.
func (rc *Compiler) Compile(text, role string, deny bool) (*Rule, *pattern.Fault) {
	tokens, err := splitRule(text)
	if err != nil {
		return nil, err
	}
	r := &Rule{Text: text, Role: role, Deny: deny}
	if tokens[0] == Repeating {
		r.Repeating = true
		tokens = tokens[1:]
	}
	word := strings.Join(tokens[:min(1, len(tokens))], "")
	if r.Kind, _ = effect.ParseKind(word); r.Kind == effect.KindInvalid {
		hint := words.DidYouMean(word, kindNames())
		if hint == "" {
			hint = "a rule is KIND TOKEN TOKEN …, KIND one of " + words.List(kindNames())
		}
		return nil, pattern.Faultf(hint, "%s is not a kind of effect", words.Quote(word))
	}
	tokens, err = r.takeLeg(tokens[1:])
	if err != nil {
		return nil, err
	}
	if len(tokens) == 0 {
		return nil, pattern.Faultf("", "the rule ends after %s", words.Quote(r.Kind.String()))
	}
	if last := len(tokens) - 1; tokens[last] == "**" {
		r.Rest, r.AnyName = true, last == 0
		tokens = tokens[:last]
	}
	// Additional headers must not evade a deny rule.
	r.Rest = r.Rest || deny && (r.Kind == effect.KindInject || r.Kind == effect.KindChannel)
	if err := rc.tokens(r, tokens); err != nil {
		return nil, err
	}
	if err := rc.check(r); err != nil {
		return nil, err
	}
	r.nameClasses, r.Variables = rc.nameClasses(r), r.spelledVariables()
	return r, nil
}

// CompileKey compiles KIND or KIND NAME to a deny rule for all effects of that kind or name,
// whatever their arguments. It is for what a limit counts and what a requirement applies to. what
// says which of the two, in its errors.
func (rc *Compiler) CompileKey(key, what string) (*Rule, *pattern.Fault) {
	if strings.HasSuffix(key, " **") {
		return nil, pattern.Faultf("leave it out", "%s has no ** at its end: it counts whatever the arguments are", what)
	}
	text := key
	if !strings.HasPrefix(key, "log ") {
		text += " **"
	}
	r, err := rc.Compile(text, "", true)
	if err != nil {
		return nil, err
	}
	if len(r.Args) > 0 || r.Repeating || r.AnyName && r.Leg == effect.LegUnknown && strings.Contains(key, " ") {
		return nil, pattern.Faultf("KIND or KIND NAME", "%s is on a kind, or on names of it", what)
	}
	return r, nil
}

// nameClasses returns the classes of the names that the rule spells, as bits. It returns zero if a
// name has a wildcard or is unknown, or if its class depends on its arguments.
func (rc *Compiler) nameClasses(r *Rule) (classes uint32) {
	for i := range r.Name.Globs {
		name, literal := r.Name.Globs[i].Literal()
		class, always := rc.Vocab.Catalog.Class(r.Kind, name)
		if !literal || !always || class == effect.ClassNone {
			return 0
		}
		classes |= 1 << class
	}
	return classes
}

// splitRule splits a rule at its single spaces.
func splitRule(text string) ([]string, *pattern.Fault) {
	if len(text) > MaxLength {
		return nil, pattern.Faultf("", "a rule is longer than %d bytes", MaxLength)
	}
	if what := words.Unprintable(text); what != "" {
		return nil, pattern.Faultf("", "the rule contains %s", what)
	}
	tokens := pattern.SplitTokens(text)
	if slices.Contains(tokens, "") {
		return nil, pattern.Faultf(`one space separates two tokens, \s (\\s in the JSON file) is a space within one, "" is a token that is empty`, "a token is empty")
	}
	if len(tokens) > maxRuleTokens {
		return nil, pattern.Faultf("", "a rule has more than %d tokens", maxRuleTokens)
	}
	return tokens, nil
}

// kindNames returns the words for all kinds.
func kindNames() (names []string) {
	for k := effect.KindAPI; k <= effect.KindOpaque; k++ {
		names = append(names, k.String())
	}
	return names
}

// tokens compiles the name and the arguments.
func (rc *Compiler) tokens(r *Rule, tokens []string) *pattern.Fault {
	for i, token := range tokens {
		if i == 0 && token[0] == '@' {
			if err := r.setClasses(token); err != nil {
				return err
			}
			r.Rest = r.Rest || len(tokens) == 1
			continue
		}
		p, err := pattern.Parse(token, rc.Sets, r.Deny)
		if err != nil {
			return err
		}
		if i == 0 {
			r.Name = p
		} else {
			r.Args = append(r.Args, p)
		}
	}
	return nil
}

// setClasses reads @class or @class|@class.
func (r *Rule) setClasses(token string) *pattern.Fault {
	if r.Kind != effect.KindAPI && r.Kind != effect.KindApp {
		return pattern.Faultf("", "only api and app have classes, %s has none", r.Kind)
	}
	for alt := range strings.SplitSeq(token, "|") {
		word, ok := strings.CutPrefix(alt, "@")
		if !ok {
			return pattern.Faultf("write two rules", "a class and a name cannot be alternatives of one token")
		}
		c, ok := effect.ParseClass(word)
		if !ok || c == effect.ClassNone {
			return pattern.Faultf(words.DidYouMean(alt, ClassNames("@")), "there is no class %s", words.Quote(alt))
		}
		r.Classes |= 1 << c
	}
	return nil
}

// ClassNames returns the names of all classes, each after prefix.
func ClassNames(prefix string) (names []string) {
	for c := effect.ClassNone + 1; c <= effect.ClassNested; c++ {
		names = append(names, prefix+c.String())
	}
	return names
}
