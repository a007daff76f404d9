package fstext

import (
	"bytes"
	"strings"
)

// CString is b up to its first NUL, where every string function of C stops.
func CString(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

// CutLine takes one line off s: up to the first CR in all of s, or the first LF if s has no CR. CR
// and LF after it are skipped. more is false where neither was found, so that nothing follows.
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
