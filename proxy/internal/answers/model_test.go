package answers

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"eslguard/codec"
	"eslguard/proxy/internal/loopback"
	"eslguard/proxy/internal/wire"
)

// A model is what a Writer must send, written as plainly as possible.
type model struct {
	sent strings.Builder
	// queue has "" for a command that FreeSWITCH answers, "reserved" for a reserved place, and
	// other texts for the proxy's own answers.
	queue []string
	held  string
	// frame is true while a frame is in progress, reply if it is the answer to the first command.
	frame, reply bool
}

const reserved = "reserved"

func (m *model) first(kind string) bool { return len(m.queue) > 0 && m.queue[0] == kind }

func (m *model) proceed() {
	for len(m.queue) > 0 && m.queue[0] != "" && m.queue[0] != reserved {
		m.sent.WriteString(m.queue[0])
		m.queue = m.queue[1:]
	}
	if len(m.queue) == 0 {
		m.sent.WriteString(m.held)
		m.held = ""
	}
}

// An operation is something that may be done to a Writer while possible returns true.
type operation struct {
	possible func(m *model) bool
	do       func(r *modelRun)
}

// A modelRun does the same to a Writer and to a model.
type modelRun struct {
	model
	w    *Writer
	rand *rand.Rand
	n    int
}

// text returns a text that occurs once, mostly short.
func (r *modelRun) text(kind string) string {
	r.n++
	size := r.rand.IntN(300)
	if r.rand.IntN(50) == 0 {
		size = r.rand.IntN(300_000)
	}
	return fmt.Sprintf("<%s %d %s>", kind, r.n, strings.Repeat(string(rune('a'+r.n%26)), size))
}

func always(*model) bool            { return true }
func notInFrame(m *model) bool      { return !m.frame }
func answerIsOwed(m *model) bool    { return !m.frame && m.first("") }
func placeIsReserved(m *model) bool { return !m.frame && m.first(reserved) }

// mayForward reports whether no place is reserved.
func mayForward(m *model) bool {
	for _, q := range m.queue {
		if q == reserved {
			return false
		}
	}
	return true
}

var operations = []operation{
	{notInFrame, func(r *modelRun) { // whole frames of FreeSWITCH
		text := r.text("frames")
		r.w.Write([]byte(text))
		r.sent.WriteString(text)
	}},
	{always, func(r *modelRun) {
		text := r.text("local")
		r.w.Answer([]byte(text))
		if r.queue = append(r.queue, text); !r.frame {
			r.proceed()
		}
	}},
	{mayForward, func(r *modelRun) {
		r.w.Expect(Pending{Parts: 1})
		r.queue = append(r.queue, "")
	}},
	{mayForward, func(r *modelRun) {
		r.w.Reserve(false)
		r.queue = append(r.queue, reserved)
	}},
	{answerIsOwed, func(r *modelRun) {
		text := r.text("replaced")
		r.w.Replace([]byte(text))
		r.answered(text)
	}},
	{answerIsOwed, func(r *modelRun) {
		parts := r.text("part") + r.text("part")
		for i := 0; i < len(parts); i += 100 {
			_ = r.w.Gather([]byte(parts[i:min(i+100, len(parts))]), 0)
		}
		r.w.SendGathered(func([]byte, int64) {})
		r.answered(string(codec.AppendAPIHead(nil, int64(len(parts)))) + parts)
	}},
	{answerIsOwed, func(r *modelRun) { r.begin(true) }},
	{notInFrame, func(r *modelRun) { r.begin(false) }},
	{func(m *model) bool { return m.frame }, func(r *modelRun) {
		text := r.text("piece")
		r.w.Write([]byte(text))
		r.sent.WriteString(text)
	}},
	{func(m *model) bool { return m.frame }, func(r *modelRun) { r.end() }},
	{placeIsReserved, func(r *modelRun) {
		text, dropEvents := r.text("settled"), r.rand.IntN(2) == 0
		r.w.Settle(func() ([]byte, bool) { return []byte(text), dropEvents })
		if !dropEvents {
			r.sent.WriteString(r.held)
		}
		r.held = ""
		r.answered(text)
	}},
	{always, (*modelRun).events},
	{always, (*modelRun).events},
	{always, (*modelRun).events},
}

