package tally

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// lines returns the lines of the operator's log that have that event.
func lines(t *testing.T, log *bytes.Buffer, event string) (out []map[string]any) {
	t.Helper()
	for line := range strings.Lines(log.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if entry["event"] == event {
			out = append(out, entry)
		}
	}
	return out
}

// stoppedJournal returns a Journal whose clock moves only when the test calls pass.
func stoppedJournal(t *testing.T) (j *Journal, log *bytes.Buffer, pass func(time.Duration)) {
	t.Helper()
	log = new(bytes.Buffer)
	var now atomic.Int64
	j = &Journal{Log: zerolog.New(log), Contain: func() {}, clock: func() time.Time { return time.Unix(1e9, now.Load()) }}
	t.Cleanup(j.Close)
	return j, log, func(d time.Duration) { now.Add(int64(d)) }
}

// waits reports whether the Journal's timer runs.
func (j *Journal) waits() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.timer != nil
}

// leftOut returns how many lines the log says were left out.
func leftOut(list []map[string]any) (n int) {
	for _, e := range list {
		if v, ok := e["left_out"].(float64); ok {
			n += int(v)
		}
	}
	return n
}

// TestLinesAreBounded: lines are limited for each client and for all, and every line is either
// written or counted.
func TestLinesAreBounded(t *testing.T) {
	j, log, pass := stoppedJournal(t)
	const each = 3 * lineBurst
	for range each {
		j.Line(LineDenied, "a").Str("client", "a").Msg("x")
		j.Line(LineEnd, "a").Str("client", "a").Msg("x")
	}
	denied := lines(t, log, "denied")
	if len(denied) != lineBurst || len(lines(t, log, "session-end")) != lineBurst {
		t.Fatalf("%d and %d lines, want %d of each", len(denied), len(lines(t, log, "session-end")), lineBurst)
	}
	j.Line(LineDenied, "b").Str("client", "b").Msg("x")
	if got := lines(t, log, "denied"); got[lineBurst]["client"] != "b" {
		t.Errorf("one client hides another: %v", got[lineBurst:])
	}
	pass(lineEvery)
	j.Line(LineDenied, "a").Str("client", "a").Msg("x")
	last := lines(t, log, "denied")[lineBurst+1]
	if last["left_out"] != float64(each-lineBurst) || last["message"] != "x" {
		t.Errorf("the next line is %v, want it to say that %d were left out", last, each-lineBurst)
	}

	for i := range 1000 {
		j.Line(LineDenied, fmt.Sprint("c", i)).Str("client", "c").Msg("x")
	}
	pass(time.Hour)
	for range 100 {
		j.sweep()
		pass(time.Minute)
	}
	got := lines(t, log, "denied")
	written := 0
	for _, e := range got {
		if e["message"] == "x" {
			written++
		}
	}
	if total := each + 2 + 1000; written+leftOut(got) != total || written > lineBurst+2+allLineBurst {
		t.Errorf("%d lines are written and %d counted, of %d", written, leftOut(got), total)
	}
}

// TestLeftOutIsTold: the number of lines that were left out is written by itself if no other line
// follows, for those clients first that had most left out, and at the end.
func TestLeftOutIsTold(t *testing.T) {
	j, log, pass := stoppedJournal(t)
	flood := func(key string, n int) {
		for range lineBurst + n {
			j.Line(LineNoLogin, key).Msg("x")
		}
	}
	flood("10.0.0.1", 3)
	flood("10.0.0.2", 7)
	if !j.waits() {
		t.Fatal("nothing waits to tell it")
	}
	pass(sweepEvery)
	j.sweep()
	got := lines(t, log, "login-failed")[2*lineBurst:]
	if len(got) != 2 || got[0]["network"] != "10.0.0.2" || leftOut(got[:1]) != 7 || got[1]["network"] != "10.0.0.1" || leftOut(got[1:]) != 3 || got[0]["level"] != "warn" {
		t.Errorf("told %v", got)
	}
	if j.waits() {
		t.Error("something still waits, though all has been told")
	}
	flood("10.0.0.1", 5)
	before := leftOut(lines(t, log, "login-failed"))
	j.Close()
	j.Close()
	if n := leftOut(lines(t, log, "login-failed")) - before; n != 5+lineBurst-2 {
		t.Errorf("at the end %d are told, want %d", n, 5+lineBurst-2)
	}
}

// TestKeysAreBounded: no more clients and addresses are remembered than may be.
func TestKeysAreBounded(t *testing.T) {
	j, _, pass := stoppedJournal(t)
	for i := range 3 * maxKeys {
		j.Line(LineTurnedAway, fmt.Sprint(i)).Msg("x")
	}
	if n := len(j.kinds[LineTurnedAway].each); n > maxKeys+1 {
		t.Errorf("%d addresses are remembered", n)
	}
	for range 100 { // tells what was left out, so that they can be forgotten
		pass(time.Minute)
		j.sweep()
	}
	j.Line(LineTurnedAway, "new").Msg("x")
	if n := len(j.kinds[LineTurnedAway].each); n > maxKeys {
		t.Errorf("%d addresses are remembered, though they have been quiet", n)
	}
}

// TestLinesBelowTheLevel: lines below the level of the log cost nothing.
func TestLinesBelowTheLevel(t *testing.T) {
	log := new(bytes.Buffer)
	j := Journal{Log: zerolog.New(log).Level(zerolog.ErrorLevel)}
	defer j.Close()
	for range 2 * lineBurst {
		j.Line(LineDenied, "a").Msg("x")
	}
	if log.String() != "" || j.timer != nil || j.kinds[LineDenied].each != nil {
		t.Errorf("logged %s", log)
	}
}
