package main_test

import (
	"slices"
	"strings"
	"testing"
)

// module is the name of this module.
const module = "eslguard"

// layers lists every package of the module, a package after those that it may import. A package
// that is missing here fails TestLayersNameEveryPackage, so a new one gets its place in the order
// first.
var layers = []layer{
	{dir: "fstext/ascii", std: []string{"net", "os"}, only: true,
		why: "it compares bytes and knows nothing else"},
	{dir: "fstext", may: []string{"fstext/ascii"}, std: []string{"net", "os"}, only: true,
		why: "it reads and writes text as FreeSWITCH does and does not know what the text is for"},
	{dir: "codec", may: []string{"fstext/ascii"}, std: []string{"net", "os"}, only: true,
		why: "it turns bytes into frames and knows no sockets, files or rules"},
	{dir: "effect", std: []string{"net", "os"}, only: true,
		why: "it is the vocabulary of the packages that find, decide and record effects"},
	{dir: "argument", may: []string{"fstext", "fstext/ascii"}, std: []string{"net", "os"}, only: true,
		why: "which values are harmless does not depend on the command that contains them"},
	{dir: "catalog", may: []string{"argument", "effect", "fstext", "fstext/ascii"},
		std: []string{"net", "os"}, only: true,
		why: "it is data: command finds what a command does with it"},
	{dir: "event", may: []string{"catalog", "fstext", "fstext/ascii"}, std: []string{"net", "os"}, only: true,
		why: "which events a listener is sent does not depend on who listens"},
	{dir: "command/internal/protect", may: []string{"catalog", "fstext", "fstext/ascii"},
		std: []string{"net", "os"}, only: true,
		why: "it looks at one argument and does not know in which frame that is"},
	{dir: "command/internal/nested", may: []string{"command/internal/protect", "catalog", "argument", "effect",
		"fstext", "fstext/ascii"}, std: []string{"net", "os"}, only: true,
		why: "what an API or application contains does not depend on the frame"},
	{dir: "command", may: []string{"command/internal/nested", "command/internal/protect", "event", "catalog",
		"effect", "codec", "fstext", "fstext/ascii"}, std: []string{"net", "os"}, only: true,
		why: "it says what a frame asks for, and asks event whether eslguard can match a filter; it decides nothing"},
	{dir: "policy/internal/words", may: []string{"fstext/ascii"}, std: []string{"net", "os"}, only: true,
		why: "it quotes and compares texts and does not know what they say"},
	{dir: "policy/internal/document", may: []string{"policy/internal/words"},
		why: "it reads the form of a policy and does not know what it means"},
	{dir: "policy/internal/pattern", may: []string{"policy/internal/words", "argument",
		"fstext/ascii"},
		std: []string{"net", "os"}, only: true,
		why: "a pattern matches one token and knows no rules"},
	{dir: "policy/internal/rule", may: []string{"policy/internal/pattern", "policy/internal/document",
		"policy/internal/words", "catalog", "argument", "effect", "fstext/ascii"}, only: true,
		why: "a rule matches one effect and knows no roles"},
	{dir: "policy/internal/limit", may: []string{"policy/internal/rule", "policy/internal/document",
		"policy/internal/words", "effect", "fstext/ascii"},
		why: "limits count effects and do not know who causes them"},
	{dir: "policy/internal/role", may: []string{"policy/internal/limit", "policy/internal/rule",
		"policy/internal/pattern", "policy/internal/document", "policy/internal/words", "catalog", "argument",
		"effect", "fstext/ascii"},
		why: "roles decide effects and do not know who has them"},
	{dir: "policy/internal/credential", may: []string{"policy/internal/document", "policy/internal/words"},
		why: "who a client is does not depend on what it may do"},
	{dir: "policy/internal/watch", may: []string{"policy/internal/document"},
		why: "it says when files are to be read and does not know what is in them"},
	{dir: "policy/internal/lint", may: []string{"policy/internal/credential", "policy/internal/role",
		"policy/internal/limit", "policy/internal/rule", "policy/internal/pattern", "policy/internal/document",
		"policy/internal/words", "catalog", "argument", "effect", "fstext/ascii"},
		why: "warnings are about compiled roles and clients, and change nothing of them"},
	{dir: "policy/learn", may: []string{"policy/internal/role", "policy/internal/rule", "policy/internal/pattern",
		"policy/internal/words", "catalog", "argument", "effect", "fstext/ascii"},
		why: "it writes rules and does not need a policy"},
	{dir: "policy", may: []string{"policy/learn", "policy/internal/lint", "policy/internal/watch",
		"policy/internal/credential", "policy/internal/role", "policy/internal/limit", "policy/internal/rule",
		"policy/internal/pattern", "policy/internal/document", "policy/internal/words", "command", "catalog",
		"effect", "codec"},
		why: "a policy decides effects and knows no sessions"},

	{dir: "audit/internal/disk", only: true,
		why: "it knows files and folders, and nothing about their content"},
	{dir: "audit/redact", may: []string{"catalog", "effect", "fstext/ascii"}, std: []string{"net", "os"}, only: true,
		why: "it turns texts into texts and knows no records or files"},
	{dir: "audit", may: []string{"audit/redact", "audit/internal/disk", "catalog", "effect"},
		why: "records are output: writing them must not depend on the recorded component"},
	{dir: "audit/recording", may: []string{"audit", "audit/redact", "fstext/ascii"},
		why: "a recording stores what it is given and does not know who gives it"},
	{dir: "audit/trail", may: []string{"audit/recording", "audit"},
		why: "an audit must be readable on any host, without its policy"},
	{dir: "audit/export", may: []string{"audit/trail"},
		why: "other forms of a record are made from the record alone"},

	{dir: "proxy/internal/loopback", only: true,
		why: "it connects two ends for tests"},
	{dir: "proxy/internal/wire",
		why: "a connection knows nothing of what it carries"},
	{dir: "proxy/internal/upstream", may: []string{"proxy/internal/wire", "policy", "codec"},
		why: "a connection to FreeSWITCH is the same for sessions and for the proxy's own use"},
	{dir: "proxy/internal/pool", may: []string{"proxy/internal/upstream", "proxy/internal/wire", "policy"},
		why: "it shares connections and does not know what is sent on them"},
	{dir: "proxy/internal/answers", may: []string{"proxy/internal/wire", "policy", "codec"},
		why: "the order of what a client is sent does not depend on what it asked"},
	{dir: "proxy/internal/admission", std: []string{"os"},
		why: "it counts; what happens to a connection is decided by its caller"},
	{dir: "proxy/internal/tally", may: []string{"proxy/internal/admission", "audit", "codec"},
		why: "it counts what repeats and knows no sessions"},
	{dir: "proxy/internal/stream", may: []string{"proxy/internal/answers", "proxy/internal/upstream",
		"proxy/internal/wire", "event", "policy", "catalog", "codec"},
		why: "it gives events to its members and does not know what they do with them"},
	{dir: "proxy/internal/jobs", may: []string{"proxy/internal/stream", "event", "policy", "catalog", "effect",
		"fstext"},
		why: "jobs belong to an upstream and outlive sessions"},
	{dir: "proxy/internal/feed", may: []string{"proxy/internal/stream", "proxy/internal/answers", "event", "codec"},
		why: "it serves one session from a stream and does not know what else the session does"},
	{dir: "proxy/internal/secrets", may: []string{"policy", "command", "catalog", "effect", "codec"},
		why: "what is a secret does not depend on who shows it"},
	{dir: "proxy/internal/ledger", may: []string{"proxy/internal/jobs", "proxy/internal/tally",
		"proxy/internal/admission", "audit"},
		why: "what a record costs does not depend on what it says"},
	{dir: "proxy/internal/identity", may: []string{"policy", "command", "effect"},
		why: "a change of policy looks at it without the session"},
	{dir: "proxy/internal/sessionlog", may: []string{"proxy/internal/tally", "proxy/internal/admission",
		"audit", "policy"},
		why: "a line is made from a record, and does not change what a session does"},
	{dir: "proxy", may: []string{"proxy/internal/sessionlog", "proxy/internal/identity",
		"proxy/internal/ledger", "proxy/internal/secrets", "proxy/internal/feed", "proxy/internal/jobs",
		"proxy/internal/stream", "proxy/internal/tally", "proxy/internal/admission", "proxy/internal/answers",
		"proxy/internal/pool", "proxy/internal/upstream", "proxy/internal/wire", "audit/recording", "audit",
		"audit/redact", "policy", "event", "command", "catalog", "effect", "codec"},
		why: "the proxy is configured by its caller and knows no flags"},

	// The simulator shares nothing with the packages above, see TestSwitchsimSharesNothing.
	{dir: "internal/switchsim/internal/fstext", std: []string{"net", "os"}, only: true,
		why: "its functions depend on their arguments alone"},
	{dir: "internal/switchsim/frame", may: []string{"internal/switchsim/internal/fstext"},
		std: []string{"net", "os"}, only: true,
		why: "it reads bytes as FreeSWITCH does and knows no verbs"},
	{dir: "internal/switchsim/fileopen", may: []string{"internal/switchsim/internal/fstext"}, only: true,
		why: "what a name opens does not depend on who opens it"},
	{dir: "internal/switchsim/internal/event", may: []string{"internal/switchsim/frame",
		"internal/switchsim/internal/fstext"}, std: []string{"net", "os"}, only: true,
		why: "events know no sessions"},
	{dir: "internal/switchsim/internal/core", may: []string{"internal/switchsim/internal/event",
		"internal/switchsim/fileopen", "internal/switchsim/frame", "internal/switchsim/internal/fstext"}, only: true,
		why: "the switch behind the socket knows no connections"},
	{dir: "internal/switchsim", may: []string{"internal/switchsim/internal/core",
		"internal/switchsim/internal/event", "internal/switchsim/frame", "internal/switchsim/internal/fstext"},
		only: true,
		why:  "what FreeSWITCH does behind the event socket is for core"},

	{dir: "internal/switchsim/capture", may: []string{"internal/switchsim"}, only: true,
		why: "it reads a recording and does not know how it is compared"},

	{dir: "internal/cli/console",
		why: "it connects a subcommand to the user and does not know what the subcommand does"},
	{dir: "internal/cli/policyfile", may: []string{"internal/cli/console", "policy"},
		why: "it describes policies and starts nothing"},
	{dir: "internal/cli/recorded", may: []string{"audit/trail", "audit", "audit/redact", "command", "catalog",
		"effect", "codec"},
		why: "it reads effects back from records and does not know why they are needed"},
	{dir: "internal/cli/explain", may: []string{"internal/cli/console", "audit/redact", "policy", "policy/learn",
		"command", "catalog", "argument", "effect", "codec"},
		why: "it shows decisions without a session or a record"},
	{dir: "internal/cli/guard", may: []string{"internal/cli/policyfile", "internal/cli/console", "proxy", "audit",
		"policy"},
		why: "it runs a server and does not read flags"},
	{dir: "internal/cli/demo", may: []string{"internal/cli/guard", "internal/cli/console", "internal/switchsim",
		"proxy", "audit", "codec"},
		why: "it shows the guard from outside, as clients and operators see it"},
	{dir: "internal/cli/auditcmd", may: []string{"internal/cli/recorded", "internal/cli/policyfile",
		"internal/cli/console", "audit/export", "audit/trail", "audit", "policy", "command", "catalog", "effect",
		"codec"},
		why: "an audit is read without a running guard"},
	{dir: "internal/cli", may: []string{"internal/cli/auditcmd", "internal/cli/demo", "internal/cli/guard",
		"internal/cli/explain", "internal/cli/recorded", "internal/cli/policyfile", "internal/cli/console", "proxy",
		"audit/trail", "audit", "policy", "policy/learn", "catalog", "codec"},
		why: "it connects the packages to flags and subcommands"},
	{dir: ".", may: []string{"internal/cli", "internal/cli/console"}, only: true,
		why: "main only starts the command line"},

	{dir: "internal/bench", may: []string{"internal/switchsim"}, only: true,
		why: "it measures the program as it is installed, from outside"},
	{dir: "internal/guardtest", may: []string{"proxy", "audit", "policy"}, only: true,
		why: "it starts a guard for tests, and nothing else"},
	{dir: "internal/agree", only: true,
		why: "it contains only tests"},
	{dir: "internal/sharing", only: true,
		why: "it contains only tests"},
	{dir: "internal/crash", only: true,
		why: "it contains only tests"},
	{dir: "internal/realclients", only: true,
		why: "it contains only tests"},
}

