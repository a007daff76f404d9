package policy_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
	"eslguard/policy"
)

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// write writes text to a file in a new folder and returns its path.
func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "policy.json")
	writeTo(t, path, text)
	return path
}

func writeTo(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// load loads text, which must be a valid policy.
func load(t testing.TB, text string) *policy.Policy {
	t.Helper()
	p, err := policy.Load(write(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// problems loads text, which must be an invalid policy, and returns its problems.
func problems(t testing.TB, text string) policy.Problems {
	t.Helper()
	p, err := policy.Load(write(t, text))
	var ps policy.Problems
	if !errors.As(err, &ps) || p != nil {
		t.Fatalf("Load: %v, want Problems and no policy, of %s", err, text)
	}
	return ps
}

// effectsOf returns the effects of a command.
func effectsOf(t testing.TB, text string) []effect.Effect {
	return effectsIn(t, catalog.Builtin(), text)
}

// effectsIn returns the effects of a command that is parsed with the catalogue cat.
func effectsIn(t testing.TB, cat *catalog.Catalog, text string) []effect.Effect {
	t.Helper()
	f, err := codec.NewClientReader(strings.NewReader(text+"\n\n"), codec.Limits{}).Next()
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	cmd, err := command.Parse(cat, &command.State{}, f)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return cmd.Effects
}
