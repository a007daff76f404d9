package feed

import (
	"testing"
	"time"
)

// noLimit is a limit that no work exceeds.
const noLimit = 2 * workBurst

func TestAllowance(t *testing.T) {
	var a Allowance
	now := time.Now()
	if !a.take(0, noLimit, now) || a.left(now) != workBurst {
		t.Error("nothing is not free")
	}
	if !a.take(workBurst-workRate, noLimit, now) || !a.take(workRate, noLimit, now) {
		t.Error("the burst is not allowed")
	}
	if a.left(now) != 1 || a.take(workRate, noLimit, now) {
		t.Error("more than the burst is allowed")
	}
	now = now.Add(time.Second)
	if !a.take(0, noLimit, now) || a.left(now) != 1 {
		t.Error("a second gives back more than the rate")
	}
	now = now.Add(time.Second / 2)
	if !a.take(workRate/4, noLimit, now) {
		t.Error("a second and a half do not give back the rate")
	}
	now = now.Add(time.Hour)
	if a.left(now) != workBurst || a.take(workBurst+1, noLimit, now) {
		t.Error("an hour gives more than the burst")
	}
}

func TestAllowancesAreTheClientsOwn(t *testing.T) {
	var all Allowances
	now := time.Now()
	all.Of("a").take(workBurst, noLimit, now)
	if left := all.Of("a").left(now); left != 1 {
		t.Errorf("another session of the client has %d left", left)
	}
	if left := all.Of("b").left(now); left != workBurst {
		t.Errorf("another client has %d left", left)
	}
}

// TestWorkBeyondTheLimit: work that exceeded what was left is too much, though it would not be any
// more. A match may not have been tried because of it, and an event would be missing.
func TestWorkBeyondTheLimit(t *testing.T) {
	var a Allowance
	now := time.Now()
	a.take(workBurst-workRate, noLimit, now)
	left := a.left(now)
	if later := now.Add(time.Second); a.take(left+1, left, later) {
		t.Error("an event may be left out")
	}
	a = Allowance{}
	if !a.take(workRate, a.left(now), now) {
		t.Error("what was left is too much")
	}
}
