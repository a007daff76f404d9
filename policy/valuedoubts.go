package policy

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"eslguard/command"
)

// closedWildcards notes the wildcards of an allow rule that match no value, since every value that
// is harmless at their place has a part that a rule must spell.
func (r *rule) closedWildcards() (out []*ruleError) {
	if r.deny {
		return nil
	}
	for _, e := range r.likely() {
		form := command.FormOf(&e)
		for i := range r.args {
			if !slices.ContainsFunc(r.args[i].globs, func(g glob) bool { return !g.wild || g.mayMatch(form.Types(i)) && r.matchesAny(&g, &e, i) }) && r.args[i].wild {
				types := form.Types(i).Types()
				nothing := "nothing"
				if e.Kind == command.KindInject {
					nothing = "nothing but a value that is empty" // headers may be left out
				}
				out = append(out, badRule("spell it, or write a regular expression",
					"the wildcard of %s for %s matches %s: harmless there is %s", quote(r.args[i].globs[0].text()), tokenPlace(&e, i), nothing, types[0].Harmless()))
			}
		}
	}
	return append(out, r.closedRest()...)
}

// closedRest notes the ** of an allow rule for a channel verb that stands for a token of which no
// value is harmless: that one a rule must spell.
func (r *rule) closedRest() (out []*ruleError) {
	if !r.rest || r.kind != command.KindChannel {
		return nil
	}
	for _, e := range r.likely() {
		names := fixedTokens(&e)
		for i := len(r.args); i < len(names); i++ {
			e.Tokens = append(e.Tokens, "x")
		}
		form := command.FormOf(&e)
		for i := len(r.args); i < len(names); i++ {
			set := form.Types(i)
			if any := (glob{elems: []elem{{kind: elemStar}}, wild: true}); set.Has(command.TypeText) || any.mayMatch(set) {
				continue
			}
			out = append(out, badRule("write a token for each up to that, and spell it",
				"the ** never matches, since %s has to be spelled", tokenPlace(&e, i)))
			break
		}
	}
	return out
}

// tokenPlace names token i of e for people: by its number, with its own name where it has one, and
// its types.
func tokenPlace(e *command.Effect, i int) string {
	place := placeName(unmetered(e), i)
	names := fixedTokens(e)
	if i >= len(names) {
		return place
	}
	number, types, _ := strings.Cut(place, " (")
	return number + ", " + strings.ToLower(names[i]) + " (" + types
}

// fixedTokens returns the names of the tokens that every effect of the name of e has. It returns
// nil where arguments may be left out.
func fixedTokens(e *command.Effect) []string {
	switch e.Kind {
	case command.KindChannel:
		return command.ChannelTokens(foldASCII(e.Name))
	case command.KindInject:
		subclass := ""
		if len(e.Tokens) > 0 {
			subclass = e.Tokens[0]
		}
		return command.InjectForm(strings.ToUpper(e.Name), subclass).First
	}
	return nil
}

// likely returns effects that have the form of what the rule is about, one for each alternative of
// its name: the literal text of its tokens, and x for what is wild.
func (r *rule) likely() (out []command.Effect) {
	if len(r.args) == 0 && !r.rest || len(r.name.globs) > maxLikely {
		return nil
	}
	for i := range r.name.globs {
		name, literal := r.name.globs[i].literal()
		if !literal {
			continue
		}
		e := command.Effect{Kind: r.kind, Name: name}
		if foldsName(r.kind) && r.kind != command.KindInject {
			e.Name = foldASCII(name)
		}
		for j := range r.args {
			token := "x"
			if len(r.args[j].globs) > 0 && !r.args[j].globs[0].wild {
				token = r.args[j].globs[0].prefix()
			}
			e.Tokens = append(e.Tokens, token)
		}
		out = append(out, e)
	}
	return out
}

// maxLikely is how many alternatives of a name are looked at.
const maxLikely = 64

