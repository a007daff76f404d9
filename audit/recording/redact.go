package recording

import (
	"html"
	"net/url"
	"strings"
	"unicode/utf8"

	"eslguard/audit/redact"
)

// A redactor replaces the secrets in frames to a client. A frame with names and values is JSON, XML
// or lines. It is parsed and its values are decoded, so that a secret is found in any form, and
// nothing but its value is replaced. It is not safe for concurrent use.
type redactor struct {
	// redact replaces the secrets in a text.
	redact func(string) string
	// mayReturnSecret reports whether the answer of an API may be a secret. Nil: no answer is.
	mayReturnSecret func(api, args string) bool
	// secretNames remembers which names look like those of secrets.
	secretNames map[string]bool

	// These are about the current event: the API of the job whose arguments come next, whether its
	// result must be replaced, and its whole text.
	job        string
	hideResult bool
	event      string
	// found remembers the commands that the event names, by header.
	found map[string]foundNames
}

// maxNames bounds secretNames: the names are from the switch, whose variables may have any name.
const maxNames = 4096

// frame returns a frame without secrets. If hide is set, it is an answer that must be replaced.
func (r *redactor) frame(b []byte, hide bool) string {
	r.job, r.hideResult, r.event = "", false, string(b)
	clear(r.found)
	head, body, _ := strings.Cut(r.event, "\n\n")
	if hide {
		return r.hideAnswer(head, body)
	}
	event := strings.Contains(head, "text/event-plain")
	var out strings.Builder
	r.lines(&out, head, false)
	out.WriteString(string(b[len(head):min(len(b), len(head)+2)]))
	switch {
	case body == "":
	case body[0] == '{' || body[0] == '[':
		r.json(&out, body)
	case body[0] == '<':
		r.xml(&out, body)
	default:
		r.lines(&out, body, event)
	}
	return out.String()
}

// hideAnswer returns an answer without its text.
func (r *redactor) hideAnswer(head, body string) string {
	const text = "Reply-Text: "
	var out strings.Builder
	for line := range strings.Lines(head) {
		if strings.HasPrefix(line, text) {
			line = text + redact.Redacted + "\n"
		}
		out.WriteString(line)
	}
	redacted := strings.TrimSuffix(out.String(), "\n") + "\n\n"
	if body != "" {
		redacted += redact.Redacted
	}
	return redacted
}

// lines redacts text in which lines may have the form NAME: VALUE, percent-encoded. In an event, an
// empty line ends these, and a result or a text follows. Lines of another form are redacted
// together, since a secret may extend over several of them.
func (r *redactor) lines(out *strings.Builder, s string, event bool) {
	texts := ""
	for rest := s; rest != ""; {
		line, next, _ := strings.Cut(rest, "\n")
		whole := rest[:len(rest)-len(next)] // with its line feed, if it has one
		rest = next
		if event && line == "" {
			out.WriteString(r.text(texts) + "\n")
			r.result(out, next)
			return
		}
		name, value, ok := strings.Cut(line, ": ")
		if !ok || !plainName(name) {
			texts = s[len(s)-len(rest)-len(whole)-len(texts) : len(s)-len(rest)]
			continue
		}
		out.WriteString(r.text(texts) + r.line(name, value, line) + whole[len(line):])
		texts = ""
	}
	out.WriteString(r.text(texts))
}

// result redacts the text after the headers of an event.
func (r *redactor) result(out *strings.Builder, s string) {
	if r.hideResult && s != "" {
		out.WriteString(redact.Redacted)
		return
	}
	if redacted := r.body(s); redacted != s {
		out.WriteString(redacted)
		return
	}
	r.lines(out, s, false)
}

// line redacts one line of the form NAME: VALUE.
func (r *redactor) line(name, value, line string) string {
	plain, err := url.PathUnescape(value)
	if err != nil {
		plain = value
	}
	redacted := r.value(name, plain)
	if redacted == plain {
		return line
	}
	return name + ": " + lineBreaks.Replace(redacted)
}

// lineBreaks encodes a decoded value so that it stays on its line.
var lineBreaks = strings.NewReplacer("%", "%25", "\n", "%0A", "\r", "%0D")

