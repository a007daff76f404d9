package feed

import (
	"testing"
	"time"
)

func TestAllowance(t *testing.T) {
	var a allowance
	if !a.take(0) || !a.last.IsZero() {
		t.Error("nothing is not free")
	}
	if !a.take(workBurst-workRate) || !a.take(workRate) {
		t.Error("the burst is not allowed")
	}
	if a.take(workRate) {
		t.Error("more than the burst is allowed")
	}
	// The time does not pass in this test: what was used is.
	a = allowance{used: workBurst, last: time.Now().Add(-time.Second)}
	if !a.take(workRate / 2) {
		t.Error("a second does not give back the rate")
	}
	if a.take(workRate) {
		t.Error("a second gives back more than the rate")
	}
	a = allowance{used: 1, last: time.Now().Add(-time.Hour)}
	if a.take(workBurst + 1) {
		t.Error("an hour gives more than the burst")
	}
	if used := a.used; used != workBurst+1 {
		t.Errorf("%d are used, want %d", used, workBurst+1)
	}
}
