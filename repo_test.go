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
)

// The limits of the house style, in lines, for code other than tests.
const (
	maxFile = 400
	maxFunc = 80
)

// A goFile is one parsed file of the repository.
type goFile struct {
	name  string // from the root, with slashes
	test  bool
	lines []string // its source
	set   *token.FileSet
	tree  *ast.File
}

// dir returns the folder of f's package, from the root.
func (f goFile) dir() string { return path.Dir(f.name) }

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
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		tree, err := parser.ParseFile(set, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, goFile{
			name:  filepath.ToSlash(name),
			test:  strings.HasSuffix(name, "_test.go"),
			lines: strings.Split(string(src), "\n"),
			set:   set,
			tree:  tree,
		})
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

// line returns the line of p.
func (f goFile) line(p token.Pos) int { return f.set.Position(p).Line }

func TestPackagesAreDocumentedOnce(t *testing.T) {
	docs := map[string][]string{}
	for _, f := range goFiles(t) {
		dir := f.dir()
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
			t.Errorf("%s: package comments in %q, want one: it is what a newcomer reads first, and two would disagree", dir, files)
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

// undocumented lists the exported names that d declares without a comment. In a group, the comment
// of the group is enough.
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

// exportedReceiver reports whether d is a function, or a method of an exported type.
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
				t.Errorf("%s:%d: init: code that nothing calls cannot be read in order", f.name, f.line(fn.Pos()))
			}
		}
	}
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
			t.Errorf("go.mod:%d: %s: go install would build other code than was tested", n+1, line)
		}
	}
}

// TestDocumentedBuildsAreReproducible checks that every documented build uses -trimpath. Without it
// the program contains the path of its source folder.
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
				t.Errorf("%s:%d: %q has no -trimpath: a build in another folder would differ", d.name, n+1, strings.TrimSpace(line))
			}
		}
	}
	if builds == 0 {
		t.Error("no document says how to build the program")
	}
}

func TestGateCanBeRun(t *testing.T) {
	info, err := os.Stat(".ci/run")
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode()&0o111 == 0 {
		t.Errorf(".ci/run has mode %v, want it executable", info.Mode())
	}
}
