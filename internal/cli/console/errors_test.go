package console

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		err        error
		text, hint string
		usage      bool
	}{
		{io.EOF, "EOF", "", false},
		{WithHint(io.EOF, "try %d", 1), "EOF", "try 1", false},
		{Usagef("bad: %w", io.EOF), "bad: EOF", "", true},
		{WithHint(Usagef("bad: %w", io.EOF), "try"), "bad: EOF", "try", true},
		{fmt.Errorf("wrapped: %w", WithHint(Usagef("%w", io.EOF), "try")), "wrapped: EOF", "try", true},
	} {
		if c.err.Error() != c.text || Hint(c.err) != c.hint || IsUsage(c.err) != c.usage || !errors.Is(c.err, io.EOF) {
			t.Errorf("%v: hint %q, usage %v, want %q, %q, %v", c.err, Hint(c.err), IsUsage(c.err), c.text, c.hint, c.usage)
		}
	}
}

func TestErrorText(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "",
		"policy: no such client":              "no such client",
		"audit: a\npolicy: b\nlisten: c":      "a\nb\nlisten: c",
		"the policy has 1 problem:\n  x.json": "the policy has 1 problem:\n  x.json",
		"policy: audit: a":                    "audit: a",
		"cannot open: audit: a":               "cannot open: audit: a",
	} {
		if got := ErrorText(errors.New(text)); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
