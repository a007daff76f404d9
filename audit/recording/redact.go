package recording

import (
	"html"
	"net/url"
	"strings"

	"eslguard/audit/redact"
)

// A redactor leaves secrets out of what a client is sent. What holds names and values is JSON, XML or lines; each is
// taken apart, and its values are decoded, so that a secret is found in whatever form it is written, and takes no more
// of the frame with it than its own value. It is not safe for concurrent use.
type redactor struct {
	// redact leaves secrets out of a text.
	redact func(string) string
	// tells reports whether the answer of an API may be a secret. Nil: none may.
	tells func(api, args string) bool
	// names remembers which names are those of secrets.
	names map[string]bool

	// Of the event that is looked at: the API of the job whose arguments come next, whether the
	// result that comes may not be told, and the whole of it.
	command string
	hidden  bool
	event   string
	// named remembers which commands the event names, by header.
	named map[string]named
}

// maxNames bounds names: they come from the switch, whose variables may have any.
const maxNames = 4096

// frame returns a frame without secrets. hide: it is an answer of which nothing may be told.
func (r *redactor) frame(b []byte, hide bool) string {
	r.command, r.hidden, r.event = "", false, string(b)
	clear(r.named)
	head, body, _ := strings.Cut(r.event, "\n\n")
	if hide {
		return r.answer(head, body)
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

// answer returns an answer without what it says.
func (r *redactor) answer(head, body string) string {
	const text = "Reply-Text: "
	var out strings.Builder
	for line := range strings.Lines(head) {
		if strings.HasPrefix(line, text) {
			line = text + redact.Redacted + "\n"
		}
		out.WriteString(line)
	}
	told := strings.TrimSuffix(out.String(), "\n") + "\n\n"
	if body != "" {
		told += redact.Redacted
	}
	return told
}

// lines redacts text of which some lines may be NAME: VALUE, percent-encoded. In an event, an empty
// line ends these, and what follows is a result or a text. Lines that are none are redacted
// together, for a secret may go over several of them.
func (r *redactor) lines(out *strings.Builder, s string, event bool) {
	texts := ""
	for rest := s; rest != ""; {
		line, next, _ := strings.Cut(rest, "\n")
		whole := rest[:len(rest)-len(next)] // with its end, if it has one
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

// result redacts what an event holds besides its headers.
func (r *redactor) result(out *strings.Builder, s string) {
	if r.hidden && s != "" {
		out.WriteString(redact.Redacted)
		return
	}
	if told := r.body(s); told != s {
		out.WriteString(told)
		return
	}
	r.lines(out, s, false)
}

// line redacts one line, NAME: VALUE.
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

// lineBreaks keeps a value that was decoded on its line.
var lineBreaks = strings.NewReplacer("%", "%25", "\n", "%0A", "\r", "%0D")

// value returns a value, decoded, without secrets. It is to be called with the values of an event in their order.
func (r *redactor) value(name, value string) string {
	command := commandOf(name)
	if command == "" && r.secret(name) {
		return redact.Redacted
	}
	switch name {
	case "Job-Command":
		r.command = value
		r.hidden = r.hidden || r.tellsSecret(value, "")
	case "Job-Command-Arg":
		r.hidden = r.hidden || r.tellsSecret(r.command, value)
	case "_body", "body":
		if r.hidden {
			return redact.Redacted
		}
		if told := r.body(value); told != value {
			return told
		}
	}
	if command != "" && value != "" {
		return r.argument(command, value)
	}
	return r.after(name+": ", value)
}

func (r *redactor) tellsSecret(api, args string) bool { return r.tells != nil && r.tells(api, args) }

// secret reports whether a name is that of a secret. A name and a value in a form that Redact knows show that.
func (r *redactor) secret(name string) bool {
	known, ok := r.names[name]
	if ok {
		return known
	}
	probe := name + ": x"
	is := r.redact(probe) != probe
	if r.names == nil || len(r.names) >= maxNames {
		r.names = map[string]bool{}
	}
	r.names[strings.Clone(name)] = is
	return is
}

// after redacts what stands behind lead.
func (r *redactor) after(lead, text string) string {
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

// text redacts text that is no command: what begins it is no login that lacks its blank.
func (r *redactor) text(s string) string {
	if s == "" {
		return ""
	}
	return r.after("\n", s)
}

// plainName reports whether s is a name that a header or variable may have.
func plainName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool { return !isName(c) })
}

// isName reports whether c may stand in such a name.
func isName(c rune) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

// xml redacts <name>value</name>, which FreeSWITCH writes one a line. Lines of another form are
// redacted together.
func (r *redactor) xml(out *strings.Builder, s string) {
	texts, at := "", 0
	for line := range strings.Lines(s) {
		at += len(line)
		lead, inner, _ := strings.Cut(line, "<")
		name, value, ok := strings.Cut(inner, ">")
		value, end, closed := strings.Cut(value, "</")
		plain := strings.TrimSpace(lead) == "" && ok && plainName(name)
		switch {
		case plain && name == "body" && (r.hidden || r.body(s[at-len(line):]) != s[at-len(line):]):
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

// json redacts the values of JSON, and all of what is none.
func (r *redactor) json(out *strings.Builder, s string) {
	w := jsonWalk{redactor: r, s: s}
	if !w.walk() {
		out.WriteString(r.text(s))
		return
	}
	out.WriteString(w.out.String() + s[w.kept:])
}
