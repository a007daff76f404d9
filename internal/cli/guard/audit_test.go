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

// TestProbe checks that the log says that the audit cannot be written, and that it can again,
// although no client sends anything.
func TestProbe(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "audit")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	trail, err := audit.Open(filepath.Join(folder, "audit.jsonl"), audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer trail.Close()
	var log strings.Builder
	g := &Guard{Audit: trail, Log: zerolog.New(&log)}
	if broken := g.probe(false); broken || log.Len() > 0 {
		t.Fatalf("broken %v: %s", broken, log.String())
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	broken := false
	for deadline := time.Now().Add(10 * time.Second); !broken && time.Now().Before(deadline); {
		broken = g.probe(broken)
	}
	if !broken || !strings.Contains(log.String(), "every command is refused") {
		t.Fatalf("broken %v: %s", broken, log.String())
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if broken := g.probe(broken); broken || !strings.Contains(log.String(), "can be written again") {
		t.Errorf("broken %v: %s", broken, log.String())
	}
}
