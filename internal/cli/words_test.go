package cli

import (
	"strings"
	"testing"
)

func TestWrapped(t *testing.T) {
	full := strings.Repeat("x", maxLine)
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"one  two\nthree", "one two three"},
		{full + " y", full + "\ny"},
		{full + "xx y", full + "xx\ny"},
		{strings.Repeat("x", maxLine-2) + " y z", strings.Repeat("x", maxLine-2) + " y\nz"},
	} {
		if got := wrapped(c.text); got != c.want {
			t.Errorf("%.20q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestBuildText(t *testing.T) {
	for _, c := range []struct {
		b    build
		want string
	}{
		{build{Version: "v1.2.3", Commit: "abc", Modified: true}, "v1.2.3"},
		{build{Version: noVersion}, "devel"},
		{build{Version: noVersion, Commit: "abc"}, "devel abc"},
		{build{Version: noVersion, Commit: "abc", Modified: true}, "devel abc+dirty"},
	} {
		if got := c.b.String(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.b, got, c.want)
		}
	}
}

func TestLearnWords(t *testing.T) {
	for client, want := range map[string]string{"": "any client", "a": `"a"`, "a\x1b": `"a\x1b"`} {
		if got := clientOrAny(client); got != want {
			t.Errorf("%q: %s, want %s", client, got, want)
		}
	}
	for n, want := range map[int]string{1: "once", 2: "2 times"} {
		if got := times(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestLikeVariable(t *testing.T) {
	known := []string{"ESLGUARD_POLICY", "ESLGUARD_AUDIT", "ESLGUARD_AUDIT_SHOW_NAME", "OTHER"}
	for name, want := range map[string]string{
		"ESLGUARD_POLICYY": "ESLGUARD_POLICY", "ESLGUARD_RUN_POLICY": "ESLGUARD_POLICY", "ESLGUARD_AUDIT_SHOW_NAM": "ESLGUARD_AUDIT_SHOW_NAME",
		"ESLGUARD_QQQQQQQ": "", "ESLGUARD_": "", "ESLGUARD_OTHER": "",
	} {
		if got := likeVariable(name, known); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
