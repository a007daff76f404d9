package credential

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// sourceNo returns the nth of many sources.
func sourceNo(n int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}), 32)
}

// oneTurn returns turns with one slot and without rests.
func oneTurn() *turns {
	t := newTurns()
	t.slots = 1
	t.later = func(_ time.Duration, f func()) { f() }
	return t
}

// A queue is a turns whose only slot the test has taken, and the logins that wait for it.
type queue struct {
	*turns
	t     *testing.T
	ctx   context.Context
	mu    sync.Mutex
	order []string
	wg    sync.WaitGroup
}

func newQueue(t *testing.T) *queue {
	q := &queue{turns: oneTurn(), t: t, ctx: t.Context()}
	if err := q.enter(q.ctx, sourceNo(0)); err != nil {
		t.Fatal(err)
	}
	return q
}

// wait starts a login of the nth source and returns once it waits for a turn. The outcome is
// appended to q.order under the login's name.
func (q *queue) wait(ctx context.Context, n int, name string) {
	q.t.Helper()
	before := q.count()
	q.wg.Go(func() {
		err := q.enter(ctx, sourceNo(n))
		q.mu.Lock()
		switch {
		case err == nil:
			q.order = append(q.order, name)
		default:
			q.order = append(q.order, name+": "+err.Error())
		}
		q.mu.Unlock()
		if err == nil {
			q.leave(0)
		}
	})
	for q.count() == before {
		runtime.Gosched()
	}
}

func (q *queue) count() int {
	q.turns.mu.Lock()
	defer q.turns.mu.Unlock()
	return q.waiting
}

// TestTurnsGoRound: a source with many waiting logins does not get more turns than one with a
// single login.
func TestTurnsGoRound(t *testing.T) {
	q := newQueue(t)
	for i, n := range []int{1, 1, 1, 1, 2, 3, 2} {
		q.wait(q.ctx, n, fmt.Sprint(n, "-", i))
	}
	q.leave(0)
	q.wg.Wait()
	want := []string{"1-0", "2-4", "3-5", "1-1", "2-6", "1-2", "1-3"}
	if !slices.Equal(q.order, want) {
		t.Errorf("order %q, want %q", q.order, want)
	}
	if q.busy != 0 || q.waiting != 0 || len(q.lines) != 0 {
		t.Errorf("%d taken, %d waiting, %d lines at the end, want none", q.busy, q.waiting, len(q.lines))
	}
}

// TestOneSourceCannotLockOthersOut: a source that has as many places as it may have leaves places
// to others. When all places are taken, the source with the most gives one to a source without any.
func TestOneSourceCannotLockOthersOut(t *testing.T) {
	q := newQueue(t)
	ctx, cancel := context.WithCancel(q.ctx)
	for i := range maxVerifyWaitingOf {
		q.wait(ctx, 1, fmt.Sprint("loud ", i))
	}
	if err := q.enter(ctx, sourceNo(1)); !errors.Is(err, ErrBusy) {
		t.Errorf("one more of the same source: %v, want %v", err, ErrBusy)
	}
	for i := range maxVerifyWaiting - maxVerifyWaitingOf {
		q.wait(ctx, 100+i, "other")
	}
	if q.waiting != maxVerifyWaiting {
		t.Fatalf("%d wait, want %d", q.waiting, maxVerifyWaiting)
	}
	quiet := make(chan error, 1)
	go func() { quiet <- q.enter(ctx, sourceNo(2)) }()
	for !q.holds(sourceNo(2)) {
		runtime.Gosched()
	}
	q.turns.mu.Lock()
	if n := len(q.lines[0].tickets); n != maxVerifyWaitingOf-1 || q.waiting != maxVerifyWaiting {
		t.Errorf("the loud source waits %d times, and %d wait in all; want %d and %d", n, q.waiting, maxVerifyWaitingOf-1, maxVerifyWaiting)
	}
	q.turns.mu.Unlock()
	cancel()
	if err := <-quiet; !errors.Is(err, context.Canceled) {
		t.Errorf("the quiet source: %v, want %v", err, context.Canceled)
	}
	q.wg.Wait()
	if want := "loud " + fmt.Sprint(maxVerifyWaitingOf-1) + ": " + ErrBusy.Error(); !slices.Contains(q.order, want) {
		t.Errorf("no login was evicted, want %q", want)
	}
	if q.waiting != 0 || len(q.lines) != 0 || q.busy != 1 {
		t.Errorf("%d wait in %d lines and %d turns are taken, want 0, 0 and the one of the test", q.waiting, len(q.lines), q.busy)
	}
}

