package answers

import (
	"bytes"
	"errors"
	"net"
	"slices"
	"testing"
	"testing/synctest"

	"eslguard/proxy/internal/wire"
)

// share returns a frame that contains n times the byte c.
func share(b *Budget, c byte, n int) *Shared {
	s := b.NewShared(n)
	s.SetBytes(append(s.Bytes(), bytes.Repeat([]byte{c}, n)...))
	return s
}

// all returns a function for WriteEvents that chooses all events.
func all(events ...*Shared) func([]*Shared) []*Shared {
	return func(dst []*Shared) []*Shared { return append(dst, events...) }
}

// A stuckClient is a Writer whose client takes nothing, over a connection without a buffer.
type stuckClient struct {
	*Writer
	conn net.Conn
	// gaveUp has the errors that the session was ended with.
	gaveUp chan error
}

func newStuckClient(t *testing.T, b *Budget, limit int64) *stuckClient {
	near, far := net.Pipe()
	c := &stuckClient{conn: near, gaveUp: make(chan error, 8)}
	c.Writer = New(Options{
		Conn: wire.New(near), Max: limit, Budget: b, Contain: func() {},
		GiveUp: func(err error) {
			c.gaveUp <- err
			_ = near.SetWriteDeadline(wire.Past) // as the end of a session does
		},
	})
	c.NeverWait()
	t.Cleanup(func() { near.Close(); far.Close() })
	return c
}

// checkReturned fails the test if memory of b is charged, or a frame is still used.
func checkReturned(t *testing.T, b *Budget, frames ...*Shared) {
	t.Helper()
	if used := b.Used(); used != 0 {
		t.Errorf("%d bytes of the budget are not given back", used)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.holders); n != 0 {
		t.Errorf("something still waits for %d clients", n)
	}
	for i, s := range frames {
		if refs, waiting := s.refs.Load(), s.waiting.Load(); refs != 0 || waiting != 0 {
			t.Errorf("frame %d has %d references and waits for %d clients", i, refs, waiting)
		}
	}
}

// TestSharedMemoryIsChargedOnce: a frame that waits for 100 clients is charged once, and each
// client's own limit counts it.
func TestSharedMemoryIsChargedOnce(t *testing.T) {
	b := newBudget(testBudget)
	var clients []*stuckClient
	for range 100 {
		clients = append(clients, newStuckClient(t, b, testMax))
	}
	var frames []*Shared
	var size int64
	for i := range 50 {
		s := share(b, byte(i), 1000*(i+1))
		for _, c := range clients {
			c.WriteEvents(all(s))
		}
		s.Release()
		frames, size = append(frames, s), size+s.size()
	}
	if used := b.Used(); used != size {
		t.Errorf("the budget is charged for %d bytes, want the %d of the frames", used, size)
	}
	for i, c := range clients {
		if held := c.Held(); held != size {
			t.Fatalf("client %d: %d bytes count as waiting, want %d", i, held, size)
		}
		c.Close(nil, nil)
		if undelivered, _ := c.Abandon(); undelivered != 50*51/2*1000 {
			t.Errorf("client %d: %d bytes undelivered", i, undelivered)
		}
		if used := b.Used(); i < len(clients)-1 && used != size {
			t.Fatalf("%d bytes are charged after client %d has gone, want %d", used, i, size)
		}
	}
	checkReturned(t, b, frames...)
}

