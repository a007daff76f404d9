package auditcmd

import (
	"testing"
	"time"
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
