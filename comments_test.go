package main_test

import (
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// A comment line is at most maxComment columns wide. A tab counts as tabWidth columns.
const (
	maxComment = 100
	tabWidth   = 4
)

func TestCommentsFitTheWidth(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, n := range wideComments(f) {
			t.Errorf("%s:%d: the comment ends at column %d, at most %d: fill the whole paragraph again",
				f.name, n, columns(f.lines[n-1]), maxComment)
		}
	}
}

// directive matches a comment that a tool reads, such as //go:embed.
var directive = regexp.MustCompile(`^//[a-z]+:[a-z]`)

// wideComments lists the lines of f, counted from 1, that end in a comment and are too wide. It
// leaves out directives, and lines that could not be broken because the comment has no space in it.
func wideComments(f goFile) (wide []int) {
	for _, group := range f.tree.Comments {
		for _, c := range group.List {
			if directive.MatchString(c.Text) {
				continue
			}
			for i, text := range strings.Split(c.Text, "\n") {
				n := f.line(c.Slash) + i
				text = strings.TrimSpace(strings.TrimPrefix(text, "//"))
				if columns(f.lines[n-1]) > maxComment && strings.Contains(text, " ") {
					wide = append(wide, n)
				}
			}
		}
	}
	return wide
}

// columns returns the width of a source line.
func columns(line string) int {
	return utf8.RuneCountInString(line) + strings.Count(line, "\t")*(tabWidth-1)
}

func TestWideComments(t *testing.T) {
	long := strings.Repeat("word ", 20) + "end"
	url := "https://" + strings.Repeat("x", maxComment)
	source := strings.Join([]string{
		"// " + long,
		"//go:generate " + long,
		"package p",
		"",
		"// " + url,
		"// " + url + " and more",
		"var a = `" + long + "`",
		"",
		"var b = `" + long + "` // a trailing comment",
		"",
		"\t// " + strings.Repeat("a ", 46) + "b", // 4 + 3 + 93 columns
		"\t// " + strings.Repeat("a ", 46) + "bc",
		"",
	}, "\n")
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, "p.go", source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	f := goFile{name: "p.go", lines: strings.Split(source, "\n"), set: set, tree: tree}
	if got, want := wideComments(f), []int{1, 6, 9, 12}; !slices.Equal(got, want) {
		t.Errorf("lines %v, want %v", got, want)
	}
}
