package guard

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// TestReportStall checks that a disk that stops answering is logged once, and once when it answers
// again.
func TestReportStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b strings.Builder
		g := &Guard{Log: zerolog.New(&b)}
		var since time.Time
		for _, c := range []struct {
			stalled time.Duration
			logged  string // "" for nothing
		}{
			{0, ""},
			{stallReported - 1, ""},
			{stallReported, "has not returned for 5s"},
			{stallReported + time.Second, ""},
			{0, `"after":"7s"`},
			{0, ""},
			{time.Hour, "has not returned"},
			{time.Second, "answers again"},
		} {
			b.Reset()
			since = g.reportStall(since, c.stalled)
			if (b.String() == "") != (c.logged == "") || !strings.Contains(b.String(), c.logged) {
				t.Errorf("stalled for %v: %q, want %q", c.stalled, b.String(), c.logged)
			}
			if since.IsZero() != (c.stalled < stallReported) {
				t.Errorf("stalled for %v: since %v", c.stalled, since)
			}
			time.Sleep(time.Second)
		}
	})
}

func TestEndsWithin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := make(chan struct{})
		begun := time.Now()
		if endsWithin(done, time.Minute) || time.Since(begun) != time.Minute {
			t.Errorf("it ended after %v", time.Since(begun))
		}
		close(done)
		if !endsWithin(done, time.Minute) || time.Since(begun) != time.Minute {
			t.Errorf("what has ended was waited for, for %v", time.Since(begun)-time.Minute)
		}
	})
}
