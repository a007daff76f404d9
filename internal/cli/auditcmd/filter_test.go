package auditcmd

import (
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/internal/cli/console"
)

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

func TestFilter(t *testing.T) {
	now := time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)
	o := filterOptions{client: "c", session: "s", decision: "deny", kind: "command", name: "lua", since: "2h", until: "1h", grep: "x+"}
	f, err := o.filter(now)
	if err != nil {
		t.Fatal(err)
	}
	if f.Client != "c" || f.Session != "s" || f.Decision != "deny" || f.Kind != "command" || f.Name != "lua" ||
		!f.Since.Equal(now.Add(-2*time.Hour)) || !f.Until.Equal(now.Add(-time.Hour)) || !f.Grep.MatchString("xx") || f.Effect != nil {
		t.Errorf("%+v", f)
	}
	for _, c := range []struct {
		o    filterOptions
		want string
	}{
		{filterOptions{decision: "allowed"}, `--decision "allowed" is not one of allow, deny, refuse, observe`},
		{filterOptions{kind: "comand"}, `--kind "comand" is not one of api, app, `},
		{filterOptions{since: "yesterday"}, `--since "yesterday" is neither a time`},
		{filterOptions{until: "tomorrow"}, `--until "tomorrow" is neither a time`},
		{filterOptions{effect: "dail x"}, `--effect "dail x": "dail" is not a kind of effect`},
		{filterOptions{grep: "("}, "--grep: error parsing regexp"},
	} {
		if _, err := c.o.filter(now); err == nil || !strings.HasPrefix(err.Error(), c.want) || !console.IsUsage(err) {
			t.Errorf("%+v: %v, want an error of usage, %s…", c.o, err, c.want)
		}
	}
}

func TestKinds(t *testing.T) {
	list := kinds()
	for _, kind := range []string{"command", "session", "reload", "api", "dial", "opaque", "log"} {
		if !slices.Contains(list, kind) {
			t.Errorf("%s is missing in %q", kind, list)
		}
	}
	if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) || slices.Contains(list, "") {
		t.Errorf("the kinds must be sorted, and each be there once: %q", list)
	}
}