// answered is the answer to the first command.
func (r *modelRun) answered(text string) {
	r.sent.WriteString(text)
	r.queue = r.queue[1:]
	r.proceed()
}

func (r *modelRun) begin(reply bool) {
	text := r.text("begin")
	r.w.BeginFrame(&codec.UpstreamFrame{Raw: []byte(text), Rest: 1}, reply)
	r.sent.WriteString(text)
	r.frame, r.reply = true, reply
}

func (r *modelRun) end() {
	r.w.EndFrame(r.reply)
	if r.frame = false; r.reply {
		r.queue = r.queue[1:]
	}
	r.proceed()
}

func (r *modelRun) events() {
	var events []*Shared
	for range r.rand.IntN(6) {
		text := r.text("event")
		s := r.w.out.budget.NewShared(r.rand.IntN(len(text)))
		s.SetBytes(append(s.Bytes(), text...))
		events = append(events, s)
		r.held += text
	}
	r.w.WriteEvents(all(events...))
	for _, s := range events {
		s.Release()
	}
	if len(r.queue) == 0 && !r.frame {
		r.proceed()
	}
}

// TestAgainstModel does random things to Writers that share a Budget, whose clients stall at
// random, and compares what each client is sent with the model.
func TestAgainstModel(t *testing.T) {
	b := newBudget(testBudget)
	var waited sync.Map
	var wg sync.WaitGroup
	for seed := range uint64(24) {
		wg.Go(func() { againstModel(t, b, seed, &waited) })
	}
	wg.Wait()
	checkReturned(t, b)
	if _, ok := waited.Load(true); !ok {
		t.Error("nothing ever waited: the test does not test what it should")
	}
}

func againstModel(t *testing.T, b *Budget, seed uint64, waited *sync.Map) {
	near, far := loopback.Pair(t)
	_, _ = near.SetWriteBuffer(64<<10), far.SetReadBuffer(64<<10)
	r := &modelRun{rand: rand.New(rand.NewPCG(seed, 11))}
	r.w = New(Options{
		Conn: wire.New(near), Max: testMax, Budget: b, Contain: func() {},
		GiveUp: func(err error) { t.Errorf("seed %d: given up: %v", seed, err) },
	})
	if seed%3 != 0 {
		r.w.NeverWait()
	}
	var recording testRecording
	r.w.Record(&recording)
	read := make(chan string)
	go func() { read <- readSlowly(far, rand.New(rand.NewPCG(seed, 12))) }()
	for range 1500 {
		if op := operations[r.rand.IntN(len(operations))]; op.possible(&r.model) {
			op.do(r)
		}
		if _, owed := r.w.Next(); owed != r.first("") || r.w.Turn() != placeIsReserved(&r.model) {
			t.Errorf("seed %d: FreeSWITCH owes an answer: %v, it is the turn of a reserved place: %v", seed, owed, r.w.Turn())
		}
		if r.w.Held() > 64<<10 {
			waited.Store(true, true)
		}
	}
	if r.frame {
		r.end()
	}
	r.w.Close([]byte("<last>"), func() { _ = near.SetWriteDeadline(time.Now().Add(20 * time.Second)) })
	near.CloseWrite()
	got, want := <-read, r.sent.String()+"<last>"
	if got != want {
		i := 0
		for i < min(len(got), len(want)) && got[i] == want[i] {
			i++
		}
		t.Errorf("seed %d: the client was sent %.100q, want %.100q, after %d bytes", seed, got[i:], want[i:], i)
	}
	if recording.String() != want {
		t.Errorf("seed %d: the recording differs from what the client was sent", seed)
	}
	if undelivered, _ := r.w.Abandon(); undelivered != 0 {
		t.Errorf("seed %d: %d bytes undelivered", seed, undelivered)
	}
}

// readSlowly reads everything, and lets other goroutines run before many a read.
func readSlowly(conn interface{ Read([]byte) (int, error) }, r *rand.Rand) string {
	var all strings.Builder
	var buf [16 << 10]byte
	for {
		if r.IntN(50) == 0 {
			time.Sleep(time.Duration(r.IntN(500)) * time.Microsecond)
		}
		n, err := conn.Read(buf[:1+r.IntN(len(buf))])
		all.Write(buf[:n])
		if err != nil {
			return all.String()
		}
	}
}
