package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// The bounds of the house style, in lines, for code that is no test.
const (
	maxFile = 400
	maxFunc = 80
)

// A goFile is one parsed file of the repository.
type goFile struct {
	name string // from the root, with slashes
	test bool
	set  *token.FileSet
	tree *ast.File
}

// goFiles parses every Go file of the repository.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	set := token.NewFileSet()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		tree, err := parser.ParseFile(set, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, goFile{name: filepath.ToSlash(name), test: strings.HasSuffix(name, "_test.go"), set: set, tree: tree})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// imports lists what f imports.
func (f goFile) imports() []string {
	var list []string
	for _, imp := range f.tree.Imports {
		p, err := strconv.Unquote(imp.Path.Value)
		if err == nil {
			list = append(list, p)
		}
	}
	return list
}

// line is where p stands.
func (f goFile) line(p token.Pos) int { return f.set.Position(p).Line }

func TestPackagesAreDocumentedOnce(t *testing.T) {
	docs := map[string][]string{}
	for _, f := range goFiles(t) {
		dir := path.Dir(f.name)
		if f.test {
			continue
		}
		if _, seen := docs[dir]; !seen {
			docs[dir] = nil
		}
		if f.tree.Doc != nil {
			docs[dir] = append(docs[dir], f.name)
		}
	}
	for dir, files := range docs {
		if len(files) != 1 {
			t.Errorf("%s: package comments in %q, want one: it is what a newcomer reads first, and two will disagree", dir, files)
		}
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test {
			continue
		}
		for _, d := range f.tree.Decls {
			for _, id := range undocumented(d) {
				t.Errorf("%s:%d: %s has no comment: say what it is for, and what zero, nil and an error mean", f.name, f.line(id.Pos()), id.Name)
			}
		}
	}
}

// undocumented lists the exported names that d declares without a comment. In a group the group's will do.
func undocumented(d ast.Decl) []*ast.Ident {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var list []*ast.Ident
		for _, s := range d.Specs {
			var names []*ast.Ident
			documented := d.Doc != nil
			switch s := s.(type) {
			case *ast.TypeSpec:
				names, documented = []*ast.Ident{s.Name}, documented || s.Doc != nil
			case *ast.ValueSpec:
				names, documented = s.Names, documented || s.Doc != nil || s.Comment != nil
			}
			for _, id := range names {
				if id.IsExported() && !documented {
					list = append(list, id)
				}
			}
		}
		return list
	}
	return nil
}

// exportedReceiver reports whether d is a function, or a method that others can reach.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if index, ok := typ.(*ast.IndexExpr); ok {
		typ = index.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported()
}

func TestFilesAndFunctionsAreShort(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test || ast.IsGenerated(f.tree) {
			continue
		}
		if n := f.line(f.tree.FileEnd); n > maxFile+1 {
			t.Errorf("%s has %d lines, at most %d: a file is about one topic", f.name, n-1, maxFile)
		}
		for _, d := range f.tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := f.line(fn.End()) - f.line(fn.Pos()) + 1; n > maxFunc {
				t.Errorf("%s:%d: %s has %d lines, at most %d: it does more than one thing", f.name, f.line(fn.Pos()), fn.Name.Name, n, maxFunc)
			}
			if fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s:%d: init: what runs unasked cannot be read in order", f.name, f.line(fn.Pos()))
			}
		}
	}
}

// forbidden are words that no name holds, and the one that is meant.
var forbidden = map[string]string{
	"packet":  "frame",
	"message": "frame, command, reply or event",
	"peer":    "client or upstream",
	"backend": "upstream",
	"handler": "what it does",
	"manager": "what it does",
}

// foreign are names that hold such a word because FreeSWITCH or a library says so.
var foreign = map[string]bool{"ClassMessage": true}

func TestOneVocabulary(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test || strings.HasPrefix(f.name, "internal/switchsim/") {
			continue // the stand-in speaks of what FreeSWITCH has
		}
		for _, d := range f.tree.Decls {
			for _, id := range declared(d) {
				for _, w := range words(id.Name) {
					if better, bad := forbidden[w]; bad && !foreign[id.Name] {
						t.Errorf("%s:%d: %s: not %q but %s: one thing has one name", f.name, f.line(id.Pos()), id.Name, w, better)
					}
				}
			}
		}
	}
}

// declared lists the names that d gives: to itself, to parameters, to fields and methods.
func declared(d ast.Decl) []*ast.Ident {
	var list []*ast.Ident
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			list = append(list, n.Name)
		case *ast.TypeSpec:
			list = append(list, n.Name)
		case *ast.ValueSpec:
			list = append(list, n.Names...)
		case *ast.Field:
			list = append(list, n.Names...)
		}
		return true
	})
	return list
}

// words splits a name at its capitals, in lower case: MaxHeaderBytes is max, header, bytes.
func words(name string) []string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) || r == '_' {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.Fields(strings.ReplaceAll(b.String(), "_", " "))
}

func TestNothingIsLeftToDo(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			fn, isIdent := call.Fun.(*ast.Ident)
			lit, isLit := call.Args[0].(*ast.BasicLit)
			if isIdent && isLit && fn.Name == "panic" && strings.Contains(strings.ToLower(lit.Value), "todo") {
				t.Errorf("%s:%d: %s", f.name, f.line(call.Pos()), lit.Value)
			}
			return true
		})
	}
}

func TestModuleReplacesNothing(t *testing.T) {
	b, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for n, line := range strings.Split(string(b), "\n") {
		if word, _, _ := strings.Cut(strings.TrimSpace(line), " "); word == "replace" || word == "exclude" {
			t.Errorf("go.mod:%d: %s: whoever installs the program would get other code than was tested", n+1, line)
		}
	}
}

// TestDocumentedBuildsAreReproducible: without -trimpath the folder of the source is in the
// program.
func TestDocumentedBuildsAreReproducible(t *testing.T) {
	gate, err := os.ReadFile(".ci/run")
	if err != nil {
		t.Fatal(err)
	}
	builds := 0
	for _, d := range append(readDocuments(t), parseDocument(".ci/run", string(gate))) {
		for n, line := range d.lines {
			if !strings.Contains(line, "go build") {
				continue
			}
			builds++
			if !strings.Contains(line, "-trimpath") {
				t.Errorf("%s:%d: %q has no -trimpath: nobody could build the same program elsewhere", d.name, n+1, strings.TrimSpace(line))
			}
		}
	}
	if builds == 0 {
		t.Error("no document says how the program is built")
	}
}

func TestGateCanBeRun(t *testing.T) {
	info, err := os.Stat(".ci/run")
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode()&0o111 == 0 {
		t.Errorf(".ci/run has mode %v: a gate that cannot be executed gates nothing", info.Mode())
	}
}
