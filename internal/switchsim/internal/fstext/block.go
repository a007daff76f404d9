package fstext

import "strings"

// ClosingBracket is the offset of what closes the bracket at s[at], or -1. Only the same pair is
// counted.
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

// maxBlock is how many variables one block holds (switch_event.c, switch_event_create_brackets).
const maxBlock = 1024

// A Var is a variable of a block.
type Var struct{ Name, Value string }

// CutBlock takes one block of variables off the front of s. ok is false where there is none.
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
