package lint

import (
	"regexp/syntax"
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
)

// dialsAnything reports whether r leaves open what is dialled, or which number of a trunk.
func dialsAnything(r *rule.Rule) bool {
	switch {
	case r.Kind != effect.KindDial || r.Deny:
		return false
	case r.AnyName:
		return true
	case r.Name.Regex != nil:
		tree, err := syntax.Parse(r.Name.Text, syntax.Perl)
		return err != nil || regexDialsAnything(tree)
	}
	return slices.ContainsFunc(r.Name.Globs, func(g pattern.Glob) bool { return g.HasSlash() && globDialsAnything(&g) })
}

// globDialsAnything reports whether what is dialled is open from the beginning, or the number,
// which is what follows the last slash, up to an @.
func globDialsAnything(g *pattern.Glob) bool {
	var b strings.Builder // the glob with its wildcards, and nothing else that looks like one
	for _, el := range g.Elements {
		switch el.Kind {
		case pattern.Literal:
			b.WriteString(strings.NewReplacer("*", "x", "?", "x").Replace(el.Text))
		case pattern.Star:
			b.WriteByte('*')
		case pattern.One:
			b.WriteByte('?')
		case pattern.Digits: // as many digits as it may be, whichever they are
			b.WriteString(strings.Repeat("?", int(el.High)))
		default:
			b.WriteByte('x')
		}
	}
	text := b.String()
	if text[0] == '*' || text[0] == '?' {
		return true
	}
	number, _, _ := strings.Cut(text[strings.LastIndexByte(text, '/')+1:], "@")
	number = strings.TrimPrefix(number, "+")
	return pattern.IsTrunk(text) && strings.Trim(number, "*?") == "" && (strings.Contains(number, "*") || len(number) >= pattern.AnyDigits)
}

// regexDialsAnything is the same for a regular expression, as far as its end and its beginning
// tell: digits without an end behind a slash, or behind what may be one.
func regexDialsAnything(tree *syntax.Regexp) bool {
	parts := []*syntax.Regexp{tree}
	switch tree.Op {
	case syntax.OpAlternate:
		return slices.ContainsFunc(tree.Sub, regexDialsAnything)
	case syntax.OpCapture:
		return regexDialsAnything(tree.Sub[0])
	case syntax.OpConcat:
		parts = tree.Sub
	}
	last := len(parts) - 1
	if !anyDigitsOf(parts[last]) {
		return false
	}
	if last == 0 {
		return true
	}
	first := parts[0]
	if first.Op == syntax.OpLiteral && strings.Contains(string(first.Rune), "/") && !pattern.IsTrunk(string(first.Rune)) {
		return false
	}
	at := last - 1
	for at > 0 && (parts[at].Op == syntax.OpRepeat || parts[at].Op == syntax.OpAnyCharNotNL) {
		at--
	}
	if parts[at].Op != syntax.OpLiteral {
		return true
	}
	end := parts[at].Rune[len(parts[at].Rune)-1]
	return end == '/' || at < last-1 && (end < '0' || end > '9') // a dot may be the slash
}

// anyDigitsOf reports whether re repeats any digit as often as a number has them.
func anyDigitsOf(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpCapture:
		return anyDigitsOf(re.Sub[0])
	case syntax.OpStar, syntax.OpPlus:
	case syntax.OpRepeat:
		if re.Max >= 0 && re.Max < pattern.AnyDigits {
			return false
		}
	default:
		return false
	}
	switch of := re.Sub[0]; of.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	case syntax.OpCharClass:
		return slices.ContainsFunc(pairs(of.Rune), func(r [2]rune) bool { return r[0] <= '0' && r[1] >= '9' })
	}
	return false
}

// matchesAnyHost reports whether r allows, by a regular expression, any run of characters in what
// is dialled. No wildcard does that: what stands behind an @ is another host.
func matchesAnyHost(r *rule.Rule) bool {
	if r.Kind != effect.KindDial || r.Deny || r.Name.Regex == nil {
		return false
	}
	tree, err := syntax.Parse(r.Name.Text, syntax.Perl)
	return err != nil || repeatsAtSign(tree, false)
}

// repeatsAtSign reports whether re matches an @ within a repetition.
func repeatsAtSign(re *syntax.Regexp, repeated bool) bool {
	switch re.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return repeated
	case syntax.OpCharClass:
		return repeated && slices.ContainsFunc(pairs(re.Rune), func(r [2]rune) bool { return r[0] <= '@' && r[1] >= '@' })
	case syntax.OpStar, syntax.OpPlus:
		repeated = true
	case syntax.OpRepeat:
		repeated = repeated || re.Max != 1
	}
	return slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return repeatsAtSign(sub, repeated) })
}

// pairs returns the ranges of a character class.
func pairs(runes []rune) (out [][2]rune) {
	for i := 0; i+1 < len(runes); i += 2 {
		out = append(out, [2]rune{runes[i], runes[i+1]})
	}
	return out
}
