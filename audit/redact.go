package audit

import (
	"slices"
	"strings"
)

// Redacted stands in the place of what must not be told. In a record it is redactedAs, a token and
// redactedEnd, so that equal secrets of a run can be joined.
const (
	Redacted    = "[redacted]"
	redactedAs  = "[redacted:"
	redactedEnd = "]"
)

// Redact replaces the values in s that look like secrets by Redacted:
//
//   - all that follows auth or userauth at the beginning of s, or as a word of its own at the
//     beginning of another line;
//   - the value after a name that looks like a secret's and = or :, blanks and a quote, also an escaped one,
//     allowed before these. It reaches to the end of the line, for only the program that reads it knows where
//     it ends. Inside {…}, […] or <…> it ends at the next comma or at the closing
//     bracket, if no quote, escape or other bracket makes that doubtful;
//   - the same after value= in XML, <param name="password" value="…"/>;
//   - the rest of a line after such a name and a blank, where a word before it holds "setvar" or is
//     "conference" (uuid_setvar UUID NAME VALUE);
//   - the password of a URL, scheme://user:password@host.
//
// A name looks like a secret's if it holds, in any case, one of the words of the tables above. It
// errs towards replacing too much. It cannot find a secret that no such name announces: what a
// dialplan passes by position, a value encoded in some way. The time it takes grows with the length of s only.
func Redact(s string) string {
	if !suspicious(s) {
		return s
	}
	return new(secrets).redact(s, asCommand, nil)
}

// secrets say what is one. The zero secrets know what Redact knows.
type secrets struct {
	names []string                   // further parts of names, in lower case
	token func(secret string) string // nil: none
}

// name reports whether w looks like the name of a secret.
func (k *secrets) name(w string) bool {
	return secretName(w) || k.named(w)
}

// named reports whether s holds one of the further parts of names.
func (k *secrets) named(s string) bool {
	return slices.ContainsFunc(k.names, func(part string) bool { return containsFold(s, part) })
}

// harmless is a quick first look: redact would return s as it is.
func (k *secrets) harmless(s string) bool { return !suspicious(s) && !k.named(s) }

// marker is what stands in the place of a secret.
func (k *secrets) marker(secret string) string {
	if k.token == nil {
		return Redacted
	}
	secret = strings.Trim(secret, " \t")
	if n := len(secret); n >= 2 && secret[0] == secret[n-1] && (secret[0] == '"' || secret[0] == '\'') {
		secret = secret[1 : n-1]
	}
	return redactedAs + k.token(secret) + redactedEnd
}

// A reading is what a text is taken for.
type reading uint8

const (
	// asCommand: a frame's text, which may be a login that went wrong.
	asCommand reading = iota
	// asText: a part of a command, or words about one.
	asText
	// asSetting: arguments in which a name and its value are parted by a blank only.
	asSetting
)

// redact is Redact for texts of other sorts, too. It tells left, unless that is nil, the name of
// each secret.
func (k *secrets) redact(s string, as reading, left func(name string)) string {
	if k.harmless(s) {
		return s
	}
	r := redactor{secrets: k, left: left, s: s, as: as, set: as == asSetting, fresh: true}
	r.startLine()
	for r.i < len(s) {
		switch c := s[r.i]; {
		case isName(c):
			r.word()
		case c == '\n' || c == '\r':
			r.i++
			r.set, r.fresh, r.depth = as == asSetting, true, 0
			r.startLine()
		default:
			r.mark(c)
			r.i++
		}
	}
	if r.kept == 0 {
		return s
	}
	return string(append(r.out, s[r.kept:]...))
}

// maxDepth is how deep brackets are told apart. Deeper ones are not: a value there goes to the end of the line.
const maxDepth = 16

// maxLead is how far behind a bracket its ^^ may stand, in bytes.
const maxLead = 64

