package guard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/internal/cli/console"
	"eslguard/policy"
)

// openGuard returns a guard with a policy whose client c has the limits that limits describes.
func openGuard(t *testing.T, limits string, log *strings.Builder) *Guard {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "policy.json")
	text := `{ "version": 1, "upstreams": { "pbx": { "address": "127.0.0.1:8021", "password": { "env": "X" } } },
		"roles": { "r": { "allow": [ "api status" ], "limits": { ` + limits + ` } } },
		"clients": { "c": { "from": [ "127.0.0.1/32" ], "roles": [ "r" ], "auth": { "password": [ "` + policy.HashSHA256("x") + `" ] } } } }`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	trail, err := audit.Open(filepath.Join(dir, "audit.jsonl"), audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { trail.Close() })
	g := &Guard{Audit: trail, Log: zerolog.New(log)}
	if err := g.OpenPolicy(file, ""); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestOpenStateWithoutAFolder(t *testing.T) {
	for limits, want := range map[string]string{
		``: "", `"api status": "100/m"`: "", `"api status": "5/day"`: `"limit":"api status 5/day of c"`,
	} {
		var log strings.Builder
		g := openGuard(t, limits, &log)
		log.Reset()
		if err := g.OpenState(""); err != nil || g.statePath != "" {
			t.Errorf("%s: %v, %q", limits, err, g.statePath)
		}
		if (log.String() == "") != (want == "") || !strings.Contains(log.String(), want) {
			t.Errorf("%s: %q, want %q", limits, log.String(), want)
		}
	}
}

// TestSaveState checks that a failure to keep the use of limits is logged once, and its end once.
func TestSaveState(t *testing.T) {
	var log strings.Builder
	g := openGuard(t, `"api status": "5/day"`, &log)
	dir := filepath.Join(t.TempDir(), "state")
	if err := g.OpenState(dir); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "no use of limits was kept before") {
		t.Errorf("the log is %s", log.String())
	}
	status := catalog.Builtin().Describe(effect.KindAPI, "status", "")
	if _, limit, ok := g.Policies().Current().Client("c").TakeAll([]effect.Effect{status}, time.Now()); !ok {
		t.Fatalf("over the limit %s", limit)
	}
	g.statePath = filepath.Join(dir, "none", limitsFile)
	log.Reset()
	if broken := g.saveState(g.saveState(false)); !broken || strings.Count(log.String(), "cannot be kept") != 1 {
		t.Errorf("broken %v: %s", broken, log.String())
	}
	g.statePath = filepath.Join(dir, limitsFile)
	if broken := g.saveState(g.saveState(true)); broken || strings.Count(log.String(), "is kept again") != 1 {
		t.Errorf("broken %v: %s", broken, log.String())
	}
}

func TestOpenStateNeedsAFolder(t *testing.T) {
	var log strings.Builder
	g := openGuard(t, "", &log)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := g.OpenState(file); err == nil || console.Hint(err) != stateHint {
		t.Errorf("%v, hint %q", err, console.Hint(err))
	}
}

// TestReloadsThatCannotBeRecorded checks that changes of the policy do not pile up before a disk
// that does not answer.
func TestReloadsThatCannotBeRecorded(t *testing.T) {
	var log strings.Builder
	g := openGuard(t, "", &log)
	g.unrecorded.Store(maxUnrecorded)
	log.Reset()
	g.recordReload(audit.Allow, "abc", nil)
	if !strings.Contains(log.String(), "is not recorded: too many wait") || g.unrecorded.Load() != maxUnrecorded {
		t.Errorf("%d records wait: %s", g.unrecorded.Load(), log.String())
	}
}
