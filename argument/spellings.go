package argument

import (
	"path"
	"slices"
	"strings"

	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// maxSpellings is how many spellings of one value are looked at.
const maxSpellings = 64

// uriSchemes stand before the number in what is dialled.
var uriSchemes = [...]string{"sips:", "sip:", "tel:"}

// LegSpellings returns a leg with its number spelled as it is dialled: without the scheme, the name
// and the bracket of a SIP address, and as NumberSpellings has it.
func LegSpellings(leg string) (list []string) {
	if isPlainLeg(leg) {
		return nil
	}
	at, end := legNumber(leg)
	number := leg[at:end]
	if i := strings.LastIndexByte(number, '<'); i >= 0 {
		number = number[i+1:]
	}
	for _, scheme := range uriSchemes {
		if ascii.HasPrefixFold(number, scheme) {
			number = number[len(scheme):]
			break
		}
	}
	spelled := NumberSpellings(number)
	if number != leg[at:end] {
		spelled = append(spelled, number)
	}
	for _, n := range spelled {
		list = append(list, leg[:at]+n+leg[end:])
	}
	return list
}

// legNumber returns where the number of a leg begins and ends: behind the last slash before an @ or
// a semicolon. In loopback/NUMBER/CONTEXT/DIALPLAN
// it is the second part (mod_loopback.c, channel_outgoing_channel).
func legNumber(leg string) (at, end int) {
	const loopback = "loopback/"
	if ascii.HasPrefixFold(leg, loopback) {
		if i := strings.IndexByte(leg[len(loopback):], '/'); i >= 0 {
			return len(loopback), len(loopback) + i
		}
	}
	if end = strings.IndexAny(leg, "@;>"); end < 0 {
		end = len(leg)
	}
	return strings.LastIndexByte(leg[:end], '/') + 1, end
}

// isPlainLeg reports whether a leg is letters, digits and slashes only and its number begins with
// no zero: such a leg has one spelling.
func isPlainLeg(leg string) bool {
	for i := range len(leg) {
		switch c := leg[i]; {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '/':
		default:
			return false
		}
	}
	at, end := legNumber(leg)
	return at < end && leg[at] != '0'
}

// MayBeSpelledOtherwise reports whether a value could be spelled otherwise at all.
func MayBeSpelledOtherwise(token string) bool {
	if token == "" {
		return false
	}
	return token[0] == '0' || strings.ContainsAny(token, "%!{'\\-_.() =+*#") || strings.HasPrefix(token, "/proc/") ||
		strings.Contains(token, "//") || strings.Contains(token, "/./")
}

// The bounds of what is looked at in one number. What stands before a number is at most a few
// prefixes and service codes.
const (
	maxServiceCodes = 8
	maxPrefixes     = 4
)

// internationalPrefixes stand before the country's code of a number.
var internationalPrefixes = [...]string{"+", "00", "011"}

// NumberSpellings returns a number as switches dial it: with percent escapes decoded (RFC 3261,
// 25.1), without the visual separators that are no part of it (RFC 3966, 3), without the signs of a
// telephone's keys, and with the prefixes of a number for each other. What stands behind
// a * or # is a number of its own, too, since service codes end in one, as in #31#NUMBER.
func NumberSpellings(number string) (list []string) {
	plain := fstext.DecodeURL(number)
	if plain != number {
		list = append(list, plain)
	}
	if !beginsNumber(plain) {
		return list
	}
	if bare := without(plain, isSeparator); bare != plain && strings.IndexFunc(bare, isSign) >= 0 {
		list = append(list, bare)
	}
	list = appendDialled(list, plain, number)
	for range maxServiceCodes {
		at := strings.IndexAny(plain, "*#")
		if at < 0 {
			break
		}
		plain = strings.TrimLeft(plain[at:], "*#")
		list = appendDialled(list, plain, number)
	}
	return list
}

// appendDialled appends the digits of number, unless they are whole, and these without its
// prefixes. Where it has an international one it appends them with each of the others, too.
func appendDialled(list []string, number, whole string) []string {
	digits := without(number, func(r rune) bool { return isSeparator(r) || isSign(r) })
	if digits == "" {
		return list
	}
	if digits != whole {
		list = append(list, digits)
	}
	bares := withoutPrefixes(digits)
	list = append(list, bares...)
	begin := strings.IndexAny(number, "123456789")
	plus := begin > 0 && strings.IndexByte(number[:begin], '+') >= 0
	if !plus && !strings.HasPrefix(digits, "00") && !strings.HasPrefix(digits, "011") {
		return list
	}
	last := digits
	if len(bares) > 0 {
		last = bares[len(bares)-1]
	}
	for _, prefix := range internationalPrefixes {
		list = append(list, prefix+last)
	}
	if plus && strings.HasPrefix(digits, "00") || strings.HasPrefix(digits, "000") {
		list = append(list, "0"+last) // a national number behind an international prefix
	}
	return list
}

// withoutPrefixes returns what stands behind the zeros and the 011 at the beginning of digits, that
// with the fewest digits last. Of more than maxPrefixes these are the last.
func withoutPrefixes(digits string) (list []string) {
	add := func(s string) {
		if s != "" {
			list = append(list, s)
		}
	}
	for {
		bare := strings.TrimLeft(digits, "0")
		if bare == digits {
			break
		}
		add(bare)
		rest, ok := strings.CutPrefix(bare, "11")
		if !ok {
			break
		}
		add(rest)
		digits = rest
	}
	return list[max(0, len(list)-maxPrefixes):]
}

// without returns s without the bytes that drop is true for, and s itself where there are none.
func without(s string, drop func(r rune) bool) string {
	if strings.IndexFunc(s, drop) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if drop(r) {
			return -1
		}
		return r
	}, s)
}

