package fstext

import (
	"strings"

	"eslguard/fstext/ascii"
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

// LineBlanks are the blanks of TrimBlanks that may be in a line that package codec accepts.
const LineBlanks = " \t"

// ConsoleParts returns the commands in a console text, which ;; separates, without the spaces
// before them and without empty ones. A text that begins with alias is one command.
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

// IsPlainCompletion reports whether args, the argument of console_complete, contains the cursor
// "c=N;", which fs_cli sends on Tab, at its beginning or not at all, and whether position N is
// within the text after it.
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

// CutUUID cuts the prefix "uuid:ID " from the argument of an API that accepts it. Without the
// prefix uuid is "" and rest is args. ok is false if the space after the ID is missing: FreeSWITCH
// then runs nothing.
func CutUUID(args string) (uuid, rest string, ok bool) {
	const prefix = "uuid:"
	if !ascii.HasPrefixFold(args, prefix) {
		return "", args, true
	}
	return strings.Cut(args[len(prefix):], " ")
}

// KeepsBlanks reports whether FreeSWITCH does not strip the blanks around the argument of the API
// name, given in any case.
func KeepsBlanks(name string) bool { return ascii.EqualFold(name, "console_complete") }
