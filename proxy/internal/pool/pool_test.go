package pool

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"eslguard/codec"
	"eslguard/policy"
	"eslguard/proxy/internal/loopback"
	"eslguard/proxy/internal/upstream"
	"eslguard/proxy/internal/wire"
)

// A fake is a FreeSWITCH that can be dialled without a login.
type fake struct {
	t *testing.T

	mu sync.Mutex
	// took is how long a dial takes, and err is its error.
	took  time.Duration
	err   error
	dials int
	// under is how many dials are under way, and most is the largest number of them.
	under, most int
	far         map[*wire.Conn]net.Conn
	// spoilt is how many of the next connections have something to read after the dial.
	spoilt int
}

func (f *fake) dial(ctx context.Context, _ *policy.Upstream) (upstream.Link, error) {
	if took := f.begin(); took > 0 {
		upstream.Pause(ctx, took)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.under--
	if err := ctx.Err(); err != nil {
		return upstream.Link{}, err
	}
	if f.err != nil {
		return upstream.Link{}, f.err
	}
	near, far := loopback.Pair(f.t)
	l := upstream.Link{Conn: wire.New(near)}
	l.Reader = codec.NewUpstreamReader(l.Conn, codec.UpstreamLimits{})
	f.far[l.Conn] = far
	if f.spoilt > 0 {
		f.spoilt--
		_, _ = far.Write([]byte("x"))
		for l.Conn.Quiet() {
			time.Sleep(time.Microsecond)
		}
	}
	return l, nil
}

func (f *fake) begin() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dials++
	f.under++
	f.most = max(f.most, f.under)
	return f.took
}

// count returns how many dials have begun.
func (f *fake) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dials
}

// takes sets how long a dial takes.
func (f *fake) takes(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.took = d
}

func (f *fake) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

// of returns FreeSWITCH's end of a connection.
func (f *fake) of(l upstream.Link) net.Conn {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.far[l.Conn]
}

func (f *fake) send(l upstream.Link, text string) {
	if _, err := f.of(l).Write([]byte(text)); err != nil {
		f.t.Error(err)
	}
	for l.Conn.Quiet() { // the loopback interface takes a moment
		time.Sleep(time.Microsecond)
	}
}

// newFake returns a fake and a Pool of connections to it.
func newFake(t *testing.T, o Options) (*fake, *Pool) {
	f := &fake{t: t, far: make(map[*wire.Conn]net.Conn)}
	o.Dial = f.dial
	s := NewSet(o)
	t.Cleanup(s.Close)
	return f, s.Of(&policy.Upstream{Address: "fake"})
}

