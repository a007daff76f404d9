package redact

import "strings"

// markup is what a redactor knows of XML, and of other texts that go over several lines.
type markup struct {
	// tagEnd is where the tag that the next byte is in ends; 0 or less than the next byte for none.
	tagEnd int
	// secretTag: the tag has the name of a secret as an attribute's value. tagName is its name, if
	// that looks like a secret's, or that attribute's value.
	secretTag bool
	tagName   string
	// What stands before until is a secret, named within.
	hiddenUntil int
	hiddenName  string
	// nextClose is where the next closing tag begins, and nextPEM the next end of a key, as far as
	// they were sought.
	nextClose, nextPEM int
}

// What nextClose and nextPEM are before they are sought, and where there is none.
const (
	unsought = -1
	none     = -2
)

// tag enters the tag that begins here, and reports whether one does: a name, and then its end or an
// attribute in quotes. It may go over several lines.
func (r *redactor) tag() bool {
	s := r.s[r.i+1:]
	n := 0
	for n < len(s) && (IsName(s[n]) || s[n] == ':') {
		n++
	}
	r.work += n
	if n == 0 || n == len(s) || s[n] == '=' {
		return false
	}
	length := strings.IndexAny(s[n:], "<>")
	if length < 0 {
		length = len(s) - n // the text is cut
	}
	r.work += length
	attributes := s[n : n+length]
	if trimmed := strings.TrimRight(attributes, " \t\r\n/?"); trimmed != "" && !strings.ContainsAny(attributes, `"'`+string(rune(escapedQuote))) {
		return false
	}
	r.tagEnd = r.i + 1 + n + length
	r.tagName, r.secretTag = "", false
	if name := s[strings.LastIndexByte(s[:n], ':')+1 : n]; r.isSecretName(name) {
		r.tagName = name
	}
	if name := r.secretAttribute(attributes); name != "" {
		r.tagName, r.secretTag = name, true
	}
	return true
}

// nameAttributes are the attributes of XML whose value is the name of what another attribute or the
// element holds.
var nameAttributes = [...]string{"name", "key", "param", "var", "variable", "field", "id"}

// secretAttribute returns the value of the attribute that names a secret, and "" without one.
func (r *redactor) secretAttribute(attributes string) string {
	r.work += len(attributes)
	for attributes != "" {
		var name string
		name, attributes = cutName(attributes)
		value, equals := strings.CutPrefix(strings.TrimLeft(attributes, " \t\r\n"), "=")
		if !equals || !oneOf(name, nameAttributes[:]) {
			continue
		}
		value = strings.TrimLeft(value, " \t\r\n\\\"'"+string(rune(escapedQuote)))
		n := 0
		for n < len(value) && IsName(value[n]) {
			n++
		}
		if r.isSecretName(value[:n]) {
			return value[:n]
		}
	}
	return ""
}

// cutName returns the next name in s, and what follows it.
func cutName(s string) (name, rest string) {
	from := 0
	for from < len(s) && !IsName(s[from]) {
		from++
	}
	to := from
	for to < len(s) && IsName(s[to]) {
		to++
	}
	return s[from:to], s[to:]
}

func oneOf(w string, words []string) bool {
	for _, s := range words {
		if strings.EqualFold(w, s) {
			return true
		}
	}
	return false
}

// inTag reports whether the next byte is in a tag.
func (r *redactor) inTag() bool { return r.i < r.tagEnd }

// holdsValue reports whether w is the attribute that holds what another one in the tag names.
func (r *redactor) isValueAttribute(w string) bool {
	return r.inTag() && r.secretTag && oneOf(w, []string{"value", "data", "content", "default"})
}

// tagValueEnd returns where the quoted value of an attribute that begins here ends, and false where
// that is not plain.
func (r *redactor) tagValueEnd() (end int, ok bool) {
	if !r.quote() {
		return 0, false
	}
	n := strings.IndexByte(r.s[r.i+1:r.end], r.s[r.i])
	if n < 0 {
		r.work += r.end - r.i
		return 0, false
	}
	r.work += 2 * n
	end = r.i + n + 2
	if strings.IndexByte(r.s[r.i:end], '\\') >= 0 || end < r.end && strings.IndexByte(" \t/>?", r.s[end]) < 0 {
		return 0, false
	}
	return end, true
}

// element begins with what follows the end of a tag, which is next, if its element holds a secret.
func (r *redactor) element() {
	if r.i != r.tagEnd || r.tagEnd == 0 {
		return
	}
	name := r.tagName
	r.tagEnd, r.tagName, r.secretTag = 0, "", false
	if name == "" || r.s[r.i-1] == '/' || r.s[r.i-1] == escapedSlash {
		return
	}
	from := r.i + 1
	r.nextClose = r.seek(r.nextClose, from, "</")
	switch {
	case r.nextClose != none:
		r.hiddenUntil = r.nextClose
	case from < r.end && r.s[from] != ' ':
		r.hiddenUntil = r.end
	case from == r.end && from < len(r.s) && strings.TrimSpace(r.s[from:min(from+maxLead, len(r.s))]) != "":
		r.hiddenUntil = len(r.s) // its end is cut off
	}
	r.hiddenName = name
}

// inside hides what of a secret that goes over several lines stands in this one.
func (r *redactor) hideMultiline() {
	end := min(r.hiddenUntil, r.end)
	if strings.TrimSpace(r.s[r.i:end]) == "" {
		r.i = end
		return
	}
	r.hide(r.hiddenName, end)
}

// seek returns where sign stands next, from from on, or none. known is what it returned before.
func (r *redactor) seek(known, from int, sign string) int {
	if known == none || known >= from {
		return known
	}
	n := strings.Index(r.s[from:], sign)
	if n < 0 {
		r.work += len(r.s) - from
		return none
	}
	r.work += n
	return from + n
}

// pemKey is what ends the first line of a private key in PEM.
const pemKey = "PRIVATE KEY-----"

// pem begins with what follows the first line of a private key, if its last words begin at from.
func (r *redactor) pem(from int) {
	s, before := r.s[from:r.end], r.s[max(0, from-maxLead):from]
	r.work += len(before)
	if strings.LastIndex(before, "-----BEGIN") <= strings.LastIndex(before, "-----END") {
		return
	}
	if len(s) < len(pemKey) || !strings.EqualFold(s[:len(pemKey)], pemKey) {
		return
	}
	r.i = from + len(pemKey)
	r.nextPEM = r.seek(r.nextPEM, r.i, "-----END")
	r.hiddenUntil = r.nextPEM
	if r.hiddenUntil == none {
		r.hiddenUntil = len(r.s)
	}
	r.hiddenName = "private key"
}
