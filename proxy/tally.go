package proxy

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"

	"eslguard/audit"
	"eslguard/codec"
)

// defaultTallyTime is for how long denials that are equal to the one before are counted instead of
// recorded one by one.
const defaultTallyTime = time.Second

// A tally counts equal denials. The first is recorded by its caller before it is answered. Those
// that follow within lasts, with no other record in between, are answered with the first one's id,
// counted, and written as one record with that number: when the time is over, before another record
// of the session, or at its end. So whoever kills the program can hide how often something was
// denied within the last second, and never what. It is safe for use by several goroutines. It must
// be given write before it is used.
type tally struct {
	// lasts is for how long one denial counts those after it. Zero: defaultTallyTime.
	lasts time.Duration
	// write writes a record of a number. It does not wait for the disk to sync.
	write func(*audit.Record) error
	// contain recovers from a fault in the goroutine of expire. Nil: a fault ends the program.
	contain func()

	mu sync.Mutex
	// now is what is counted, nil for nothing: most sessions are denied nothing.
	now *tallied
	// closed: nothing is counted any more.
	closed bool
}

// A tallied is a denial that others may be equal to.
type tallied struct {
	frame  frameSum
	record audit.Record // Times counts
	until  time.Time
	timer  *time.Timer // nil before the first is counted
}

// A frameSum stands for a frame's bytes. The zero sum is of no frame.
type frameSum [sha256.Size]byte

// sumFrame returns the sum of a frame, and the zero sum for nil.
func sumFrame(f *codec.Frame) (sum frameSum) {
	if f == nil {
		return sum
	}
	h := sha256.New()
	add := func(b []byte) { // with its length, so that no two frames run together to the same bytes
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	add(f.Line)
	for i := range f.Headers {
		add(f.Headers[i].Name)
		add(f.Headers[i].Value)
	}
	add([]byte("\n")) // no header's name
	add(f.Body)
	h.Sum(sum[:0])
	return sum
}

// again counts a denial if it is equal to the one before, and returns the id of that.
func (t *tally) again(frame frameSum, r *audit.Record) (id string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now
	if now == nil || t.closed || now.frame != frame || !sameDenial(&now.record, r) {
		return "", false
	}
	left := time.Until(now.until)
	if left <= 0 {
		return "", false
	}
	now.record.Times++
	if now.timer == nil {
		now.timer = time.AfterFunc(left, contained(t.contain, t.expire))
	}
	return now.record.ID, true
}

// sameDenial reports whether two records say the same of frames that are the same.
func sameDenial(a, b *audit.Record) bool {
	return a.Kind == b.Kind && a.Client == b.Client && a.Decision == b.Decision && a.Verb == b.Verb && a.Command == b.Command &&
		a.Role == b.Role && a.Rule == b.Rule && a.Reason == b.Reason && a.Policy == b.Policy
}

// begin makes a denial that has been recorded the one that others are compared with.
func (t *tally) begin(frame frameSum, r *audit.Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return
	}
	t.now = &tallied{frame: frame, record: *r, until: time.Now().Add(orDefault(t.lasts, defaultTallyTime))}
}

// flush writes the number of what was counted, and begins anew. Its error says that this is not
// written; it is kept then.
func (t *tally) flush() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now == nil {
		return nil
	}
	if t.now.record.Times > 0 {
		if err := t.write(&t.now.record); err != nil {
			return err
		}
	}
	if t.now.timer != nil {
		t.now.timer.Stop()
	}
	t.now = nil
	return nil
}

// expire is flush when the time is over. What cannot be written then is tried again.
func (t *tally) expire() {
	if t.flush() == nil { // write tells the operator of a failure
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now != nil {
		t.now.timer = time.AfterFunc(orDefault(t.lasts, defaultTallyTime), contained(t.contain, t.expire))
	}
}

// close is flush for the last time: what cannot be written now never is.
func (t *tally) close() error {
	err := t.flush()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	if t.now != nil {
		if t.now.timer != nil {
			t.now.timer.Stop()
		}
		t.now = nil
	}
	return err
}