func get(t *testing.T, p *Pool, client string) upstream.Link {
	t.Helper()
	l, err := p.Get(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func want(t *testing.T, p *Pool, idle, inUse, waiting int) {
	t.Helper()
	if s := p.Stats(); s.Idle != idle || s.InUse != inUse || s.Waiting != waiting {
		t.Fatalf("%+v, want %d idle, %d in use, %d waiting", s, idle, inUse, waiting)
	}
}

// isOpen reports whether the near end of a connection has not been closed.
func isOpen(l upstream.Link) bool { return l.Conn.SetDeadline(time.Time{}) == nil }

const answer = "Content-Type: api/response\nContent-Length: 2\n\nok"

func TestUsedAgain(t *testing.T) {
	f, p := newFake(t, Options{})
	first := get(t, p, "a")
	for i := range 5 {
		f.send(first, answer)
		if _, err := first.Reader.Next(); err != nil {
			t.Fatal(err)
		}
		p.Put("a", first)
		want(t, p, 1, 0, 0)
		first = get(t, p, fmt.Sprint("client", i))
		p.Put(fmt.Sprint("client", i), first)
		if l := get(t, p, "a"); l.Conn != first.Conn {
			t.Fatal("another connection")
		}
	}
	if s := p.Stats(); s.Dials != 1 {
		t.Errorf("%+v, want one dial", s)
	}
}

// TestNotUsedAgain: a connection on which anything can belong to the client that had it is closed.
func TestNotUsedAgain(t *testing.T) {
	for name, spoil := range map[string]func(f *fake, l upstream.Link){
		"a byte": func(f *fake, l upstream.Link) { f.send(l, "x") },
		"an answer in the buffer": func(f *fake, l upstream.Link) {
			f.send(l, answer+answer)
			_, _ = l.Reader.Next()
		},
		"a part of an answer in the buffer": func(f *fake, l upstream.Link) {
			f.send(l, answer+"Content")
			_, _ = l.Reader.Next()
		},
		"an answer that has been read in part": func(f *fake, l upstream.Link) {
			f.send(l, strings.TrimSuffix(answer, "k"))
			_, _ = l.Reader.Next()
		},
		"closed": func(f *fake, l upstream.Link) {
			f.of(l).Close()
			_, _ = l.Reader.Next()
		},
		"an interrupt": func(_ *fake, l upstream.Link) { l.Interrupt() },
	} {
		t.Run(name, func(t *testing.T) {
			f, p := newFake(t, Options{})
			l := get(t, p, "a")
			spoil(f, l)
			p.Put("a", l)
			want(t, p, 0, 0, 0)
			if isOpen(l) {
				t.Error("not closed")
			}
		})
	}
}

// TestSpoiltWhileIdle: Get and Reach do not use an idle connection on which something has come or
// that FreeSWITCH has closed.
func TestSpoiltWhileIdle(t *testing.T) {
	for name, spoil := range map[string]func(f *fake, l upstream.Link){
		"a byte": func(f *fake, l upstream.Link) { f.send(l, "x") },
		"closed": func(f *fake, l upstream.Link) {
			f.of(l).Close()
			for l.Conn.Quiet() {
				time.Sleep(time.Microsecond)
			}
		},
	} {
		for _, call := range []string{"Get", "Reach"} {
			t.Run(name+"/"+call, func(t *testing.T) {
				f, p := newFake(t, Options{})
				l := get(t, p, "a")
				p.Put("a", l)
				spoil(f, l)
				if call == "Reach" {
					if err := p.Reach(t.Context()); err != nil {
						t.Fatal(err)
					}
					want(t, p, 1, 0, 0)
				} else if again := get(t, p, "a"); again.Conn == l.Conn {
					t.Error("used again")
				}
				if isOpen(l) || p.Stats().Dials != 2 {
					t.Errorf("open: %v, %+v; want another connection", isOpen(l), p.Stats())
				}
			})
		}
	}
}

// TestSpoiltAfterDial: a connection that cannot be used after the login is dialled again, once.
func TestSpoiltAfterDial(t *testing.T) {
	f, p := newFake(t, Options{})
	f.spoilt = 1
	get(t, p, "a")
	p.Discard("a", get(t, p, "b"))
	f, p = newFake(t, Options{})
	f.spoilt = maxTries
	if err := p.Reach(t.Context()); !errors.Is(err, errUnusable) {
		t.Errorf("%v, want %v", err, errUnusable)
	}
	want(t, p, 0, 0, 0)
}

func TestDiscard(t *testing.T) {
	_, p := newFake(t, Options{})
	l := get(t, p, "a")
	p.Discard("a", l)
	want(t, p, 0, 0, 0)
	p.Put("a", l) // it is unknown now
	want(t, p, 0, 0, 0)
	if isOpen(l) {
		t.Error("not closed")
	}
	l = get(t, p, "a")
	p.Put("b", l)
	want(t, p, 0, 0, 0)
	if isOpen(l) {
		t.Error("a connection was kept that another client has returned")
	}
}

// BenchmarkGetPut measures what a command pays for a connection that is idle.
func BenchmarkGetPut(b *testing.B) {
	near, _ := loopback.Pair(b)
	conn := wire.New(near)
	l := upstream.Link{Conn: conn, Reader: codec.NewUpstreamReader(conn, codec.UpstreamLimits{})}
	s := NewSet(Options{Dial: func(context.Context, *policy.Upstream) (upstream.Link, error) { return l, nil }})
	defer s.Close()
	p := s.Of(&policy.Upstream{Address: "fake"})
	b.ReportAllocs()
	for b.Loop() {
		l, err := p.Get(b.Context(), "a")
		if err != nil {
			b.Fatal(err)
		}
		p.Put("a", l)
	}
}
