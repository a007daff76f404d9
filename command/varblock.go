package command

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A setting is one variable that a dial string or a block sets.
type setting struct {
	name, value string
}

// maxSettings is how many variables one block may hold: FreeSWITCH's own number, beyond which it
// takes all the rest for the last (switch_event.c, switch_event_create_brackets).
const maxSettings = 1024

// The ways in which a text with blocks or legs is not understood.
var (
	// errBroken: FreeSWITCH itself does not take it.
	errBroken = errors.New("a brace without its partner")
	// errUnsure: FreeSWITCH takes it, for something that the text does not plainly say.
	errUnsure = errors.New("can be read in more than one way")
	// errTail and errSeparator: as errUnsure, since FreeSWITCH reads on behind the end of the text.
	errTail      = fmt.Errorf("%w: it ends in a lone backslash", errUnsure)
	errSeparator = fmt.Errorf("%w: it ends where a separator is stated", errUnsure)
)

// readBlock reads the block of variables that s begins with, like {a=1,b=2}, appends them to vars and returns what
// follows it. Only the same pair of braces counts for where it ends, quoted or not. The
// separator is sep, or X where the block begins ^^X; each entry is cut at its =, and one without
// a name and a value is nothing (switch_event.c, switch_event_create_brackets).
func readBlock(vars []setting, s string, open, shut, sep byte) (more []setting, rest string, err error) {
	end := endOfBlock(s, open, shut)
	if end < 0 {
		return nil, "", errBroken
	}
	text, rest := s[1:end], s[end+1:]
	if inner := strings.TrimLeft(text, " "); inner != "" && inner[0] == open {
		return nil, "", errUnsure // it depends on what FreeSWITCH puts before s
	}
	if again := strings.TrimLeft(rest, " "); again != "" && again[0] == open {
		// FreeSWITCH looks one brace further, and finding one takes what follows for variables too.
		if again = strings.TrimLeft(again[1:], " "); again != "" && again[0] == open {
			return nil, "", errUnsure
		}
	}
	if strings.HasPrefix(text, "^^") {
		if len(text) == 2 {
			return nil, "", errSeparator
		}
		sep, text = text[2], text[3:]
	}
	var room [fewEntries]string
	entries, err := separateSure(room[:0], text, sep, maxSettings)
	if err != nil {
		return nil, "", err
	}
	vars = slices.Grow(vars, len(entries))
	for _, entry := range entries {
		name, value, ok := separatePair(entry)
		if ok {
			vars = append(vars, setting{name, value})
		} else if endsInBackslash(entry) {
			return nil, "", errTail
		}
	}
	return vars, rest, nil
}

// fewEntries is how many entries of a block, or legs, are parted without an allocation.
const fewEntries = 16

// separatePair cuts an entry at its =, and reports whether both sides are there.
func separatePair(entry string) (name, value string, ok bool) {
	if isPlainText(entry) {
		name, value, _ = strings.Cut(entry, "=")
		return strings.Trim(name, " "), strings.Trim(value, " "), value != ""
	}
	var room [2]string
	pair := separateIn(room[:0], entry, '=', 2)
	if len(pair) < 2 {
		return "", "", false
	}
	return pair[0], pair[1], true
}

// isPlainText reports whether s holds nothing that the splitter heeds but the separator and spaces.
func isPlainText(s string) bool { return isUnquoted(s) && !strings.HasPrefix(s, "^^") }

// separateSure is separateIn, for texts that must not fill all the slots. Its error is an
// errUnsure.
func separateSure(room []string, s string, sep byte, slots int) ([]string, error) {
	if endsInBackslash(s) {
		return nil, errTail
	}
	tokens := separateIn(room, s, sep, slots)
	if len(tokens) == slots {
		return nil, errUnsure
	}
	return tokens, nil
}

