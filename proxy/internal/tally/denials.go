package tally

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"

	"eslguard/audit"
	"eslguard/codec"
)

// defaultPeriod is for how long denials that are equal to the one before are counted instead of
// recorded one by one.
const defaultPeriod = time.Second

// Denials counts equal denials. The first is recorded by its caller before it is answered. Those
// that follow within Period, with no other record in between, are answered with the first one's id
// and counted. They are written as one record with that number: when the period is over, before
// another record of the session, or at its end. So an attacker who kills the program can hide how
// often something was denied within the last second, but not that it was denied. Write and Contain
// must be set before use. Denials is safe for use by several goroutines.
type Denials struct {
	// Period is for how long one denial counts those after it. Zero: one second.
	Period time.Duration
	// Write writes a record of a number. It need not wait for the disk to sync.
	Write func(*audit.Record) error
	// Contain is deferred in the goroutine of a timer and recovers from a fault there.
	Contain func()

	mu sync.Mutex
	// last is the denial that others are compared with. Nil for none: most sessions are denied
	// nothing.
	last *denial
	// closed is true once nothing is counted any more.
	closed bool
}

// A denial is one that has been recorded.
type denial struct {
	frame  FrameSum
	record audit.Record // its Times counts the denials that follow
	until  time.Time
	timer  *time.Timer // nil before the first is counted
}

// A FrameSum is the hash of a frame's bytes. The zero FrameSum means that there is no frame.
type FrameSum [sha256.Size]byte

// SumFrame returns the sum of a frame, and the zero sum for nil.
func SumFrame(f *codec.Frame) (sum FrameSum) {
	if f == nil {
		return sum
	}
	h := sha256.New()
	add := func(b []byte) { // with its length, so that no two frames have the same bytes
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
	add([]byte("\n")) // cannot be a header's name
	add(f.Body)
	h.Sum(sum[:0])
	return sum
}

// Again counts a denial if it is equal to the one before, and returns that one's id. It returns
// false if the caller has to record the denial.
func (d *Denials) Again(frame FrameSum, r *audit.Record) (id string, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	last := d.last
	if last == nil || d.closed || last.frame != frame || !sameDenial(&last.record, r) {
		return "", false
	}
	left := time.Until(last.until)
	if left <= 0 {
		return "", false
	}
	last.record.Times++
	if last.timer == nil {
		last.timer = time.AfterFunc(left, d.expire)
	}
	return last.record.ID, true
}

// sameDenial reports whether two records of equal frames say the same.
func sameDenial(a, b *audit.Record) bool {
	return a.Kind == b.Kind && a.Client == b.Client && a.Decision == b.Decision && a.Verb == b.Verb && a.Command == b.Command &&
		a.Role == b.Role && a.Rule == b.Rule && a.Reason == b.Reason && a.Policy == b.Policy
}

// Begin makes a denial that has been recorded the one that others are compared with.
func (d *Denials) Begin(frame FrameSum, r *audit.Record) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return
	}
	d.last = &denial{frame: frame, record: *r, until: time.Now().Add(cmp.Or(d.Period, defaultPeriod))}
}

// Flush writes the number of denials that were counted and forgets the last denial. If the number
// cannot be written, Flush returns the error and keeps both.
func (d *Denials) Flush() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.last == nil {
		return nil
	}
	if d.last.record.Times > 0 {
		if err := d.Write(&d.last.record); err != nil {
			return err
		}
	}
	if d.last.timer != nil {
		d.last.timer.Stop()
	}
	d.last = nil
	return nil
}

// expire calls Flush when the period is over. If the number cannot be written, it tries again after
// another period.
func (d *Denials) expire() {
	defer d.Contain()
	if d.Flush() == nil { // Write reports a failure to the operator
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.last != nil {
		d.last.timer = time.AfterFunc(cmp.Or(d.Period, defaultPeriod), d.expire)
	}
}

// Close calls Flush for the last time and returns its error: a number that cannot be written now is
// lost.
func (d *Denials) Close() error {
	err := d.Flush()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	if d.last != nil {
		if d.last.timer != nil {
			d.last.timer.Stop()
		}
		d.last = nil
	}
	return err
}
