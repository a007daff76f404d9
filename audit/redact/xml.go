package redact

import (
	"strings"

	"eslguard/fstext/ascii"
)

// markup is the state for XML, and for other texts that extend over several lines.
type markup struct {
	// tagEnd is where the tag around the next byte ends. It is at most the index of the next byte
	// if there is no tag.
	tagEnd int
	// secretTag reports whether an attribute of the tag has the name of a secret as its value.
	// tagName is that value, or the name of the tag if that looks like a secret's.
	secretTag bool
	tagName   string
	// Everything before hiddenUntil is a secret with the name hiddenName.
	hiddenUntil int
	hiddenName  string
	// nextClose is where the next closing tag begins, and nextPEM where the next end of a key
	// begins.
	nextClose, nextPEM int
}

// The values of nextClose and nextPEM before they are looked for, and if there is none.
const (
	unsought = -1
	none     = -2
)

// tag enters the tag that begins at the next byte, and reports whether one does: a name, followed
// by its end or by an attribute in quotes. A tag may extend over several lines.
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
		length = len(s) - n // the text was cut within the tag
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

// nameAttributes are the attributes of XML whose value is the name of the content of another
// attribute or of the element.
var nameAttributes = [...]string{"name", "key", "param", "var", "variable", "field", "id"}

// secretAttribute returns the value of the attribute that names a secret, and "" if there is none.
func (c *cursor) secretAttribute(attributes string) string {
	c.work += len(attributes)
	for attributes != "" {
		var name string
		name, attributes = cutName(attributes)
		value, equals := strings.CutPrefix(strings.TrimLeft(attributes, " \t\r\n"), "=")
		if !equals || !ascii.ContainsEqualFold(nameAttributes[:], name) {
			continue
		}
		value = strings.TrimLeft(value, " \t\r\n\\\"'"+string(rune(escapedQuote)))
		n := 0
		for n < len(value) && IsName(value[n]) {
			n++
		}
		if c.isSecretName(value[:n]) {
			return value[:n]
		}
	}
	return ""
}

// inTag reports whether the next byte is in a tag.
func (r *redactor) inTag() bool { return r.i < r.tagEnd }

// isValueAttribute reports whether w is the attribute with the value that another attribute of the
// tag names.
func (r *redactor) isValueAttribute(w string) bool {
	return r.inTag() && r.secretTag && ascii.ContainsEqualFold([]string{"value", "data", "content", "default"}, w)
}

// tagValueEnd returns where the quoted value of an attribute ends that begins at the next byte, and
// false if that is not certain.
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

// element begins to hide the content of an element after its tag, whose end is the next byte, if it
// contains a secret.
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
		r.hiddenUntil = len(r.s) // the text was cut within the element
	}
	r.hiddenName = name
}

// hideMultiline replaces the part of a secret of several lines that is on this line.
func (r *redactor) hideMultiline() {
	end := min(r.hiddenUntil, r.end)
	if strings.TrimSpace(r.s[r.i:end]) == "" {
		r.i = end
		return
	}
	r.hide(r.hiddenName, end)
}

// pemKey ends the first line of a private key in PEM.
const pemKey = "PRIVATE KEY-----"

// pem begins to hide the lines after the first line of a private key, if the last words of that
// line begin at index from.
func (r *redactor) pem(from int) {
	s, before := r.s[from:r.end], r.s[max(0, from-maxLead):from]
	r.work += len(before)
	if strings.LastIndex(before, "-----BEGIN") <= strings.LastIndex(before, "-----END") {
		return
	}
	if len(s) < len(pemKey) || !ascii.EqualFold(s[:len(pemKey)], pemKey) {
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
