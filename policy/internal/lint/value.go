package lint

import (
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// deadWildcards notes the wildcards of an allow rule that match no value, since every value that
// is harmless at their place has a part that a rule must spell.
func deadWildcards(r *rule.Rule) (out []*pattern.Fault) {
	if r.Deny {
		return nil
	}
	for _, e := range likelyEffects(r) {
		form := catalog.FormOf(&e)
		for i := range r.Args {
			if !slices.ContainsFunc(r.Args[i].Globs, func(g pattern.Glob) bool {
				return !g.Wild || mayMatchTypes(&g, form.Types(i)) && matchesOrdinaryValue(r, &g, &e, i)
			}) && r.Args[i].Wild {
				types := form.Types(i).Types()
				nothing := "nothing"
				if e.Kind == effect.KindInject {
					nothing = "nothing but a value that is empty" // headers may be left out
				}
				out = append(out, pattern.Faultf("spell it, or write a regular expression",
					"the wildcard of %s for %s matches %s: harmless there is %s", words.Quote(r.Args[i].Globs[0].Text()), tokenPlace(&e, i), nothing, types[0].Harmless()))
			}
		}
	}
	return append(out, deadRest(r)...)
}

// deadRest notes the ** of an allow rule for a channel verb that stands for a token of which no
// value is harmless: that one a rule must spell.
func deadRest(r *rule.Rule) (out []*pattern.Fault) {
	if !r.Rest || r.Kind != effect.KindChannel {
		return nil
	}
	for _, e := range likelyEffects(r) {
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
			out = append(out, pattern.Faultf("write a token for each up to that, and spell it",
				"the ** never matches, since %s has to be spelled", tokenPlace(&e, i)))
			break
		}
	}
	return out
}

// tokenPlace names token i of e for people: by its number, with its own name where it has one, and
// its types.
func tokenPlace(e *effect.Effect, i int) string {
	place := rule.PlaceName(rule.Unmetered(e), i)
	names := fixedTokens(e)
	if i >= len(names) {
		return place
	}
	number, types, _ := strings.Cut(place, " (")
	return number + ", " + strings.ToLower(names[i]) + " (" + types
}

// fixedTokens returns the names of the tokens that every effect of the name of e has. It returns
// nil where arguments may be left out.
func fixedTokens(e *effect.Effect) []string {
	switch e.Kind {
	case effect.KindChannel:
		return effect.ChannelTokens(words.Fold(e.Name))
	case effect.KindInject:
		subclass := ""
		if len(e.Tokens) > 0 {
			subclass = e.Tokens[0]
		}
		return catalog.InjectForm(strings.ToUpper(e.Name), subclass).First
	}
	return nil
}

// likelyEffects returns effects that have the form of what the rule is about, one for each
// alternative of its name: the literal text of its tokens, and x for what is wild.
func likelyEffects(r *rule.Rule) (out []effect.Effect) {
	if len(r.Args) == 0 && !r.Rest || len(r.Name.Globs) > maxLikely {
		return nil
	}
	for i := range r.Name.Globs {
		name, literal := r.Name.Globs[i].Literal()
		if !literal {
			continue
		}
		e := effect.Effect{Kind: r.Kind, Name: name}
		if rule.FoldsName(r.Kind) && r.Kind != effect.KindInject {
			e.Name = words.Fold(name)
		}
		for j := range r.Args {
			token := "x"
			if len(r.Args[j].Globs) > 0 && !r.Args[j].Globs[0].Wild {
				token = r.Args[j].Globs[0].Prefix()
			}
			e.Tokens = append(e.Tokens, token)
		}
		out = append(out, e)
	}
	return out
}

// maxLikely is how many alternatives of a name are looked at.
const maxLikely = 64

// mayMatchTypes reports whether a glob with wildcards matches any value of these types that is not
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

// fills are what is tried in the place of each star of a glob, to find a value that it matches.
var fills = [...]string{"a", "1", "a.wav", "a/b.wav", "a@b.example", "b.example/a"}

// matchesOrdinaryValue reports whether g matches any of some ordinary values of token i of the
// effect.
func matchesOrdinaryValue(r *rule.Rule, g *pattern.Glob, e *effect.Effect, i int) bool {
	for _, fill := range fills {
		var b strings.Builder
		for _, el := range g.Elements {
			switch el.Kind {
			case pattern.Literal:
				b.WriteString(el.Text)
			case pattern.Star:
				b.WriteString(fill)
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
			return true // openVariables warns of the names of variables that act
		}
	}
	return false
}

// directory notes rules that leave the value of an originate's variable open, beside rules by which
// the directory is dialled.
func (d *linter) directory(h *role.Set) {
	dials := ""
	h.EachAllow(func(r *rule.Rule) {
		if dials == "" && dialsDirectory(r) {
			dials = r.Text
		}
	})
	if dials == "" {
		return
	}
	h.EachAllow(func(r *rule.Rule) {
		if d.warned[r] || r.Kind != effect.KindVar || len(r.Args) < 2 || !r.Args[1].HasBareWildcards() || !r.SetsOriginateVariable() {
			return
		}
		d.warned[r] = true
		d.rep.Warnf(r.Pos, "give the values' form, such as <1-60>, a|b or a regular expression",
			"%s: beside %s a value may become part of a dial string of the directory, so this wildcard matches no comma, quote, bracket and the like",
			words.Quote(r.Text), words.Quote(dials))
	})
}

// dialsDirectory reports whether the rule lets a leg of the type user or group be dialled.
func dialsDirectory(r *rule.Rule) bool {
	if r.Kind != effect.KindDial {
		return false
	}
	if r.AnyName {
		return true
	}
	if r.Name.Regex != nil {
		tree, err := syntax.Parse(r.Name.Text, syntax.Perl)
		return err != nil || pattern.MayBeginWith(tree, []string{"user/", "group/"})
	}
	return slices.ContainsFunc(r.Name.Globs, func(g pattern.Glob) bool {
		p := words.Fold(g.Prefix())
		return strings.HasPrefix(p, "user/") || strings.HasPrefix(p, "group/") || p == ""
	})
}
