package recording

import (
	"encoding/json"
	"slices"
	"strings"

	"eslguard/audit/redact"
)

// A jsonWalk redacts JSON, value by value. The text may be cut at its end.
type jsonWalk struct {
	*redactor
	s    string
	i    int // the next byte
	kept int // index up to which the text is in out
	out  strings.Builder
	name string // of the member whose value comes next
	// secretDepth is how deep in the value of a secret the next value is, 0 if it is not in one.
	secretDepth int
	// paired reports whether a member of the object has the name of a secret as its value. Another
	// member has the secret.
	paired bool
}

// walk redacts s. It returns false if s is not JSON.
func (w *jsonWalk) walk() bool {
	for w.i < len(w.s) {
		switch w.s[w.i] {
		case ' ', '\t', '\r', '\n', ',', ':':
			w.i++
		case '{', '[':
			w.open()
		case '}', ']':
			w.secretDepth = max(0, w.secretDepth-1)
			w.name, w.paired = "", false
			w.i++
		case '"':
			w.readString()
		default:
			if !w.scalar() {
				return false
			}
		}
	}
	return true
}

// open enters an object or an array. The values of an array belong to the name of the array.
func (w *jsonWalk) open() {
	if w.secretDepth > 0 || w.name != "" && w.isSecretName(w.name) {
		w.secretDepth++
	}
	if w.s[w.i] == '{' {
		w.name, w.paired = "", false
	}
	w.i++
}

// readString reads a name, or redacts a value.
func (w *jsonWalk) readString() {
	last, escaped := w.i+1, false // last is the index of the closing quote
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
		_ = json.Unmarshal([]byte(w.s[w.i:end]), &plain) // a string that is cut stays as it is
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
	if w.secretDepth == 0 && !w.isPaired() {
		redacted = w.value(w.name, plain)
	}
	w.paired = w.paired || w.secretDepth == 0 && isOneOf(w.name, "name", "key", "param", "variable") && w.isSecretName(plain)
	w.replace(end, plain, redacted)
}

// isPaired reports whether the next value is the secret that another member of the object names.
func (w *jsonWalk) isPaired() bool { return w.paired && isOneOf(w.name, "value", "data", "content") }

func isOneOf(s string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(s, w) })
}

// replace replaces the value that ends at end, if is differs from was.
func (w *jsonWalk) replace(end int, was, is string) {
	if was != is {
		line, _ := encode(is) // every string can be encoded
		w.out.WriteString(w.s[w.kept:w.i] + strings.TrimSuffix(string(line), "\n"))
		w.kept = end
	}
	w.i = end
}

// scalar reads a number or a word. It returns false if it is not JSON.
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
	if w.secretDepth > 0 || w.isPaired() || w.name != "" && w.isSecretName(w.name) {
		is = redact.Redacted
	}
	w.replace(w.i+n, text, is)
	return true
}
