package answers

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"eslguard/proxy/internal/loopback"
	"eslguard/proxy/internal/wire"
)

// The limits of most tests, for one client and for all.
const (
	testMax    = 64 << 20
	testBudget = 256 << 20
)

// A testOutbox is an outbox with its mutex and the error that it was given up with.
type testOutbox struct {
	outbox
	mu sync.Mutex
	wg sync.WaitGroup
	// gaveUp receives the error that ends the session.
	gaveUp chan error
}

func newTestOutbox(t testing.TB, conn net.Conn, limit int64, b *Budget) *testOutbox {
	o := &testOutbox{gaveUp: make(chan error, 1)}
	o.outbox = outbox{
		conn: wire.New(conn), max: limit, budget: b, wg: &o.wg, contain: func() {},
		giveUp: func(err error) {
			select {
			case o.gaveUp <- err:
			default:
			}
		},
	}
	o.drained.L = &o.mu
	t.Cleanup(func() { conn.Close(); o.wg.Wait() })
	return o
}

func (o *testOutbox) put(b []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.write(b)
}

func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i >> 8)
	}
	return b
}

func TestOutboxKeepsOrderForASlowClient(t *testing.T) {
	near, far := loopback.Pair(t)
	b := newBudget(testBudget)
	o := newTestOutbox(t, near, testMax, b)
	want := pattern(24 << 20) // more than the sockets hold
	for rest := want; len(rest) > 0; {
		n := min(len(rest), 70_001)
		o.put(rest[:n])
		rest = rest[n:]
	}
	if b.used.Load() == 0 {
		t.Fatal("nothing waited in memory: the test does not test what it should")
	}
	got := make([]byte, len(want))
	_ = far.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.ReadFull(far, got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the client read other bytes than were written")
	}
	o.wg.Wait()
	if used := b.used.Load(); used != 0 {
		t.Errorf("%d bytes of the budget were not given back", used)
	}
}

func TestOutboxGivesUpAtTheSessionsLimit(t *testing.T) {
	near, _ := loopback.Pair(t)
	b := newBudget(testBudget)
	o := newTestOutbox(t, near, 1<<20, b)
	chunk := pattern(256 << 10)
	for range 200 { // far beyond the sockets' buffers and the limit
		o.put(chunk)
	}
	select {
	case err := <-o.gaveUp:
		if err != ErrSlowClient {
			t.Errorf("gave up with %v, want %v", err, ErrSlowClient)
		}
	default:
		t.Error("a client that never reads was not given up")
	}
	if held := o.held.Load(); held > 1<<20 {
		t.Errorf("%d bytes wait, more than the limit", held)
	}
	_ = o.conn.SetWriteDeadline(wire.Past)
	o.wg.Wait()
	if n := o.discard(); n == 0 || n > 1<<20 {
		t.Errorf("undelivered = %d, want something within the limit", n)
	}
	if used := b.used.Load(); used != 0 {
		t.Errorf("%d bytes of the budget were not given back", used)
	}
}

func TestBudgetGivesUpTheLargestHolder(t *testing.T) {
	b := newBudget(1000)
	var mu sync.Mutex // guards what follows: an outbox that is given up frees its memory by itself
	told := make(map[*outbox]error)
	holder := func() *outbox {
		o := &outbox{budget: b, contain: func() {}}
		o.drained.L = new(sync.Mutex)
		o.giveUp = func(err error) {
			mu.Lock()
			defer mu.Unlock()
			told[o] = err
		}
		return o
	}
	toldOf := func(o *outbox) error {
		mu.Lock()
		defer mu.Unlock()
		return told[o]
	}
	small, large := holder(), holder()
	b.take(large, 700, 700)
	b.take(small, 200, 200)
	if toldOf(small) != nil || toldOf(large) != nil {
		t.Fatal("within the budget, yet given up")
	}
	b.take(small, 200, 200)
	if toldOf(large) != ErrBudget || toldOf(small) != nil {
		t.Fatalf("given up: large %v, small %v; want the large one only", toldOf(large), toldOf(small))
	}
	// The evicted holder does not count twice: the small one may go on.
	b.take(small, 500, 500)
	if toldOf(small) != nil {
		t.Error("the small holder was given up though the rest fits without the evicted one")
	}
	b.release(large, 700, 700)
	b.release(small, 900, 900)
	if b.used.Load() != 0 || len(b.holders) != 0 {
		t.Errorf("after all was released: used %d, %d holders", b.used.Load(), len(b.holders))
	}
}
