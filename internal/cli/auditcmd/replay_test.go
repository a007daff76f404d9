package auditcmd

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eslguard/audit"
	"eslguard/audit/trail"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// TestPlayerKeepsPauses checks that a replay waits as long as the session did, as the flags change
// it.
func TestPlayerKeepsPauses(t *testing.T) {
	for _, c := range []struct {
		name string
		o    replayOptions
		want time.Duration
	}{
		{"as it was", replayOptions{speed: 1}, time.Hour + 2*time.Second},
		{"ten times as fast", replayOptions{speed: 10}, 6*time.Minute + 200*time.Millisecond},
		{"short pauses", replayOptions{speed: 1, maxPause: time.Second}, 2 * time.Second},
		{"short pauses, twice as fast", replayOptions{speed: 2, maxPause: time.Second}, time.Second},
		{"at once", replayOptions{speed: 1, noWait: true}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var b strings.Builder
				out := bufio.NewWriter(&b)
				pl := &player{ctx: t.Context(), out: out, options: &c.o}
				begun := time.Now()
				// The last time is before the one before it, as when a clock goes back.
				for i, at := range []time.Duration{0, time.Hour, time.Hour + 2*time.Second, time.Hour} {
					if err := pl.show(noon.Add(at), string(rune('a'+i)), ""); err != nil {
						t.Fatal(err)
					}
				}
				out.Flush()
				if took := time.Since(begun); took != c.want || b.String() != "abcd" {
					t.Errorf("%q took %v, want %v", b.String(), took, c.want)
				}
			})
		})
	}
}

func TestPlayerStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	pl := &player{ctx: ctx, out: bufio.NewWriter(new(strings.Builder)), options: &replayOptions{speed: 1}}
	if err := pl.show(noon, "a", ""); err != nil {
		t.Fatal(err)
	}
	if err := pl.show(noon.Add(time.Hour), "b", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
}

// TestCasterCutsPauses checks that --max-pause shortens an asciicast.
func TestCasterCutsPauses(t *testing.T) {
	var b strings.Builder
	c := &caster{out: &b, session: "s1", maxPause: time.Second}
	for i, at := range []time.Duration{0, time.Hour, time.Hour + 500*time.Millisecond, 2 * time.Hour} {
		if err := c.show(noon.Add(at), string(rune('a'+i)), "m"); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 9 || !strings.Contains(lines[0], `"eslguard session s1"`) {
		t.Fatalf("%d lines: %s", len(lines), b.String())
	}
	for i, want := range []string{`[0, "m", "m"]`, `"a"`, `[1, "m", "m"]`, `"b"`, `[0.5, "m", "m"]`, `"c"`, `[1, "m", "m"]`, `"d"`} {
		got := strings.ReplaceAll(strings.ReplaceAll(lines[i+1], ".000000", ""), "00000,", ",")
		if !strings.Contains(got, want) {
			t.Errorf("line %d is %s, want %s in it", i+1, lines[i+1], want)
		}
	}
}

func TestMark(t *testing.T) {
	for _, c := range []struct {
		r    trail.Record
		want string
	}{
		{trail.Record{Kind: "reply"}, ""},
		{trail.Record{Kind: "login", Decision: "allow"}, "allow login"},
		{trail.Record{Kind: "command", Verb: "noevents", Decision: "allow"}, "allow noevents"},
		{trail.Record{Kind: "command", Verb: "api", Decision: "deny", Effects: []trail.Effect{{Kind: "api", Name: "lua"}}}, "deny api lua"},
		{trail.Record{Kind: "\x1b", Decision: "deny"}, `"deny \x1b"`},
	} {
		if got := mark(&c.r); got != c.want {
			t.Errorf("%+v: %s, want %s", c.r, got, c.want)
		}
	}
}

func TestScene(t *testing.T) {
	for _, c := range []struct {
		r            trail.Record
		want, framed string
	}{
		{trail.Record{Kind: "session", Session: "s", Addr: "10.0.0.1:5"}, "12:00:00.000  session s begins, from 10.0.0.1:5, on 2026-03-01\n", "="},
		{trail.Record{Kind: "login", Client: "c", Decision: "allow"}, "12:00:00.000  login as c\n12:00:00.000  allow\n", "="},
		{trail.Record{Kind: "command", Command: "api status", Decision: "allow"}, "12:00:00.000  > api status\n12:00:00.000    allow\n", "12:00:00.000    allow\n"},
		{trail.Record{Kind: "reply", Of: 1, Reply: "+OK"}, "12:00:00.000  < to 1, 0s: +OK\n", ""},
		{trail.Record{Kind: "end", Reason: "done"}, "12:00:00.000  the session ends: done (0 commands, 0 denied, 0s)\n", "="},
		{trail.Record{Kind: "recording", Recording: "f"}, "12:00:00.000  recording f (0 bytes, 0 lost)\n", "="},
	} {
		c.r.Time = noon
		if c.framed == "=" {
			c.framed = c.want
		}
		if got := scene(&c.r, false, false); got != c.want {
			t.Errorf("%s: %q, want %q", c.r.Kind, got, c.want)
		}
		if got := scene(&c.r, false, true); got != c.framed {
			t.Errorf("%s with frames: %q, want %q", c.r.Kind, got, c.framed)
		}
	}
}

func TestFrameText(t *testing.T) {
	long := strings.Repeat("x\n", maxFrameLines+2)
	for _, c := range []struct {
		f    trail.Frame
		want string
	}{
		{trail.Frame{At: noon, From: "client", Text: "api status\n\n"}, "12:00:00.000  > api status\n"},
		{trail.Frame{At: noon, From: "upstream", Text: "a\r\nb\x1b\r\n\r\n"}, "12:00:00.000  < a\n              < \"b\\x1b\"\n"},
		{trail.Frame{At: noon, From: "client", Text: long}, "12:00:00.000  > x\n" + strings.Repeat("              > x\n", maxFrameLines-1) + "              > 2 lines more\n"},
	} {
		if got := frameText(&c.f, false); got != c.want {
			t.Errorf("%.20q:\ngot  %q\nwant %q", c.f.Text, got, c.want)
		}
	}
}

func TestRecordings(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "audit.jsonl")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir: filepath.Join(dir, audit.RecordingsFolder), file: file + ".recordings", dir + "/none": dir + "/none.recordings",
	} {
		if got := Recordings(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
