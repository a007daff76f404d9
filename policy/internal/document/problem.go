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

// maxProblems is how many errors, and how many warnings, a load lists. Further errors are only
// counted.
const maxProblems = 500

// A Problem is an error or a warning about a policy.
type Problem struct {
	// File is the path that was given to Load, or the file's name within a policy folder.
	File string
	// Line and Column count from 1, the column in characters. Both are 0 if the problem concerns
	// the whole file.
	Line, Column int
	// Path is the JSON pointer of the value, such as /roles/dialer/allow/2. It is empty for the
	// whole file.
	Path string
	// Text says what is wrong. It never contains a password or a hash.
	Text string
	// Hint says what was probably meant, or what to do. It may be empty.
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

// plainPath returns a JSON pointer as people read it: names that contain a slash or a tilde are
// quoted instead of escaped. The whole path is quoted if it contains an unprintable character.
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

// Problems is a list of problems, sorted by file and position. It is the error of Load.
type Problems []Problem

// Error returns the problems, each on its own line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return "policy: " + strings.Join(lines, "\n")
}

// Sorted sorts ps in place by file, line and column, and returns it without duplicates.
func (ps Problems) Sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(ps)
}

// A Path is the path of a value in the JSON document. It is a linked list from the value up to the
// document, because only the few values with a problem need it as text. A nil Path is the document
// itself.
type Path struct {
	up    *Path
	key   string
	index int // of an array's item, or -1 for an object's member
}

// member returns the path of the object's member named key.
func (pl *Path) member(key string) *Path { return &Path{up: pl, key: key, index: -1} }

// item returns the path of the array's item i.
func (pl *Path) item(i int) *Path { return &Path{up: pl, index: i} }

// String returns the path as a JSON pointer (RFC 6901), with long names shortened. It is empty for
// the whole document.
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

// A Pos is the position of a value: its file, its byte offset and its path. The zero Pos is no
// position.
type Pos struct {
	Source *Source
	off    int
	At     *Path
}

// A Report collects problems. The zero Report is ready to use.
type Report struct {
	errors   Problems
	Warnings Problems
	dropped  int
}

// Errorf adds an error at p. hint may be empty.
func (r *Report) Errorf(p Pos, hint, format string, args ...any) {
	if len(r.errors) >= maxProblems {
		r.dropped++
		return
	}
	r.errors = append(r.errors, NewProblem(p, hint, fmt.Sprintf(format, args...)))
}

// Warnf adds a warning at p. hint may be empty.
func (r *Report) Warnf(p Pos, hint, format string, args ...any) {
	if len(r.Warnings) < maxProblems {
		r.Warnings = append(r.Warnings, NewProblem(p, hint, fmt.Sprintf(format, args...)))
	}
}

// Err returns all errors as a Problems, or nil if there are none.
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

// NewProblem returns a problem at p. It has no file, line and column if p is the zero Pos.
func NewProblem(p Pos, hint, text string) Problem {
	pr := Problem{Path: p.At.String(), Text: text, Hint: hint}
	if p.Source != nil {
		pr.File = p.Source.Name
		pr.Line, pr.Column = p.Source.lineColumn(p.off)
	}
	return pr
}
