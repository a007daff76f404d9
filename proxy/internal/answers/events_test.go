package answers

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"eslguard/codec"
	"eslguard/proxy/internal/loopback"
	"eslguard/proxy/internal/wire"
)

// event sends one event that contains text.
func event(w *Writer, text string) {
	s := w.out.budget.NewShared(len(text))
	defer s.Release()
	s.SetBytes(append(s.Bytes(), text...))
	w.WriteEvents(all(s))
}

// settle answers a reserved place with text.
func settle(t *testing.T, w *Writer, text string, dropEvents bool) {
	t.Helper()
	if !w.Settle(func() ([]byte, bool) { return []byte(text), dropEvents }) {
		t.Error("it is not the turn of the reserved place")
	}
}

// TestEventsAreBetweenAnswers: events never come before the answer to a command that was unanswered
// when they happened, and never within a frame.
func TestEventsAreBetweenAnswers(t *testing.T) {
	begin := &codec.UpstreamFrame{Raw: []byte("<begin "), Rest: 4}
	whole := &codec.UpstreamFrame{Raw: []byte("<whole>")}
	for _, test := range []struct {
		name string
		run  func(t *testing.T, w *Writer)
		want string
	}{
		{"nothing is unanswered", func(t *testing.T, w *Writer) {
			event(w, "<1>")
			w.Write([]byte("<log>"))
			event(w, "<2>")
			w.Answer([]byte("<local>"))
			event(w, "<3>")
		}, "<1><log><2><local><3>"},
		{"several at once", func(t *testing.T, w *Writer) {
			var events []*Shared
			for i := range 200 {
				events = append(events, share(w.out.budget, 'a'+byte(i%26), 1))
			}
			w.WriteEvents(all(events...))
			w.WriteEvents(all())
		}, strings.Repeat("abcdefghijklmnopqrstuvwxyz", 8)[:200]},
		{"a command is unanswered", func(t *testing.T, w *Writer) {
			w.Expect(Pending{})
			event(w, "<1>")
			w.Answer([]byte("<local>"))
			event(w, "<2>")
			w.BeginFrame(whole, true)
			event(w, "<3>")
			w.EndFrame(true)
		}, "<whole><local><1><2><3>"},
		{"one of two commands is answered", func(t *testing.T, w *Writer) {
			w.Expect(Pending{})
			w.Expect(Pending{})
			event(w, "<1>")
			w.Replace([]byte("<reply>"))
			event(w, "<2>")
			w.Replace([]byte("<reply>"))
		}, "<reply><reply><1><2>"},
		{"a gathered answer", func(t *testing.T, w *Writer) {
			w.Expect(Pending{})
			event(w, "<1>")
			_ = w.Gather([]byte("<part>"), 6)
			event(w, "<2>")
			w.SendGathered(func([]byte, int64) {})
		}, string(codec.AppendAPIHead(nil, 6)) + "<part><1><2>"},
		{"a frame in progress", func(t *testing.T, w *Writer) {
			w.BeginFrame(begin, false)
			event(w, "<1>")
			w.Write([]byte("end>"))
			event(w, "<2>")
			w.Answer([]byte("<local>"))
			w.EndFrame(false)
			event(w, "<3>")
		}, "<begin end><local><1><2><3>"},
		{"an answer in progress", func(t *testing.T, w *Writer) {
			w.Expect(Pending{})
			w.BeginFrame(begin, true)
			event(w, "<1>")
			w.Write([]byte("end>"))
			w.EndFrame(true)
		}, "<begin end><1>"},
		{"after FreeSWITCH's goodbye", func(t *testing.T, w *Writer) {
			w.Reserve(false)
			event(w, "<1>")
			w.BeginFrame(&codec.UpstreamFrame{Raw: []byte("<goodbye>"), Kind: codec.KindDisconnect}, false)
			w.EndFrame(false)
			settle(t, w, "<reply>", false)
			event(w, "<2>")
		}, "<goodbye><reply>"},
		{"held back at the end", func(t *testing.T, w *Writer) {
			w.Expect(Pending{})
			event(w, "<1>")
			w.Close([]byte("<bye>"), func() {})
			event(w, "<2>")
		}, "<bye>"},
		{"a place is reserved", func(t *testing.T, w *Writer) {
			w.Reserve(false)
			event(w, "<1>")
			settle(t, w, "<reply>", false)
			event(w, "<2>")
		}, "<1><reply><2>"},
		{"events are dropped", func(t *testing.T, w *Writer) {
			w.Expect(Pending{})
			w.Reserve(false)
			event(w, "<1>")
			w.Replace([]byte("<first>"))
			event(w, "<2>")
			settle(t, w, "<reply>", true)
			event(w, "<3>")
		}, "<first><reply><3>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, recorded := range []bool{false, true} {
				w, far := newWriter(t)
				r := new(testRecording)
				if recorded {
					w.Record(r)
				}
				test.run(t, w)
				if text := got(t, w, far); text != test.want {
					t.Errorf("the client was sent %q, want %q", text, test.want)
				}
				if recorded && r.String() != test.want {
					t.Errorf("recorded %q, want %q", r.String(), test.want)
				}
				w.Abandon()
				checkReturned(t, w.out.budget)
			}
		})
	}
}