// TestTheClientThatHoldsMostIsGivenUp: if shared frames are more than the budget, only the client
// is given up that keeps most of them.
func TestTheClientThatHoldsMostIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 4 << 10
		b := newBudget(100 * size)
		slowest := newStuckClient(t, b, testMax)
		var others []*stuckClient
		for range 99 {
			others = append(others, newStuckClient(t, b, testMax))
		}
		deliver := func(n int, to ...*stuckClient) {
			for range n {
				s := share(b, 'x', size)
				for _, c := range to {
					c.WriteEvents(all(s))
				}
				s.Release()
			}
			synctest.Wait()
		}
		everybody := append([]*stuckClient{slowest}, others...)
		deliver(60, slowest)
		deliver(40, everybody...)
		if n := len(slowest.gaveUp); n != 0 {
			t.Fatalf("given up within the budget: %v", <-slowest.gaveUp)
		}
		deliver(1, everybody...)
		if len(slowest.gaveUp) == 0 || <-slowest.gaveUp != ErrBudget {
			t.Error("the client for which most waits was not given up")
		}
		for i, c := range others {
			if len(c.gaveUp) != 0 {
				t.Errorf("client %d was given up: %v", i, <-c.gaveUp)
			}
		}
		if used := b.Used(); used != 41*size {
			t.Errorf("%d bytes wait, want those of the 41 frames that the others wait for", used)
		}
		for _, c := range everybody {
			c.Abandon()
		}
		checkReturned(t, b)
	})
}

// TestNoMoreAreGivenUpThanNecessary: of many clients that keep the same frames, and one that keeps
// more memory of its own, the latter is given up alone.
func TestNoMoreAreGivenUpThanNecessary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 4 << 10
		b := newBudget(100 * size)
		var clients []*stuckClient
		for range 20 {
			clients = append(clients, newStuckClient(t, b, testMax))
		}
		for range 40 {
			s := share(b, 'x', size)
			for _, c := range clients {
				c.WriteEvents(all(s))
			}
			s.Release()
		}
		lone := newStuckClient(t, b, testMax)
		lone.Write(make([]byte, 62*size))
		synctest.Wait()
		if len(lone.gaveUp) == 0 {
			t.Error("the client with most memory was not given up")
		}
		for i, c := range clients {
			if len(c.gaveUp) != 0 {
				t.Errorf("client %d was given up: %v", i, <-c.gaveUp)
			}
		}
		for _, c := range append(clients, lone) {
			c.Abandon()
		}
	})
}

// TestBudgetIsKeptAfterAll: giving up one client frees nothing, since others keep the same frames.
// More are given up until the budget is kept, though nobody is sent anything any more.
func TestBudgetIsKeptAfterAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 4 << 10
		b := newBudget(100 * size)
		var clients []*stuckClient
		for range 10 {
			clients = append(clients, newStuckClient(t, b, testMax))
		}
		deliver := func(n int, to []*stuckClient) {
			for range n {
				s := share(b, 'x', size)
				for _, c := range to {
					c.WriteEvents(all(s))
				}
				s.Release()
			}
		}
		deliver(55, clients[:5])
		deliver(45, clients[5:])
		deliver(1, clients[5:6])
		synctest.Wait()
		for i, c := range clients {
			if givenUp := len(c.gaveUp) > 0; givenUp != (i < 5) {
				t.Errorf("client %d was given up: %v", i, givenUp)
			}
		}
		if used := b.Used(); used != 46*size {
			t.Errorf("%d bytes are charged, want %d", used, 46*size)
		}
		for _, c := range clients {
			c.Abandon()
		}
		checkReturned(t, b)
	})
}

// TestSessionLimitCountsSharedFrames: the limit of one session is that of everything that waits for
// it, shared or not, held back or not.
func TestSessionLimitCountsSharedFrames(t *testing.T) {
	for _, test := range []struct {
		name   string
		before func(w *Writer)
	}{
		{"waiting for the socket", func(*Writer) {}},
		{"held back", func(w *Writer) { w.Expect(Pending{Parts: 1}) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBudget(testBudget)
			s := share(b, 'x', 4<<10)
			c := newStuckClient(t, b, 10*s.size())
			test.before(c.Writer)
			for range 10 {
				c.WriteEvents(all(s))
			}
			if len(c.gaveUp) != 0 {
				t.Fatalf("given up within the limit: %v", <-c.gaveUp)
			}
			c.WriteEvents(all(s))
			if len(c.gaveUp) == 0 || <-c.gaveUp != ErrSlowClient {
				t.Error("the client was not given up at its limit")
			}
			c.WriteEvents(func([]*Shared) []*Shared { t.Error("events are chosen for a client that is gone"); return nil })
			c.Abandon()
			s.Release()
			checkReturned(t, b, s)
		})
	}
}

