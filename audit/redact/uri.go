package redact

import (
	"strings"

	"eslguard/fstext/ascii"
)

// isUser reports whether c may be part of the plain name of a user in a URL.
func isUser(c byte) bool { return IsName(c) || strings.IndexByte("%+!*~", c) >= 0 || c == escapedOther }

// userinfo replaces the password of a URL whose :// begins at the next byte, or of a SIP URI whose
// colon is the next byte. The text before the password must be the plain name of a user; any other
// text is read byte by byte.
func (r *redactor) userinfo() {
	from, name := r.i+1, "url"
	if n := slashes(r.s[from:r.end]); n > 0 {
		from += n
	} else if name = r.sip(); name == "" {
		return
	}
	colon := from
	for colon < r.end && isUser(r.s[colon]) {
		colon++
	}
	r.work += colon - from
	user := r.s[from:colon]
	if colon == r.end || r.s[colon] != ':' || r.nameWithin(user) || colon < r.noAt {
		return
	}
	at, j := -1, colon
	for ; j < r.end && strings.IndexByte("/ \t'\"", r.s[j]) < 0; j++ {
		if r.s[j] == '@' {
			at = j
		}
	}
	r.work += j - colon
	if at <= colon+1 {
		r.noAt = j
		return
	}
	r.spaceSets = r.spaceSets || ascii.IndexFold(r.s[from:at], "setvar") >= 0 || ascii.IndexFold(r.s[from:at], "conference") >= 0
	r.i = colon + 1
	if strings.ContainsAny(r.s[r.i:at], "=:{}[]<>^") {
		// It may be a name and a value that continues after the @, or change what a bracket means.
		at = r.end
	}
	r.hide(name, at)
	r.i-- // walk advances by one byte
}

// sip returns the scheme of the SIP URI whose colon is the next byte, and "" if it is not that of a
// SIP URI.
func (c *cursor) sip() string {
	before := c.s[:c.i]
	for _, scheme := range [...]string{"sips", "sip"} {
		n := len(before) - len(scheme)
		if n >= 0 && ascii.EqualFold(before[n:], scheme) && (n == 0 || !IsName(before[n-1])) {
			return scheme
		}
	}
	return ""
}

// nameWithin reports whether any part of a user's name looks like the name of a secret.
func (c *cursor) nameWithin(user string) bool {
	for user != "" {
		var w string
		if w, user = cutName(user); c.isSecretName(w) {
			return true
		}
	}
	return false
}
