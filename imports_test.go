package main_test

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// ours is the module's own name.
const ours = "eslguard"

// layers says what the packages that make up the guard may import, besides the standard library: each
// only what stands below it. The packages that are not listed (the command line, the stand-in,
// the tests) stand above or beside them.
var layers = []struct {
	dir  string
	may  []string
	std  []string // of the standard library: what it must not import, with all below it
	why  string
	only bool // no module but its own, either
}{
	{dir: "internal/ascii", only: true, why: "it compares bytes and knows nothing else"},
	{dir: "codec", may: []string{"internal/ascii"}, std: []string{"net", "os"}, only: true, why: "it turns bytes into frames and knows no sockets, files or rules"},
	{dir: "internal/fstext", may: []string{"internal/ascii"}, only: true, why: "it reads and writes text as FreeSWITCH does, whatever the text is for"},
	{dir: "effect", only: true, why: "it is the vocabulary of all that decide on effects or show them"},
	{dir: "argument", may: []string{"internal/fstext", "internal/ascii"}, only: true, why: "which values are harmless does not depend on the command that they are in"},
	{dir: "catalog", may: []string{"effect", "argument", "internal/fstext", "internal/ascii"}, only: true, why: "it is what FreeSWITCH has, as data: what a command makes of it is found elsewhere"},
	{dir: "command/internal/protect", may: []string{"catalog", "internal/fstext", "internal/ascii"}, only: true, why: "what breaks FreeSWITCH does so wherever it is found"},
	{dir: "command/internal/nested", may: []string{"command/internal/protect", "catalog", "effect", "argument", "internal/fstext", "internal/ascii"}, only: true, why: "what an API or application contains does not depend on the frame that it is in"},
	{dir: "command", may: []string{"codec", "command/internal/nested", "command/internal/protect", "catalog", "effect", "argument", "internal/fstext", "internal/ascii"}, std: []string{"net", "os"}, only: true, why: "it says what a frame asks for; what is permitted and when are others' questions"},
	{dir: "policy", may: []string{"command", "catalog", "effect", "argument", "codec"}, why: "a policy decides effects and knows no sessions"},
	{dir: "audit", may: []string{"command", "catalog", "effect", "codec"}, why: "records are output: what writes them must not depend on who is recorded"},
	{dir: "audit/trail", may: []string{"audit", "audit/recording"}, why: "what reads an audit must work on any host, without its policy"},
	{dir: "audit/export", may: []string{"audit/trail", "audit"}, why: "other forms of a record are made of nothing but the record"},
	{dir: "audit/recording", may: []string{"audit"}, why: "a recording keeps what it is given, whoever gives it"},
	{dir: "proxy", may: []string{"policy", "audit", "audit/recording", "command", "catalog", "effect", "codec"}, why: "the proxy is started by others and knows no flags"},
	{dir: "internal/switchsim", only: true, why: "it must read as FreeSWITCH does, so an error in codec or command must not be able to hide in it"},
}

// modules says which packages may import a module, and in how many files.
var modules = []struct {
	module string
	dir    string // "" for any
	files  int    // 0 for any number
	why    string
}{
	{"github.com/yl2chen/cidranger", "policy", 1, "its traps are fenced in at one place"},
	{"github.com/fsnotify/fsnotify", "policy", 1, "only policies are watched, at one place"},
	{"github.com/spf13/cobra", "internal/cli", 0, "flags are read at the edge only"},
}

func TestImportsGoOneWay(t *testing.T) {
	for _, l := range layers {
		for _, f := range goFiles(t) {
			if path.Dir(f.name) != l.dir || f.test {
				continue
			}
			for _, imp := range f.imports() {
				own, isOwn := strings.CutPrefix(imp, ours+"/")
				switch {
				case isOwn && !slices.Contains(l.may, own):
					t.Errorf("%s imports %s: %s", f.name, imp, l.why)
				case l.only && !isOwn && !standard(imp):
					t.Errorf("%s imports the module %s: %s", f.name, imp, l.why)
				case slices.ContainsFunc(l.std, func(s string) bool { return within(imp, s) }):
					t.Errorf("%s imports %s: %s", f.name, imp, l.why)
				}
			}
		}
	}
}

// shared are the packages that read what FreeSWITCH reads. The stand-in and its tests use none of them.
var shared = []string{"codec", "command", "command/internal/nested", "command/internal/protect", "catalog", "effect", "argument", "internal/fstext", "internal/ascii"}

func TestSwitchsimTestsShareNothing(t *testing.T) {
	for _, f := range goFiles(t) {
		if path.Dir(f.name) != "internal/switchsim" {
			continue
		}
		for _, imp := range f.imports() {
			if own, isOwn := strings.CutPrefix(imp, ours+"/"); isOwn && slices.Contains(shared, own) {
				t.Errorf("%s imports %s: the stand-in is compared with them elsewhere, never built or checked by them", f.name, imp)
			}
		}
	}
}

func TestModulesStayWhereTheyBelong(t *testing.T) {
	for _, m := range modules {
		var users []string
		for _, f := range goFiles(t) {
			if f.test || !slices.ContainsFunc(f.imports(), func(imp string) bool { return within(imp, m.module) }) {
				continue
			}
			if m.dir != "" && path.Dir(f.name) != m.dir {
				t.Errorf("%s imports %s: %s", f.name, m.module, m.why)
			}
			users = append(users, f.name)
		}
		if m.files > 0 && len(users) > m.files {
			t.Errorf("%s is imported by %v, at most %d may: %s", m.module, users, m.files, m.why)
		}
	}
}

// within reports whether imp is the package or a package below it.
func within(imp, pkg string) bool { return imp == pkg || strings.HasPrefix(imp, pkg+"/") }

// standard reports whether imp is of the standard library: its first part is no host name.
func standard(imp string) bool {
	first, _, _ := strings.Cut(imp, "/")
	return !strings.Contains(first, ".")
}
