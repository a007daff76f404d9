package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/policy"
)

func TestSize(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64
		show string
	}{
		{"1", 1, "1"},
		{"65536", 64 << 10, "64KiB"},
		{"64KiB", 64 << 10, "64KiB"},
		{"1MiB", 1 << 20, "1MiB"},
		{"1536KiB", 1536 << 10, "1536KiB"},
		{"2GiB", 2 << 30, "2GiB"},
		{"8589934591GiB", 8589934591 << 30, "8589934591GiB"},
	} {
		var s size
		if err := s.Set(c.text); err != nil || int64(s) != c.want || s.String() != c.show {
			t.Errorf("%q is %d, %s, error %v, want %d, %s", c.text, int64(s), s.String(), err, c.want, c.show)
		}
	}
	for _, text := range []string{"", "0", "-1", "1KB", "1 MiB", "KiB", "1.5MiB", "0x10", "8589934592GiB", "99999999999999999999"} {
		var s size
		if err := s.Set(text); err == nil || s != 0 {
			t.Errorf("%q is %d, want an error", text, int64(s))
		}
	}
}

func TestDifferences(t *testing.T) {
	old := policy.Summary{
		Clients:   []policy.ClientSummary{{Name: "gone"}, {Name: "same"}, {Name: "wider", Allow: []string{"api status"}}},
		Upstreams: []policy.UpstreamSummary{{Name: "pbx", Address: "127.0.0.1:8021"}},
	}
	now := policy.Summary{
		Clients:   []policy.ClientSummary{{Name: "new"}, {Name: "same"}, {Name: "wider", Allow: []string{"api **"}}},
		Upstreams: []policy.UpstreamSummary{{Name: "pbx", Address: "127.0.0.1:8031"}},
	}
	want := []string{"client gone is gone", "client new is new", "client wider has changed", "upstream pbx has changed"}
	if got := differences(old, now); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := differences(old, old); len(got) != 1 {
		t.Errorf("the same policy differs by %q", got)
	}
}

// TestProbe: the operator hears of an audit that cannot be written, and of its end, though no
// client sends anything.
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
	g := &guard{audit: trail, log: zerolog.New(&log)}
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

// TestFromLog: the checkpoints in an operator's log are found, whatever else is in it and before its lines.
func TestFromLog(t *testing.T) {
	const a, b = `{"level":"info","checkpoint":"a\n\n\u2014 x\n"}`, `{"checkpoint":"b\n","time":"x"}`
	long := `{"stack":"` + strings.Repeat("x", 1<<20) + `"}`
	const want = "a\n\n— x\n\nb\n\n"
	for name, log := range map[string]string{
		"lines of JSON":       a + "\n" + `{"message":"y"}` + "\n" + b + "\n",
		"text before them":    "eslguard: warming up\n" + a + "\n" + b,
		"a prefix":            "Nov 23 10:00:00 host eslguard[1]: " + a + "\nNov 23 10:00:01 host eslguard[1]: " + b + "\n",
		"a long line between": a + "\n" + long + "\n" + b + "\n",
		"a torn line":         a + "\n" + b + "\n" + b[:10],
	} {
		if got := string(fromLog([]byte(log))); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, plain := range []string{"", "eslguard audit 1\n7\nx\ny\n\n— x y\n\n", `{"message":"y"}`, "{"} {
		if got := string(fromLog([]byte(plain))); got != plain {
			t.Errorf("%q: %q", plain, got)
		}
	}
}

func TestParseTime(t *testing.T) {
	now := time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2h": "2026-03-15T10:00:00Z", "-2h": "2026-03-15T10:00:00Z", "90m ago": "2026-03-15T10:30:00Z", "0s": "2026-03-15T12:00:00Z",
		"1d": "2026-03-14T12:00:00Z", "2w": "2026-03-01T12:00:00Z", "1d12h": "2026-03-14T00:00:00Z", "1w1d1h30m": "2026-03-07T10:30:00Z",
		"1d ago": "2026-03-14T12:00:00Z", "0d": "2026-03-15T12:00:00Z", "2026-03-01": "2026-03-01T00:00:00Z", "2026-03-01 12:30": "2026-03-01T12:30:00Z",
		"": "0001-01-01T00:00:00Z",
	} {
		got, err := parseTime(text, now)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%q is %s, %v, want %s", text, got.Format(time.RFC3339), err, want)
		}
	}
	for _, text := range []string{
		"d", "w", "1", "1x", "1d1w", "1d1d", "1.5d", "1 d", "d1", "1d-2h", "99999999999d", "36501d", "5215w", "4294967296w", "1dd", "yesterday", "1M",
	} {
		if got, err := parseTime(text, now); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}
