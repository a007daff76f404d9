package redact

import (
	"strings"

	"eslguard/fstext/ascii"
)

// word reads the name that begins at the next byte, and replaces the value after it if that is a
// secret.
func (r *redactor) word() {
	from, fresh := r.i, r.lineStart
	for r.i < r.end && IsName(r.s[r.i]) && (r.i < r.spans.next || r.spans.next <= from) {
		r.i++
	}
	r.work += 3 * (r.i - from) // the checks below read its words again
	w := r.s[from:r.i]
	r.confName = r.confName.afterByte()
	if fresh && r.login(from, w) {
		return
	}
	r.lineStart = false
	if r.selfEvident(from, w) {
		return
	}
	r.positions(from, w)
	if ascii.ContainsEqualFold(inserts[:], w) {
		r.insert()
	}
	if fresh && (r.sendmsg || r.app != nil) && ascii.EqualFold(w, "execute-app-arg") {
		r.argumentHeader()
	}
	name := r.raw[r.src(from):r.src(r.i)]
	switch {
	case r.isValueAttribute(w):
		name = r.tagName
	case !r.isSecretName(w) && !r.afterEscape(from, w) && !(r.isJSONRequest && ascii.EqualFold(w, "arg")) && !r.pairings.isSecretArgument(&r.cursor, w):
		r.noteSetter(w)
		return
	}
	r.value(from, w, name)
}

// argumentHeader notes the value of the header execute-app-arg, whose name was just read.
func (r *redactor) argumentHeader() {
	if r.sendmsg {
		r.confName = beforeName
	}
	if n := strings.IndexByte(r.s[r.i:r.end], ':'); r.app != nil && n >= 0 {
		from := r.i + n + 1
		for from < r.end && isBlank(r.s[from]) {
			from++
		}
		r.work += from - r.i
		r.addSpan(from, r.end, r.app.Name)
	}
}

// noteSetter notes a word that changes how the following words are read.
func (r *redactor) noteSetter(w string) {
	r.spaceSets = r.spaceSets || isSetter(w)
	if ascii.EqualFold(w, "conference") || r.confLine && ascii.EqualFold(w, "transfer") {
		r.confName, r.confLine = beforeName, true
	}
}

// afterEscape reports whether w, which begins at index from, is the name of a secret after the
// escape of a line end or a tab.
func (c *cursor) afterEscape(from int, w string) bool {
	return from > 0 && c.s[from-1] == '\\' && strings.IndexByte("nrt", w[0]) >= 0 && len(w) > 1 && c.isSecretName(w[1:])
}

// value replaces the value of w if it has one. w begins at index from and ends at the next byte.
func (r *redactor) value(from int, w, name string) {
	spaced := r.closeName()
	r.skipBlanks()
	switch {
	case r.i < r.end && (r.s[r.i] == '=' || r.s[r.i] == ':'):
		r.i++
		if r.blank() {
			r.skipBlanks()
			from = r.i // queries have no blanks
		}
		r.hide(name, r.valueEnd(from))
	case r.bearer(w, spaced):
	case spaced && (r.spaceSets || w[0] == '-'):
		r.hide(name, r.end)
	case r.attribute():
		r.hide(name, r.valueEnd(r.i))
	}
}

// selfEvident replaces a secret that needs no name: it is w, or it follows w.
func (r *redactor) selfEvident(from int, w string) bool {
	switch {
	case strings.HasPrefix(w, "eyJ") && len(w) >= minJWT && strings.IndexByte(w, '.') > 0:
		r.i = from
		r.hide("jwt", from+len(w))
		return true
	case r.i < r.end && r.s[r.i] == ':' && ascii.EqualFold(w, "inline"):
		r.i++
		r.hide(w, r.end)
		return true
	case ascii.EqualFold(w, "dtmf") && r.blank() && r.digitsFollow(from):
		r.skipBlanks()
		r.hide(w, r.end)
		return true
	case ascii.EqualFold(w, "digit") && r.i < r.end && r.s[r.i] == '=':
		r.i++
		r.hide(w, r.wordEnd())
		return true
	case ascii.EqualFold(w, "private"):
		r.pem(from)
		return r.i != from+len(w)
	}
	return false
}

const (
	// minJWT is the minimum length of a JSON web token in bytes, whose head names its algorithm.
	minJWT = 20
	// minOpaque is the minimum length, in bytes, of a token that consists of letters only.
	minOpaque = 16
)

