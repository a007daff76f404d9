package cli_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"eslguard/audit"
	"eslguard/effect"
	"eslguard/internal/cli"
)

// documentFiles are the documents for users: the README and the pages in docs.
func documentFiles(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages in docs: %v", err)
	}
	return append(pages, "../../README.md")
}

func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// documents returns the text of all documents for users.
func documents(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, file := range documentFiles(t) {
		b.WriteString(readText(t, file))
	}
	return b.String()
}

// TestDocumentsJSON checks that what people copy works. Every JSON example that has a "version" is
// a policy that eslguard check accepts, and so is the policy in the README's commands. Every other
// JSON example is valid JSON.
func TestDocumentsJSON(t *testing.T) {
	policies := 0
	for _, file := range documentFiles(t) {
		text := readText(t, file)
		examples := regexp.MustCompile("(?ms)^ *```json\n(.*?)^ *```").FindAllStringSubmatch(text, -1)
		for _, heredoc := range regexp.MustCompile("(?ms)^cat > policy.json <<END\n(.*?)^END$").FindAllStringSubmatch(text, -1) {
			heredoc[1] = strings.ReplaceAll(heredoc[1], "$HASH", "sha256:"+strings.Repeat("0", 64))
			examples = append(examples, heredoc)
		}
		for _, example := range examples {
			if !strings.Contains(example[1], `"version": 1`) {
				if err := validJSON(example[1]); err != nil {
					t.Errorf("%s: %v in:\n%s", file, err, example[1])
				}
				continue
			}
			policies++
			policy := writeFile(t, "policy.json", example[1])
			if status, stdout, _ := run(t, "", "check", policy); status != cli.StatusOK {
				t.Errorf("%s: check: status %d: %s", file, status, stdout)
			}
		}
	}
	if policies < 5 {
		t.Errorf("only %d policies were found", policies)
	}
}

