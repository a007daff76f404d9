package fstext

import "strings"

// A Var is a variable of a block.
type Var struct{ Name, Value string }

// maxBlock is how many variables one block can have (switch_event.c, switch_event_create_brackets).
const maxBlock = 1024

// CutBlock parses a block of variables at the front of s and returns the text after it. sep
// separates the variables, unless the block begins with ^^X, which makes X the separator. ok is
// false, and rest is s, if s does not begin with a whole block.
func CutBlock(s string, opening, closing, sep byte) (vars []Var, rest string, ok bool) {
	if s == "" || s[0] != opening {
		return nil, s, false
	}
	end := ClosingBracket(s, 0, opening, closing)
	if end < 0 {
		return nil, s, false
	}
	inner := s[1:end]
	if len(inner) > 2 && strings.HasPrefix(inner, "^^") {
		sep, inner = inner[2], inner[3:]
	}
	for _, item := range Separate(inner, sep, maxBlock) {
		if kv := Separate(item, '=', 2); len(kv) == 2 && kv[0] != "" {
			vars = append(vars, Var{Name: kv[0], Value: kv[1]})
		}
	}
	return vars, s[end+1:], true
}

// ClosingBracket returns the offset of the bracket that closes the one at s[at], or -1. It counts
// only brackets of the same pair.
func ClosingBracket(s string, at int, opening, closing byte) int {
	depth := 0
	for i := at; i < len(s); i++ {
		if s[i] == opening {
			depth++
		} else if s[i] == closing {
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}