// A layer says what the files of one package, apart from its tests, may import.
type layer struct {
	dir  string
	may  []string // packages of this module
	std  []string // packages of the standard library that it must not import, with those below them
	only bool     // it may not import other modules
	why  string
}

// modules says which packages may import a module, and in how many files.
var modules = []struct {
	module string
	dir    string // the package, or one below it; "" for any
	files  int    // 0 for any number
	why    string
}{
	{"github.com/yl2chen/cidranger", "policy/internal/credential", 1, "one file works around its traps"},
	{"github.com/fsnotify/fsnotify", "policy/internal/watch", 1, "only policies are watched, in one place"},
	{"github.com/spf13/cobra", "internal/cli", 0, "flags are read at the edge only"},
}

func TestLayersNameEveryPackage(t *testing.T) {
	exists, named := map[string]bool{}, map[string]bool{}
	for _, f := range goFiles(t) {
		exists[f.dir()] = true
	}
	for _, l := range layers {
		if !exists[l.dir] {
			t.Errorf("there is no package %s: remove it from layers", l.dir)
		}
		for _, dir := range l.may {
			if !named[dir] {
				t.Errorf("%s may import %s, which is not named before it: imports go one way", l.dir, dir)
			}
		}
		if named[l.dir] || l.why == "" {
			t.Errorf("%s: name it once in layers, and say why it may import no more", l.dir)
		}
		named[l.dir] = true
	}
	for dir := range exists {
		if !named[dir] {
			t.Errorf("the package %s is missing in layers: say what it may import and why", dir)
		}
	}
}