func (q *queue) holds(source netip.Prefix) bool {
	q.turns.mu.Lock()
	defer q.turns.mu.Unlock()
	return q.find(source) >= 0
}

// TestAllPlacesTakenByOneEach: if no source has more than one place, a newcomer is refused.
func TestAllPlacesTakenByOneEach(t *testing.T) {
	q := newQueue(t)
	ctx, cancel := context.WithCancel(q.ctx)
	for i := range maxVerifyWaiting {
		q.wait(ctx, 100+i, "other")
	}
	if err := q.enter(ctx, sourceNo(1)); !errors.Is(err, ErrBusy) {
		t.Errorf("one too many: %v, want %v", err, ErrBusy)
	}
	cancel()
	q.wg.Wait()
}

// TestAbandonedTurn: if a turn comes while its login gives up, the next login gets it.
func TestAbandonedTurn(t *testing.T) {
	q := newQueue(t)
	w, err := q.join(sourceNo(1))
	if w == nil || err != nil {
		t.Fatal(w, err)
	}
	q.wait(q.ctx, 2, "next")
	q.leave(0) // its turn comes, unnoticed
	q.abandon(sourceNo(1), w)
	q.wg.Wait()
	if !slices.Equal(q.order, []string{"next"}) || q.busy != 0 {
		t.Errorf("order %q and %d turns taken, want the next one and none", q.order, q.busy)
	}
}