// endsInBackslash reports whether s ends in a backslash that escapes what follows: FreeSWITCH takes that
// for the end of the text, and reads on behind it.
func endsInBackslash(s string) bool {
	n := len(s) - len(strings.TrimRight(s, `\`))
	return n%2 == 1
}

// endOfBlock returns where the block that s begins with is closed, and -1 where it is not.
func endOfBlock(s string, open, shut byte) int {
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

// writeBlock writes what readBlock reads as vars, "" for none. It may fail to: whoever needs to be
// sure reads it again.
func writeBlock(b []byte, vars []setting, open, shut, sep byte) []byte {
	if len(vars) == 0 {
		return b
	}
	b = append(b, open)
	start, bare := len(b), true
	for i, v := range vars {
		if i > 0 {
			b = append(b, sep)
		}
		b = append(b, v.name...)
		b = append(b, '=')
		b = append(b, v.value...)
		bare = bare && isTrimmed(v.name) && isTrimmed(v.value) && strings.IndexByte(v.name, '=') < 0
	}
	if text := b[start:]; !bare || hasEscaped(text) || bytes.Count(text, []byte{sep}) != len(vars)-1 {
		b = quoteBlock(b[:start], vars, sep)
	}
	return append(b, shut)
}

// quoteBlock writes vars with quotes where they need them.
func quoteBlock(b []byte, vars []setting, sep byte) []byte {
	for i, v := range vars {
		if i > 0 {
			b = append(b, sep)
		}
		if isBareToken(v.name, '=') && isBareToken(v.value, sep) && strings.IndexByte(v.name, sep) < 0 {
			b = append(b, v.name...)
			b = append(b, '=')
			b = append(b, v.value...)
			continue
		}
		b = appendToken(b, quoteToken(v.name, '=')+"="+quoteToken(v.value, 0), sep)
	}
	return b
}

// quoteToken writes s as a token that the splitter on sep takes for s, and nothing else; sep 0
// for one that cannot be cut.
func quoteToken(s string, sep byte) string {
	if isBareToken(s, sep) {
		return s
	}
	return string(appendToken(nil, s, sep))
}

func appendToken(b []byte, s string, sep byte) []byte {
	if isBareToken(s, sep) {
		return append(b, s...)
	}
	b = append(b, '\'')
	start := len(b)
	if b = append(b, s...); !hasEscaped(b[start:]) {
		return append(b, '\'')
	}
	b = b[:start]
	for i := range len(s) {
		switch c := s[i]; c {
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		case '\'', '\\':
			b = append(b, '\\', c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '\'')
}

// quoteFrom makes one token of what b holds from start on.
func quoteFrom(b []byte, start int, sep byte) []byte {
	if s := b[start:]; len(s) > 0 && s[0] != ' ' && s[len(s)-1] != ' ' && !bytes.HasPrefix(s, []byte("^^")) &&
		bytes.IndexByte(s, sep) < 0 && !hasEscaped(s) {
		return b
	}
	return appendToken(b[:start], string(b[start:]), sep)
}

// isEscaped says which bytes stand behind a backslash between quotes.
var isEscaped = [256]bool{'\'': true, '\\': true, '\n': true, '\r': true, '\t': true}

// hasEscaped reports whether s holds a byte that isEscaped. It is for long texts.
func hasEscaped(s []byte) bool {
	return bytes.IndexByte(s, '\'') >= 0 || bytes.IndexByte(s, '\\') >= 0 ||
		bytes.IndexByte(s, '\n') >= 0 || bytes.IndexByte(s, '\r') >= 0 || bytes.IndexByte(s, '\t') >= 0
}

// isBareToken reports whether s needs no quotes to be a token.
func isBareToken(s string, sep byte) bool {
	const long = 64
	if !isTrimmed(s) {
		return false
	}
	if len(s) > long {
		return strings.IndexByte(s, sep) < 0 && !hasEscaped([]byte(s))
	}
	for i := range len(s) {
		if s[i] == sep || isEscaped[s[i]] {
			return false
		}
	}
	return true
}

// isTrimmed reports whether neither the ends of s nor a separator of its own tell the splitter anything.
func isTrimmed(s string) bool {
	return s != "" && s[0] != ' ' && s[len(s)-1] != ' ' && !strings.HasPrefix(s, "^^")
}

// arrayMark is how FreeSWITCH spells a list. In an event's header, or a variable, a list of one is its
// element, and one of nothing is no value at all (switch_event.c, switch_event_base_add_header).
const arrayMark = "ARRAY::"

const arrayBetween = "|:"

// plainValue returns what FreeSWITCH keeps of the value of a variable: the element of a list of one.
func plainValue(value string) string {
	if !strings.HasPrefix(value, arrayMark) || strings.Contains(value, arrayBetween) {
		return value
	}
	for strings.HasPrefix(value, arrayMark) {
		value = value[len(arrayMark):]
	}
	return value
}

// readings returns elements, and besides what a variable that is read as a whole says: the list as it
// is written.
func readings(value string) []string {
	list := elements(value)
	if len(list) > 1 && strings.HasPrefix(value, arrayMark) {
		list = append(list, value)
	}
	return list
}

// elements returns the values that a variable's value stands for: those of an array
// (ARRAY::a|:b), or itself. Set as one of an array it is parted all the same, for FreeSWITCH
// keeps arrays as such texts; so where it could be parted, both readings count.
func elements(value string) []string {
	list := []string{value}
	text := value
	for strings.HasPrefix(text, arrayMark) {
		text = text[len(arrayMark):]
		list = []string{text}
	}
	if strings.Contains(text, arrayBetween) {
		if text != value {
			list = nil
		}
		for piece := range strings.SplitSeq(text, arrayBetween) {
			list = append(list, strings.TrimPrefix(piece, arrayMark))
		}
	}
	return list
}
