package redact

import (
	"strings"

	"eslguard/fstext/ascii"
)

// secretParts make a name that of a secret wherever they are in the name, in any case. They are
// grouped by first letter.
var secretParts = byLetter("auth", "api_key", "api-key", "apikey", "credential", "password", "passwd", "passphrase",
	"private_key", "private-key", "pwd", "secret", "token")

// secretWords make a name that of a secret only as a whole word of it: pin, not ping. Words are
// separated by _ - and dots and by changes of case, and a number may follow a word.
var secretWords = byLetter("pass", "pin", "pins", "pw", "passcode", "pincode", "otp", "otps", "totp", "psk", "jwt", "bearer",
	"cookie", "cookies", "signature", "sig", "hmac", "ha1", "a1hash", "privatekey", "cryptokey", "accesskey", "signingkey",
	"encryptionkey", "sessionkey", "sharedkey", "masterkey")

// secretPairs make a name that of a secret as two consecutive words of it: a1-hash. So does key
// after any word that is not in plainKeys: access_key, but not keyboard or key_frames.
var secretPairs = [...]struct {
	second string
	firsts []string
}{
	{"hash", []string{"a1"}},
	{"digit", []string{"dtmf"}},
	{"digits", []string{"dtmf"}},
	{"dialed", []string{"digits"}},
	{"queued", []string{"dtmf"}},
}

// plainKeys are words before key in names that are not those of secrets: of keys of a telephone
// (bridge_terminate_key, group_confirm_key), and of public keys.
var plainKeys = [...]string{"cancel", "conf", "hangup", "meta", "terminate", "stop", "exit", "call", "wrapup", "confirm", "public"}

// otherSigns are further signs of secrets that suspicious looks for: the second word of a pair, and
// the beginnings of secrets without a name.
var otherSigns = byLetter("key", "a1", "conference", "inline:", "sip:", "sips:", "eyj", "private key", "dtmf", "digits", "md5", "fsk_send",
	"exec_after_bridge_arg", "bridge_pre_execute", "loopback_app_arg")

// byLetter groups words of at least two letters by their first letter.
func byLetter(words ...string) (by [26][]string) {
	for _, w := range words {
		by[w[0]-'a'] = append(by[w[0]-'a'], w)
	}
	return by
}

// secretName reports whether w looks like the name of a secret.
func secretName(w string) bool {
	for i := range len(w) {
		if hasWordPrefix(w[i:], &secretParts) {
			return true
		}
	}
	return secretWord(w, false) || secretWord(w, true)
}

// hasWordPrefix reports whether w, which is not empty, begins with one of the words.
func hasWordPrefix(w string, words *[26][]string) bool {
	c := (w[0] | 0x20) - 'a'
	if int(c) >= len(words) {
		return false
	}
	for _, p := range words[c] {
		// Comparing the second byte first avoids most calls.
		if len(w) >= len(p) && w[1]|0x20 == p[1]|0x20 && ascii.EqualFold(w[:len(p)], p) {
			return true
		}
	}
	return false
}

// secretWord reports whether a word of w is one of secretWords, or two consecutive ones are in
// secretPairs. If cases is set, words also end where the case changes.
func secretWord(w string, cases bool) bool {
	before := ""
	for len(w) > 0 {
		n := wordEnd(w, cases)
		word := w[:n]
		if n < len(w) && isSeparator(w[n]) {
			n++
		}
		w = w[n:]
		if isWord(word) || isWord(strings.TrimRight(word, "0123456789")) || isPair(before, word) {
			return true
		}
		before = word
	}
	return false
}

// isSeparator reports whether c separates the words of a name.
func isSeparator(c byte) bool { return c == '_' || c == '-' || c == '.' }

// wordEnd returns the index at which the first word of w ends.
func wordEnd(w string, cases bool) int {
	for i := range len(w) {
		if isSeparator(w[i]) {
			return i
		}
		if cases && i > 0 && isUpper(w[i]) && (!isUpper(w[i-1]) || i+1 < len(w) && isLower(w[i+1])) {
			return i // thePin, PINCode
		}
	}
	return len(w)
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }

func isWord(w string) bool {
	if w == "" || (w[0]|0x20)-'a' >= byte(len(secretWords)) {
		return false
	}
	for _, s := range secretWords[(w[0]|0x20)-'a'] {
		if ascii.EqualFold(w, s) {
			return true
		}
	}
	return false
}

func isPair(before, word string) bool {
	if before == "" {
		return false
	}
	if begins := word != "" && word[0]|0x20 == 'k'; begins && ascii.EqualFold(strings.TrimRight(word, "0123456789"), "key") {
		return !ascii.ContainsEqualFold(plainKeys[:], before)
	}
	for _, p := range secretPairs {
		if ascii.EqualFold(word, p.second) {
			return ascii.ContainsEqualFold(p.firsts, before)
		}
	}
	return false
}

// secondLetters has, for each first letter of the words that suspicious looks for, a bit for each
// second letter.
var secondLetters = seconds(&secretParts, &secretWords, &otherSigns)

func seconds(tables ...*[26][]string) (bits [26]uint32) {
	for _, t := range tables {
		for first, words := range t {
			for _, w := range words {
				if second := w[1] - 'a'; second < 26 {
					bits[first] |= 1 << second
				}
			}
		}
	}
	return bits
}

// suspicious is a quick check: if it returns false, redacting changes nothing. Most records need no
// more than this check, so it looks at pairs of letters first.
func suspicious(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		c := (s[i] | 0x20) - 'a'
		if c >= 26 {
			if s[i] == ':' && slashes(s[i+1:]) > 0 {
				return true
			}
			continue
		}
		d := (s[i+1] | 0x20) - 'a'
		if d < 26 && secondLetters[c]>>d&1 == 0 || d >= 26 && (c != 0 || s[i+1] != '1') {
			continue
		}
		if hasWordPrefix(s[i:], &secretParts) || hasWordPrefix(s[i:], &secretWords) || hasWordPrefix(s[i:], &otherSigns) {
			return true
		}
	}
	return false
}

// IsName reports whether c may be part of the name of a header or variable.
func IsName(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

// cutName returns the first name in s, and the text after it.
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
