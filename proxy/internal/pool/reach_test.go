package pool

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"eslguard/proxy/internal/upstream"
)

// TestReachIsShared: many logins at once cost one dial, which fails for all or succeeds for all.
func TestReachIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p := newFake(t, Options{})
		f.takes(time.Second)
		away := &upstream.Error{Reply: "-ERR FreeSWITCH is unreachable", Err: errors.New("away")}
		f.fail(away)
		each(1000, func(string) {
			if err := p.Reach(t.Context()); err != error(away) {
				t.Errorf("%v, want the error of the dial", err)
			}
		})
		if f.count() != 1 {
			t.Errorf("%d dials, want one", f.count())
		}
		f.fail(nil)
		each(1000, func(string) {
			if err := p.Reach(t.Context()); err != nil {
				t.Error(err)
			}
		})
		if f.count() != 2 {
			t.Errorf("%d dials, want two", f.count())
		}
		want(t, p, 1, 0, 0)
	})
}

// TestReachDoesNotDial: it does not while a connection is idle or in use.
func TestReachDoesNotDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p := newFake(t, Options{})
		for range 3 {
			if err := p.Reach(t.Context()); err != nil {
				t.Error(err)
			}
		}
		get(t, p, "a")
		want(t, p, 0, 1, 0)
		if err := p.Reach(t.Context()); err != nil || f.count() != 1 {
			t.Errorf("%v, %d dials", err, f.count())
		}
	})
}

// TestReachIsCancelled: the dial goes on for the others, and its connection is kept.
func TestReachIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p := newFake(t, Options{})
		f.takes(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var ue *upstream.Error
		if err := p.Reach(ctx); !errors.As(err, &ue) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, want an upstream.Error because of the context", err)
		}
		l := get(t, p, "a") // it waits for the dial of Reach
		if f.count() != 1 {
			t.Errorf("%d dials, want one", f.count())
		}
		p.Put("a", l)
		want(t, p, 1, 0, 0)
	})
}
