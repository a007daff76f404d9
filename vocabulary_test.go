package main_test

import (
	"go/ast"
	"go/token"
	"strings"
	"testing"
	"unicode"
)

// forbidden maps words that no name may contain to the words to use instead. They are synonyms of a
// word in the project's vocabulary, or say nothing.
var forbidden = map[string]string{
	"packet":  "frame",
	"message": "frame, command, reply or event",
	"peer":    "client or upstream",
	"backend": "upstream",
	"handler": "what it does",
	"manager": "what it does",
}

// private maps words that no name may contain to the usual words for the same thing. Only someone
// who has read all the code knows what they mean.
var private = map[string]string{
	"told":    "notified, reported or sent",
	"parted":  "split or separated",
	"room":    "capacity, scratch or space",
	"lexicon": "vocabulary",
	"doubt":   "warning",
	"doubts":  "warnings",
	"wounded": "failed",
	"surely":  "what is certain",
	"spot":    "position, or located",
	"twin":    "overlap",
	"twins":   "overlaps",
	"touched": "covered",
	"keeper":  "what it keeps",
	"hurry":   "abort",
	"hurried": "aborted",
	"noisy":   "what it logs",
	"crowded": "what there is too much of",
	"quietly": "what it leaves out",
	"holds":   "contains or has",
	"stands":  "is",
	"anew":    "again",
	"apart":   "separate",
	"whoever": "who it is",
}

// rightWords are names in which a forbidden or private word is right, because FreeSWITCH, telephony
// or a library uses it: a name in any package, or FOLDER.NAME.
var rightWords = map[string]bool{
	"ClassMessage": true,
}

func TestOneVocabulary(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test {
			continue
		}
		simulator := strings.HasPrefix(f.name, "internal/switchsim/") // it uses FreeSWITCH's words
		for _, d := range f.tree.Decls {
			for _, id := range declared(d) {
				if rightWords[id.Name] || rightWords[f.dir()+"."+id.Name] {
					continue
				}
				for _, w := range words(id.Name) {
					if better, bad := forbidden[w]; bad && !simulator {
						t.Errorf("%s:%d: %s contains %q, use %s: one thing has one name", f.name, f.line(id.Pos()), id.Name, w, better)
					}
					if better, bad := private[w]; bad {
						t.Errorf("%s:%d: %s contains %q, use %s", f.name, f.line(id.Pos()), id.Name, w, better)
					}
				}
			}
		}
	}
}

// declared lists the names that d declares: its own, those of parameters, fields and methods, and
// those of local variables.
func declared(d ast.Decl) []*ast.Ident {
	var list []*ast.Ident
	add := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok {
			list = append(list, id)
		}
	}
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
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, e := range n.Lhs {
					add(e)
				}
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				add(n.Key)
				add(n.Value)
			}
		}
		return true
	})
	return list
}

// words splits a name at its capitals and underscores and returns its words in lower case:
// MaxHeaderBytes is max, header, bytes.
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
