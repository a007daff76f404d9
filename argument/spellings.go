package argument

import (
	"path"
	"slices"
	"strings"

	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// maxSpellings is the maximum number of spellings of one file's name.
const maxSpellings = 64

// uriSchemes may precede the number in a leg.
var uriSchemes = [...]string{"sips:", "sip:", "tel:"}

// LegSpellings returns the other spellings of a leg, TYPE/DATA: with its number without the scheme,
// the display name and the angle bracket of a SIP address, and with the other spellings of its
// number (NumberSpellings). It returns nil if there are none.
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

// legNumber returns the indexes at which the number of a leg begins and ends. It begins after the
// last slash before the first @, ; or >, and ends there. In loopback/NUMBER/CONTEXT/DIALPLAN it is
// the second part (mod_loopback.c, channel_outgoing_channel).
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

// isPlainLeg reports whether a leg has no other spelling because it consists of letters, digits and
// slashes and its number does not begin with a zero.
func isPlainLeg(leg string) bool {
	for i := range len(leg) {
		if c := leg[i]; !ascii.IsAlphanumeric(c) && c != '/' {
			return false
		}
	}
	at, end := legNumber(leg)
	return at < end && leg[at] != '0'
}

// MayBeSpelledOtherwise is a quick check: if it returns false, the value token has no other
// spelling of any type.
func MayBeSpelledOtherwise(token string) bool {
	if token == "" {
		return false
	}
	return token[0] == '0' || strings.ContainsAny(token, "%!{'\\-_.() =+*#") || strings.HasPrefix(token, "/proc/") ||
		strings.Contains(token, "//") || strings.Contains(token, "/./")
}

// Bounds for the spellings of one number. A real number has only a few prefixes and service codes.
const (
	maxServiceCodes = 8
	maxPrefixes     = 4
)

// internationalPrefixes precede the country code of a number.
var internationalPrefixes = [...]string{"+", "00", "011"}

// NumberSpellings returns the other spellings of a number: with its percent escapes decoded (RFC
// 3261, 25.1), without visual separators (RFC 3966, 3), without + * and #, without its prefixes,
// and with each other international prefix. The part after a * or # is treated as a number of its
// own, too, since service codes end with these, as in #31#NUMBER. It returns nil if there are none.
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

// appendDialled appends the digits of number to list, unless they are equal to whole, and the
// digits without their prefixes. If number has an international prefix, it also appends the digits
// with each international prefix.
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
		list = append(list, "0"+last) // a national number after an international prefix
	}
	return list
}

// withoutPrefixes returns digits without the zeros and the 011 at their beginning, one text for
// each prefix removed, the shortest last. It returns the last maxPrefixes of them.
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

// without returns s without the characters for which drop returns true. It returns s itself,
// without an allocation, if there are none.
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

// beginsNumber reports whether the first byte of s that is neither a separator nor a sign is a
// digit. A name with a dot is not a number.
func beginsNumber(s string) bool {
	for i := range len(s) {
		if r := rune(s[i]); !isSeparator(r) && !isSign(r) {
			return '0' <= r && r <= '9'
		}
	}
	return false
}

// isSeparator reports whether r is a visual separator: people write it in numbers, and switches
// ignore it.
func isSeparator(r rune) bool {
	switch r {
	case '-', '.', '(', ')', ' ', '_':
		return true
	}
	return false
}

// isSign reports whether r is a character of numbers that is not a digit. Networks and gateways
// read it as a service code, an end or a prefix, or ignore it.
func isSign(r rune) bool { return r == '+' || r == '*' || r == '#' }

// EscapeSpellings returns text with its percent escapes decoded once, twice and so on, as long as
// there are any. It returns nil if there are none.
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

// FileSpellings returns the other names of files that FreeSWITCH could open for name: those inside
// a block of parameters, a stream, a list or an escape, and each path as the operating system
// resolves it. It returns at most maxSpellings-1 names, and none if there are no others.
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
				add(path.Clean("/" + s)) // the folder is not known, so .. may lead up to the root
			}
		}
	}
	return list[1:]
}

// hiddenNames returns the names of files that are contained in the name s.
func hiddenNames(s string) (list []string) {
	if strings.HasPrefix(s, "{") {
		if end := fstext.EndOfBlock(s, '{', '}'); end >= 0 {
			list = append(list, strings.TrimLeft(s[end+1:], " "))
		}
	}
	if _, name, ok := strings.Cut(s, "path="); ok { // a parameter of tone_stream
		name, _, _ = strings.Cut(name, ";")
		list = append(list, name)
	}
	if rest, ok := strings.CutPrefix(s, "/proc/self/root"); ok {
		list = append(list, rest)
	}
	if scheme, rest, ok := strings.Cut(s, schemeMark); ok {
		list = append(list, rest)
		if _, name, ok := strings.Cut(rest, "/"); ok && strings.HasSuffix(scheme, "file") {
			list = append(list, "/"+name)
		}
	} else if dot := strings.LastIndexByte(s, '.'); dot >= 0 && streams[s[dot+1:]] != streamUnknown {
		list = append(list, s[:dot])
		if _, name, ok := strings.Cut(s, "/"); ok && s[0] != '/' {
			list = append(list, "/"+name)
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

// maxFileList is the maximum number of files in a list (mod_dptools.c, file_string_context_t).
const maxFileList = 128
