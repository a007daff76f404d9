package nested

import (
	"os"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
)

// leaves are the APIs and applications of a class whose arguments can contain other commands, that
// contain none: texts for a shell, requests to other servers, arguments that only variables use.
var leaves = []string{
	"api bg_spawn", "api bg_system", "api curl", "api hiredis_raw", "api spawn", "api spawn_stream", "api system",
	"app bgsystem", "app callcenter", "app curl", "app fifo", "app fsk_recv", "app hiredis_raw", "app mutex",
	"app spandsp_start_tone_detect", "app system",
}

// TestEveryRowThatNests checks that everything that can contain other commands is analysed, opaque
// or a leaf.
func TestEveryRowThatNests(t *testing.T) {
	var got []string
	add := func(e *catalog.Entry, t *traits) {
		switch e.Class {
		case effect.ClassExec, effect.ClassNested, effect.ClassOriginate:
			if !t.nests() && e.OpaqueReason() == "" {
				got = append(got, e.Path)
			}
		}
	}
	for _, name := range catalog.Builtin().APINames() {
		e := catalog.Builtin().API(name)
		add(e, &builtinTraits().apis[e.Number])
	}
	for _, name := range catalog.Builtin().AppNames() {
		e := catalog.Builtin().App(name)
		add(e, &builtinTraits().apps[e.Number])
	}
	slices.Sort(got)
	if !slices.Equal(got, leaves) {
		t.Errorf("neither analysed nor opaque: %q, want %q", got, leaves)
	}
}

// TestNestedPositionsAreAnalysed checks that a position has the type nested only if the argument is
// analysed. Rules accept any value at such a position, since its effects are decided.
func TestNestedPositionsAreAnalysed(t *testing.T) {
	tsv, err := os.ReadFile("../../../catalog/positions.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(tsv)) {
		if line[0] == '#' {
			continue // a comment
		}
		cols := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		kind, name, positions := cols[0], cols[1], cols[2]
		if kind == "var" {
			positions = ":" + strings.TrimSuffix(positions, "!")
		}
		if !slices.ContainsFunc(strings.Fields(positions), func(word string) bool {
			return strings.HasSuffix(word, ":nested") || strings.HasSuffix(word, ":play")
		}) {
			continue
		}
		rows++
		analysed := true
		switch kind {
		case "api":
			analysed = isAnalyzed(effect.KindAPI, name)
		case "app":
			analysed = isAnalyzed(effect.KindApp, name)
		case "var":
			analysed = catalog.HookOf(strings.TrimSuffix(name, "*")+"x") != catalog.HookNone || catalog.HookOf(name) != catalog.HookNone
		}
		if !analysed {
			t.Errorf("%s %s: a position is of the type nested or play, but nothing analyses it", kind, name)
		}
	}
	if rows < 100 {
		t.Errorf("%d rows have a position of the type nested or play, want 100 at least", rows)
	}
}

// TestEveryHookHasAFunction checks that hookFuncs has a function for every kind of hook.
func TestEveryHookHasAFunction(t *testing.T) {
	for kind := catalog.HookNone; kind <= catalog.HookSafeguard; kind++ {
		if int(kind) >= len(hookFuncs) || hookFuncs[kind] == nil {
			t.Errorf("the kind %d has no function", kind)
		}
	}
}
