package document

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"eslguard/policy/internal/words"
)

// maxProblems is how many problems a load reports before it says "and more".
const maxProblems = 500

// A Problem is one thing that is wrong, or doubtful, in a policy.
type Problem struct {
	// File is the name of the file as it was given to Load, or, for a folder, within it.
	File string
	// Line and Column count from 1, the column in characters. Both are 0 where the problem
	// is with the file as a whole.
	Line, Column int
	// Path is the JSON pointer of the value, such as /roles/dialer/allow/2, and "" for the whole
	// file.
	Path string
	// Text says what is wrong. It never holds a password or a hash.
	Text string
	// Hint is what was probably meant, or what to do. It may be empty.
	Hint string
}

// String returns the problem on one line: file:line:column: path: text (hint).
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Path != "" {
		b.WriteString(plainPath(p.Path))
		b.WriteString(": ")
	}
	b.WriteString(p.Text)
	if p.Hint != "" {
		b.WriteString(" (")
		b.WriteString(p.Hint)
		b.WriteString(")")
	}
	return b.String()
}

// plainPath returns a path for people: names that hold a slash or a tilde are quoted in the place
// of the escapes of a JSON pointer, and all of it where something in it does not print.
func plainPath(path string) string {
	if strings.ContainsFunc(path, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return strconv.Quote(path)
	}
	if !strings.Contains(path, "~") {
		return path
	}
	steps := strings.Split(path, "/")
	for i, step := range steps {
		if strings.Contains(step, "~") {
			steps[i] = strconv.Quote(strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~"))
		}
	}
	return strings.Join(steps, "/")
}

// Problems is all that is wrong with a policy, by file and place. It is the error of Load.
type Problems []Problem

// Error returns every problem on a line of its own.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return "policy: " + strings.Join(lines, "\n")
}

// Sorted orders the problems as a reader meets them, without repetitions.
func (ps Problems) Sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(ps)
}

// A Path is where a value stands in the JSON document. It is a list from the value up, since
// a pointer is written out only for the few values that have a problem.
type Path struct {
	up    *Path
	key   string
	index int // of an array's item, and -1 for an object's member
}

// member returns the place of the object's member named key.
func (pl *Path) member(key string) *Path { return &Path{up: pl, key: key, index: -1} }

// item returns the place of the array's item i.
func (pl *Path) item(i int) *Path { return &Path{up: pl, index: i} }

// String returns the JSON pointer (RFC 6901).
func (pl *Path) String() string {
	if pl == nil || pl.up == nil {
		return ""
	}
	if pl.index >= 0 {
		return pl.up.String() + "/" + strconv.Itoa(pl.index)
	}
	key := strings.ReplaceAll(strings.ReplaceAll(pl.key, "~", "~0"), "/", "~1")
	return pl.up.String() + "/" + words.Clip(key)
}

// A Pos is a value's place and where it begins in which file.
type Pos struct {
	Source *Source
	off    int
	At     *Path
}

// A Report collects problems. The zero report is ready to use.
type Report struct {
	errors   Problems
	Warnings Problems
	dropped  int
}

// Errorf notes an error at p.
func (r *Report) Errorf(p Pos, hint, format string, args ...any) {
	if len(r.errors) >= maxProblems {
		r.dropped++
		return
	}
	r.errors = append(r.errors, NewProblem(p, hint, fmt.Sprintf(format, args...)))
}

// Warnf notes a warning at p.
func (r *Report) Warnf(p Pos, hint, format string, args ...any) {
	if len(r.Warnings) < maxProblems {
		r.Warnings = append(r.Warnings, NewProblem(p, hint, fmt.Sprintf(format, args...)))
	}
}

// Err returns all errors as a Problems, and nil when there are none.
func (r *Report) Err() error {
	if len(r.errors) == 0 {
		return nil
	}
	ps := r.errors.Sorted()
	if r.dropped > 0 {
		ps = append(ps, Problem{File: ps[len(ps)-1].File, Text: fmt.Sprintf("and %d more problems", r.dropped)})
	}
	return ps
}

// NewProblem returns a problem at p.
func NewProblem(p Pos, hint, text string) Problem {
	pr := Problem{Path: p.At.String(), Text: text, Hint: hint}
	if p.Source != nil {
		pr.File = p.Source.Name
		pr.Line, pr.Column = p.Source.lineColumn(p.off)
	}
	return pr
}
