package event

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// A filter is one filter of a Subscription (mod_event_socket.c, event_handler).
type filter struct {
	name  string
	value string // as FreeSWITCH stores it
	text  string // what a header's value is compared with: value without its signs
	minus bool   // a match drops the event
	// regex reports whether value is a regular expression. Its first byte decides that, so an
	// expression after a sign is text.
	regex bool
	// re is the regular expression. If it is nil, the expression has no second slash, and
	// FreeSWITCH never lets it match.
	re *regexp.Regexp
	// size is the number of instructions of re, weight that of its instructions and ranges.
	size, weight int64
}

// newFilter returns a filter. The error says why RE2 cannot compile its regular expression.
func newFilter(name, value string) (filter, error) {
	f := filter{name: name, value: value, text: strings.TrimLeft(value, "+- ")}
	signs := value[:len(value)-len(f.text)]
	f.minus = strings.LastIndexByte(signs, '-') > strings.LastIndexByte(signs, '+')
	if value == "" || value[0] != '/' {
		return f, nil
	}
	f.regex = true
	var err error
	f.re, f.size, f.weight, err = compile(value[1:])
	return f, err
}

// The limits of regular expressions. A weight is the number of a program's instructions and of the
// ranges of characters in them, each of which takes some 40 to 100 bytes of memory.
const (
	// maxProgram is the most instructions of one expression.
	maxProgram = 1 << 10
	// maxWeight is the most weight of one expression.
	maxWeight = 4 << 10
	// maxWeights is the most weight of all expressions of a Subscription together.
	maxWeights = 16 << 10
)

// compile compiles what follows the first slash of a regular expression as switch_regex.c does
// (switch_regex_perform): the last slash ends the expression, i and s after it are flags, and other
// letters mean nothing. It returns nil if there is no second slash.
//
// FreeSWITCH compares bytes, not characters, so the expression is compiled with each byte as one
// character; [Event.regexText] does the same with the values.
func compile(text string) (re *regexp.Regexp, size, weight int64, err error) {
	slash := strings.LastIndexByte(text, '/')
	if slash < 0 {
		return nil, 0, 0, nil
	}
	pattern, letters := text[:slash], text[slash+1:]
	flags := syntax.Perl
	if strings.Contains(letters, "i") {
		flags |= syntax.FoldCase
	}
	if strings.Contains(letters, "s") {
		flags |= syntax.DotNL
	}
	if err := checkEscapes(pattern); err != nil {
		return nil, 0, 0, err
	}
	tree, err := syntax.Parse(string(appendLatin1(nil, []byte(pattern))), flags)
	if err != nil {
		return nil, 0, 0, refused(err)
	}
	endBeforeNewline(tree)
	keepBytes(tree)
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, 0, 0, refused(err)
	}
	if len(program.Inst) > maxProgram {
		return nil, 0, 0, fmt.Errorf("the regular expression has more than %d instructions in RE2", maxProgram)
	}
	if weight = weigh(program); weight > maxWeight {
		return nil, 0, 0, errWeight
	}
	if re, err = regexp.Compile(tree.String()); err != nil {
		return nil, 0, 0, refused(err)
	}
	return re, int64(len(program.Inst)), weight, nil
}

// refused returns an error for the client from one of package syntax.
func refused(err error) error {
	text := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
	return fmt.Errorf("RE2 cannot compile the regular expression: %s", strings.Trim(fmt.Sprintf("%+q", text), `"`))
}

// checkEscapes refuses \v, which RE2 reads as one control character and PCRE as several.
func checkEscapes(pattern string) error {
	for i := 0; i+1 < len(pattern); i++ {
		if pattern[i] != '\\' {
			continue
		}
		if i++; pattern[i] == 'v' {
			return fmt.Errorf(`RE2 cannot compile the regular expression: \v means something else in RE2`)
		}
	}
	return nil
}

// endBeforeNewline makes each $ match before a line feed at the end of the text as well, as in
// PCRE.
func endBeforeNewline(tree *syntax.Regexp) {
	if tree.Op == syntax.OpEndText && tree.Flags&syntax.WasDollar != 0 {
		feed := &syntax.Regexp{Op: syntax.OpLiteral, Rune: []rune{'\n'}}
		end := &syntax.Regexp{Op: syntax.OpEndText}
		maybe := &syntax.Regexp{Op: syntax.OpQuest, Sub: []*syntax.Regexp{feed}}
		*tree = syntax.Regexp{Op: syntax.OpConcat, Sub: []*syntax.Regexp{maybe, end}}
		return
	}
	for _, sub := range tree.Sub {
		endBeforeNewline(sub)
	}
}

// keepBytes removes from each class the characters that are not one byte, which no value contains.
// A class like \pL has hundreds of ranges of them, and each of its repetitions would need memory
// for all of them.
func keepBytes(tree *syntax.Regexp) {
	if tree.Op == syntax.OpCharClass {
		n := 0
		for n < len(tree.Rune) && tree.Rune[n] <= 0xff {
			tree.Rune[n+1] = min(tree.Rune[n+1], 0xff)
			n += 2
		}
		tree.Rune = slices.Clone(tree.Rune[:n])
	}
	for _, sub := range tree.Sub {
		keepBytes(sub)
	}
}

// weigh returns the weight of a program.
func weigh(program *syntax.Prog) (weight int64) {
	for i := range program.Inst {
		weight += int64(1 + len(program.Inst[i].Rune)/2)
	}
	return weight
}

// The errors about regular expressions that are too large, alone and together.
var (
	errWeight  = errors.New("the regular expression repeats too many classes of characters")
	errWeights = errors.New("the regular expressions of the session's filters are too large together")
)

// Check returns an error, whose text is meant for the client, if the regular expressions of s would
// be too large together after Apply(c).
func (s *Subscription) Check(c Change) error {
	weight := c.filter.weight
	if weight == 0 {
		return nil
	}
	for i := range s.filters {
		weight += s.filters[i].weight
	}
	if weight > maxWeights {
		return errWeights
	}
	return nil
}

// appendLatin1 appends b with each byte as one character.
func appendLatin1(dst, b []byte) []byte {
	for _, c := range b {
		if c < 0x80 {
			dst = append(dst, c)
		} else {
			dst = append(dst, 0xc0|c>>6, 0x80|c&0x3f)
		}
	}
	return dst
}

// regexText returns a value with each byte as one character. It returns the value itself if it is
// ASCII.
func (e *Event) regexText(value []byte) []byte {
	for _, c := range value {
		if c >= 0x80 {
			e.unicode = appendLatin1(e.unicode[:0], value)
			return e.unicode
		}
	}
	return value
}