// A redactor walks once over a text.
type redactor struct {
	*secrets
	left func(name string)
	s    string
	i    int    // the next byte to look at
	kept int    // what is before it is in out
	out  []byte // the text so far, without its secrets
	end  int    // of the line
	as   reading
	// fresh: nothing but blanks yet in this line. set: names and values may be parted by a blank.
	fresh, set bool
	// open holds the closers of the brackets that the next byte is in; last is where each
	// closer stands last in the line.
	open [maxDepth]byte
	// own has a bit for each of these brackets that begins with ^^ and so names its own comma.
	own   uint32
	depth int
	last  struct{ brace, bracket, angle int }
}

// startLine finds where the line ends and its last closing brackets stand.
func (r *redactor) startLine() {
	r.end = len(r.s)
	r.last.brace, r.last.bracket, r.last.angle = -1, -1, -1
	for j := r.i; j < len(r.s); j++ {
		switch r.s[j] {
		case '}':
			r.last.brace = j
		case ']':
			r.last.bracket = j
		case '>':
			r.last.angle = j
		case '\n', '\r':
			r.end = j
			return
		}
	}
}

// mark takes note of a byte that is no part of a name.
func (r *redactor) mark(c byte) {
	switch c {
	case ' ', '\t':
		return
	case '{':
		r.push('}', r.last.brace)
	case '[':
		r.push(']', r.last.bracket)
	case '<':
		r.push('>', r.last.angle)
	case '}', ']', '>':
		if r.depth > 0 && r.depth <= maxDepth && r.open[r.depth-1] == c {
			r.depth--
		}
	case ':':
		r.url()
	}
	r.fresh = false
}

// push opens a bracket, if it is closed on this line.
func (r *redactor) push(closer byte, last int) {
	if last < r.i {
		return
	}
	if r.depth < maxDepth {
		r.open[r.depth] = closer
		r.own &^= 1 << r.depth
		if strings.HasPrefix(strings.TrimLeft(r.s[r.i+1:min(r.i+maxLead, r.end)], " \t"), "^^") {
			r.own |= 1 << r.depth
		}
	}
	// Past maxDepth nothing is popped either, so the rest of the line has no brackets.
	r.depth = min(r.depth+1, maxDepth+1)
}

// word takes the name that begins here, and the value after it where that is a secret.
func (r *redactor) word() {
	from := r.i
	for r.i < r.end && isName(r.s[r.i]) {
		r.i++
	}
	w := r.s[from:r.i]
	if r.fresh && r.login(from, w) {
		return
	}
	r.fresh = false
	if !r.name(w) {
		r.set = r.set || setter(w)
		return
	}
	spaced := r.closeName()
	r.skipBlanks()
	switch {
	case r.i < r.end && (r.s[r.i] == '=' || r.s[r.i] == ':'):
		r.i++
		r.skipBlanks()
		r.hide(w, r.valueEnd())
	case r.set && spaced:
		r.hide(w, r.end)
	case r.attribute():
		r.hide(w, r.valueEnd())
	}
}

// closeName steps over the quote that ends a name, which may be escaped where it stands in another string, and
// reports whether a blank follows the name.
func (r *redactor) closeName() (spaced bool) {
	spaced = r.blank()
	j := r.i
	for j < r.end && r.s[j] == '\\' {
		j++
	}
	if j < r.end && (r.s[j] == '"' || r.s[j] == '\'') {
		r.i = j + 1
	}
	return spaced || r.blank()
}

// attribute steps over value= and reports whether it was there.
func (r *redactor) attribute() bool {
	rest, found := strings.CutPrefix(r.s[r.i:r.end], "value")
	rest, equals := strings.CutPrefix(strings.TrimLeft(rest, " \t"), "=")
	if !found || !equals {
		return false
	}
	r.i = r.end - len(rest)
	r.skipBlanks()
	return true
}

// login hides what follows the verb of a login. FreeSWITCH demands a blank there, but a client
// that forgot it still sent its password.
func (r *redactor) login(from int, w string) bool {
	for _, verb := range [...]string{"auth", "userauth"} {
		if r.blank() && strings.EqualFold(w, verb) {
			r.skipBlanks()
			r.hide(verb, r.end)
			return true
		}
		if r.as == asCommand && r.kept == 0 && !strings.ContainsAny(r.s[:from], "\r\n") && len(w) > len(verb) && strings.EqualFold(w[:len(verb)], verb) {
			r.i = from + len(verb)
			r.hide(verb, r.end)
			return true
		}
	}
	return false
}

