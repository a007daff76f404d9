package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"eslguard/codec"
	"eslguard/event"
	"eslguard/policy"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/upstream"
)

// TestFrames: a frame in a format is made once, and only if somebody takes it.
func TestFrames(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		text := named("HEARTBEAT", "A", "b c")
		frames := make(map[event.Format][]*answers.Shared)
		take := func(format event.Format) *sink {
			return &sink{onDeliver: func(b *Batch) {
				for i := range b.Len() {
					frames[format] = append(frames[format], b.Frame(i, format))
					if b.frames[i][event.XML] != nil {
						t.Error("a frame that nobody takes was made")
					}
				}
				var e event.Event
				if err := e.Parse([]byte(text)); err != nil {
					t.Error(err)
				}
				if got := b.Frame(0, format).Bytes(); !bytes.Equal(got, e.AppendFrame(nil, format)) {
					t.Errorf("the frame in %v is %q", format, got)
				}
			}}
		}
		for _, format := range []event.Format{event.JSON, event.Plain, event.Plain, event.JSON} {
			require(t, st.Join(take(format)), "HEARTBEAT")
		}
		f.send(frame(text))
		f.want(t, "event json HEARTBEAT")
		for _, format := range []event.Format{event.JSON, event.Plain} {
			if made := frames[format]; len(made) != 2 || made[0] != made[1] {
				t.Errorf("the frames in %v are %v", format, made)
			}
		}
	})
}

// TestOrderOfMembers: after the first batch, members that take the same format are side by side. A
// member that takes another format than before changes its place.
func TestOrderOfMembers(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		var order []event.Format
		take := func(format *event.Format) *sink {
			return &sink{onDeliver: func(b *Batch) {
				b.Frame(0, *format)
				order = append(order, *format)
			}}
		}
		want := func(formats ...event.Format) {
			t.Helper()
			order = nil
			f.send(frame(named("API")))
			synctest.Wait()
			if !slices.Equal(order, formats) {
				t.Errorf("the formats were taken in the order %v, want %v", order, formats)
			}
		}
		var formats [9]event.Format
		for i := range formats {
			formats[i] = event.Format(i % 3)
			require(t, st.Join(take(&formats[i])), "API")
		}
		f.send(frame(named("API")))
		synctest.Wait()
		want(event.Plain, event.Plain, event.Plain, event.JSON, event.JSON, event.JSON, event.XML, event.XML, event.XML)
		formats[0] = event.XML
		f.send(frame(named("API")))
		synctest.Wait()
		want(event.Plain, event.Plain, event.JSON, event.JSON, event.JSON, event.XML, event.XML, event.XML, event.XML)
	})
}

// TestSizeOfJSON: a frame in JSON fits in the memory that it is given.
func TestSizeOfJSON(t *testing.T) {
	for _, size := range []int{0, 1000, 10_000, 1 << 20} {
		b := Batch{budget: answers.NewBudget(1<<30, nil)}
		if err := b.add([]byte(named("API", "A", strings.Repeat("x", size)))); err != nil {
			t.Fatal(err)
		}
		if got, most := cap(b.Frame(0, event.JSON).Bytes()), cap(b.budget.NewShared(jsonHead+b.sizes[0]).Bytes()); got != most {
			t.Errorf("the frame of %d bytes has memory for %d, want %d", b.sizes[0], got, most)
		}
	}
}

// TestBatches: all events that have come are delivered together, up to a number.
func TestBatches(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		var sizes []int
		a := &sink{onDeliver: func(b *Batch) { sizes = append(sizes, b.Len()) }}
		require(t, st.Join(a), "API")
		f.send(strings.Repeat(frame(named("API")), 2*maxBatch+1))
		if got := strings.Count(a.got(), "API"); got != 2*maxBatch+1 {
			t.Errorf("%d events", got)
		}
		if len(sizes) != 3 || sizes[0] != maxBatch || sizes[1] != maxBatch || sizes[2] != 1 {
			t.Errorf("the batches have %d events", sizes)
		}
	})
}

// TestFaults: a fault in one member is its own.
func TestFaults(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		bad, worse := &sink{onDeliver: func(*Batch) { panic("a fault") }}, faulty{}
		var good sink
		mb := st.Join(bad)
		require(t, mb, "API")
		require(t, st.Join(worse), "API")
		require(t, st.Join(&good), "API")
		for range 2 {
			f.send(frame(named("API")))
			if got := good.got(); got != "API" {
				t.Errorf("the other member is given %q", got)
			}
		}
		if losses := bad.losses(); len(losses) != 1 || losses[0] != errFault {
			t.Errorf("the member with the fault is notified of %v", losses)
		}
		if err := mb.Require(background, needs(t, "API")); err != errFault {
			t.Errorf("a later Require: %v", err)
		}
		if len(good.losses())+len(f.logged()) != 0 {
			t.Error("the stream is lost")
		}
	})
}

// faulty is a Subscriber with a fault in both methods.
type faulty struct{}

func (faulty) Deliver(*Batch) { panic("a fault") }
func (faulty) Lost(error)     { panic("a fault") }

// TestFaultInTheStream: a fault of the stream's own fails the attempt to connect, and does not end
// the program.
func TestFaultInTheStream(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, s *Set, st *Stream) {
		dial := s.Dial
		s.Dial = func(context.Context, *policy.Upstream) (upstream.Link, error) { panic("a fault") }
		m := st.Join(new(sink))
		err := m.Require(background, needs(t, "API"))
		var up *upstream.Error
		if !errors.As(err, &up) || !errors.Is(err, errReading) {
			t.Errorf("Require: %v", err)
		}
		s.Dial = dial
		require(t, m, "API")
	})
}