// A testRecording keeps what it is given.
type testRecording struct{ strings.Builder }

func (r *testRecording) FromGuard(b []byte) { r.Write(b) }
func (r *testRecording) HideNext()          {}

// A hidingRecording notes the frames that it is told to hide.
type hidingRecording struct {
	hide   bool
	hidden []string
}

func (r *hidingRecording) HideNext() { r.hide = true }

func (r *hidingRecording) FromGuard(b []byte) {
	if r.hide {
		r.hidden = append(r.hidden, string(b))
	}
	r.hide = false
}

// TestSecretReservedAnswer: an answer that may not be recorded is hidden in a recording, and not
// the events before it.
func TestSecretReservedAnswer(t *testing.T) {
	w, _ := newWriter(t)
	r := new(hidingRecording)
	w.Record(r)
	for _, secret := range []bool{true, false} {
		w.Reserve(secret)
		event(w, "<event>")
		settle(t, w, fmt.Sprintf("<secret %v>", secret), false)
	}
	w.Abandon()
	if got := strings.Join(r.hidden, ""); got != "<secret true>" {
		t.Errorf("hidden are %q, want the secret answer", got)
	}
}

// TestReservedPlace: a reserved place is like a command that FreeSWITCH has not answered, but
// FreeSWITCH's next answer does not belong to it.
func TestReservedPlace(t *testing.T) {
	w, far := newWriter(t)
	never := func() ([]byte, bool) { t.Error("answered before its turn"); return nil, false }
	if w.Turn() || w.Settle(never) {
		t.Error("it is somebody's turn, though no place is reserved")
	}
	w.Expect(Pending{Parts: 7})
	w.Reserve(false)
	w.Answer([]byte("<behind>"))
	if p, owed := w.Next(); !owed || p.Parts != 7 || w.Turn() || w.Settle(never) {
		t.Errorf("owed %+v, %v; its turn: %v", p, owed, w.Turn())
	}
	<-drained(w.Answered())
	w.Replace([]byte("<reply>"))
	select {
	case <-w.Answered():
	default:
		t.Error("nobody is notified that it is the turn of the reserved place")
	}
	if _, owed := w.Next(); owed || !w.Turn() || w.Empty() {
		t.Errorf("owed: %v, its turn: %v, empty: %v; want only its turn", owed, w.Turn(), w.Empty())
	}
	w.BeginFrame(&codec.UpstreamFrame{Raw: []byte("<begin "), Rest: 4}, false)
	if w.Turn() || w.Settle(never) {
		t.Error("it is its turn within a frame")
	}
	w.Write([]byte("end>"))
	w.EndFrame(false)
	settle(t, w, "<settled>", false)
	if w.Turn() || !w.Empty() {
		t.Error("the place is still reserved")
	}
	for range MaxPending {
		w.Reserve(false)
	}
	if !w.Full() {
		t.Error("reserved places are not counted")
	}
	if text, want := got(t, w, far), "<reply><begin end><settled><behind>"; text != want {
		t.Errorf("the client was sent %q, want %q", text, want)
	}
	if _, unanswered := w.Abandon(); len(unanswered) != 0 || !w.Empty() {
		t.Errorf("after the end %d commands count, empty: %v", len(unanswered), w.Empty())
	}
}

// drained empties c and returns a channel that can be received from at once.
func drained(c <-chan struct{}) <-chan struct{} {
	select {
	case <-c:
	default:
	}
	done := make(chan struct{})
	close(done)
	return done
}

// TestLastWordsFollowAnEvent: the last words, and answers, never come within an event of which the
// socket has taken only a part.
func TestLastWordsFollowAnEvent(t *testing.T) {
	b := newBudget(testBudget)
	near, far := loopback.Pair(t)
	w := New(Options{Conn: wire.New(near), Max: testMax, Budget: b, Contain: func() {}, GiveUp: func(error) {}})
	s := share(b, 'x', 32<<20) // more than the sockets hold
	w.WriteEvents(all(s))
	s.Release()
	if w.Held() == 0 {
		t.Fatal("the socket took the whole event: the test does not test what it should")
	}
	w.Answer([]byte("<answer>"))
	read := make(chan string)
	go func() {
		all, err := io.ReadAll(far)
		if err != nil {
			t.Error(err)
		}
		read <- string(all)
	}()
	w.Close([]byte("<last>"), func() { _ = near.SetWriteDeadline(time.Now().Add(20 * time.Second)) })
	near.CloseWrite()
	if text := <-read; strings.TrimLeft(text, "x") != "<answer><last>" || len(text) != 32<<20+len("<answer><last>") {
		t.Errorf("the client was sent %d bytes, at the end %q", len(text), text[max(0, len(text)-40):])
	}
	w.Abandon()
	checkReturned(t, b, s)
}