// A faultyConn has a fault in Write. It takes nothing before go is closed.
type faultyConn struct {
	net.Conn
	begin chan struct{}
}

func (c faultyConn) Write([]byte) (int, error) {
	<-c.begin
	panic("a fault in the test")
}

// TestMemoryIsReturnedAtEveryEnd: however a session ends, its memory and its references to shared
// frames are given back.
func TestMemoryIsReturnedAtEveryEnd(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(c *stuckClient, begin chan struct{})
	}{
		{"abandoned", func(c *stuckClient, _ chan struct{}) {}},
		{"the client leaves", func(c *stuckClient, _ chan struct{}) { c.conn.Close() }},
		{"closed", func(c *stuckClient, _ chan struct{}) {
			c.Close([]byte("bye"), func() { _ = c.conn.SetWriteDeadline(wire.Past) })
		}},
		{"a fault", func(c *stuckClient, begin chan struct{}) {
			close(begin)
			c.draining.Wait()
			c.mu.Lock()
			defer c.mu.Unlock()
			if !errors.Is(c.out.err, errDrainFault) {
				t.Errorf("error %v, want %v", c.out.err, errDrainFault)
			}
		}},
		{"too slow", func(c *stuckClient, _ chan struct{}) {
			c.WriteEvents(all(share(c.out.budget, 'x', testMax)))
		}},
		{"held most", func(c *stuckClient, _ chan struct{}) {
			c.out.evicted.Store(true)
			c.out.freeEvicted()
		}},
	} {
		for _, held := range []bool{false, true} {
			name := test.name
			if held {
				name += " with events held back"
			}
			t.Run(name, func(t *testing.T) {
				b := newBudget(testBudget)
				c := newStuckClient(t, b, testMax)
				c.out.contain = func() { _ = recover() }
				begin := make(chan struct{})
				if test.name == "a fault" {
					c.out.conn = wire.New(faultyConn{c.conn, begin})
				}
				frames := []*Shared{share(b, 'a', 600), share(b, 'b', 5000), share(b, 'c', maxPooled+1)}
				c.Write([]byte("private"))
				c.WriteEvents(all(frames...))
				c.Write([]byte("private"))
				c.WriteEvents(all(frames...))
				if held {
					c.Reserve(false)
					c.WriteEvents(all(frames...))
				}
				for _, s := range frames {
					s.Release()
				}
				if b.Used() == 0 {
					t.Fatal("nothing waits: the test does not test what it should")
				}
				test.end(c, begin)
				c.Abandon()
				c.WriteEvents(all(share(b, 'd', 100))) // a stream that has not heard of the end
				checkReturned(t, b, frames...)
			})
		}
	}
}

// TestHeldBackEventsAreFreed: events that are held back are freed as soon as it is certain that
// they are not sent, though nothing waits for the socket and no goroutine drains it.
func TestHeldBackEventsAreFreed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, test := range []struct {
			name string
			end  func(c *stuckClient, b *Budget)
		}{
			{"closed", func(c *stuckClient, _ *Budget) { c.Close(nil, nil) }},
			{"dropped", func(c *stuckClient, _ *Budget) { c.Settle(func() ([]byte, bool) { return nil, true }) }},
			{"given up for the budget", func(_ *stuckClient, b *Budget) {
				other := newStuckClient(t, b, testMax)
				other.Reserve(false)
				other.WriteEvents(all(share(b, 'x', 400_000)))
				other.Abandon()
			}},
		} {
			b := newBudget(1_000_000)
			c := newStuckClient(t, b, testMax)
			c.Reserve(false)
			c.WriteEvents(all(share(b, 'x', 700_000)))
			if b.Used() == 0 {
				t.Fatal("nothing is held back: the test does not test what it should")
			}
			test.end(c, b)
			synctest.Wait()
			if used := b.Used(); used != 0 {
				t.Errorf("%s: %d bytes are not given back", test.name, used)
			}
		}
	})
}

