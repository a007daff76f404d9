package recording

import (
	"html"
	"net/url"
	"strings"

	"eslguard/audit"
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

	// Of the event that is looked at: the API or application whose arguments come next, and whether the result that
	// comes may not be told.
	command string
	hidden  bool
}

// maxNames bounds names: they come from the switch, whose variables may have any.
const maxNames = 4096

// frame returns a frame without secrets. hide: it is an answer of which nothing may be told.
func (r *redactor) frame(b []byte, hide bool) string {
	r.command, r.hidden = "", false
	head, body, _ := strings.Cut(string(b), "\n\n")
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
			line = text + audit.Redacted + "\n"
		}
		out.WriteString(line)
	}
	told := strings.TrimSuffix(out.String(), "\n") + "\n\n"
	if body != "" {
		told += audit.Redacted
	}
	return told
}

// lines redacts text of which some lines may be NAME: VALUE, percent-encoded. In an event, an empty line ends these, and
// what follows is a result or a text.
func (r *redactor) lines(out *strings.Builder, s string, event bool) {
	for s != "" {
		line, rest, more := strings.Cut(s, "\n")
		if event && line == "" {
			out.WriteString("\n")
			r.result(out, rest)
			return
		}
		out.WriteString(r.line(line))
		if more {
			out.WriteString("\n")
		}
		s = rest
	}
}

// result redacts what an event holds besides its headers.
func (r *redactor) result(out *strings.Builder, s string) {
	if r.hidden && s != "" {
		out.WriteString(audit.Redacted)
		return
	}
	r.lines(out, s, false)
}

// line redacts one line.
func (r *redactor) line(line string) string {
	name, value, ok := strings.Cut(line, ": ")
	if !ok || !plainName(name) {
		return r.text(line)
	}
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
	if r.secret(name) {
		return audit.Redacted
	}
	switch name {
	case "API-Command", "Job-Command", "Application":
		r.command = value
		r.hidden = r.hidden || name == "Job-Command" && r.tellsSecret(value, "")
	case "API-Command-Argument", "Job-Command-Arg", "Application-Data":
		r.hidden = r.hidden || name == "Job-Command-Arg" && r.tellsSecret(r.command, value)
		return r.after(r.command+" ", value)
	case "_body":
		if r.hidden {
			return audit.Redacted
		}
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
	return audit.Redacted
}

// text redacts text that is no command: what begins it is no login that lacks its blank.
func (r *redactor) text(s string) string { return r.after("\n", s) }

// plainName reports whether s is a name that a header or variable may have.
func plainName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool {
		return (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' && c != '.'
	})
}

// xml redacts <name>value</name>, which FreeSWITCH writes one a line.
func (r *redactor) xml(out *strings.Builder, s string) {
	for line := range strings.Lines(s) {
		lead, inner, _ := strings.Cut(line, "<")
		name, value, ok := strings.Cut(inner, ">")
		value, end, closed := strings.Cut(value, "</")
		switch {
		case r.hidden && ok && name == "body":
			out.WriteString(lead + "<body>" + audit.Redacted + "\n")
			return
		case !ok || !plainName(name):
			out.WriteString(r.text(line))
			continue
		}
		plain := html.UnescapeString(value)
		if decoded, err := url.PathUnescape(plain); err == nil {
			plain = decoded
		}
		redacted := r.value(name, plain)
		if redacted == plain {
			out.WriteString(line)
			continue
		}
		out.WriteString(lead + "<" + name + ">" + html.EscapeString(lineBreaks.Replace(redacted)))
		if closed {
			out.WriteString("</" + end)
			continue
		}
		out.WriteString("\n")
	}
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
