package document

import (
	"fmt"
	"strings"
	"testing"
)

// TestProblemPath: in the text of a problem, names look as they do in the file, without the escapes
// of JSON pointers.
func TestProblemPath(t *testing.T) {
	for path, want := range map[string]string{
		"/roles/a/allow/2":                       "f: /roles/a/allow/2: x",
		"/roles/a/limits/dial sofia~1gateway~1*": `f: /roles/a/limits/"dial sofia/gateway/*": x`,
		"/sets/~0a~1":                            `f: /sets/"~a/": x`,
		"/sets/~01":                              `f: /sets/"~1": x`,
		"/sets/a\nb":                             `f: "/sets/a\nb": x`,
	} {
		if got := (Problem{File: "f", Path: path, Text: "x"}).String(); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func TestProblemString(t *testing.T) {
	for _, tt := range []struct {
		problem Problem
		want    string
	}{
		{Problem{File: "f", Text: "x"}, "f: x"},
		{Problem{File: "f", Line: 3, Column: 14, Text: "x"}, "f:3:14: x"},
		{Problem{File: "f", Line: 3, Column: 14, Path: "/a", Text: "x", Hint: "y"}, "f:3:14: /a: x (y)"},
	} {
		if got := tt.problem.String(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestPath(t *testing.T) {
	top := &Path{}
	for _, tt := range []struct {
		path *Path
		want string
	}{
		{nil, ""},
		{top, ""},
		{top.member("roles"), "/roles"},
		{top.member("roles").member("a/b~c").member("allow").item(12), "/roles/a~1b~0c/allow/12"},
		{top.member("").item(0), "//0"},
	} {
		if got := tt.path.String(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestLineColumn(t *testing.T) {
	s := &Source{Data: []byte("äb\n\ncd")}
	for off, want := range map[int]string{-1: "1:1", 0: "1:1", 2: "1:2", 3: "1:3", 4: "2:1", 5: "3:1", 7: "3:3", 99: "3:3"} {
		line, column := s.lineColumn(off)
		if got := fmt.Sprint(line, ":", column); got != want {
			t.Errorf("byte %d is at %s, want %s", off, got, want)
		}
	}
}

// TestReport: errors are sorted and without duplicates, and their number is bounded.
func TestReport(t *testing.T) {
	var rep Report
	if err := rep.Err(); err != nil {
		t.Errorf("the zero report has the error %v", err)
	}
	src := &Source{Name: "f", Data: []byte("a\nb\nc")}
	at := func(off int) Pos { return Pos{Source: src, off: off} }
	rep.Errorf(at(4), "", "third")
	rep.Errorf(at(0), "hint", "first %d", 1)
	rep.Errorf(at(2), "", "second")
	rep.Errorf(at(2), "", "second")
	rep.Warnf(at(0), "", "only a warning")
	const want = "policy: f:1:1: first 1 (hint)\nf:2:1: second\nf:3:1: third"
	if err := rep.Err(); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	for i := range maxProblems {
		rep.Errorf(at(0), "", "problem %d", i)
		rep.Warnf(at(0), "", "warning %d", i)
	}
	err := rep.Err()
	if err == nil || !strings.HasSuffix(err.Error(), "and 4 more problems") || len(rep.Warnings) != maxProblems {
		t.Errorf("%d warnings; errors: %v", len(rep.Warnings), err)
	}
}

func TestNameProblem(t *testing.T) {
	for name, want := range map[string]string{
		"a":                            "",
		"Ann Smith, ops":               "",
		"":                             "is empty",
		" a":                           `" a" begins or ends with a space`,
		"a ":                           `"a " begins or ends with a space`,
		"a\nb":                         `"a\nb" contains an unprintable character`,
		"\xff":                         "is not UTF-8",
		strings.Repeat("a", MaxName):   "",
		strings.Repeat("a", MaxName+1): "is longer than 128 bytes",
	} {
		if got := nameProblem(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
