package cli

import "testing"

func TestWithoutPackage(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "",
		"policy: no such client":              "no such client",
		"audit: a\npolicy: b\nlisten: c":      "a\nb\nlisten: c",
		"the policy has 1 problem:\n  x.json": "the policy has 1 problem:\n  x.json",
		"policy: audit: a":                    "audit: a",
		"cannot open: audit: a":               "cannot open: audit: a",
	} {
		if got := withoutPackage(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
