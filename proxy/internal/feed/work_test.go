package feed

import (
	"testing"
	"time"
)

func TestAllowance(t *testing.T) {
	var a Allowance
	now := time.Now()
	if !a.take(0, now) || a.left(now) != workBurst {
		t.Error("nothing is not free")
	}
	if !a.take(workBurst-workRate, now) || !a.take(workRate, now) {
		t.Error("the burst is not allowed")
	}
	if a.left(now) != 1 || a.take(workRate, now) {
		t.Error("more than the burst is allowed")
	}
	now = now.Add(time.Second)
	if !a.take(0, now) || a.left(now) != 1 {
		t.Error("a second gives back more than the rate")
	}
	now = now.Add(time.Second / 2)
	if !a.take(workRate/4, now) {
		t.Error("a second and a half do not give back the rate")
	}
	now = now.Add(time.Hour)
	if a.left(now) != workBurst || a.take(workBurst+1, now) {
		t.Error("an hour gives more than the burst")
	}
}

func TestAllowancesAreTheClientsOwn(t *testing.T) {
	var all Allowances
	now := time.Now()
	all.Of("a").take(workBurst, now)
	if left := all.Of("a").left(now); left != 1 {
		t.Errorf("another session of the client has %d left", left)
	}
	if left := all.Of("b").left(now); left != workBurst {
		t.Errorf("another client has %d left", left)
	}
}