// mayMatch reports whether a glob with wildcards matches any value of these types that is not
// empty.
func (g *glob) mayMatch(types command.TypeSet) bool {
	last := g.elems[len(g.elems)-1]
	switch {
	case types.Has(command.TypeNever):
		return false
	case types.Has(command.TypeURI):
		return last.kind == elemLiteral && strings.Contains(last.text, "@")
	case types.Has(command.TypeURL):
		_, rest, _ := strings.Cut("://"+g.prefix(), "://")
		if i := strings.Index(g.prefix(), "://"); i >= 0 {
			rest = g.prefix()[i+len("://"):]
		}
		return strings.Contains(rest, "/")
	}
	return true
}

// fills are what is tried in the place of each star of a glob, to find a value that it matches.
var fills = [...]string{"a", "1", "a.wav", "a/b.wav", "a@b.example", "b.example/a"}

// matchesAny reports whether g matches any of some ordinary values of token i of the effect.
func (r *rule) matchesAny(g *glob, e *command.Effect, i int) bool {
	for _, fill := range fills {
		var b strings.Builder
		for _, el := range g.elems {
			switch el.kind {
			case elemLiteral:
				b.WriteString(el.text)
			case elemStar:
				b.WriteString(fill)
			case elemUUID:
				b.WriteString("00000000-0000-0000-0000-000000000000")
			case elemRange:
				b.WriteString(strconv.FormatUint(el.low, 10))
			case elemOne, elemDigits:
				b.WriteString(strings.Repeat("1", int(max(el.low, 1))))
			}
		}
		probe := *e
		probe.Tokens = slices.Clone(e.Tokens)
		probe.Tokens[i] = b.String()
		if h := r.how(unmetered(&probe), i, false); h.acts || g.match(probe.Tokens[i], h) {
			return true // the names of variables that act are for openVariables
		}
	}
	return false
}

// text returns the glob as a rule could write it, without escapes.
func (g *glob) text() string {
	var b strings.Builder
	for _, el := range g.elems {
		switch el.kind {
		case elemLiteral:
			b.WriteString(el.text)
		case elemOne:
			b.WriteByte('?')
		case elemUUID:
			b.WriteString("<uuid>")
		case elemRange:
			fmt.Fprintf(&b, "<%d-%d>", el.low, el.high)
		case elemDigits:
			b.WriteString(el.digits())
		default:
			b.WriteByte('*')
		}
	}
	return b.String()
}

// directory notes rules that leave the value of an originate's variable open, beside rules by which
// the directory is dialled.
func (d *doubter) directory(h *holding) {
	dials := ""
	h.allows(func(r *rule) {
		if dials == "" && r.dialsDirectory() {
			dials = r.text
		}
	})
	if dials == "" {
		return
	}
	h.allows(func(r *rule) {
		if d.told[r] || r.kind != command.KindVar || len(r.args) < 2 || !r.args[1].leavesOpen() || !r.setsOriginate() {
			return
		}
		d.told[r] = true
		d.rep.warnf(r.at, "give the values' form, such as <1-60>, a|b or a regular expression",
			"%s: beside %s a value may become part of a dial string of the directory, so this wildcard matches no comma, quote, bracket and the like",
			quote(r.text), quote(dials))
	})
}

// dialsDirectory reports whether the rule lets a leg of the type user or group be dialled.
func (r *rule) dialsDirectory() bool {
	if r.kind != command.KindDial {
		return false
	}
	if r.anyName {
		return true
	}
	if r.name.regex != nil {
		tree, err := syntax.Parse(r.name.text, syntax.Perl)
		return err != nil || beginsAsAny(tree, []string{"user/", "group/"})
	}
	return slices.ContainsFunc(r.name.globs, func(g glob) bool {
		p := foldASCII(g.prefix())
		return strings.HasPrefix(p, "user/") || strings.HasPrefix(p, "group/") || p == ""
	})
}

// setsOriginate reports whether the rule is about variables of an originate.
func (r *rule) setsOriginate() bool {
	e := command.Effect{Kind: command.KindVar, Name: "originate"}
	return r.names(&e)
}

// leavesOpen reports whether one of the pattern's alternatives is no more than wildcards.
func (p *pattern) leavesOpen() bool {
	return slices.ContainsFunc(p.globs, func(g glob) bool {
		return !slices.ContainsFunc(g.elems, func(el elem) bool { return el.kind != elemStar && el.kind != elemOne })
	})
}
