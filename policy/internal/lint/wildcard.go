package lint

import (
	"slices"
	"strconv"
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// deadWildcards warns of wildcards of an allow rule that match no value, since every harmless value
// in their place has a part that a rule must spell.
func deadWildcards(r *rule.Rule) (out []*pattern.Fault) {
	if r.Deny {
		return nil
	}
	for _, e := range sampleEffects(r) {
		form := catalog.FormOf(&e)
		for i := range r.Args {
			if !slices.ContainsFunc(r.Args[i].Globs, func(g pattern.Glob) bool {
				return !g.Wild || mayMatchTypes(&g, form.Types(i)) && matchesOrdinaryValue(r, &g, &e, i)
			}) && r.Args[i].Wild {
				types := form.Types(i).Types()
				nothing := "nothing"
				if e.Kind == effect.KindInject {
					nothing = "only an empty value" // headers may be left out
				}
				out = append(out, pattern.Faultf("spell it, or write a regular expression",
					"the wildcard of %s for %s matches %s: it matches only harmless values, and harmless there is %s", words.Quote(r.Args[i].Globs[0].Text()), tokenPlace(&e, i), nothing, types[0].Harmless()))
			}
		}
	}
	return append(out, deadRest(r)...)
}

// deadRest warns of the ** of an allow rule for a channel verb if it covers a token that has no
// harmless value and must be spelled.
func deadRest(r *rule.Rule) (out []*pattern.Fault) {
	if !r.Rest || r.Kind != effect.KindChannel {
		return nil
	}
	for _, e := range sampleEffects(r) {
		names := fixedTokens(&e)
		for i := len(r.Args); i < len(names); i++ {
			e.Tokens = append(e.Tokens, "x")
		}
		form := catalog.FormOf(&e)
		for i := len(r.Args); i < len(names); i++ {
			set := form.Types(i)
			if any := (pattern.Glob{Elements: []pattern.Element{{Kind: pattern.Star}}, Wild: true}); set.Has(argument.TypeText) || mayMatchTypes(&any, set) {
				continue
			}
			out = append(out, pattern.Faultf("write every token up to that one, and spell that one",
				"the ** never matches, since %s must be spelled", tokenPlace(&e, i)))
			break
		}
	}
	return out
}

// tokenPlace describes token i of e for people: its number, its name if it has one, and its types.
func tokenPlace(e *effect.Effect, i int) string {
	place := rule.PlaceName(rule.Unmetered(e), i)
	names := fixedTokens(e)
	if i >= len(names) {
		return place
	}
	number, types, _ := strings.Cut(place, " (")
	return number + ", " + strings.ToLower(names[i]) + " (" + types
}

// fixedTokens returns the names of the tokens that every effect with the name of e has. It returns
// nil if arguments may be left out.
func fixedTokens(e *effect.Effect) []string {
	switch e.Kind {
	case effect.KindChannel:
		return effect.ChannelTokens(ascii.ToLower(e.Name))
	case effect.KindInject:
		subclass := ""
		if len(e.Tokens) > 0 {
			subclass = e.Tokens[0]
		}
		return catalog.InjectForm(strings.ToUpper(e.Name), subclass).First
	}
	return nil
}

// mayMatchTypes reports whether a glob with wildcards may match a value of these types that is not
// empty.
func mayMatchTypes(g *pattern.Glob, types argument.TypeSet) bool {
	last := g.Elements[len(g.Elements)-1]
	switch {
	case types.Has(argument.TypeNever):
		return false
	case types.Has(argument.TypeURI):
		return last.Kind == pattern.Literal && strings.Contains(last.Text, "@")
	case types.Has(argument.TypeURL):
		_, rest, _ := strings.Cut("://"+g.Prefix(), "://")
		if i := strings.Index(g.Prefix(), "://"); i >= 0 {
			rest = g.Prefix()[i+len("://"):]
		}
		return strings.Contains(rest, "/")
	}
	return true
}

// ordinaryValues are tried in place of each star of a glob to find a value that the glob matches.
var ordinaryValues = [...]string{"a", "1", "a.wav", "a/b.wav", "a@b.example", "b.example/a"}

// matchesOrdinaryValue reports whether g matches one of a few ordinary values of token i of e.
func matchesOrdinaryValue(r *rule.Rule, g *pattern.Glob, e *effect.Effect, i int) bool {
	for _, value := range ordinaryValues {
		var b strings.Builder
		for _, el := range g.Elements {
			switch el.Kind {
			case pattern.Literal:
				b.WriteString(el.Text)
			case pattern.Star:
				b.WriteString(value)
			case pattern.UUID:
				b.WriteString("00000000-0000-0000-0000-000000000000")
			case pattern.Range:
				b.WriteString(strconv.FormatUint(el.Low, 10))
			case pattern.One, pattern.Digits:
				b.WriteString(strings.Repeat("1", int(max(el.Low, 1))))
			}
		}
		probe := *e
		probe.Tokens = slices.Clone(e.Tokens)
		probe.Tokens[i] = b.String()
		if h := r.MatchOptions(rule.Unmetered(&probe), i, false); h.Acts || g.Match(probe.Tokens[i], h) {
			return true // openVariables warns of names of variables whose value acts
		}
	}
	return false
}
