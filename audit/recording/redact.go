package recording

import (
	"bytes"
	"strings"

	"eslguard/audit"
)

// redactClient returns a client's frame without secrets, cut at MaxFrame.
func redactClient(b []byte) string {
	return audit.Redact(string(b[:min(len(b), MaxFrame)]))
}

// redactGuard returns a frame to the client without secrets. What holds names and values is
// JSON, XML or lines; each is taken apart where its values end, so that a secret takes no
// more of the frame with it than its own value.
func redactGuard(b []byte) string {
	head, body, ok := bytes.Cut(b, []byte("\n\n"))
	if !ok {
		return audit.Redact(string(b))
	}
	var out strings.Builder
	out.WriteString(audit.Redact(string(head)))
	out.WriteString("\n\n")
	switch {
	case len(body) > 0 && (body[0] == '{' || body[0] == '['):
		redactBetween(&out, string(body), `,"`)
	case bytes.HasPrefix(body, []byte("<")):
		redactXML(&out, string(body))
	default:
		out.WriteString(audit.Redact(string(body)))
	}
	return out.String()
}

// redactBetween redacts the parts of a text one by one. In JSON `,"` stands only between two
// members or within one string's end, never within a value that goes on.
func redactBetween(out *strings.Builder, s, sep string) {
	for i, part := range strings.Split(s, sep) {
		if i > 0 {
			out.WriteString(sep)
		}
		out.WriteString(audit.Redact(part))
	}
}

// redactXML redacts <name>value</name>, which FreeSWITCH writes one a line.
func redactXML(out *strings.Builder, s string) {
	for line := range strings.Lines(s) {
		inner := strings.TrimLeft(line, " <")
		name, _, ok := strings.Cut(inner, ">")
		// A name and a value in a form that Redact knows show whether the name is a secret's.
		if probe := name + ": x"; ok && audit.Redact(probe) != probe {
			out.WriteString(line[:len(line)-len(inner)+len(name)+1] + audit.Redacted + "\n")
			continue
		}
		out.WriteString(audit.Redact(line))
	}
}
