package audit

import "strings"

// secretParts are what makes a name that of a secret, wherever it stands in the name, in any case;
// by first letter.
var secretParts = [26][]string{
	0:         {"auth", "api_key", "api-key", "apikey"},
	'c' - 'a': {"credential"},
	'p' - 'a': {"password", "passwd", "passphrase", "private_key", "private-key", "pwd"},
	's' - 'a': {"secret"},
	't' - 'a': {"token"},
}

// secretWords do so only as a whole part of a name, between its _ - and dots: pin, not ping.
var secretWords = [...]string{"pass", "pin", "pw"}

// secretName reports whether w looks like the name of a secret.
func secretName(w string) bool {
	for i := range len(w) {
		if beginsSecret(w[i:]) {
			return true
		}
	}
	return secretWord(w)
}

// beginsSecret reports whether w, which is not empty, begins with one of secretParts.
func beginsSecret(w string) bool {
	c := (w[0] | 0x20) - 'a'
	if int(c) >= len(secretParts) {
		return false
	}
	for _, p := range secretParts[c] {
		if hasPrefixFold(w, p) {
			return true
		}
	}
	return false
}

// secretWord reports whether a part of w is one of secretWords.
func secretWord(w string) bool {
	for len(w) > 0 {
		n := strings.IndexAny(w, "_-.")
		part := w
		if n >= 0 {
			part, w = w[:n], w[n+1:]
		} else {
			w = ""
		}
		for _, s := range secretWords {
			if strings.EqualFold(part, s) {
				return true
			}
		}
	}
	return false
}

// secondLetters has, for each first letter of secretParts and secretWords, a bit for each second one.
var secondLetters = [26]uint32{
	0:         1<<('u'-'a') | 1<<('p'-'a'),
	'c' - 'a': 1 << ('r' - 'a'),
	'p' - 'a': 1 | 1<<('i'-'a') | 1<<('r'-'a') | 1<<('w'-'a'),
	's' - 'a': 1 << ('e' - 'a'),
	't' - 'a': 1 << ('o' - 'a'),
}

// suspicious is a quick first look: without what it finds, redact finds nothing. Nearly every
// record gets no more than this, so it looks at pairs of letters first.
func suspicious(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		c := (s[i] | 0x20) - 'a'
		if c >= 26 {
			if s[i] == ':' && strings.HasPrefix(s[i:], "://") {
				return true
			}
			continue
		}
		d := (s[i+1] | 0x20) - 'a'
		if d < 26 && secondLetters[c]>>d&1 != 0 && (beginsSecret(s[i:]) || beginsWord(s[i:])) {
			return true
		}
	}
	return false
}

// beginsWord reports whether s begins with one of secretWords.
func beginsWord(s string) bool {
	for _, p := range secretWords {
		if hasPrefixFold(s, p) {
			return true
		}
	}
	return false
}

// hasPrefixFold reports whether s begins, in any case, with p, which is in lower case.
func hasPrefixFold(s, p string) bool {
	// The second byte settles most of them without a call.
	return len(s) >= len(p) && s[1]|0x20 == p[1] && s[0]|0x20 == p[0] && strings.EqualFold(s[:len(p)], p)
}

// containsFold reports whether s holds part, which is in lower case, in any case.
func containsFold(s, part string) bool {
	for i := range len(s) {
		if hasPrefixFold(s[i:], part) {
			return true
		}
	}
	return false
}