// blank reports whether a blank is next.
func (r *redactor) blank() bool {
	return r.i < r.end && (r.s[r.i] == ' ' || r.s[r.i] == '\t')
}

// quote reports whether a quote is next.
func (r *redactor) quote() bool {
	return r.i < r.end && (r.s[r.i] == '"' || r.s[r.i] == '\'')
}

func (r *redactor) skipBlanks() {
	for r.blank() {
		r.i++
	}
}

// maxLeft is how much of a secret's name is told, in bytes.
const maxLeft = 64

// hide leaves out what stands from here to end, the value of name.
func (r *redactor) hide(name string, end int) {
	if end > r.i && r.s[r.i:end] != Redacted {
		r.out = append(append(r.out, r.s[r.kept:r.i]...), r.marker(r.s[r.i:end])...)
		r.kept = end
		if r.left != nil {
			r.left(clip(name, maxLeft))
		}
	}
	r.i = end
}

// valueEnd is where the value that begins here ends: at the end of the line, or before that
// only where brackets leave no doubt.
func (r *redactor) valueEnd() int {
	if r.depth == 0 || r.depth > maxDepth || r.own&(1<<(r.depth-1)) != 0 {
		return r.end
	}
	j, closer := r.i, r.open[r.depth-1]
	if strings.HasPrefix(r.s[j:r.end], Redacted) {
		j += len(Redacted)
		if r.ends(j, closer) {
			return j
		}
		return r.end
	}
	if r.quote() {
		n := strings.IndexByte(r.s[j+1:r.end], r.s[j])
		if n < 0 || strings.IndexByte(r.s[j+1:j+1+n], '\\') >= 0 || !r.ends(j+n+2, closer) {
			return r.end
		}
		return j + n + 2
	}
	for ; j < r.end; j++ {
		switch c := r.s[j]; c {
		case ',', closer:
			return j
		case '\\', '\'', '"', '{', '}', '[', ']', '<', '>', '(', '^', '$':
			return r.end
		}
	}
	return r.end
}

// ends reports whether a value may end at j.
func (r *redactor) ends(j int, closer byte) bool {
	return j < r.end && (r.s[j] == ',' || r.s[j] == closer || strings.HasPrefix(r.s[j:r.end], "/>"))
}

// url leaves out the password of a URL whose :// begins here. What stands before it must be a user's plain
// name: whatever else there is has to be looked at byte by byte.
func (r *redactor) url() {
	if !strings.HasPrefix(r.s[r.i:r.end], "://") {
		return
	}
	from := r.i + len("://")
	colon := from
	for colon < r.end && (isName(r.s[colon]) || r.s[colon] == '%') {
		colon++
	}
	user := r.s[from:colon]
	if colon == r.end || r.s[colon] != ':' || r.name(user[strings.LastIndexByte(user, '%')+1:]) {
		return
	}
	at := -1
	for j := colon; j < r.end && strings.IndexByte("/ \t'\",", r.s[j]) < 0; j++ {
		if r.s[j] == '@' {
			at = j
		}
	}
	if at <= colon+1 {
		return
	}
	r.set = r.set || containsFold(r.s[from:at], "setvar") || containsFold(r.s[from:at], "conference")
	r.i = colon + 1
	if strings.ContainsAny(r.s[r.i:at], "=:{}[]<>^") {
		// It may be a name and a value that goes on behind the @, or change what a bracket means.
		at = r.end
	}
	r.hide("url", at)
	r.i-- // redact steps over one byte
}

// isName reports whether c may stand in the name of a header or variable.
func isName(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

// setter reports whether a name and its value follow w with only blanks between.
func setter(w string) bool { return containsFold(w, "setvar") || strings.EqualFold(w, "conference") }
