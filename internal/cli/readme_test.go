package cli_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"eslguard/internal/cli"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestREADMEPolicyIsGood: what people copy must work.
func TestREADMEPolicyIsGood(t *testing.T) {
	blocks := regexp.MustCompile("(?ms)^ *```json\n(.*?)^ *```").FindAllStringSubmatch(readme(t), -1)
	if len(blocks) == 0 {
		t.Fatal("the README has no policy")
	}
	for _, b := range blocks {
		policy := writeFile(t, "policy.json", b[1])
		if status, stdout, _ := run(t, "", "check", policy); status != cli.StatusOK {
			t.Errorf("check: status %d: %s", status, stdout)
		}
	}
}

// TestREADMEExplain: what is shown is what is printed.
func TestREADMEExplain(t *testing.T) {
	shown := regexp.MustCompile(`(?m)^    \$ printf '(.*)' \| eslguard (explain .*)\n((?:    .+\n)+)`).FindStringSubmatch(readme(t))
	if shown == nil {
		t.Fatal("the README shows no explain")
	}
	stdin := strings.ReplaceAll(shown[1], `\n`, "\n")
	args := strings.Fields(strings.ReplaceAll(shown[2], "policies.example.json", "../../policies.example.json"))
	want := strings.ReplaceAll("\n"+shown[3], "\n    ", "\n")
	if status, stdout, _ := run(t, stdin, args...); status != cli.StatusOK || "\n"+strings.TrimRight(stdout, "\n")+"\n" != want {
		t.Errorf("status %d, printed:\n%s\nwhile the README shows:%s", status, stdout, want)
	}
}

// TestREADMEListsAll: every reason for a refusal, every field of the audit, every cause of a failed
// login and every flag of run is in the README.
func TestREADMEListsAll(t *testing.T) {
	text := readme(t)
	lists := map[string][]string{
		"reason of codec":   constants(t, "../../codec", "Reason"),
		"reason of command": constants(t, "../../command", "codec.Reason"),
		"field":             constantsNamed(t, "../../audit/fields.go", "Field"),
		"cause":             constantsNamed(t, "../../proxy/log.go", "cause"),
	}
	_, help, _ := run(t, "", "run", "--help")
	for _, m := range regexp.MustCompile(`(?m)^ +(--[a-z-]+)`).FindAllStringSubmatch(help, -1) {
		lists["flag"] = append(lists["flag"], m[1])
	}
	for what, list := range lists {
		if len(list) < 5 {
			t.Errorf("only %d %ss were found: %q", len(list), what, list)
		}
		for _, word := range list {
			if !regexp.MustCompile("`" + regexp.QuoteMeta(word) + "[` ]").MatchString(text) {
				t.Errorf("the README has no %s %s", what, word)
			}
		}
	}
}

// constants returns the values of the string constants of that type in a package.
func constants(t *testing.T, dir, typ string) (values []string) {
	t.Helper()
	files, err := filepath.Glob(dir + "/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if !strings.HasSuffix(name, "_test.go") {
			eachConstant(t, name, func(_, of, value string) {
				if of == typ {
					values = append(values, value)
				}
			})
		}
	}
	return values
}

// constantsNamed returns the values of the constants of a file whose names begin so.
func constantsNamed(t *testing.T, file, prefix string) (values []string) {
	t.Helper()
	eachConstant(t, file, func(name, _, value string) {
		if strings.HasPrefix(name, prefix) {
			values = append(values, value)
		}
	})
	return values
}

func eachConstant(t *testing.T, file string, each func(name, typ, value string)) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Names) != 1 || len(spec.Values) != 1 {
			return true
		}
		lit, ok := spec.Values[0].(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		value, err := strconv.Unquote(lit.Value)
		if err != nil {
			t.Fatal(err)
		}
		each(spec.Names[0].Name, typeText(spec.Type), value)
		return true
	})
}

// typeText returns a type as it is written: Reason, codec.Reason.
func typeText(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return typeText(e.X) + "." + e.Sel.Name
	default:
		return ""
	}
}

// TestREADMERecipes: the recipes for who may call whom, and whom nobody may call, give nothing to
// warn of, and prove themselves.
func TestREADMERecipes(t *testing.T) {
	for heading, passed := range map[string]string{"Who may call whom": "5 passed, 0 failed", "Numbers that nobody may call": "5 passed, 0 failed"} {
		_, text, found := strings.Cut(readme(t), "### "+heading+"\n")
		recipe := regexp.MustCompile("(?ms)^```json\n(.*?)^```").FindStringSubmatch(text)
		if !found || recipe == nil {
			t.Fatalf("the README has no recipe %q", heading)
		}
		path := writeFile(t, "policy.json", recipe[1])
		if status, stdout, _ := run(t, "", "check", path); status != cli.StatusOK || strings.Contains(stdout, "warning") {
			t.Errorf("%s: check: status %d: %s", heading, status, stdout)
		}
		status, stdout, _ := run(t, "", "test", "--policy", path)
		if status != cli.StatusOK || !strings.Contains(stdout, passed) {
			t.Errorf("%s: test: status %d: %s", heading, status, stdout)
		}
		if strings.Contains(stdout, "untouched") || strings.Contains(stdout, "no test") {
			t.Errorf("%s: not every rule is tested: %s", heading, stdout)
		}
	}
}
