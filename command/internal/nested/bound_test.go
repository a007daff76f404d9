package nested_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/effect"
)

// TestParseBounded parses texts that are nested without an end. Their effects stay within the
// stated bounds, and what exceeds the bounds is opaque.
func TestParseBounded(t *testing.T) {
	const bound = 1025
	long := func(s string) string { return strings.Repeat(s, 64<<10/len(s)) }
	for _, send := range []string{
		"api eval " + long("${"),
		"api eval " + long("${eval "),
		"api eval " + long("${a b}"),
		"api eval " + long("${a("),
		"api " + long("bgapi "),
		"api " + long("expand eval ${"),
		"api " + long("sched_api +1 g "),
		"api uuid_setvar u x " + long("${uuid_setvar u x "),
		"api uuid_setvar u execute_on_answer " + long("set execute_on_answer="),
		"api originate " + long("user/1,") + "user/1 &park",
		"api originate " + long("[,") + "user/1 &park",
		"api originate " + long("loopback/app=bridge:") + "user/1 &park",
		"api uuid_transfer u " + long("log:x,") + " inline",
		"api uuid_setvar u execute_on_answer ARRAY::" + long("a|:"),
		execute("multiset", long("a=${b c} ")),
		execute("set", long("a=${set ")),
	} {
		c := parse(t, send)
		if len(c.Effects) > bound || len(reasons(c)) == 0 {
			t.Errorf("%.40q: %d effects, opaque for %q; want %d at most and one of them opaque", send, len(c.Effects), reasons(c), bound)
		}
		last := &c.Effects[len(c.Effects)-1]
		if len(c.Effects) == bound && (last.Kind != effect.KindOpaque || last.Name != effect.OpaqueDepth) {
			t.Errorf("%.40q: the last effect is %s, want opaque depth", send, last)
		}
	}
}

// TestDepth checks that sixteen commands within one another are analysed, and a seventeenth is not.
func TestDepth(t *testing.T) {
	for _, tt := range []struct {
		depth   int
		inner   bool
		reasons []string
	}{
		{16, true, nil},
		{17, false, []string{effect.OpaqueDepth}},
	} {
		c := parse(t, "api "+strings.Repeat("bgapi ", tt.depth-1)+"system id")
		inner := slices.ContainsFunc(c.Effects, func(e effect.Effect) bool { return e.String() == "api system id" })
		if inner != tt.inner || !slices.Equal(reasons(c), tt.reasons) {
			t.Errorf("depth %d: innermost command found %t, opaque for %q; want %t, %q", tt.depth, inner, reasons(c), tt.inner, tt.reasons)
		}
	}
}