// TestLeaveWhileDelivering: a member may leave, or another one be removed, while a batch is
// delivered.
func TestLeaveWhileDelivering(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		var members []*Member
		var sinks []*sink
		given := 0
		for range 10 {
			a := &sink{onDeliver: func(*Batch) {
				given++
				for _, m := range members {
					m.Leave()
					m.Leave()
				}
			}}
			sinks = append(sinks, a)
			members = append(members, st.Join(a))
		}
		for _, m := range members {
			require(t, m, "API")
		}
		f.send(frame(named("API")) + frame(named("API")))
		f.took()
		f.send(frame(named("API")))
		f.took()
		if given != 1 {
			t.Errorf("%d batches delivered, want one", given)
		}
		for _, a := range sinks {
			if len(a.losses()) != 0 {
				t.Error("a member that left is notified of a loss")
			}
		}
		if err := members[0].Require(background, needs(t, "API")); err != ErrLeft {
			t.Errorf("Require after Leave: %v", err)
		}
	})
}

// TestLargeEvents: an event that does not fit into the buffer is delivered whole.
func TestLargeEvents(t *testing.T) {
	inBubble(t, func(t *testing.T, f *far, _ *Set, st *Stream) {
		const size = 1 << 20
		body := 0
		a := &sink{onDeliver: func(b *Batch) {
			for i := range b.Len() {
				value, _ := b.Event(i).Get("A")
				body += len(value)
			}
		}}
		require(t, st.Join(a), "API", "DTMF")
		large := frame(named("API", "A", strings.Repeat("x", size)))
		small := frame(named("DTMF"))
		f.send(small + large + small + large + small)
		if got := a.got(); got != "DTMF API DTMF API DTMF" || body != 2*size {
			t.Errorf("%q delivered with %d bytes", got, body)
		}
	})
}

// endless is a FreeSWITCH that sends the same again and again, in pieces.
type endless struct {
	text []byte
	at   int
}

func (e *endless) Read(b []byte) (int, error) {
	n := copy(b[:min(len(b), 40_000)], e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	return n, nil
}

// newReader returns a reader from src to the members of a Stream that is not connected.
func newReader(src *endless, members ...Subscriber) *reader {
	s := &Set{Budget: answers.NewBudget(1<<30, func() {}), Contain: func() {}}
	st := newStream(s, true)
	for _, sub := range members {
		st.Join(sub).SetNeed(event.Need{All: true})
	}
	l := upstream.Link{Reader: codec.NewUpstreamReader(src, codec.UpstreamLimits{})}
	l.Reader.SetBuffer(readBuffer)
	return &reader{st: st, link: l, batch: Batch{budget: s.Budget}}
}

// taker takes every event in a format.
type taker struct{ format event.Format }

func (s *taker) Deliver(b *Batch) {
	for i := range b.Len() {
		_ = b.Frame(i, s.format).Bytes()
	}
}

func (*taker) Lost(error) {}

// typical is some text of events, as it may come.
func typical() []byte {
	var text strings.Builder
	for i := range 300 {
		var more []string
		for j := range 50 {
			more = append(more, fmt.Sprintf("variable_%d", j), fmt.Sprintf("<sip:%d@example.com>", i*j))
		}
		text.WriteString(frame(named("CHANNEL_CREATE", more...)))
	}
	return []byte(text.String())
}

// TestDeliveringAllocatesNothing: in the steady state no event allocates memory, in whatever
// formats it is taken.
func TestDeliveringAllocatesNothing(t *testing.T) {
	src := &endless{text: typical()}
	r := newReader(src, &taker{event.JSON}, &taker{event.Plain}, &taker{event.XML})
	step := func() {
		if err := r.step(); err != nil {
			t.Fatal(err)
		}
	}
	for range 5000 {
		step()
	}
	if n := testing.AllocsPerRun(5000, step); n != 0 {
		t.Errorf("%v allocations for each event", n)
	}
}

// TestLongMemoryIsNotKept: what a large event needs is given back.
func TestLongMemoryIsNotKept(t *testing.T) {
	large := frame(named("API", "A", strings.Repeat("x", 2*maxKept)))
	r := newReader(&endless{text: []byte(large + strings.Repeat(frame(named("API")), 1000))}, &taker{event.XML})
	for range 2000 {
		if err := r.step(); err != nil {
			t.Fatal(err)
		}
	}
	if cap(r.long) > maxKept || cap(r.batch.scratch) > maxKept {
		t.Errorf("%d and %d bytes are kept", cap(r.long), cap(r.batch.scratch))
	}
}

func BenchmarkDeliver(b *testing.B) {
	for _, formats := range [][]event.Format{{event.JSON}, {event.Plain}, {event.JSON, event.Plain, event.XML}} {
		b.Run(fmt.Sprint(formats), func(b *testing.B) {
			src := &endless{text: typical()}
			var members []Subscriber
			for i := range 99 {
				members = append(members, &taker{formats[i%len(formats)]})
			}
			r := newReader(src, members...)
			b.SetBytes(int64(len(src.text) / 300))
			for b.Loop() {
				if err := r.step(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