// beginsNumber reports whether the first byte of s that is no separator and no sign is a digit. A
// name with a dot has no other spelling.
func beginsNumber(s string) bool {
	for i := range len(s) {
		if r := rune(s[i]); !isSeparator(r) && !isSign(r) {
			return '0' <= r && r <= '9'
		}
	}
	return false
}

// isSeparator reports whether people put r into numbers and switches leave it out.
func isSeparator(r rune) bool {
	switch r {
	case '-', '.', '(', ')', ' ', '_':
		return true
	}
	return false
}

// isSign reports whether r is a sign that stands beside the digits of a number: networks and
// gateways take it for a service code, an end or a prefix, or leave it out.
func isSign(r rune) bool { return r == '+' || r == '*' || r == '#' }

// EscapeSpellings returns a value with its percent escapes decoded, as often as there are any.
func EscapeSpellings(text string) (list []string) {
	for range maxEscapes {
		decoded := fstext.DecodeURL(text)
		if decoded == text {
			break
		}
		list = append(list, decoded)
		text = decoded
	}
	return list
}

// FileSpellings returns every name of a file that FreeSWITCH could open for name: what a block of
// parameters, a stream, a list or an escape leads to, and each path as the host's system reads it.
func FileSpellings(name string) []string {
	list := []string{name}
	add := func(s string) {
		if s != "" && len(list) < maxSpellings && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	for i := 0; i < len(list); i++ {
		s := list[i]
		for _, piece := range hiddenNames(s) {
			add(piece)
		}
		add(fstext.DecodeURL(s))
		if cut, _, ok := strings.Cut(s, "\x00"); ok {
			add(cut)
		}
		if strings.IndexByte(s, '/') >= 0 && !strings.Contains(s, schemeMark) {
			if clean := path.Clean(s); clean != s && clean != "." {
				add(clean)
			}
			if strings.HasPrefix(s, "..") {
				add(path.Clean("/" + s)) // from a folder that is not known, as far up as there is
			}
		}
	}
	return list[1:]
}

// hiddenNames returns the names that stand within a name.
func hiddenNames(s string) (list []string) {
	if strings.HasPrefix(s, "{") {
		if end := fstext.EndOfBlock(s, '{', '}'); end >= 0 {
			list = append(list, strings.TrimLeft(s[end+1:], " "))
		}
	}
	if _, path, ok := strings.Cut(s, "path="); ok { // of tone_stream
		path, _, _ = strings.Cut(path, ";")
		list = append(list, path)
	}
	if rest, ok := strings.CutPrefix(s, "/proc/self/root"); ok {
		list = append(list, rest)
	}
	if scheme, rest, ok := strings.Cut(s, schemeMark); ok {
		list = append(list, rest)
		if _, path, ok := strings.Cut(rest, "/"); ok && strings.HasSuffix(scheme, "file") {
			list = append(list, "/"+path)
		}
	} else if dot := strings.LastIndexByte(s, '.'); dot >= 0 && streams[s[dot+1:]] != streamUnknown {
		list = append(list, s[:dot])
		if _, path, ok := strings.Cut(s, "/"); ok && s[0] != '/' {
			list = append(list, "/"+path)
		}
	}
	if strings.IndexByte(s, '!') >= 0 {
		list = append(list, fstext.Separate(s, '!', maxFileList)...)
	}
	if strings.ContainsAny(s, `'\`) {
		list = append(list, strings.NewReplacer("'", "", `\`, "").Replace(s))
	}
	return list
}

// maxFileList is how many files one list holds (mod_dptools.c, file_string_context_t).
const maxFileList = 128
