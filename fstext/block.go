package fstext

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Variable is a variable that a dial string or a block sets.
type Variable struct {
	Name, Value string
}

// maxBlockVariables is FreeSWITCH's limit for the variables of one block. It reads everything after
// that as part of the last one (switch_event.c, switch_event_create_brackets).
const maxBlockVariables = 1024

// The errors of readers.
var (
	// errBroken means that FreeSWITCH refuses the text.
	errBroken = errors.New("a brace without its partner")
	// ErrAmbiguous means that FreeSWITCH accepts the text, but may read it in another way than a
	// person does.
	ErrAmbiguous = errors.New("can be read in more than one way")
	// ErrLoneBackslash and ErrLoneSeparator are forms of ErrAmbiguous: FreeSWITCH reads past the
	// end of the text.
	ErrLoneBackslash = fmt.Errorf("%w: it ends in a lone backslash", ErrAmbiguous)
	ErrLoneSeparator = fmt.Errorf("%w: it ends where a separator is stated", ErrAmbiguous)
)

// ReadBlock reads the block of variables with which s begins, such as {a=1,b=2}, appends the
// variables to vars and returns the text after the block. open and shut are its braces; nested
// pairs of them count, quoted or not, and no others. sep separates the entries, unless the block
// begins with ^^X, which makes X the separator. Each entry is split at its first =; an entry
// without a name and a value is ignored (switch_event.c, switch_event_create_brackets). The error
// is ErrAmbiguous, or another one if the block is not closed.
func ReadBlock(vars []Variable, s string, open, shut, sep byte) (more []Variable, rest string, err error) {
	end := EndOfBlock(s, open, shut)
	if end < 0 {
		return nil, "", errBroken
	}
	text, rest := s[1:end], s[end+1:]
	if inner := strings.TrimLeft(text, " "); inner != "" && inner[0] == open {
		return nil, "", ErrAmbiguous // its meaning depends on what FreeSWITCH puts before s
	}
	if again := strings.TrimLeft(rest, " "); again != "" && again[0] == open {
		// FreeSWITCH looks one brace further. If it finds one, it reads what follows as variables,
		// too.
		if again = strings.TrimLeft(again[1:], " "); again != "" && again[0] == open {
			return nil, "", ErrAmbiguous
		}
	}
	if strings.HasPrefix(text, "^^") {
		if len(text) == 2 {
			return nil, "", ErrLoneSeparator
		}
		sep, text = text[2], text[3:]
	}
	var scratch [FewEntries]string
	entries, err := SeparateStrict(scratch[:0], text, sep, maxBlockVariables)
	if err != nil {
		return nil, "", err
	}
	vars = slices.Grow(vars, len(entries))
	for _, entry := range entries {
		name, value, ok := separatePair(entry)
		if ok {
			vars = append(vars, Variable{name, value})
		} else if EndsInBackslash(entry) {
			return nil, "", ErrLoneBackslash
		}
	}
	return vars, rest, nil
}

// FewEntries is how many entries of a block, or legs, are split without an allocation.
const FewEntries = 16

// separatePair splits an entry at its = and reports whether it has both sides.
func separatePair(entry string) (name, value string, ok bool) {
	if isPlainText(entry) {
		name, value, _ = strings.Cut(entry, "=")
		return strings.Trim(name, " "), strings.Trim(value, " "), value != ""
	}
	var scratch [2]string
	pair := SeparateIn(scratch[:0], entry, '=', 2)
	if len(pair) < 2 {
		return "", "", false
	}
	return pair[0], pair[1], true
}

// EndOfBlock returns the index of the brace that closes the block with which s begins, and -1 if
// there is none. s begins with open.
func EndOfBlock(s string, open, shut byte) int {
	if end := strings.IndexByte(s, shut); end < 0 || strings.IndexByte(s[1:end], open) < 0 {
		return end // there are no braces within
	}
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// writeBlock appends the block with these variables to b, nothing for none. Some variables cannot
// be written so that ReadBlock returns them again, so the caller has to read the result and
// compare.
func writeBlock(b []byte, vars []Variable, open, shut, sep byte) []byte {
	if len(vars) == 0 {
		return b
	}
	b = append(b, open)
	start, bare := len(b), true
	for i, v := range vars {
		if i > 0 {
			b = append(b, sep)
		}
		b = append(b, v.Name...)
		b = append(b, '=')
		b = append(b, v.Value...)
		bare = bare && isTrimmed(v.Name) && isTrimmed(v.Value) && strings.IndexByte(v.Name, '=') < 0
	}
	if text := b[start:]; !bare || hasEscaped(text) || bytes.Count(text, []byte{sep}) != len(vars)-1 {
		b = quoteBlock(b[:start], vars, sep)
	}
	return append(b, shut)
}

// quoteBlock appends the entries of a block to b, each in quotes if it needs them.
func quoteBlock(b []byte, vars []Variable, sep byte) []byte {
	for i, v := range vars {
		if i > 0 {
			b = append(b, sep)
		}
		if isBareToken(v.Name, '=') && isBareToken(v.Value, sep) && strings.IndexByte(v.Name, sep) < 0 {
			b = append(b, v.Name...)
			b = append(b, '=')
			b = append(b, v.Value...)
			continue
		}
		b = AppendToken(b, quoteToken(v.Name, '=')+"="+quoteToken(v.Value, 0), sep)
	}
	return b
}

// SizeOf returns the total length, in bytes, of the arguments of the var effects of vars.
func SizeOf(vars []Variable) (n int) {
	for _, v := range vars {
		n += len(v.Name) + len(" ") + len(v.Value)
	}
	return n
}