func TestImportsGoOneWay(t *testing.T) {
	files := goFiles(t)
	for _, l := range layers {
		for _, f := range files {
			if f.dir() != l.dir || f.test {
				continue
			}
			for _, imp := range f.imports() {
				own, isOwn := strings.CutPrefix(imp, module+"/")
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

// TestSwitchsimSharesNothing checks that neither the simulator nor its tests import other packages
// of the module. Tests elsewhere compare it with codec and command.
func TestSwitchsimSharesNothing(t *testing.T) {
	const simulator = "internal/switchsim"
	for _, f := range goFiles(t) {
		if !within(f.dir(), simulator) {
			continue
		}
		for _, imp := range f.imports() {
			if own, isOwn := strings.CutPrefix(imp, module+"/"); isOwn && !within(own, simulator) {
				t.Errorf("%s imports %s: an error in it could hide in the simulator", f.name, imp)
			}
		}
	}
}

func TestModulesStayWhereTheyBelong(t *testing.T) {
	files := goFiles(t)
	for _, m := range modules {
		var users []string
		for _, f := range files {
			if f.test || !slices.ContainsFunc(f.imports(), func(imp string) bool { return within(imp, m.module) }) {
				continue
			}
			if m.dir != "" && !within(f.dir(), m.dir) {
				t.Errorf("%s imports %s: %s", f.name, m.module, m.why)
			}
			users = append(users, f.name)
		}
		if m.files > 0 && len(users) > m.files {
			t.Errorf("%s is imported by %v, at most %d may: %s", m.module, users, m.files, m.why)
		}
	}
}

// within reports whether name is the package or a package below it.
func within(name, pkg string) bool { return name == pkg || strings.HasPrefix(name, pkg+"/") }

// standard reports whether imp is in the standard library: its first element is not a host name.
func standard(imp string) bool {
	first, _, _ := strings.Cut(imp, "/")
	return !strings.Contains(first, ".")
}
