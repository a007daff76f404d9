package admission

import (
	"fmt"
	"testing"
	"time"
)

// TestUnknownAddressesDoNotShutOutClients: connections from addresses that no client has use only
// half of the strangers' allowance.
func TestUnknownAddressesDoNotShutOutClients(t *testing.T) {
	now := time.Now()
	a := NewAllowances(Allowance{1, 1}, Allowance{1, 1000})
	for _, tt := range []struct {
		charge         int
		unknown, known bool
	}{{0, true, true}, {499, true, true}, {1, false, true}, {499, false, true}, {1, false, false}, {1000, false, false}} {
		a.Charge("", tt.charge, now)
		if got := a.TakesStrangers(false, now); got != tt.unknown {
			t.Errorf("after %d more: one of an unknown address is taken: %v", tt.charge, got)
		}
		if got := a.TakesStrangers(true, now); got != tt.known {
			t.Errorf("after %d more: one of a client's address is taken: %v", tt.charge, got)
		}
	}
}

// TestAllowancesAreBounded: a debt has to be paid, even one beyond the burst, and a client without
// debt is forgotten.
func TestAllowancesAreBounded(t *testing.T) {
	now := time.Now()
	a := NewAllowances(Allowance{100, 1000}, Allowance{1, 1})
	a.Charge("debtor", 3500, now)
	if got := a.Debt("debtor", now); got != 25*time.Second {
		t.Errorf("after 3500 bytes of 1000, at 100 a second, it owes for %v, want 25s", got)
	}
	if got := a.Debt("debtor", now.Add(25*time.Second)); got != 0 {
		t.Errorf("25s later it owes for %v", got)
	}
	for i := range 10_000 {
		a.Charge(fmt.Sprint("client", i), 1, now)
		now = now.Add(time.Millisecond)
		if n := len(a.clients); n > 4*minSweep {
			t.Fatalf("%d clients are remembered", n)
		}
	}
	if got := a.Debt("debtor", now); got == 0 {
		t.Error("the debtor was forgotten")
	}
}

// TestWorkAllowance: a client whose commands kept the guard busy for longer than they may owes the
// time beyond that.
func TestWorkAllowance(t *testing.T) {
	now := time.Now()
	a := NewAllowances(Allowance{1, 1}, Allowance{1, 1})
	a.ChargeWork("acme", clientWorkBurst, now)
	if d := a.Debt("acme", now); d != 0 {
		t.Errorf("%v owed for what is had at once", d)
	}
	a.ChargeWork("acme", clientWorkRate, now)
	if d := a.Debt("acme", now); d < 999*time.Millisecond || d > 1001*time.Millisecond {
		t.Errorf("%v owed for a second's worth, want one second", d)
	}
	if d := a.Debt("other", now); d != 0 {
		t.Errorf("%v owed by another client", d)
	}
}
