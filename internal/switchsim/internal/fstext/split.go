package fstext

import "strings"

// Separate splits arguments as FreeSWITCH does (switch_utils.c, switch_separate_string). `^^X` in
// front makes X the separator. Several blanks count as one separator. Single quotes group, and a
// backslash protects the next character. The last of n arguments gets all the rest. Quotes and
// escapes are removed from each argument.
func Separate(s string, sep byte, n int) []string {
	if strings.HasPrefix(s, "^^") && len(s) > 3 {
		sep, s = s[2], s[3:]
	}
	var out []string
	for len(s) > 0 && len(out) < n {
		end := len(s)
		if len(out) < n-1 {
			end = tokenEnd(s, sep)
		}
		token := s[:end]
		if s = s[end:]; s != "" {
			s = s[1:]
			if sep == ' ' {
				s = strings.TrimLeft(s, " ")
			}
		}
		clean := sep
		if sep == ' ' {
			clean = 0
		}
		out = append(out, cleanToken(token, clean))
	}
	return out
}

// tokenEnd returns the offset of the separator that ends the first token of s, or len(s).
func tokenEnd(s string, sep byte) int {
	quoted, i := false, 0
	if sep == ' ' {
		i = len(s) - len(strings.TrimLeft(s, " "))
	}
	for ; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == '\'' && (sep == ' ' || quoted || strings.Contains(s[i+1:], "'")):
			quoted = !quoted
		case s[i] == sep && !quoted:
			return i
		}
	}
	return len(s)
}

// cleanToken removes quotes, escapes and surrounding blanks from a token. sep is the separator,
// which can be escaped, or 0 if it is a blank.
func cleanToken(s string, sep byte) string {
	s = strings.TrimLeft(s, " ")
	var b []byte
	end, quoted := 0, false
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if e, ok := unescape(s[i+1], sep); ok {
				i++
				b = append(b, e)
				end = len(b)
				continue
			}
		}
		if s[i] == '\'' && (quoted || strings.Contains(s[i+1:], "'")) {
			if quoted = !quoted; quoted {
				end = len(b)
			}
			continue
		}
		b = append(b, s[i])
		if s[i] != ' ' || quoted {
			end = len(b)
		}
	}
	return string(b[:end])
}

// unescape returns the character that a backslash and c stand for. ok is false if c is not escaped
// by a backslash.
func unescape(c, sep byte) (byte, bool) {
	switch c {
	case '\'', '"', '\\':
		return c, true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 's':
		return ' ', true
	}
	return c, sep != 0 && c == sep
}

// Arg returns args[i], or "" if there are fewer.
func Arg(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return ""
}