// validJSON reports what is wrong with a text of JSON values.
func validJSON(text string) error {
	d := json.NewDecoder(strings.NewReader(text))
	for {
		var v any
		if err := d.Decode(&v); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// TestDocumentsExplain checks that every example of explain shows what is printed.
func TestDocumentsExplain(t *testing.T) {
	example := regexp.MustCompile(`(?m)^\$ printf '(.*)' \| eslguard (explain .*)\n((?:[^$\x60].*\n)+)`)
	found := 0
	for _, file := range documentFiles(t) {
		for _, shown := range example.FindAllStringSubmatch(readText(t, file), -1) {
			found++
			stdin := strings.ReplaceAll(shown[1], `\n`, "\n")
			args := strings.Fields(strings.ReplaceAll(shown[2], "policies.example.json", "../../policies.example.json"))
			status, stdout, _ := run(t, stdin, args...)
			if status != cli.StatusOK || strings.TrimRight(stdout, "\n") != strings.TrimRight(shown[3], "\n") {
				t.Errorf("%s: status %d, printed:\n%s\nwhile it shows:\n%s", file, status, stdout, shown[3])
			}
		}
	}
	if found == 0 {
		t.Error("no document shows explain")
	}
}

// TestDocumentsListAll checks that the documents have every reason for a refusal, field, kind,
// cause and event, every command with its flags, and every key of a policy.
func TestDocumentsListAll(t *testing.T) {
	text := documents(t)
	lists := map[string][]string{
		"reason":              constants(t, "../..", func(c constant) bool { return c.typ == "Reason" || c.typ == "codec.Reason" }),
		"field of a record":   constants(t, "../../audit", func(c constant) bool { return strings.HasPrefix(c.name, "Field") }),
		"cause of a failure":  constants(t, "../../proxy", func(c constant) bool { return strings.HasPrefix(c.name, "Cause") }),
		"event of the log":    events(t),
		"kind of a record":    recordKinds(),
		"kind of an effect":   effectKinds(),
		"class":               classes(),
		"command of eslguard": nil,
	}
	for _, c := range commands(t) {
		lists["command of eslguard"] = append(lists["command of eslguard"], c.name)
		lists["flag"] = append(lists["flag"], c.flags...)
	}
	// What a document shows as code.
	code := strings.Join(regexp.MustCompile("(?s)```.*?```|`[^`]+`|(?m:^    .*$)").FindAllString(text, -1), "\n`")
	for what, list := range lists {
		if len(list) < 5 {
			t.Errorf("only %d of these were found: %s: %q", len(list), what, list)
		}
		for _, word := range list {
			if !regexp.MustCompile("(?m)(?:^|[` ])" + regexp.QuoteMeta(word) + "(?:$|[` ,|])").MatchString(code) {
				t.Errorf("no document has the %s %s", what, word)
			}
		}
	}
	for _, key := range policyKeys(t) {
		if !strings.Contains(text, `"`+key+`"`) {
			t.Errorf("no document has the key %q of a policy", key)
		}
	}
}

// TestDocumentsExitCodes checks that the exit codes are listed, and no others.
func TestDocumentsExitCodes(t *testing.T) {
	_, section, _ := strings.Cut(readText(t, "../../docs/operations.md"), "### Exit codes\n")
	section, _, _ = strings.Cut(section, "\n#")
	var listed []string
	for _, m := range regexp.MustCompile(`(?m)^- (\d+): `).FindAllStringSubmatch(section, -1) {
		listed = append(listed, m[1])
	}
	want := []string{strconv.Itoa(cli.StatusOK), strconv.Itoa(cli.StatusProblem), strconv.Itoa(cli.StatusUsage)}
	if !slices.Equal(listed, want) {
		t.Errorf("operations.md lists the exit codes %q, want %q", listed, want)
	}
}

// foreignFlags are flags in the documents that belong to other programs.
var foreignFlags = []string{"--system"}

// TestDocumentsFlagsExist checks that no document has a flag or a variable of the environment that
// eslguard does not know.
func TestDocumentsFlagsExist(t *testing.T) {
	text := documents(t)
	known, variables := slices.Concat(foreignFlags, []string{"--help"}), []string{"ESLGUARD_UPSTREAM_PASSWORD", "ESLGUARD_"}
	for _, c := range commands(t) {
		known, variables = append(known, c.flags...), append(variables, c.variables...)
	}
	for _, flag := range regexp.MustCompile(`--[a-z][0-9a-z-]+`).FindAllString(text, -1) {
		if !slices.Contains(known, flag) {
			t.Errorf("the documents have the flag %s, which no command has", flag)
		}
	}
	for _, name := range regexp.MustCompile(`ESLGUARD_[A-Z_]*`).FindAllString(text, -1) {
		if !slices.Contains(variables, name) {
			t.Errorf("the documents have the variable %s, which no command reads", name)
		}
	}
}

// TestDocumentsRecipes checks that the recipes for who may call whom, and for numbers that nobody
// may call, give no warning, and that their tests pass and cover every rule.
func TestDocumentsRecipes(t *testing.T) {
	text := readText(t, "../../docs/policy.md")
	for _, heading := range []string{"Who may call whom", "Numbers that nobody may call"} {
		_, section, found := strings.Cut(text, "## "+heading+"\n")
		recipe := regexp.MustCompile("(?ms)^```json\n(.*?)^```").FindStringSubmatch(section)
		if !found || recipe == nil {
			t.Fatalf("policy.md has no recipe %q", heading)
		}
		path := writeFile(t, "policy.json", recipe[1])
		if status, stdout, _ := run(t, "", "check", path); status != cli.StatusOK || strings.Contains(stdout, "warning") {
			t.Errorf("%s: check: status %d: %s", heading, status, stdout)
		}
		status, stdout, _ := run(t, "", "test", "--policy", path)
		if status != cli.StatusOK || !strings.Contains(stdout, "5 passed, 0 failed") {
			t.Errorf("%s: test: status %d: %s", heading, status, stdout)
		}
		if strings.Contains(stdout, "untouched") || strings.Contains(stdout, "no test") {
			t.Errorf("%s: not every rule is tested: %s", heading, stdout)
		}
	}
}

// A documented is a command of eslguard with what its help lists.
type documented struct {
	name             string // "eslguard audit show"
	flags, variables []string
}

// commands returns all commands of eslguard, as their help lists them.
func commands(t *testing.T) (list []documented) {
	t.Helper()
	var visit func(path ...string)
	visit = func(path ...string) {
		_, help, _ := run(t, "", append(slices.Clone(path), "--help")...)
		c := documented{name: strings.Join(append([]string{"eslguard"}, path...), " ")}
		for _, m := range regexp.MustCompile(`(?m)^ +(--[0-9a-z-]+).*?(?:\[\$([A-Z_]+)\]|$)`).FindAllStringSubmatch(help, -1) {
			c.flags, c.variables = append(c.flags, m[1]), append(c.variables, m[2])
		}
		if len(path) > 0 {
			list = append(list, c)
		}
		_, below, _ := strings.Cut(help, "Commands:\n")
		for _, m := range regexp.MustCompile(`(?m)^  ([a-z]+) `).FindAllStringSubmatch(below, -1) {
			if m[1] != "help" && m[1] != "completion" {
				visit(append(slices.Clone(path), m[1])...)
			}
		}
	}
	visit()
	return list
}

// policyKeys returns the keys of a policy that its schema names.
func policyKeys(t *testing.T) (keys []string) {
	t.Helper()
	_, stdout, _ := run(t, "", "check", "--schema")
	var schema any
	if err := json.Unmarshal([]byte(stdout), &schema); err != nil {
		t.Fatal(err)
	}
	var visit func(v any)
	visit = func(v any) {
		object, _ := v.(map[string]any)
		for name, below := range object {
			visit(below)
			properties, _ := below.(map[string]any)
			for key := range properties {
				if name == "properties" && key != "$schema" {
					keys = append(keys, key)
				}
			}
		}
		list, _ := v.([]any)
		for _, below := range list {
			visit(below)
		}
	}
	visit(schema)
	if len(keys) < 20 {
		t.Errorf("only these keys of a policy were found: %q", keys)
	}
	return keys
}

func recordKinds() (names []string) {
	for k := audit.Kind(1); k < 32; k++ {
		if name := k.String(); name != "" && name != audit.Kind(0).String() {
			names = append(names, name)
		}
	}
	return names
}

func effectKinds() (names []string) {
	for k := effect.Kind(1); k < 32; k++ {
		if name := k.String(); name != effect.KindInvalid.String() {
			names = append(names, name)
		}
	}
	return names
}

func classes() (names []string) {
	for c := effect.ClassNone + 1; c < 32; c++ {
		if name := c.String(); name != "" {
			names = append(names, "@"+name)
		}
	}
	return names
}

// events returns the values of the field event in the operator's log.
func events(t *testing.T) (values []string) {
	t.Helper()
	event := regexp.MustCompile(`(?:Str\("event", |\bevent:\s*)"([a-z-]+)"`)
	for _, dir := range []string{"../../proxy", "."} {
		eachSource(t, dir, func(file string) {
			for _, m := range event.FindAllStringSubmatch(readText(t, file), -1) {
				values = append(values, m[1])
			}
		})
	}
	return values
}

// eachSource calls each with every Go file below dir that is not a test.
func eachSource(t *testing.T, dir string, each func(file string)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || d.Name() == ".git"):
			return filepath.SkipDir
		case !d.IsDir() && strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, "_test.go"):
			each(file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A constant is a string constant of the source: its name and its type, as they are written.
type constant struct{ name, typ string }

// constants returns the values of the string constants below dir that fit.
func constants(t *testing.T, dir string, fits func(constant) bool) (values []string) {
	t.Helper()
	eachSource(t, dir, func(file string) {
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
			if !ok || lit.Kind != token.STRING || !fits(constant{spec.Names[0].Name, typeText(spec.Type)}) {
				return true
			}
			value, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
			return true
		})
	})
	return values
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

// writeReadmeCommands writes the commands of the README's five minutes to first.sh, without the
// last one, which runs the guard, and to second.sh. They run eslguard and nc by PATH, in the folder
// where they are.
func writeReadmeCommands(dir string) error {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		return err
	}
	_, section, _ := strings.Cut(string(text), "## Five minutes\n")
	section, _, _ = strings.Cut(section, "\n## ")
	blocks := regexp.MustCompile("(?ms)^```sh\n(.*?)^```").FindAllStringSubmatch(section, -1)
	if len(blocks) != 2 {
		return fmt.Errorf("the README's five minutes have %d blocks of commands, want 2", len(blocks))
	}
	first, found := strings.CutSuffix(blocks[0][1], "eslguard run --policy policy.json --audit audit\n")
	if !found {
		return errors.New("the README's first commands do not end with eslguard run")
	}
	folder := regexp.MustCompile(`(?m)^.*cd ~/.*\n`)
	for name, commands := range map[string]string{"first.sh": first, "second.sh": blocks[1][1]} {
		commands = folder.ReplaceAllString(commands, "")
		if err := os.WriteFile(filepath.Join(dir, name), []byte(commands), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// netcat is the program nc, for hosts without it: it sends its standard input to the address that
// its argument names, and prints what comes back.
func netcat() {
	conn, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	if _, err := io.Copy(conn, os.Stdin); err != nil {
		panic(err)
	}
	_, _ = io.Copy(os.Stdout, conn)
}
