package command_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/command"
	"eslguard/effect"
)

// TestParseBounded: what is nested without an end costs no more than the stated bounds, and what
// lies beyond them is opaque.
func TestParseBounded(t *testing.T) {
	const bound = 1025
	long := func(s string) string { return strings.Repeat(s, 64<<10/len(s)) }
	set := "sendmsg u\ncall-command: execute\nexecute-app-name: "
	for _, send := range []string{
		"api eval " + long("${"), "api eval " + long("${eval "), "api eval " + long("${a b}"), "api eval " + long("${a("),
		"api " + long("bgapi "), "api " + long("expand eval ${"),
		"api " + long("sched_api +1 g "), "api uuid_setvar u x " + long("${uuid_setvar u x "),
		"api uuid_setvar u execute_on_answer " + long("set execute_on_answer="),
		"api originate " + long("user/1,") + "user/1 &park", "api originate " + long("[,") + "user/1 &park",
		"api originate " + long("loopback/app=bridge:") + "user/1 &park", "api uuid_transfer u " + long("log:x,") + " inline",
		"api uuid_setvar u execute_on_answer ARRAY::" + long("a|:"),
		set + "multiset\nexecute-app-arg: " + long("a=${b c} "), set + "set\nexecute-app-arg: " + long("a=${set "),
	} {
		c, err := command.Parse(catalog.Builtin(), nil, frame(send))
		if err != nil {
			t.Errorf("%.40q: %v", send, err)
			continue
		}
		if len(c.Effects) > bound || !isOpaque(c.Effects) {
			t.Errorf("%.40q: %d effects, opaque %v; want %d at most and one of them opaque", send, len(c.Effects), isOpaque(c.Effects), bound)
		}
		last := c.Effects[len(c.Effects)-1]
		if len(c.Effects) == bound && (last.Kind != effect.KindOpaque || last.Name != effect.OpaqueDepth) {
			t.Errorf("%.40q: the last of so many effects is %s", send, &last)
		}
	}
}

// TestDepth: sixteen commands within each other are taken apart, one more is not.
func TestDepth(t *testing.T) {
	deep := func(n int) []string {
		c, err := command.Parse(catalog.Builtin(), nil, frame("api "+strings.Repeat("bgapi ", n-1)+"system id"))
		if err != nil {
			t.Fatal(err)
		}
		return effects(c.Effects)
	}
	if got := deep(16); !slices.Contains(got, "api system id @exec") || slices.Contains(got, "opaque depth") {
		t.Errorf("sixteen: %q", got)
	}
	if got := deep(17); slices.Contains(got, "api system id @exec") || !slices.Contains(got, "opaque depth") {
		t.Errorf("seventeen: %q", got)
	}
}
