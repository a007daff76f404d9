package nested_test

import (
	"strings"

	"eslguard/codec"
)

// frame returns the frame that is written as text: its line and headers, and its body behind a
// blank line.
func frame(text string) *codec.Frame {
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	f := &codec.Frame{Line: []byte(lines[0])}
	for _, l := range lines[1:] {
		name, value, _ := strings.Cut(l, ":")
		f.Headers = append(f.Headers, codec.Header{Name: []byte(name), Value: []byte(strings.TrimLeft(value, " "))})
	}
	if body != "" {
		f.Body = []byte(body)
	}
	return f
}
