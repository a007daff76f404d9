package fstext

import (
	"bytes"
	"strings"
)

// CString returns b up to its first NUL, where every string function of C stops.
func CString(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

// CutLine returns the first line of s and the text after it. The line ends at the first CR in all
// of s, or at the first LF if s has no CR. All CR and LF after it are skipped. more is false if s
// has neither.
func CutLine(s string) (line, rest string, more bool) {
	i := strings.IndexByte(s, '\r')
	if i < 0 {
		i = strings.IndexByte(s, '\n')
	}
	if i < 0 {
		return s, "", false
	}
	return s[:i], strings.TrimLeft(s[i:], "\r\n"), true
}

// StripCR returns the first line of s, as [CutLine] does (mod_event_socket.c, strip_cr).
func StripCR(s string) string {
	line, _, _ := CutLine(s)
	return line
}
