package pattern

import (
	"regexp/syntax"
	"slices"
)

// ImpossibleBeginning returns the first alternative of a regular expression for legs that can match
// no leg, because it begins with neither a letter nor a dollar sign. It returns "" if there is
// none, or if text is not a regular expression.
func ImpossibleBeginning(text string) string {
	if text == "" {
		return ""
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return ""
	}
	for tree.Op == syntax.OpCapture {
		tree = tree.Sub[0]
	}
	if tree.Op != syntax.OpAlternate {
		if MayBeginWith(tree, typeBeginnings) {
			return ""
		}
		return text
	}
	for _, alt := range tree.Sub {
		if !MayBeginWith(alt, typeBeginnings) {
			return alt.String()
		}
	}
	return ""
}

// typeBeginnings are the characters with which a leg can begin: the first letter of its type, also
// of types from modules outside FreeSWITCH's tree, or the dollar sign of an expansion.
var typeBeginnings = []string{
	"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z",
	"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z", "$",
}

// MayBeginWith reports whether the expression may match a text that begins with one of the
// prefixes. It returns true if it cannot tell.
func MayBeginWith(tree *syntax.Regexp, prefixes []string) bool {
	prog, err := syntax.Compile(tree.Simplify())
	return err != nil || slices.ContainsFunc(prefixes, func(prefix string) bool { return mayBegin(prog, prefix) })
}

// mayBegin reports whether prog may match a text that begins with prefix. It assumes that every
// assertion about a boundary is true.
func mayBegin(prog *syntax.Prog, prefix string) bool {
	states := reached(prog, []uint32{uint32(prog.Start)})
	for _, r := range prefix {
		var next []uint32
		for _, pc := range states {
			if inst := &prog.Inst[pc]; inst.Op != syntax.InstMatch && inst.MatchRune(r) {
				next = append(next, inst.Out)
			}
		}
		if states = reached(prog, next); len(states) == 0 {
			return false
		}
	}
	return true
}

// reached returns the instructions that can be reached from the given ones without consuming a
// rune, and that consume one or end the match.
func reached(prog *syntax.Prog, from []uint32) (out []uint32) {
	seen := make([]bool, len(prog.Inst))
	for len(from) > 0 {
		pc := from[len(from)-1]
		from = from[:len(from)-1]
		if seen[pc] {
			continue
		}
		seen[pc] = true
		switch inst := &prog.Inst[pc]; inst.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			from = append(from, inst.Out, inst.Arg)
		case syntax.InstCapture, syntax.InstNop, syntax.InstEmptyWidth:
			from = append(from, inst.Out)
		case syntax.InstFail:
		default:
			out = append(out, pc)
		}
	}
	return out
}
