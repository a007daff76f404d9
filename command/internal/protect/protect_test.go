package protect

import (
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/fstext"
)

// refusedFor returns the name of the protection for which a new guard refuses what look looks at,
// and "" if it refuses nothing.
func refusedFor(look func(g *Guard)) string {
	g := New(catalog.Builtin())
	look(&g)
	if g.Refusal == nil {
		return ""
	}
	return g.Refusal.Protection.Name
}

// A checkTest is an input and the protection that refuses it; "" means that it passes.
type checkTest struct{ name, input, want string }

// runChecks looks at the inputs of tests with a check that takes one text.
func runChecks(t *testing.T, tests []checkTest, check func(g *Guard, input string)) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := refusedFor(func(g *Guard) { check(g, tt.input) }); got != tt.want {
				t.Errorf("%.100q is refused for %q, want %q", tt.input, got, tt.want)
			}
		})
	}
}

func TestRefuse(t *testing.T) {
	g := New(catalog.Builtin())
	g.Refuse(catalog.ProtectExprDepth, "first "+fstext.UnknownDollar+"{x}")
	g.Refuse(catalog.ProtectJSONDepth, "second")
	if g.Refusal == nil || g.Refusal.Protection.Name != "expr-depth" || g.Refusal.What != "first ${x}" || g.Refusal.Where != "" {
		t.Errorf("refused for %+v, want the first of two, with $ for what is unknown", g.Refusal)
	}
}

func TestRefuseIsOff(t *testing.T) {
	cat, err := catalog.Builtin().Without("expr-depth")
	if err != nil {
		t.Fatal(err)
	}
	g := New(cat)
	g.Refuse(catalog.ProtectExprDepth, "x")
	if g.Refusal != nil {
		t.Errorf("refused for %+v, but that protection is off", g.Refusal)
	}
	g.Refuse(catalog.ProtectJSONDepth, "x")
	if g.Refusal == nil {
		t.Error("not refused, but that protection is on")
	}
}

func TestLocate(t *testing.T) {
	for _, tt := range []struct{ name, path, want string }{
		{"one step", "api status", "api status"},
		{"the last of three", "bgapi > api expand > app set", "app set"},
		{"no path", "", ""},
		{"64 bytes", "api " + strings.Repeat("a", 60), "api " + strings.Repeat("a", 60)},
		{"65 bytes", "api " + strings.Repeat("a", 61), "api " + strings.Repeat("a", 60)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := New(catalog.Builtin())
			g.RefuseAt(catalog.ProtectExprDepth, tt.path, "x")
			if g.Refusal.Where != tt.want {
				t.Errorf("Where is %q, want %q", g.Refusal.Where, tt.want)
			}
		})
	}

	g := New(catalog.Builtin())
	g.Locate("api status")
	if g.Refusal != nil {
		t.Errorf("Locate refused for %+v", g.Refusal)
	}
	g.RefuseAt(catalog.ProtectExprDepth, "api one", "x")
	g.Locate("api two")
	if g.Refusal.Where != "api one" {
		t.Errorf("Where is %q after a second Locate, want the first place", g.Refusal.Where)
	}
}

// TestArgument checks that Argument looks for a lone backslash after its checks, and does nothing
// once the frame is refused.
func TestArgument(t *testing.T) {
	calls := 0
	count := func(*Guard, string, []string) { calls++ }
	g := New(catalog.Builtin())
	g.Argument([]Check{count, count}, "api x", fstext.Words(3), "a b", []string{"a", "b"})
	if calls != 2 || g.Refusal != nil {
		t.Errorf("%d calls, refused for %+v; want 2 and no refusal", calls, g.Refusal)
	}
	g.Argument(nil, "bgapi > api x", fstext.Words(3), `a b\`, []string{"a", `b\`})
	if g.Refusal == nil || g.Refusal.Protection.Name != "lone-backslash" || g.Refusal.Where != "api x" {
		t.Fatalf("refused for %+v, want lone-backslash in api x", g.Refusal)
	}
	g.Argument([]Check{count}, "api y", fstext.Words(3), "a", []string{"a"})
	if calls != 2 {
		t.Error("a check was called although the frame is refused already")
	}
}

func TestKnownLength(t *testing.T) {
	const unknown = fstext.UnknownDollar
	for _, tt := range []struct {
		text string
		want int
	}{
		{"", 0},
		{"abc", 3},
		{"${abc}", 6}, // known to be this text
		{unknown + "{abc}", 0},
		{"ab" + unknown + "{x}cd" + unknown + "{y}e", 5},
		{"ab" + unknown + "{x", 2},
		{unknown, 0},
	} {
		if got := knownLength(tt.text); got != tt.want {
			t.Errorf("knownLength(%q) = %d, want %d", tt.text, got, tt.want)
		}
	}
}

func TestLeadingNumber(t *testing.T) {
	for _, tt := range []struct {
		text string
		want int64
	}{
		{"", 0},
		{"x", 0},
		{"12", 12},
		{" \t\r\n\v\f12", 12},
		{"+7", 7},
		{"-7", -7},
		{"--7", 0},
		{"- 7", 0},
		{"007x9", 7},
		{"0x10", 0},
		{"2147483647", 1<<31 - 1},
		{"2147483648", 1 << 31},
		{"9999999999999999999999", 1 << 31},
		{"-9999999999999999999999", -1 << 31},
	} {
		if got := leadingNumber(tt.text); got != tt.want {
			t.Errorf("leadingNumber(%q) = %d, want %d", tt.text, got, tt.want)
		}
	}
	if got := numberAt([]string{"1", "2"}, 2); got != 0 {
		t.Errorf("numberAt beyond the tokens = %d, want 0", got)
	}
}
