package stream

import (
	"eslguard/event"
	"eslguard/proxy/internal/answers"
)

// maxBatch is how many events a Batch has at most. A full reader's buffer has about a hundred.
const maxBatch = 128

// maxReused is the largest event, in bytes of its text, whose memory is used for another one.
const maxReused = 32 << 10

// formats is the number of event.Formats.
const formats = 3

// A Batch is events that have come together. It is valid during the call of Subscriber.Deliver.
type Batch struct {
	budget *answers.Budget
	n      int
	// events are the events, and memory for more of them behind the first n.
	events []*event.Event
	// sizes are the lengths of their texts in bytes.
	sizes []int
	// frames are those that have been made. Nil: not made yet.
	frames [][formats]*answers.Shared
	// scratch is where a frame is made before its size is known.
	scratch []byte
	// taken is the format of the last frame that was taken.
	taken event.Format
}

// Len returns the number of events. It is at least 1.
func (b *Batch) Len() int { return b.n }

// Event returns the i-th event.
func (b *Batch) Event(i int) *event.Event { return b.events[i] }

// Frame returns the i-th event as a frame in a format. The frame belongs to the Batch. A caller
// that keeps it must take a reference of its own.
func (b *Batch) Frame(i int, f event.Format) *answers.Shared {
	b.taken = f
	if frame := b.frames[i][f]; frame != nil {
		return frame
	}
	frame := b.makeFrame(i, f)
	b.frames[i][f] = frame
	return frame
}

// jsonHead is at least the length of the headers of a frame in JSON.
const jsonHead = 64

// makeFrame makes the i-th event a frame in a format.
func (b *Batch) makeFrame(i int, f event.Format) *answers.Shared {
	if f == event.JSON { // its text is that of the event
		frame := b.budget.NewShared(jsonHead + b.sizes[i])
		frame.SetBytes(b.events[i].AppendFrame(frame.Bytes(), f))
		return frame
	}
	b.scratch = b.events[i].AppendFrame(b.scratch[:0], f)
	frame := b.budget.NewShared(len(b.scratch))
	frame.SetBytes(append(frame.Bytes(), b.scratch...))
	return frame
}

// full reports whether no further event can be added.
func (b *Batch) full() bool { return b.n == maxBatch }

// add parses an event and adds it. text must remain unchanged until reset. The error says why it
// cannot be parsed. The batch must not be full.
func (b *Batch) add(text []byte) error {
	if b.n == len(b.events) {
		b.events = append(b.events, new(event.Event))
		b.sizes = append(b.sizes, 0)
		b.frames = append(b.frames, [formats]*answers.Shared{})
	}
	if err := b.events[b.n].Parse(text); err != nil {
		return err
	}
	b.sizes[b.n] = len(text)
	b.n++
	return nil
}

// reset releases the frames and removes the events. It drops the memory of large events.
func (b *Batch) reset() {
	for i := range b.n {
		for f, frame := range b.frames[i] {
			if frame != nil {
				frame.Release()
				b.frames[i][f] = nil
			}
		}
		if b.sizes[i] > maxReused {
			b.events[i] = new(event.Event)
		}
	}
	if cap(b.scratch) > maxKept {
		b.scratch = nil
	}
	b.n = 0
}
