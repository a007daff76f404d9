package document

import (
	"fmt"
	"strings"
	"testing"
)

// TestTree: the values of a JSON text, with the offsets at which they begin.
func TestTree(t *testing.T) {
	for text, want := range map[string]string{
		`7`:                            `0:7`,
		` "a" `:                        `1:a`,
		`"a\n\u00e4\ud83d\ude00\/"`:    "0:a\nä😀/",
		`true`:                         `0:true`,
		`[]`:                           `0:[]`,
		`{}`:                           `0:{}`,
		`[1, [2],"x"]`:                 `0:[1:1 4:[5:2] 8:x]`,
		"{\"a\": {\"b\" :\n[null]}}":   `0:{1:a 6:{7:b 13:[14:null]}}`,
		`{"a": 1.50, "A": -0, "": ""}`: `0:{1:a 6:1.50 12:A 17:-0 21: 25:}`,
	} {
		_, n := nodeOf(t, text)
		if got := dump(n); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// dump writes a node as OFFSET:VALUE.
func dump(n *node) string {
	var parts []string
	for _, item := range n.items {
		parts = append(parts, dump(item))
	}
	for _, m := range n.members {
		parts = append(parts, fmt.Sprintf("%d:%s", m.off, m.key), dump(m.value))
	}
	text := n.text
	switch n.kind {
	case '[':
		text = "[" + strings.Join(parts, " ") + "]"
	case '{':
		text = "{" + strings.Join(parts, " ") + "}"
	}
	return fmt.Sprintf("%d:%s", n.off, text)
}

// TestNotJSON: what is wrong with a text that is not JSON, where, and what to do.
func TestNotJSON(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "f:1:1: the file is empty"},
		{"blanks", " \n", "f:2:1: the file is empty"},
		{"an open object", `{"a": 1`, "f:1:8: the file ends too early"},
		{"an open string", `{"a": "x`, "f:1:9: the file ends too early"},
		{"a byte order mark", "\xef\xbb\xbf{}", "(save the file without a byte order mark)"},
		{"a comment at the end", "{\"a\": 1 // x\n}", `f:1:9: not JSON: `},
		{"the hint for it", "{\"a\": 1 // x\n}", `(JSON has no comments: use "note")`},
		{"a shell comment", "# x\n{}", `(JSON has no comments: use "note")`},
		{"an escape of a rule", `{"a": "\$"}`, `(JSON has backslashes of its own, so write each one of a rule twice: \\$)`},
		{"a comma too many", `{"a": [1,]}`, "f:1:9: not JSON: "},
		{"single quotes", `{'a': 1}`, "f:1:2: not JSON: "},
		{"not UTF-8", "{\"a\": \"\xff\"}", "f:1:8: not JSON: "},
		{"half a surrogate", `{"a": "\ud800"}`, "not JSON: "},
		{"17 levels", strings.Repeat("[", 18) + strings.Repeat("]", 18), "f:1:18: the values are nested too deeply"},
	} {
		var rep Report
		n := readTree(&Source{Name: "f", Data: []byte(tt.text)}, &rep)
		err := rep.Err()
		if n != nil || err == nil || !strings.Contains(err.Error(), tt.want) || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	// This is the deepest value that is accepted.
	nodeOf(t, strings.Repeat("[", maxDepth+1)+strings.Repeat("]", maxDepth+1))
}

// TestDuplicateKeys: all of them are reported, in small and large objects, and the first value
// counts.
func TestDuplicateKeys(t *testing.T) {
	for _, size := range []int{1, maxSearched, maxSearched + 1, 3 * maxSearched} {
		var b strings.Builder
		b.WriteString(`{"outer": {`)
		for i := range size {
			fmt.Fprintf(&b, `"k%d": %d, `, i, i)
		}
		fmt.Fprintf(&b, `"k0": "again", "k%d": "again", "K0": 1}}`, size-1)
		var rep Report
		n := readTree(&Source{Name: "f", Data: []byte(b.String())}, &rep)
		if n == nil {
			t.Fatalf("%d members: %v", size, rep.Err())
		}
		object := n.members[0].value
		if len(rep.errors) != 2 || rep.errors[0].Text != `duplicate key "k0"` || rep.errors[1].Path != fmt.Sprint("/outer/k", size-1) {
			t.Errorf("%d members: %v", size, rep.Err())
		}
		if len(object.members) != size+1 || object.members[0].value.text != "0" || !object.has("K0") || object.has("k") {
			t.Errorf("%d members: %s", size, dump(object))
		}
	}
}
