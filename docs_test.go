package main_test

import (
	"go/ast"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"eslguard/argument"
)

// maxDocumentLine is the most columns of a line of a document, so that it fits a terminal. Code
// blocks are exempt: they show what a program prints.
const maxDocumentLine = 110

// maxReadme is the most lines of the README. The reference is in docs.
const maxReadme = 200

// A document is a Markdown file of the repository.
type document struct {
	name  string // from the root, with slashes
	lines []string
	code  []bool // for each line, whether it belongs to a code block
}

// readDocuments reads all documents of the repository.
func readDocuments(t *testing.T) (list []document) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs/*.md", "roles/*.md"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, parseDocument(filepath.ToSlash(name), string(text)))
		}
	}
	if len(list) < 6 {
		t.Fatalf("only %d documents were found", len(list))
	}
	return list
}

func parseDocument(name, text string) document {
	d := document{name: name, lines: strings.Split(text, "\n")}
	fenced := false
	for i, line := range d.lines {
		fence := strings.HasPrefix(strings.TrimSpace(line), "```")
		indented := strings.HasPrefix(line, "    ") && (i == 0 || d.lines[i-1] == "" || d.code[i-1])
		d.code = append(d.code, fenced || fence || indented)
		if fence {
			fenced = !fenced
		}
	}
	return d
}

// prose returns the document without its code blocks.
func (d document) prose() string {
	var b strings.Builder
	for i, line := range d.lines {
		if !d.code[i] {
			b.WriteString(line)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// anchors returns the anchors of the document's headings, as GitHub makes them.
func (d document) anchors() (list []string) {
	for i, line := range d.lines {
		title := strings.TrimLeft(line, "#")
		if d.code[i] || title == line || !strings.HasPrefix(title, " ") {
			continue
		}
		list = append(list, anchor(title))
	}
	return list
}

func anchor(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(title))
}

// TestDocumentsFitATerminal checks the width of the documents, and the length of the README.
func TestDocumentsFitATerminal(t *testing.T) {
	for _, d := range readDocuments(t) {
		for i, line := range d.lines {
			if n := utf8.RuneCountInString(line); n > maxDocumentLine && !d.code[i] {
				t.Errorf("%s:%d has %d columns, at most %d fit", d.name, i+1, n, maxDocumentLine)
			}
		}
		if d.name == "README.md" && len(d.lines) > maxReadme {
			t.Errorf("README.md has %d lines, at most %d: the reference belongs in docs", len(d.lines), maxReadme)
		}
	}
}

// TestDocumentLinksResolve checks that every relative link leads to a file, and to a heading in it
// if it names one, and that no two headings of a document have the same anchor.
func TestDocumentLinksResolve(t *testing.T) {
	documents := map[string]document{}
	for _, d := range readDocuments(t) {
		documents[d.name] = d
	}
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	links := 0
	for name, d := range documents {
		anchors := d.anchors()
		slices.Sort(anchors)
		if len(slices.Compact(slices.Clone(anchors))) != len(anchors) {
			t.Errorf("%s has two headings with the same anchor: %q", name, anchors)
		}
		for _, m := range link.FindAllStringSubmatch(d.prose(), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			links++
			file, fragment, hasFragment := strings.Cut(m[1], "#")
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s: %v", name, m[1], err)
			} else if to, ok := documents[target]; hasFragment && (!ok || !slices.Contains(to.anchors(), fragment)) {
				t.Errorf("%s links to %s, but %s has no such heading", name, m[1], target)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links were found", links)
	}
}

// TestArchitectureNamesWhatExists checks that every file that docs/architecture.md names exists,
// and every function in its table of questions.
func TestArchitectureNamesWhatExists(t *testing.T) {
	const name = "docs/architecture.md"
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for _, m := range regexp.MustCompile("`([a-z][0-9a-z_/]*/[0-9a-z_/.-]*|[a-z_0-9]+\\.(?:go|json))`").FindAllStringSubmatch(text, -1) {
		if _, err := os.Stat(m[1]); err != nil {
			t.Errorf("%s names %s: %v", name, m[1], err)
		}
	}
	rows := regexp.MustCompile("(?m)^\\| [^|]* \\| `([^`]*)` \\| `(?:([A-Za-z]+)\\.)?([A-Za-z]+)` \\|$").FindAllStringSubmatch(text, -1)
	if len(rows) < 10 {
		t.Errorf("%s answers only %d questions", name, len(rows))
	}
	for _, row := range rows {
		source, err := os.ReadFile(row[1])
		if err != nil {
			continue // reported above
		}
		declaration := `(?m)^func ` + row[3] + `\b`
		if row[2] != "" {
			declaration = `(?m)^func \(\w+ \*?` + row[2] + `\) ` + row[3] + `\b`
		}
		if !regexp.MustCompile(declaration).Match(source) {
			t.Errorf("%s says that %s is in %s, but it is not", name, strings.TrimPrefix(row[2]+"."+row[3], "."), row[1])
		}
	}
}

// TestArchitectureNamesEveryPackage checks that the tables of docs/architecture.md have a row for
// every package but main and those that only help tests of one package.
func TestArchitectureNamesEveryPackage(t *testing.T) {
	b, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layers {
		if l.dir == "." || l.dir == "proxy/internal/loopback" {
			continue
		}
		if !strings.Contains(string(b), "\n| `"+l.dir+"` | ") {
			t.Errorf("docs/architecture.md has no row for the package %s", l.dir)
		}
	}
}

// TestDocumentsListTheTypes checks that the policy reference lists every type of value with what a
// wildcard matches there.
func TestDocumentsListTheTypes(t *testing.T) {
	b, err := os.ReadFile("docs/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(b)), " ")
	for _, typ := range argument.Types() {
		if item := "- `" + typ.String() + "`: " + typ.Harmless() + " "; !strings.Contains(text, item) {
			t.Errorf("docs/policy.md lacks the item %q", item)
		}
	}
}

// TestSecurityNamesTestsThatExist checks that every test that SECURITY.md names is in the package
// that it names before it, or in a package below that.
func TestSecurityNamesTestsThatExist(t *testing.T) {
	var folders []string // of the tests, as "folder TestName"
	for _, f := range goFiles(t) {
		for _, d := range f.tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && f.test && fn.Recv == nil {
				folders = append(folders, path.Dir(f.name)+"/ "+fn.Name.Name)
			}
		}
	}
	text, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, list := range regexp.MustCompile("`([a-z][a-z/]*)`:((?:,?\\s+(?:Test|Fuzz)\\w+)+)").FindAllStringSubmatch(string(text), -1) {
		for _, name := range strings.FieldsFunc(list[2], func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
			named++
			if !slices.ContainsFunc(folders, func(s string) bool {
				return strings.HasPrefix(s, list[1]+"/") && strings.HasSuffix(s, " "+name)
			}) {
				t.Errorf("SECURITY.md names %s of %s, which has no such test", name, list[1])
			}
		}
	}
	if all := len(regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w+`).FindAll(text, -1)); named != all || named < 150 {
		t.Errorf("%d of the %d tests in SECURITY.md stand after a package", named, all)
	}
}