// bearer replaces the token after Bearer and a blank, unless it looks like a word.
func (r *redactor) bearer(w string, spaced bool) bool {
	if !spaced || !ascii.EqualFold(w, "bearer") {
		return false
	}
	j := r.i
	for j < r.end && (IsName(r.s[j]) || strings.IndexByte("~+/=", r.s[j]) >= 0) {
		j++
	}
	r.work += j - r.i
	token := r.s[r.i:j]
	word := strings.Trim(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && len(token) < minOpaque
	if j == r.i || word && !r.spaceSets {
		return false
	}
	if r.nameWithin(token) {
		j = r.end // it may be a name that a value follows
	}
	r.hide(w, j)
	return true
}

// login replaces the text after the verb of a login. FreeSWITCH requires a blank there, but a
// client that forgot it still sent its password.
func (r *redactor) login(from int, w string) bool {
	for _, verb := range [...]string{"auth", "userauth"} {
		if r.blank() && ascii.EqualFold(w, verb) {
			r.skipBlanks()
			r.hide(verb, r.end)
			return true
		}
		if r.as == AsCommand && r.kept == 0 && !strings.ContainsAny(r.s[:from], "\r\n") && len(w) > len(verb) && ascii.EqualFold(w[:len(verb)], verb) {
			r.i = from + len(verb)
			r.hide(verb, r.end)
			return true
		}
	}
	return false
}

// valueEnd returns where the value ends that begins at the next byte: at the end of the line, or
// earlier if a tag, a query or brackets make that certain. Its name begins at index from.
func (r *redactor) valueEnd(from int) int {
	if r.inTag() {
		if end, ok := r.tagValueEnd(); ok {
			return end
		}
	}
	end := r.bracketEnd()
	if from == 0 || r.raw[r.src(from-1)] != '?' && r.raw[r.src(from-1)] != '&' {
		return end
	}
	for j := r.i; j < end; j++ {
		r.work++
		switch c := r.raw[r.src(j)]; {
		case c == '&':
			return j
		case !IsName(c) && strings.IndexByte("%=~+/!*,", c) < 0:
			return end // not a plain query
		}
	}
	return end
}

// bracketEnd returns where the value ends that begins at the next byte and may be in brackets.
func (r *redactor) bracketEnd() int {
	if r.depth == 0 || r.depth > maxDepth || r.ownSeparator&(1<<(r.depth-1)) != 0 {
		return r.end
	}
	j, closer := r.i, r.open[r.depth-1]
	if strings.HasPrefix(r.s[j:r.end], Redacted) {
		j += len(Redacted)
		if r.endsAt(j, closer) {
			return j
		}
		return r.end
	}
	if r.quote() {
		n := strings.IndexByte(r.s[j+1:r.end], r.s[j])
		if n < 0 || strings.IndexByte(r.raw[r.src(j+1):r.src(j+1+n)], '\\') >= 0 || !r.endsAt(j+n+2, closer) {
			return r.end
		}
		return j + n + 2
	}
	for ; j < r.end; j++ {
		r.work++
		switch c := r.s[j]; {
		case c == ',' || c == closer:
			return j
		case strings.IndexByte("\\'\"{}[]<>(^$", c) >= 0 || r.raw[r.src(j)] == '\\':
			return r.end
		}
	}
	return r.end
}

// digitWords are the words before DTMF and digits in FreeSWITCH's answers (mod_commands.c,
// uuid_send_dtmf_function and uuid_recv_dtmf_function) and in its log (switch_channel.c,
// switch_channel_queue_dtmf; switch_rtp.c; mod_skinny's skinny_server.c; switch_ivr_async.c), which
// has one digit per line.
var digitWords = [...]string{"sent", "received", "recv", "detected"}

// digitsFollow reports whether digits that were sent or received follow DTMF, which begins at index
// from.
func (c *cursor) digitsFollow(from int) bool {
	end := from
	for end > c.start && isBlank(c.s[end-1]) {
		end--
	}
	begin := end
	for begin > c.start && end-begin < maxDigitWord && IsName(c.s[begin-1]) {
		begin--
	}
	c.work += from - begin
	return end < from && ascii.ContainsEqualFold(digitWords[:], c.s[begin:end])
}

// maxDigitWord is longer than each of digitWords, in bytes.
const maxDigitWord = 16
