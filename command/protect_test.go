package command_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
)

// parseRun parses a frame that runs an API or application. See runFrame for run.
func parseRun(cat *catalog.Catalog, run string) error {
	_, err := command.Parse(cat, nil, frame(runFrame(run)))
	return err
}

// protectionOf returns the name of the protection that err is a refusal of. It returns "" if err is
// none.
func protectionOf(t *testing.T, err error) string {
	t.Helper()
	var r *codec.Refusal
	if !errors.As(err, &r) {
		return ""
	}
	p, ok := command.ProtectionOf(r)
	if !ok {
		t.Errorf("refused: %v, want a protection", err)
		return ""
	}
	if r.Fatal || r.Reason != command.ReasonProtection || r.ReplyText() != "-ERR refused, protection "+p.Name ||
		!strings.HasPrefix(r.Detail, p.Name+", in ") || len(r.Detail) > 400 {
		t.Errorf("%s: the refusal is %+v", p.Name, r)
	}
	return p.Name
}

// within returns frames that contain a run within another command.
func within(run string) []string {
	if name, args, _ := strings.Cut(run, " "); name == "api" {
		ways := []string{"bgapi " + args, "api bgapi " + args, "api expand " + args, "api xml_wrap " + args, "api sched_api +1 g " + args}
		if !strings.ContainsAny(args, `'"\{}()$|,;:%^ `+"\t") {
			return ways
		}
		return append(ways, "app set api_hangup_hook="+args)
	}
	if strings.HasPrefix(run, "send") || strings.HasPrefix(run, "bgapi ") {
		return nil
	}
	name, args, _ := strings.Cut(strings.TrimPrefix(run, "app "), " ")
	if args == "" {
		return []string{
			"api originate user/1 &" + name, "api originate user/1 '&" + name + "()'", "api uuid_broadcast u1 " + name + "::",
			`api json {"command":"execute","data":{"uuid":"u1","app":"` + name + `"}}`, "api uuid_transfer u1 " + name + ": inline",
			"app set execute_on_answer=" + name, "api originate {execute_on_answer=" + name + "}user/1 9",
		}
	}
	if strings.ContainsAny(args, `'\(){}[]^,$;|`) {
		return []string{"app set execute_on_answer=" + name + " " + args}
	}
	return []string{
		"app set execute_on_answer=" + name + " " + args, "api originate user/1 '&" + name + "(" + args + ")'",
		"api uuid_broadcast u1 '" + name + "::" + args + "'", "api uuid_transfer u1 '" + name + ":" + args + "' inline",
	}
}

// TestProtections checks that each protection refuses its inputs, at the top and nested, and
// accepts similar inputs that do no harm.
func TestProtections(t *testing.T) {
	tested := map[string]bool{}
	for _, tt := range slices.Concat(protectedAPIs, protectedFiles, protectedApps) {
		tested[tt.name] = true
		if len(tt.refused) == 0 || len(tt.passes) == 0 {
			t.Errorf("%s: want inputs that are refused and inputs that pass", tt.name)
		}
		off, err := catalog.Builtin().Without(tt.name)
		if err != nil {
			t.Fatal(err)
		}
		for _, run := range tt.refused {
			if got := protectionOf(t, parseRun(catalog.Builtin(), run)); got != tt.name {
				t.Errorf("%s: %.200q is refused for %q", tt.name, run, got)
			}
			if got := protectionOf(t, parseRun(off, run)); got == tt.name {
				t.Errorf("%s is off, but refuses %.200q", tt.name, run)
			}
			if tt.topOnly {
				continue
			}
			for _, run := range within(run) {
				if got := protectionOf(t, parseRun(catalog.Builtin(), run)); got != tt.name {
					t.Errorf("%s: nested, %.200q is refused for %q", tt.name, run, got)
				}
			}
		}
		for _, run := range tt.passes {
			if err := parseRun(catalog.Builtin(), run); err != nil {
				t.Errorf("%s: %.200q: %v", tt.name, run, err)
			}
		}
	}
	for _, p := range catalog.Protections() {
		if !tested[p.Name] {
			t.Errorf("%s has no test", p.Name)
		}
	}
}

