package fstext

import (
	"strings"

	"eslguard/internal/ascii"
)

// TrimBlanks returns s without the blanks that FreeSWITCH strips from both ends of an API's name
// and argument (switch_loadable_module.c, switch_api_execute).
func TrimBlanks(s string) string {
	for s != "" && isBlank(s[0]) {
		s = s[1:]
	}
	for s != "" && isBlank(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' }

// LineBlanks are what FreeSWITCH strips from both ends of an API's name and argument and the
// codec lets through (switch_loadable_module.c, switch_api_execute).
const LineBlanks = " \t"

// ConsoleParts returns the commands of a console text, without blanks before them. One that begins
// with alias is not split.
func ConsoleParts(text string) []string {
	parts := []string{text}
	if !ascii.HasPrefixFold(text, "alias") {
		parts = strings.Split(text, ";;")
	}
	kept := parts[:0]
	for _, part := range parts {
		if part = strings.TrimLeft(part, " "); strings.Trim(part, LineBlanks) != "" {
			kept = append(kept, part)
		}
	}
	return kept
}

// IsPlainCompletion reports whether "c=<n>;", the cursor that fs_cli sends on Tab, stands only at
// the beginning and within the text after it.
func IsPlainCompletion(args string) bool {
	text, ok := strings.CutPrefix(args, "c=")
	if ok {
		n, rest, ok := strings.Cut(text, ";")
		cursor, good := SmallNumber(n)
		if !ok || !good || cursor > len(rest) {
			return false
		}
		text = rest
	}
	return !strings.Contains(text, "c=")
}

// CutUUID cuts the "uuid:ID " that some APIs begin with. FreeSWITCH runs nothing where the space
// after it is missing: ok is false then.
func CutUUID(args string) (uuid, rest string, ok bool) {
	const prefix = "uuid:"
	if !ascii.HasPrefixFold(args, prefix) {
		return "", args, true
	}
	return strings.Cut(args[len(prefix):], " ")
}

// KeepsBlanks reports whether FreeSWITCH leaves the blanks around the argument of the API of that
// name, which is given in any case.
func KeepsBlanks(name string) bool { return ascii.EqualFold(name, "console_complete") }
