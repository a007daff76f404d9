package pool

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"eslguard/policy"
	"eslguard/proxy/internal/upstream"
)

func anUpstream(address string) *policy.Upstream { return &policy.Upstream{Address: address} }

// TestShares: how many connections a client gets that takes all that it may.
func TestShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, p := newFake(t, Options{Wait: time.Hour})
		for i, share := range []int{128, 64, 32, 16, 8, 4, 2, 1, 1, 0} {
			client := string(rune('a' + i))
			for range 200 {
				go func() { _, _ = p.Get(t.Context(), client) }()
			}
			time.Sleep(3 * time.Second)
			synctest.Wait()
			if got := held(p, client); got != share {
				t.Errorf("client %s has %d connections, want %d", client, got, share)
			}
		}
	})
}

// held returns how many connections a client has.
func held(p *Pool, client string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.clients[client]; a != nil {
		return a.inUse
	}
	return 0
}

// TestTwoCompete: two clients that wait at the same time share evenly.
func TestTwoCompete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, p := newFake(t, Options{Wait: time.Hour})
		for range 200 {
			go func() { _, _ = p.Get(t.Context(), "a") }()
		}
		for range 200 {
			go func() { _, _ = p.Get(t.Context(), "b") }()
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		a, b := held(p, "a"), held(p, "b")
		if min(a, b) != 85 || max(a, b) != 86 {
			t.Errorf("%d and %d connections, want 85 and 86", a, b)
		}
	})
}

// TestTurns: a connection that comes back goes to the client with the fewest, and then to the one
// that has waited longest.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, p := newFake(t, Options{Max: 5, Wait: time.Hour})
		greedy := []upstream.Link{get(t, p, "greedy"), get(t, p, "greedy"), get(t, p, "greedy")}
		other := get(t, p, "other")
		last := get(t, p, "last")
		order := make(chan string, 10)
		links := make(chan upstream.Link, 10)
		for _, client := range []string{"greedy", "other", "new", "newer", "other", "new"} {
			go func() {
				l, err := p.Get(t.Context(), client)
				if err != nil {
					t.Error(err)
				}
				order <- client
				links <- l
			}()
			synctest.Wait()
		}
		returned := func(client string, l upstream.Link, want string) {
			t.Helper()
			p.Put(client, l)
			synctest.Wait()
			select {
			case got := <-order:
				if got != want {
					t.Errorf("%s got the connection, want %s", got, want)
				}
			default:
				if want != "" {
					t.Errorf("nobody got the connection, want %s", want)
				}
			}
		}
		returned("greedy", greedy[0], "new")
		returned("greedy", greedy[1], "newer")
		returned("last", last, "") // all others have one, and there is one place
		returned("greedy", greedy[2], "greedy")
		returned("other", other, "other")
		returned("new", <-links, "new")
		returned("newer", <-links, "other")
	})
}

// TestGetIsCancelled: a Get that is cancelled leaves nothing behind, and the dial that it caused
// serves others.
func TestGetIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p := newFake(t, Options{})
		f.takes(time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error)
		go func() {
			_, err := p.Get(ctx, "a")
			failed <- err
		}()
		synctest.Wait()
		cancel()
		var ue *upstream.Error
		if err := <-failed; !errors.As(err, &ue) || !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want an upstream.Error because of the context", err)
		}
		want(t, p, 0, 0, 0)
		if s := p.Stats(); s.Dialling != 1 || len(p.clients) != 0 {
			t.Errorf("%+v, %d clients; want the dial to go on", s, len(p.clients))
		}
		l := get(t, p, "b")
		if f.count() != 1 {
			t.Errorf("%d dials, want one", f.count())
		}
		p.Put("b", l)

		// The place in the queue is free for the next.
		l = get(t, p, "a")
		ctx, cancel = context.WithCancel(t.Context())
		go func() { _, _ = p.Get(ctx, "b"); failed <- nil }()
		synctest.Wait()
		got := make(chan upstream.Link)
		go func() { l, _ := p.Get(t.Context(), "c"); got <- l }()
		synctest.Wait()
		cancel()
		<-failed
		p.Put("a", l)
		if next := <-got; next.Conn != l.Conn {
			t.Error("the next did not get the connection")
		}
	})
}

// TestReceivedWhileGivingUp: a connection that is given to a Get at the moment when its time is up
// is not lost.
func TestReceivedWhileGivingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, p := newFake(t, Options{Max: 1})
		l := get(t, p, "a")
		_, w, _ := p.ask("b")
		p.Put("a", l)
		if got, err := p.giveUp(w, context.Canceled); err != nil || got.Conn != l.Conn {
			t.Errorf("%v, want the connection", err)
		}
		want(t, p, 0, 1, 0)
	})
}