// TestProtectionsList checks that the list is sorted, its names are words, and its texts are
// sentences.
func TestProtectionsList(t *testing.T) {
	list := catalog.Protections()
	if len(list) > 63 || !slices.IsSortedFunc(list, func(a, b catalog.Protection) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the list is too long for a set, or not sorted")
	}
	for _, p := range list {
		if strings.Trim(p.Name, "abcdefghijklmnopqrstuvwxyz-") != "" || !strings.HasSuffix(p.Text, ".") || p.Releases == "" {
			t.Errorf("%+v", p)
		}
	}
	list[0].Name = "changed"
	if catalog.Protections()[0].Name == "changed" {
		t.Error("the list can be changed")
	}
}

// TestWithout checks that a protection is off in the catalogue in which it was switched off and in
// those that are made from it, and that no other protection is.
func TestWithout(t *testing.T) {
	if _, err := catalog.Builtin().Without("expr-depth", "nonesuch"); err == nil || !strings.Contains(err.Error(), `"nonesuch"`) {
		t.Errorf("an unknown protection: %v, want an error", err)
	}
	if _, err := catalog.Builtin().Without(""); err == nil {
		t.Error("an empty name is accepted")
	}
	off, err := catalog.Builtin().Without("strftime-format")
	if err != nil {
		t.Fatal(err)
	}
	if off, err = off.With([]catalog.Module{{Name: "other"}}); err != nil {
		t.Fatal(err)
	}
	if err := parseRun(off, "api strftime 1|"); err != nil {
		t.Errorf("a protection that is off: %v", err)
	}
	if got := protectionOf(t, parseRun(off, "api cond a ==")); got != "cond-operand" {
		t.Errorf("another protection: refused for %q", got)
	}
	if got := protectionOf(t, parseRun(catalog.Builtin(), "api strftime 1|")); got != "strftime-format" {
		t.Errorf("the original catalogue: refused for %q", got)
	}
}

// TestProtectionsOfUnknownValues checks that a value which only FreeSWITCH knows is not refused by
// itself.
func TestProtectionsOfUnknownValues(t *testing.T) {
	for _, tt := range []struct{ run, want string }{
		{"app playback ${" + strings.Repeat("a", 200) + "}://x", ""},
		{"app playback ${a}" + strings.Repeat("x", 101) + "://x", "file-stream-name"},
		{"app playback ${a}/x.file", "file-ending"},
		{"app system ${a}", ""},
		{"app valet_park lot auto out ${a} ${b}", ""},
		{"app valet_park lot auto out 1 0", "valet-range"},
		{"app read 1 ${a} x.wav v 5000 #", ""},
		{"api expand strftime 1|${a}", ""},
		{"api expand cond ${a} == ${b}", ""},
		{"api expand cond ${a} ==", "cond-operand"},
	} {
		if got := protectionOf(t, parseRun(catalog.Builtin(), tt.run)); got != tt.want {
			t.Errorf("%.80q: refused for %q, want %q", tt.run, got, tt.want)
		}
	}
}

// TestPlainFileNames checks that a plain name of a file costs no allocation.
func TestPlainFileNames(t *testing.T) {
	const plain, spool = "api uuid_displace u1 start /tmp/sounds/en/hello.world.wav", "api uuid_displace u1 start beep"
	allocs := func(run string) float64 {
		f := frame(run)
		return testing.AllocsPerRun(100, func() { _, _ = command.Parse(catalog.Builtin(), nil, f) })
	}
	if a, b := allocs(plain), allocs(spool); a > b {
		t.Errorf("%v allocations for a name with dots, %v for one without", a, b)
	}
}
