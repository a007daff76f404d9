package event

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"eslguard/fstext/ascii"
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
	// size is the number of instructions of re.
	size int64
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
	f.re, f.size, err = compile(value[1:])
	return f, err
}

// maxProgram is the most instructions of a regular expression.
const maxProgram = 1024

// compile compiles what follows the first slash of a regular expression as switch_regex.c does
// (switch_regex_perform): the last slash ends the expression, i and s after it are flags, and other
// letters mean nothing. It returns nil if there is no second slash.
//
// FreeSWITCH compares bytes, not characters, so the expression is compiled with each byte as one
// character; [Event.regexText] does the same with the values.
func compile(text string) (re *regexp.Regexp, size int64, err error) {
	slash := strings.LastIndexByte(text, '/')
	if slash < 0 {
		return nil, 0, nil
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
		return nil, 0, err
	}
	tree, err := syntax.Parse(string(appendLatin1(nil, []byte(pattern))), flags)
	if err != nil {
		return nil, 0, refused(err)
	}
	endBeforeNewline(tree)
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, 0, refused(err)
	}
	if len(program.Inst) > maxProgram {
		return nil, 0, fmt.Errorf("the regular expression has more than %d instructions in RE2", maxProgram)
	}
	if re, err = regexp.Compile(tree.String()); err != nil {
		return nil, 0, refused(err)
	}
	return re, int64(len(program.Inst)), nil
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

// MaxMatchWork is the most work of one match of a regular expression: the length of the value times
// the number of instructions of the expression. A match that would need more is not tried.
const MaxMatchWork = 1 << 24

// matches reports whether f matches value, and adds the work for it to work.
func (f *filter) matches(e *Event, value []byte, work *int64) bool {
	switch {
	case !f.regex:
		return ascii.EqualFold(value, f.text)
	case f.re == nil:
		return false
	}
	need := int64(len(value)+1) * f.size
	*work += need
	return need <= MaxMatchWork && f.re.Match(e.regexText(value))
}