// value returns a decoded value without secrets. It must be called with the values of an event in
// their order.
func (r *redactor) value(name, value string) string {
	command := commandOf(name)
	if command == "" && r.isSecretName(name) {
		return redact.Redacted
	}
	switch name {
	case "Job-Command":
		r.job = value
		r.hideResult = r.hideResult || r.returnsSecret(value, "")
	case "Job-Command-Arg":
		r.hideResult = r.hideResult || r.returnsSecret(r.job, value)
	case "_body", "body":
		if r.hideResult {
			return redact.Redacted
		}
		if body := r.body(value); body != value {
			return body
		}
	}
	if command != "" && value != "" {
		return r.argument(command, value)
	}
	return r.redactAfter(name+": ", value)
}

func (r *redactor) returnsSecret(api, args string) bool {
	return r.mayReturnSecret != nil && r.mayReturnSecret(api, args)
}

// isSecretName reports whether a name looks like that of a secret. It redacts the name with a
// value, in a form that Redact recognises, to find out.
func (r *redactor) isSecretName(name string) bool {
	known, ok := r.secretNames[name]
	if ok {
		return known
	}
	probe := name + ": x"
	is := r.redact(probe) != probe
	if r.secretNames == nil || len(r.secretNames) >= maxNames {
		r.secretNames = map[string]bool{}
	}
	r.secretNames[strings.Clone(name)] = is
	return is
}

// redactAfter redacts text as it would be redacted after lead.
func (r *redactor) redactAfter(lead, text string) string {
	all := lead + text
	redacted := r.redact(all)
	if redacted == all {
		return text
	}
	if rest, ok := strings.CutPrefix(redacted, lead); ok {
		return rest
	}
	return redact.Redacted
}

// text redacts text that is not a command, so that its first word cannot be a login without a
// blank.
func (r *redactor) text(s string) string {
	if s == "" {
		return ""
	}
	return r.redactAfter("\n", s)
}

// plainName reports whether s may be the name of a header or variable.
func plainName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool { return !isName(c) })
}

// isName reports whether c may be part of such a name.
func isName(c rune) bool {
	return c < utf8.RuneSelf && redact.IsName(byte(c))
}

// xml redacts lines of the form <name>value</name>, which FreeSWITCH writes. Lines of another form
// are redacted together.
func (r *redactor) xml(out *strings.Builder, s string) {
	texts, at := "", 0
	for line := range strings.Lines(s) {
		at += len(line)
		lead, inner, _ := strings.Cut(line, "<")
		name, value, ok := strings.Cut(inner, ">")
		value, end, closed := strings.Cut(value, "</")
		plain := strings.TrimSpace(lead) == "" && ok && plainName(name)
		switch {
		case plain && name == "body" && (r.hideResult || r.body(s[at-len(line):]) != s[at-len(line):]):
			out.WriteString(r.text(texts) + lead + "<body>" + redact.Redacted + "\n")
			return
		case !plain || !closed || strings.Contains(value, "<") || strings.TrimSpace(end) != name+">":
			texts = s[at-len(line)-len(texts) : at]
			continue
		}
		out.WriteString(r.text(texts))
		texts = ""
		r.xmlValue(out, line, lead+"<"+name+">", name, value, "</"+end)
	}
	out.WriteString(r.text(texts))
}

// xmlValue redacts the value of a line between lead and end.
func (r *redactor) xmlValue(out *strings.Builder, line, lead, name, value, end string) {
	plain := html.UnescapeString(value)
	if decoded, err := url.PathUnescape(plain); err == nil {
		plain = decoded
	}
	redacted := r.value(name, plain)
	if redacted == plain {
		out.WriteString(line)
		return
	}
	out.WriteString(lead + html.EscapeString(lineBreaks.Replace(redacted)) + end)
}

// json redacts the values of JSON, and text as a whole if it is not JSON.
func (r *redactor) json(out *strings.Builder, s string) {
	w := jsonWalk{redactor: r, s: s}
	if !w.walk() {
		out.WriteString(r.text(s))
		return
	}
	out.WriteString(w.out.String() + s[w.kept:])
}
