package guard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
)

// probedGuard returns a guard whose audit is a plain file at path, and its log.
func probedGuard(t *testing.T, path string) (*Guard, *strings.Builder) {
	t.Helper()
	trail, err := audit.Open(path, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { trail.Close() })
	log := new(strings.Builder)
	return &Guard{Audit: trail, Log: zerolog.New(log)}, log
}

// TestProbe checks that the log says that the audit cannot be written, and that it can again,
// although no client sends anything.
func TestProbe(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "audit")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	g, log := probedGuard(t, filepath.Join(folder, "audit.jsonl"))
	state := g.probe(auditState{})
	if state.broken || log.Len() > 0 {
		t.Fatalf("%+v: %s", state, log.String())
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); !state.broken && time.Now().Before(deadline); {
		state = g.probe(state)
	}
	if !state.broken || !strings.Contains(log.String(), "every command is refused") {
		t.Fatalf("%+v: %s", state, log.String())
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if state = g.probe(state); state.broken || !strings.Contains(log.String(), "can be written again") {
		t.Errorf("%+v: %s", state, log.String())
	}
	log.Reset()
	if state = g.probe(state); state.broken || log.Len() > 0 {
		t.Errorf("%+v: %s", state, log.String())
	}
}

// TestProbeAfterACommand checks that the log says that the audit can be written again if only
// commands have noticed the failure, because it was over before the next probe.
func TestProbeAfterACommand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	g, log := probedGuard(t, path)
	state := g.probe(auditState{})
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	write := func() error {
		_, err := g.Audit.Write(&audit.Record{Kind: audit.KindReload, Decision: audit.Allow})
		return err
	}
	for deadline := time.Now().Add(10 * time.Second); write() == nil; {
		if time.Now().After(deadline) {
			t.Fatal("no write has noticed that the file was removed")
		}
	}
	if err := write(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		state = g.probe(state)
	}
	if state.broken || strings.Count(log.String(), "can be written again") != 1 {
		t.Errorf("%+v: %s", state, log.String())
	}
}
