package recording

import (
	"encoding/json"
	"slices"
	"strings"

	"eslguard/audit/redact"
)

// A jsonWalk goes over JSON, value by value. The text may be cut at its end.
type jsonWalk struct {
	*redactor
	s    string
	i    int // the next byte to look at
	kept int // what is before it is in out
	out  strings.Builder
	name string // of the member that the next value is of
	// within is how deep in a secret's value the next one is, 0 for not at all.
	within int
	// pair: the object has named a secret as the value of a member; another one holds it.
	pair bool
}

// walk redacts s. It returns false if it is no JSON.
func (w *jsonWalk) walk() bool {
	for w.i < len(w.s) {
		switch w.s[w.i] {
		case ' ', '\t', '\r', '\n', ',', ':':
			w.i++
		case '{', '[':
			w.open()
		case '}', ']':
			w.within = max(0, w.within-1)
			w.name, w.pair = "", false
			w.i++
		case '"':
			w.str()
		default:
			if !w.scalar() {
				return false
			}
		}
	}
	return true
}

// open enters an object or an array. The values of an array are those of its name.
func (w *jsonWalk) open() {
	if w.within > 0 || w.name != "" && w.secret(w.name) {
		w.within++
	}
	if w.s[w.i] == '{' {
		w.name, w.pair = "", false
	}
	w.i++
}

// str takes a name, or redacts a value.
func (w *jsonWalk) str() {
	last, escaped := w.i+1, false // where the quote at its end is
	for last < len(w.s) && w.s[last] != '"' {
		if w.s[last] == '\\' {
			escaped = true
			last++
		}
		last++
	}
	last = min(last, len(w.s))
	end := min(last+1, len(w.s))
	plain := w.s[w.i+1 : last]
	if escaped {
		_ = json.Unmarshal([]byte(w.s[w.i:end]), &plain) // what is cut stays as it is
	}
	after := end
	for after < len(w.s) && (w.s[after] == ' ' || w.s[after] == '\t') {
		after++
	}
	if after < len(w.s) && w.s[after] == ':' {
		w.name, w.i = plain, after+1
		return
	}
	redacted := redact.Redacted
	if w.within == 0 && !w.isPaired() {
		redacted = w.value(w.name, plain)
	}
	w.pair = w.pair || w.within == 0 && isOneOf(w.name, "name", "key", "param", "variable") && w.secret(plain)
	w.replace(end, plain, redacted)
}

// isPaired reports whether the next value is that of a secret that the object has named.
func (w *jsonWalk) isPaired() bool { return w.pair && isOneOf(w.name, "value", "data", "content") }

func isOneOf(s string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(s, w) })
}

// replace puts a text in the place of the value from here to end, if it is another.
func (w *jsonWalk) replace(end int, was, is string) {
	if was != is {
		line, _ := encode(is) // a string has its JSON
		w.out.WriteString(w.s[w.kept:w.i] + strings.TrimSuffix(string(line), "\n"))
		w.kept = end
	}
	w.i = end
}

// scalar takes a number or a word. It returns false if it is none of JSON.
func (w *jsonWalk) scalar() bool {
	n := strings.IndexAny(w.s[w.i:], ",]} \t\r\n")
	if n < 0 {
		n = len(w.s) - w.i
	}
	text := w.s[w.i : w.i+n]
	if text != "true" && text != "false" && text != "null" && strings.Trim(text, "0123456789+-.eE") != "" {
		return false
	}
	is := text
	if w.within > 0 || w.isPaired() || w.name != "" && w.secret(w.name) {
		is = redact.Redacted
	}
	w.replace(w.i+n, text, is)
	return true
}
