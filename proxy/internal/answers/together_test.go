package answers

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"eslguard/codec"
	"eslguard/proxy/internal/loopback"
	"eslguard/proxy/internal/wire"
)

// A listener is a client of TestManyClientsAtOnce: it is sent numbered events by one goroutine and
// numbered replies by another, one line each.
type listener struct {
	w     *Writer
	stuck bool         // it reads nothing before it is given up
	last  atomic.Int64 // the last event that was chosen for it
	ended chan struct{}
	end   func() // closes ended
	work  sync.WaitGroup
}

func newListener(t *testing.T, b *Budget, stuck bool) (l *listener, far net.Conn) {
	near, far := loopback.Pair(t)
	l = &listener{stuck: stuck, ended: make(chan struct{})}
	l.end = sync.OnceFunc(func() { close(l.ended) })
	l.w = New(Options{Conn: wire.New(near), Max: testMax, Budget: b, Contain: func() {}, GiveUp: func(err error) {
		if !stuck {
			t.Errorf("a client that reads was given up: %v", err)
		}
		l.end()
		_ = near.SetWriteDeadline(wire.Past)
	}})
	l.w.NeverWait()
	return l, far
}

// over reports whether the client is gone.
func (l *listener) over() bool {
	select {
	case <-l.ended:
		return true
	default:
		return false
	}
}

// line returns a line that contains n, and letters of which n determines how many and which.
func line(kind string, n, after int64) string {
	return fmt.Sprintf("%s %d %d %s\n", kind, n, after, strings.Repeat(string(rune('a'+n%26)), int(n*7919%6000)))
}

// commands has commands answered, in pieces, until the client is gone.
func (l *listener) commands(r *rand.Rand) {
	for n := int64(0); !l.over(); n++ {
		if r.IntN(4) == 0 {
			l.w.Reserve(false)
			l.w.Settle(func() ([]byte, bool) { return []byte(line("settled", n, l.last.Load())), false })
			continue
		}
		l.w.Expect(Pending{})
		reply := line("reply", n, l.last.Load())
		time.Sleep(time.Duration(r.IntN(300)) * time.Microsecond)
		cut := r.IntN(len(reply))
		l.w.BeginFrame(&codec.UpstreamFrame{Raw: []byte(reply[:cut]), Rest: int64(len(reply) - cut)}, true)
		l.w.Write([]byte(reply[cut:]))
		l.w.EndFrame(true)
	}
}

// check reads what the client is sent: events and replies in their order, no event before a reply
// that was owed when it happened.
func (l *listener) check(t *testing.T, conn io.Reader) {
	if l.stuck {
		<-l.ended
	}
	in := bufio.NewReader(conn)
	var event, command int64
	for {
		text, err := in.ReadString('\n')
		if err != nil {
			return
		}
		var kind string
		var n, after int64
		if _, err := fmt.Sscan(text, &kind, &n, &after); err != nil || text != line(kind, n, after) {
			t.Errorf("the client was sent %.100q: %v", text, err)
			return
		}
		switch {
		case kind == "event" && n == event+1:
			event++
		case kind == "reply" && n == command && event <= after, kind == "settled" && n == command:
			command++
		default:
			t.Errorf("the client was sent %.100q after event %d and reply %d", text, event, command)
			return
		}
	}
}

// TestManyClientsAtOnce: whatever several goroutines do at once, each client is sent whole frames
// in order, those that do not read are given up and the others are not, and no memory is left.
func TestManyClientsAtOnce(t *testing.T) {
	b := newBudget(4 << 20)
	var listeners []*listener
	var reading sync.WaitGroup
	for i := range uint64(16) {
		l, far := newListener(t, b, i%4 == 0)
		listeners = append(listeners, l)
		reading.Go(func() { l.check(t, far) })
		l.work.Go(func() { l.commands(rand.New(rand.NewPCG(i, 2))) })
	}
	for n := int64(1); n <= 4000; n++ {
		text := line("event", n, 0)
		s := b.NewShared(len(text))
		s.SetBytes(append(s.Bytes(), text...))
		for _, l := range listeners {
			l.w.WriteEvents(func(dst []*Shared) []*Shared {
				l.last.Store(n)
				return append(dst, s)
			})
			for !l.stuck && l.w.Held() > 128<<10 {
				time.Sleep(100 * time.Microsecond) // the others are not to be too slow
			}
		}
		s.Release()
	}
	for i, l := range listeners {
		if l.stuck && !l.over() {
			t.Errorf("client %d does not read and was not given up", i)
		}
		l.end()
		l.work.Wait()
		l.w.Abandon()
		l.w.out.conn.Close()
	}
	reading.Wait()
	checkReturned(t, b)
}
