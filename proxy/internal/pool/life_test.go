package pool

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"eslguard/policy"
	"eslguard/proxy/internal/upstream"
	"eslguard/proxy/internal/wire"
)

// fill makes a Pool have n idle connections.
func fill(t *testing.T, p *Pool, n int) {
	t.Helper()
	links := make([]upstream.Link, n)
	for i := range links {
		links[i] = get(t, p, fmt.Sprint("client", i))
	}
	for i, l := range links {
		p.Put(fmt.Sprint("client", i), l)
	}
	want(t, p, n, 0, 0)
}

func TestShrinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, p := newFake(t, Options{})
		p.Join()
		p.Join()
		fill(t, p, 20)
		time.Sleep(idleTime - time.Second)
		synctest.Wait()
		want(t, p, 20, 0, 0)
		p.Put("a", get(t, p, "a")) // one that is used stays, with or without others
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, p, 1, 0, 0)
		p.Leave()
		time.Sleep(time.Hour)
		synctest.Wait()
		want(t, p, 1, 0, 0)
		p.Leave()
		time.Sleep(unusedTime - time.Second)
		synctest.Wait()
		want(t, p, 1, 0, 0)
		time.Sleep(time.Second)
		synctest.Wait()
		want(t, p, 0, 0, 0)
		if s := p.Stats(); s.Dials != 20 {
			t.Errorf("%+v, want 20 dials", s)
		}
		fill(t, p, 3)
		time.Sleep(unusedTime)
		synctest.Wait()
		want(t, p, 0, 0, 0)
	})
}

// TestPolicyWithoutTheUpstream: the connections are closed with the last session.
func TestPolicyWithoutTheUpstream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{t: t, far: make(map[*wire.Conn]net.Conn)}
		s := NewSet(Options{Dial: f.dial})
		defer s.Close()
		one, two := anUpstream("one"), anUpstream("two")
		p, q := s.Of(one), s.Of(two)
		if s.Of(one) != p || p == q {
			t.Error("not one Pool for each address")
		}
		p.Join()
		fill(t, p, 2)
		fill(t, q, 2)
		l := get(t, p, "a")
		s.Keep(map[string]*policy.Upstream{"three": anUpstream("three")})
		want(t, p, 1, 1, 0)
		want(t, q, 0, 0, 0)
		p.Leave()
		want(t, p, 0, 1, 0)
		p.Put("a", l)
		want(t, p, 0, 0, 0)
		newer := anUpstream("one")
		s.Keep(map[string]*policy.Upstream{"one": newer})
		fill(t, p, 1)
		if p.up != newer || s.Of(one).up != newer {
			t.Error("the upstream of an older policy is used")
		}
		if gone := s.Of(anUpstream("four")); !gone.gone {
			t.Error("a Pool does not know that the policy has no such upstream")
		}
	})
}

// TestNewPasswordIsTried: those that wait for a dial with the password of an older policy do not
// get its error.
func TestNewPasswordIsTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		older, newer := anUpstream("one"), anUpstream("one")
		f := &fake{t: t, far: make(map[*wire.Conn]net.Conn)}
		s := NewSet(Options{Dial: func(ctx context.Context, up *policy.Upstream) (upstream.Link, error) {
			if up == older {
				time.Sleep(time.Second)
				return upstream.Link{}, errors.New("wrong password")
			}
			return f.dial(ctx, up)
		}})
		defer s.Close()
		p := s.Of(older)
		reached := make(chan error)
		go func() { reached <- p.Reach(t.Context()) }()
		synctest.Wait()
		s.Keep(map[string]*policy.Upstream{"pbx": newer})
		if err := <-reached; err != nil {
			t.Error(err)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{t: t, far: make(map[*wire.Conn]net.Conn)}
		s := NewSet(Options{Dial: f.dial, Max: 3})
		p := s.Of(anUpstream("one"))
		p.Join()
		used := get(t, p, "a")
		q := s.Of(anUpstream("two"))
		q.Join()
		fill(t, q, 2)
		f.takes(time.Hour)
		failed := make(chan error)
		go func() { _, err := p.Get(t.Context(), "c"); failed <- err }()
		time.Sleep(time.Second)
		synctest.Wait()
		if s := p.Stats(); s.Dialling != 1 || s.Waiting != 1 {
			t.Fatalf("%+v, want a dial", s)
		}
		go s.Close()
		if err := <-failed; err != error(errClosed) {
			t.Errorf("%v, want %v", err, errClosed)
		}
		synctest.Wait()
		want(t, q, 0, 0, 0)
		if used.Conn.Quiet() {
			t.Error("a connection in use has not been interrupted")
		}
		p.Put("a", used)
		if isOpen(used) {
			t.Error("a connection is kept after Close")
		}
		if _, err := p.Get(t.Context(), "a"); err != error(errClosed) {
			t.Errorf("Get after Close: %v", err)
		}
		if err := p.Reach(t.Context()); err != error(errClosed) {
			t.Errorf("Reach after Close: %v", err)
		}
		p.Leave()
	})
}