// TestRestAfterAHash: the next hash does not begin before a rest as long as the last hash is over.
func TestRestAfterAHash(t *testing.T) {
	v := NewVerifier()
	var rests []time.Duration
	var over []func()
	v.turns.slots = 1
	v.turns.later = func(d time.Duration, f func()) { rests, over = append(rests, d), append(over, f) }
	hashes := 0
	v.compute = func(*argonHash, string) bool { hashes++; return false }
	h := cheapHash(t, "c2FsdHNhbHQ")
	if ok, err := v.check(t.Context(), sourceNo(1), h, "x"); ok || err != nil {
		t.Fatal(ok, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { _, err := v.check(ctx, sourceNo(2), h, "x"); done <- err }()
	for !(&queue{turns: v.turns}).holds(sourceNo(2)) {
		runtime.Gosched()
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || hashes != 1 || len(rests) != 1 {
		t.Errorf("during the rest: %v, %d hashes, %d rests; want %v, 1, 1", err, hashes, len(rests), context.Canceled)
	}
	over[0]()
	if _, err := v.check(t.Context(), sourceNo(2), h, "x"); err != nil || hashes != 2 {
		t.Errorf("after the rest: %v, %d hashes, want 2", err, hashes)
	}
	over[1]()
	v.compute = func(*argonHash, string) bool { return true }
	for _, password := range []string{"right", "right, too"} {
		if ok, err := v.check(t.Context(), sourceNo(2), h, password); !ok || err != nil || len(rests) != 2 {
			t.Errorf("right passwords: %v, %v, %d rests, want none after them", ok, err, len(rests)-2)
		}
	}
}

// TestOneHashAtATime: with one slot, hashes never overlap, however many logins wait.
func TestOneHashAtATime(t *testing.T) {
	if cores := runtime.GOMAXPROCS(0); newTurns().slots != max(1, cores/coresPerHash) {
		t.Errorf("%d at once on %d cores", newTurns().slots, cores)
	}
	v := NewVerifier()
	v.turns = oneTurn()
	var mu sync.Mutex
	now, most, all := 0, 0, 0
	v.compute = func(*argonHash, string) bool {
		mu.Lock()
		now++
		most, all = max(most, now), all+1
		mu.Unlock()
		runtime.Gosched()
		mu.Lock()
		now--
		mu.Unlock()
		return false
	}
	h := cheapHash(t, "c2FsdHNhbHQ")
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			if _, err := v.check(t.Context(), sourceNo(i%3), h, "x"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most != 1 || all != 40 {
		t.Errorf("%d hashes, %d of them at once; want 40, 1", all, most)
	}
}

func TestSourceOf(t *testing.T) {
	for addr, want := range map[string]string{
		"10.1.2.3": "10.1.2.3/32", "::ffff:10.1.2.3": "10.1.2.3/32",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		if got := sourceOf(netip.MustParseAddr(addr)); got.String() != want {
			t.Errorf("%s is of the source %v, want %s", addr, got, want)
		}
	}
	if got := sourceOf(netip.Addr{}); got.IsValid() {
		t.Errorf("no address is of the source %v", got)
	}
}

// TestHashesRevealNoUser: how many slow hashes a failed login computes depends on the address
// alone. A fast hash that matches needs none.
func TestHashesRevealNoUser(t *testing.T) {
	one, two := cheapHash(t, "c2FsdHNhbHQ").Text, cheapHash(t, "c2FsdHNhbHR0").Text
	l := loginsOf(t, fmt.Sprintf(`
		"two":   {"from": ["10.0.0.0/8"],  "auth": {"user": "two@x", "password": [%[1]q, %[2]q]}, "roles": ["r"]},
		"one":   {"from": ["10.0.0.0/8"],  "auth": {"user": "one@x", "password": [%[1]q]}, "roles": ["r"]},
		"old":   {"from": ["10.0.0.0/8"],  "auth": {"user": "old@x", "password": [{"hash": %[1]q, "not_after": "2020-01-01T00:00:00Z"}]}, "roles": ["r"]},
		"quick": {"from": ["10.0.0.0/8"],  "auth": {"user": "quick@x", "password": [%[1]q, %[3]q]}, "roles": ["r"]},
		"narrow": {"from": ["10.1.0.0/16"], "auth": {"user": "narrow@x", "password": [%[3]q]}, "roles": ["r"]},
		"away":  {"from": ["11.0.0.0/8"],  "auth": {"user": "away@x", "password": [%[3]q]}, "roles": ["r"]},
		"few":   {"from": ["12.0.0.0/8"],  "auth": {"user": "few@x", "password": [%[1]q]}, "roles": ["r"]}`,
		one, two, HashSHA256("sesame")))
	v := l.verifier
	v.turns = oneTurn()
	hashes := 0
	v.compute = func(_ *argonHash, password string) bool { hashes++; return password == "slow sesame" }
	for _, test := range []struct {
		addr, user, password string
		hashes               int
		ok                   bool
	}{
		{"10.2.0.1", "two", "wrong", 2, false},
		{"10.2.0.1", "one", "wrong", 2, false},
		{"10.2.0.1", "old", "wrong", 2, false},
		{"10.2.0.1", "quick", "wrong", 2, false},
		{"10.2.0.1", "nobody", "wrong", 2, false},
		// the clients of the wider network may also log in from here
		{"10.1.0.1", "narrow", "wrong", 2, false},
		{"10.1.0.1", "nobody", "wrong", 2, false},
		// the fast hash is compared first, though it comes second in the policy
		{"10.2.0.1", "quick", "sesame", 0, true},
		{"10.2.0.1", "one", "slow sesame", 1, true},
		{"11.0.0.1", "away", "wrong", 0, false}, // no client of this network has a slow hash
		{"11.0.0.1", "nobody", "wrong", 0, false},
		{"12.0.0.1", "few", "wrong", 1, false},
		{"12.0.0.1", "nobody", "wrong", 1, false},
		{"13.0.0.1", "nobody", "wrong", 0, false},
		{"10.2.0.1", "", "wrong", 0, false},
	} {
		hashes = 0
		c := Credentials{User: test.user, Password: test.password}
		if test.user != "" {
			c.Domain = "x"
		}
		_, err := l.login(t.Context(), netip.MustParseAddr(test.addr), c)
		if ok := err == nil; ok != test.ok || hashes != test.hashes || !ok && !errors.Is(err, ErrUnknown) {
			t.Errorf("%s from %s with %q: %v and %d hashes, want %v and %d", test.user, test.addr, test.password, err, hashes, test.ok, test.hashes)
		}
	}
}

// TestDummyCostsAsMuch: a dummy costs as much as the slowest hash of the networks, and has another
// key.
func TestDummyCostsAsMuch(t *testing.T) {
	cheap, dear := cheapHash(t, "c2FsdHNhbHQ").argon, slowHash(t, "sesame").argon
	a, b := &network{cost: failureCost{1, dummyOf(cheap)}}, &network{cost: failureCost{2, dummyOf(dear)}}
	for _, order := range [][]*network{{a, b}, {b, a}} {
		got := failureCostOf(order)
		if got.hashes != 2 || costs(got.dummy.argon) != costs(dear) || slices.Equal(got.dummy.argon.key, dear.key) {
			t.Errorf("%d hashes of cost %d, want 2 of %d with another key", got.hashes, costs(got.dummy.argon), costs(dear))
		}
	}
	if got := failureCostOf(nil); got.hashes != 0 || got.dummy != nil {
		t.Errorf("no networks cost %v", got)
	}
}