// A deadlineConn takes nothing, and counts how often a write deadline is set.
type deadlineConn struct {
	net.Conn
	set int
}

func (c *deadlineConn) SetWriteDeadline(t time.Time) error {
	c.set++
	return c.Conn.SetWriteDeadline(t)
}

// TestNeverWait: a Writer that must not wait keeps what the socket does not take at once.
func TestNeverWait(t *testing.T) {
	c := newStuckClient(t, newBudget(testBudget), testMax)
	conn := &deadlineConn{Conn: c.conn}
	c.out.conn = wire.New(conn)
	c.Write([]byte("reply"))
	if conn.set != 0 || c.Held() == 0 {
		t.Errorf("it waited for %d deadlines, and %d bytes wait", conn.set, c.Held())
	}
	c.Abandon()
}

// TestFaultOfOneClient: a fault while events are chosen for one client is contained, and leaves the
// Writer usable.
func TestFaultOfOneClient(t *testing.T) {
	w, far := newWriter(t)
	contained := false
	w.out.contain = func() { contained = recover() != nil }
	w.WriteEvents(func([]*Shared) []*Shared { panic("a fault in the test") })
	if !contained {
		t.Error("the fault was not contained")
	}
	w.Write([]byte("next"))
	if text := got(t, w, far); text != "next" {
		t.Errorf("the client was sent %q", text)
	}
}

// TestWriteEventsDoesNotAllocate: to make events and send them to a client that takes them costs no
// allocation.
func TestWriteEventsDoesNotAllocate(t *testing.T) {
	if underRace {
		t.Skip("the race detector makes pools forget, so there are allocations")
	}
	w, far := newWriter(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(io.Discard, struct{ io.Reader }{far})
	}()
	text := []byte(strings.Repeat("x", 700))
	var events [20]*Shared
	choose := func(dst []*Shared) []*Shared { return append(dst, events[:]...) }
	for _, test := range []struct {
		name          string
		before, after func()
	}{
		{"at once", func() {}, func() {}},
		{"held back", func() { w.Reserve(false) }, func() { w.Settle(func() ([]byte, bool) { return text, false }) }},
	} {
		if n := testing.AllocsPerRun(100, func() {
			for i := range events {
				events[i] = w.out.budget.NewShared(len(text))
				events[i].SetBytes(append(events[i].Bytes(), text...))
			}
			test.before()
			w.WriteEvents(choose)
			test.after()
			for _, s := range events {
				s.Release()
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations for %d events", test.name, n, len(events))
		}
	}
	w.out.conn.CloseWrite()
	<-done
}

// BenchmarkWriteEvents sends batches of 16 events of 4 KB to 100 clients that read.
func BenchmarkWriteEvents(b *testing.B) {
	const clients, batch, size = 100, 16, 4 << 10
	budget := newBudget(testBudget)
	var writers []*Writer
	for range clients {
		near, far := loopback.Pair(b)
		w := New(Options{
			Conn: wire.New(near), Max: testMax, Budget: budget, Contain: func() {}, GiveUp: func(err error) { b.Error(err) },
		})
		w.NeverWait()
		writers = append(writers, w)
		go func(far net.Conn) {
			var buf [64 << 10]byte
			for {
				if _, err := far.Read(buf[:]); err != nil {
					return
				}
			}
		}(far)
	}
	text := make([]byte, size)
	var events []*Shared
	choose := func(dst []*Shared) []*Shared { return append(dst, events...) }
	b.SetBytes(clients * batch * size)
	b.ReportAllocs()
	for b.Loop() {
		events = events[:0]
		for range batch {
			s := budget.NewShared(size)
			s.SetBytes(append(s.Bytes(), text...))
			events = append(events, s)
		}
		for _, w := range writers {
			w.WriteEvents(choose)
		}
		for _, s := range events {
			s.Release()
		}
	}
	b.StopTimer()
	for _, w := range writers {
		w.Close(nil, func() { _ = w.out.conn.SetWriteDeadline(time.Now().Add(time.Second)) })
		w.Abandon()
	}
	if used := budget.Used(); used != 0 {
		b.Errorf("%d bytes are not given back", used)
	}
}