// TestNothingIsTakenAfterTheEnd: a stream that has not heard of a session's end writes to it in
// vain.
func TestNothingIsTakenAfterTheEnd(t *testing.T) {
	c := newStuckClient(t, newBudget(testBudget), testMax)
	c.Abandon()
	c.WriteEvents(func([]*Shared) []*Shared { t.Error("events are chosen"); return nil })
}

// TestFramePool: a frame that nobody uses is reused for one of its size, what the pool keeps is
// within the budget, and all of it can be dropped.
func TestFramePool(t *testing.T) {
	b := newBudget(64 << 10)
	s := share(b, 'x', 5000)
	if cap(s.Bytes()) != 6<<10 {
		t.Errorf("capacity %d for 5000 bytes", cap(s.Bytes()))
	}
	s.Release()
	if r := b.NewShared(6000); r != s || len(r.Bytes()) != 0 {
		t.Errorf("a frame with %d bytes, the released one: %v", len(r.Bytes()), r == s)
	}
	grown := b.NewShared(10)
	grown.SetBytes(append(grown.Bytes(), make([]byte, 3000)...))
	grown.Release()
	if r := b.NewShared(3 << 10); r != grown {
		t.Error("a frame that has grown is not used for the size that it has")
	}
	if b.idle.Load() != 0 {
		t.Errorf("%d bytes are idle while all frames are used", b.idle.Load())
	}
	for _, size := range []int{maxPooled, maxPooled + 1} {
		b.NewShared(size).Release()
	}
	if idle := b.idle.Load(); idle != maxPooled {
		t.Errorf("%d bytes are idle, want those of the one that is pooled", idle)
	}
	b.NewShared(minPooled).Release()
	if idle := b.idle.Load(); idle != maxPooled {
		t.Errorf("%d bytes are idle, more than the budget", idle)
	}
	b.trim()
	if idle := b.idle.Load(); idle != 0 {
		t.Errorf("%d bytes are idle after all was dropped", idle)
	}
}

// TestPoolClasses: every size gets a capacity that is large enough and not much larger, and a frame
// of that capacity belongs to the class for which it was made.
func TestPoolClasses(t *testing.T) {
	var sizes []int
	for class := range poolClasses {
		sizes = append(sizes, classSize(class))
	}
	if !slices.IsSorted(sizes) || sizes[0] != minPooled || sizes[poolClasses-1] != maxPooled {
		t.Fatalf("sizes %v", sizes)
	}
	for n := range maxPooled + 1 {
		size := pooledSize(n)
		if size < n || size > max(n*3/2, minPooled) {
			t.Fatalf("a capacity of %d for %d bytes", size, n)
		}
		if class, ok := classOf(size); !ok || classSize(class) != size {
			t.Fatalf("a capacity of %d is in class %d, %v", size, class, ok)
		}
	}
	for _, n := range []int{0, minPooled - 1, maxPooled + 1} {
		if class, ok := classOf(n); ok {
			t.Errorf("a capacity of %d is in class %d", n, class)
		}
	}
}

// TestReleasedTooOften: a reference that is given back twice could give one client's bytes to
// another, so it is a fault.
func TestReleasedTooOften(t *testing.T) {
	for _, test := range []struct {
		name string
		use  func(s *Shared)
	}{
		{"released", (*Shared).Release},
		{"given to a Writer", func(s *Shared) { s.wait() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newBudget(testBudget).NewShared(10)
			s.Release()
			defer func() {
				if recover() == nil {
					t.Error("no fault")
				}
			}()
			test.use(s)
		})
	}
}
