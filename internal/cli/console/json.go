package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode"
	"unicode/utf16"
)

// QuoteJSON returns s as a JSON string. Characters that do not print are escaped.
func QuoteJSON(s string) string {
	text, err := marshal(s)
	if err != nil {
		panic("console: internal error: " + err.Error()) // a string can always be encoded
	}
	return string(text)
}

// EscapeJSON escapes the characters in a line of JSON that do not print, so that a terminal takes
// it for nothing but text. Its value stays the same: outside of strings JSON is ASCII.
func EscapeJSON(line []byte) []byte {
	if !bytes.ContainsFunc(line, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return line
	}
	var b bytes.Buffer
	for _, c := range string(line) {
		if unicode.IsPrint(c) {
			b.WriteRune(c)
			continue
		}
		for _, u := range utf16.Encode([]rune{c}) {
			fmt.Fprintf(&b, `\u%04x`, u)
		}
	}
	return b.Bytes()
}

// marshal returns v as JSON on one line, without the line end. Characters that do not print are
// escaped, but not those that only HTML gives a meaning.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return EscapeJSON(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}
