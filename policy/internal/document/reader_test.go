package document

import (
	"fmt"
	"strings"
	"testing"
)

// nodeOf returns a reader and the node of a JSON text.
func nodeOf(t *testing.T, text string) (*fileReader, *node) {
	t.Helper()
	rep := &Report{}
	src := &Source{Name: "f", Data: []byte(text)}
	n := readTree(src, rep)
	if n == nil || rep.Err() != nil {
		t.Fatalf("%s: %v", text, rep.Err())
	}
	return &fileReader{src: src, rep: rep}, n
}

// problemText returns the text and hint of a report's only error, and "" without one.
func problemText(t *testing.T, rep *Report) string {
	t.Helper()
	switch len(rep.errors) {
	case 0:
		return ""
	case 1:
		p := rep.errors[0]
		if p.Hint != "" {
			return p.Text + " (" + p.Hint + ")"
		}
		return p.Text
	default:
		t.Fatalf("%d errors, want at most one: %v", len(rep.errors), rep.Err())
		return ""
	}
}

// TestValues: what each reader of a value accepts, what it returns, and how it refuses.
func TestValues(t *testing.T) {
	text := func(r *fileReader, n *node) string { s, ok := r.text(n, nil); return fmt.Sprint(s.Text, " ", ok) }
	word := func(r *fileReader, n *node) string { return r.word(n, nil, "allow", "deny") }
	number := func(r *fileReader, n *node) string { return fmt.Sprint(r.number(n, nil, 2, 64)) }
	flag := func(r *fileReader, n *node) string { return fmt.Sprint(r.flag(n, nil)) }
	texts := func(r *fileReader, n *node) string { return textsOf(r.texts(n, nil, 1)) }
	oneOrMore := func(r *fileReader, n *node) string { return textsOf(r.oneOrMore(n, nil)) }
	slots := func(r *fileReader, n *node) string { return fmt.Sprint(r.slots(n, nil)) }
	rules := func(r *fileReader, n *node) string { return textsOf(r.rules(n, nil)) }
	note := func(r *fileReader, n *node) string { r.note(n, nil); return "" }
	for _, tt := range []struct {
		name    string
		read    func(r *fileReader, n *node) string
		json    string
		want    string
		problem string
	}{
		{"text", text, `"a\u0062"`, "ab true", ""},
		{"text", text, `""`, " false", "is empty"},
		{"text", text, `7`, "7 false", "must be a string, not a number"},
		{"word", word, `"deny"`, "deny", ""},
		{"word", word, `"Deny"`, "", `"Deny" is not known here (did you mean "deny"?)`},
		{"word", word, `"zzzzzzzz"`, "", `"zzzzzzzz" is not known here (one of "allow", "deny")`},
		{"word", word, `null`, "", `must be a string, not null (one of "allow", "deny")`},
		{"word", word, `true`, "", `must be a string, not true or false (one of "allow", "deny")`},
		{"word", word, `""`, "", `is empty (one of "allow", "deny")`},
		{"number", number, `2`, "2", ""},
		{"number", number, `64`, "64", ""},
		{"number", number, `1`, "2", "must be a whole number from 2 to 64"},
		{"number", number, `65`, "2", "must be a whole number from 2 to 64"},
		{"number", number, `1e1`, "2", "must be a whole number from 2 to 64"},
		{"number", number, `10.0`, "2", "must be a whole number from 2 to 64"},
		{"number", number, `-3`, "2", "must be a whole number from 2 to 64"},
		{"number", number, `99999999999999999999`, "2", "must be a whole number from 2 to 64"},
		{"number", number, `"3"`, "2", "must be a number, not a string"},
		{"flag", flag, `true`, "true", ""},
		{"flag", flag, `false`, "false", ""},
		{"flag", flag, `"true"`, "false", "must be true or false, not a string"},
		{"flag", flag, `null`, "false", "must be true or false, not null"},
		{"texts", texts, `["a", "b"]`, "a b", ""},
		{"texts", texts, `[]`, "", "is empty"},
		{"texts", texts, `["a", 1, "b"]`, "a b", "must be a string, not a number"},
		{"texts", texts, `"a"`, "", "must be an array, not a string"},
		{"oneOrMore", oneOrMore, `"a"`, "a", ""},
		{"oneOrMore", oneOrMore, `["a", "b"]`, "a b", ""},
		{"oneOrMore", oneOrMore, `[]`, "", "is empty"},
		{"oneOrMore", oneOrMore, `{}`, "", "must be a string, not an object"},
		{"slots", slots, `[]`, "[]", ""},
		{"slots", slots, `[0, 63]`, "[0 63]", ""},
		{"slots", slots, `[64]`, "[0]", "must be a whole number from 0 to 63"},
		{"rules", rules, `["a", {"rule": "b", "note": "why"}]`, "a b", ""},
		{"rules", rules, `[{"note": "why"}]`, "", `"rule" is missing ({ "rule": "api @status", "note": "…" }, or the rule alone)`},
		{"rules", rules, `[{"rule": "b", "notes": "why"}]`, "b", `unknown key "notes" (did you mean "note"?)`},
		{"rules", rules, `[["a"]]`, "", "must be a string, not an array"},
		{"note", note, `""`, "", ""},
		{"note", note, `["x"]`, "", "must be a string, not an array"},
	} {
		r, n := nodeOf(t, tt.json)
		got := tt.read(r, n)
		if problem := problemText(t, r.rep); got != tt.want || problem != tt.problem {
			t.Errorf("%s of %s: %q and problem %q, want %q and %q", tt.name, tt.json, got, problem, tt.want, tt.problem)
		}
	}
}

// textsOf joins texts with spaces.
func textsOf(texts []Text) string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = s.Text
	}
	return strings.Join(out, " ")
}

// TestPositions: a value's position is that of the value, and that of a definition is its name's.
func TestPositions(t *testing.T) {
	const text = `{"version": 1,
 "sets": {"a": ["x",
   "y"]},
 "roles": {"r": {"allow": ["api status"], "limits": {"api": "5/s"}}},
 "clients": {"c": {"from": ["::/0"], "auth": {"password": [{"hash": "h"}]}, "roles": ["r"]}}}`
	var rep Report
	doc := Read([]*Source{{Name: "f", Data: []byte(text)}}, &rep)
	if err := rep.Err(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		pos  Pos
		want string
	}{
		{doc.Sets[0].Pos, "2:11 /sets/a"},
		{doc.Sets[0].Entries[1].Pos, "3:4 /sets/a/1"},
		{doc.Roles[0].Allow[0].Pos, "4:28 /roles/r/allow/0"},
		{doc.Roles[0].Limits[0].Key.Pos, "4:54 /roles/r/limits/api"},
		{doc.Roles[0].Limits[0].Values[0].Pos, "4:61 /roles/r/limits/api"},
		{doc.Clients[0].Pos, "5:14 /clients/c"},
		{doc.Clients[0].Secrets[0].Hash.Pos, "5:69 /clients/c/auth/password/0/hash"},
	} {
		p := NewProblem(tt.pos, "", "")
		if got := fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Path); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
	if p := NewProblem(Pos{}, "", "x"); p != (Problem{Text: "x"}) {
		t.Errorf("a problem at no position: %+v", p)
	}
}
