package document

import (
	"cmp"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"eslguard/policy/internal/words"
)

// MaxName is the most bytes of the name of a client, role, set, upstream or API.
const MaxName = 128

// A fileReader turns the nodes of one file into definitions of a Document. It accepts only the
// known keys and types.
type fileReader struct {
	src *Source
	rep *Report
}

// A field is one key that an object may have, and the function that reads its value.
type field struct {
	key  string
	read func(n *node, at *Path)
}

func (r *fileReader) pos(n *node, at *Path) Pos { return Pos{r.src, n.off, at} }

func (r *fileReader) errorf(n *node, at *Path, hint, format string, args ...any) {
	r.rep.Errorf(r.pos(n, at), hint, format, args...)
}

// is reports whether n is of kind want, and adds an error if it is not. The error does not repeat
// the value, which may be a password in the wrong place.
func (r *fileReader) is(n *node, at *Path, want jsontext.Kind) bool {
	if n.kind == want {
		return true
	}
	r.errorf(n, at, "", "must be %s, not %s", kindName(want), kindName(n.kind))
	return false
}

// object reads an object. A key that is not in fields is an error.
func (r *fileReader) object(n *node, at *Path, fields ...field) {
	if !r.is(n, at, '{') {
		return
	}
	for _, m := range n.members {
		if f := findField(fields, m.key); f != nil {
			f.read(m.value, at.member(m.key))
			continue
		}
		known := make([]string, len(fields))
		for i, f := range fields {
			known[i] = f.key
		}
		r.rep.Errorf(Pos{r.src, m.off, at.member(m.key)}, words.DidYouMean(m.key, known), "unknown key %s", words.Quote(m.key))
	}
}

// need adds an error at p if the object n lacks key.
func (r *fileReader) need(n *node, p Pos, key, hint string) {
	if n.kind == '{' && !n.has(key) {
		r.rep.Errorf(p, hint, "%s is missing", words.Quote(key))
	}
}

func findField(fields []field, key string) *field {
	for i := range fields {
		if fields[i].key == key {
			return &fields[i]
		}
	}
	return nil
}

// names reads an object whose keys are names chosen by the operator. A name that is not fit for
// logs and records is an error.
func (r *fileReader) names(n *node, at *Path, each func(name string, p Pos, v *node, at *Path)) {
	if !r.is(n, at, '{') {
		return
	}
	for _, m := range n.members {
		here := at.member(m.key)
		p := Pos{r.src, m.off, here}
		if problem := nameProblem(m.key); problem != "" {
			r.rep.Errorf(p, "", "the name %s", problem)
			continue
		}
		each(m.key, p, m.value, here)
	}
}

// nameProblem says what is wrong with a name. It returns "" if the name is fit for logs and
// records.
func nameProblem(name string) string {
	switch {
	case name == "":
		return "is empty"
	case len(name) > MaxName:
		return "is longer than " + strconv.Itoa(MaxName) + " bytes"
	case !utf8.ValidString(name):
		return "is not UTF-8"
	case name[0] == ' ' || name[len(name)-1] == ' ':
		return words.Quote(name) + " begins or ends with a space"
	}
	for _, c := range name {
		if !unicode.IsPrint(c) {
			return words.Quote(name) + " contains an unprintable character"
		}
	}
	return ""
}

// array reads an array and calls each for its items. An array of fewer than least items, which is 0
// or 1, is an error.
func (r *fileReader) array(n *node, at *Path, least int, each func(n *node, at *Path)) {
	if !r.is(n, at, '[') {
		return
	}
	if len(n.items) < least {
		r.errorf(n, at, "", "is empty")
	}
	for i, item := range n.items {
		each(item, at.item(i))
	}
}

// A Text is a string of the policy and its position.
type Text struct {
	Text string
	Pos  Pos
}

// text reads a string that is not empty. It returns false, and adds an error, if n is something
// else.
func (r *fileReader) text(n *node, at *Path) (Text, bool) {
	s := Text{n.text, r.pos(n, at)}
	if !r.is(n, at, '"') {
		return s, false
	}
	if n.text == "" {
		r.errorf(n, at, "", "is empty")
		return s, false
	}
	return s, true
}

// texts reads an array of at least least strings.
func (r *fileReader) texts(n *node, at *Path, least int) (out []Text) {
	r.array(n, at, least, func(n *node, at *Path) {
		if s, ok := r.text(n, at); ok {
			out = append(out, s)
		}
	})
	return out
}

// oneOrMore reads a string, or an array of strings.
func (r *fileReader) oneOrMore(n *node, at *Path) []Text {
	if n.kind == '[' {
		return r.texts(n, at, 1)
	}
	s, ok := r.text(n, at)
	if !ok {
		return nil
	}
	return []Text{s}
}

// word reads a string that is one of names. It returns "", and adds an error, if n is something
// else.
func (r *fileReader) word(n *node, at *Path, names ...string) string {
	choices := "one of " + words.List(names)
	switch {
	case n.kind != '"':
		r.errorf(n, at, choices, "must be a string, not %s", kindName(n.kind))
	case slices.Contains(names, n.text):
		return n.text
	case n.text == "":
		r.errorf(n, at, choices, "is empty")
	default:
		r.errorf(n, at, cmp.Or(words.DidYouMean(n.text, names), choices), "%s is not known here", words.Quote(n.text))
	}
	return ""
}

// number reads a whole number from low to high, written in plain digits. It returns low, and adds
// an error, if n is something else.
func (r *fileReader) number(n *node, at *Path, low, high int) int {
	if !r.is(n, at, '0') {
		return low
	}
	v, err := strconv.Atoi(n.text)
	if err != nil || v < low || v > high {
		r.errorf(n, at, "", "must be a whole number from %d to %d", low, high)
		return low
	}
	return v
}

// flag reads true or false. It returns false, and adds an error, if n is something else.
func (r *fileReader) flag(n *node, at *Path) bool {
	if n.kind == 't' {
		return true
	}
	if n.kind != 'f' {
		r.errorf(n, at, "", "must be true or false, not %s", kindName(n.kind))
	}
	return false
}

// note checks a remark of the operator's, which may be any string.
func (r *fileReader) note(n *node, at *Path) { r.is(n, at, '"') }
