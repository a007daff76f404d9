package stream

import (
	"cmp"
	"fmt"
	"slices"

	"eslguard/codec"
	"eslguard/proxy/internal/upstream"
)

const (
	// readBuffer is the size in bytes of the reader's buffer, and so of a Batch, apart from an
	// event that is longer. Each Batch costs one write for each client, so a larger one is cheaper
	// under load; and it costs no time, since a Batch is what has come.
	readBuffer = 256 << 10
	// MaxEvent is the largest event in bytes of its text.
	MaxEvent = 64 << 20
	// maxKept is how many bytes of memory for the text of one event are kept for the next one.
	maxKept = readBuffer
	// maxNotice is how many bytes of a disconnect notice are read.
	maxNotice = 200
)

// A reader reads the events of one connection and delivers them.
type reader struct {
	st   *Stream
	link upstream.Link
	// batch has the events that have been read and not delivered. Their texts are in the reader's
	// buffer, except that of one which may be in long.
	batch Batch
	// long is memory for an event that was not whole in the reader's buffer.
	long []byte
	// to are the members that are given events.
	to []*Member
}

// run reads and delivers until the connection ends. It returns the reason, never nil. Events that
// came before are delivered.
func (r *reader) run() error {
	defer r.batch.reset()
	for {
		if err := r.step(); err != nil {
			r.deliver()
			return err
		}
	}
}

// step reads a frame, and delivers the batch before the next step would have to wait. Its error
// ends the connection.
func (r *reader) step() error {
	f, err := r.link.Reader.Next()
	if err != nil {
		return err
	}
	if err := r.take(f); err != nil {
		return err
	}
	// What the batch points to is valid until Next has to read from the source.
	if r.batch.full() || !r.link.Reader.Ready() {
		r.deliver()
	}
	return nil
}

// take handles one frame. Its error ends the connection.
func (r *reader) take(f *codec.UpstreamFrame) error {
	if f.Kind == codec.KindEvent {
		return r.takeEvent(f)
	}
	r.deliver() // what came before a reply has been delivered when Require returns
	switch f.Kind {
	case codec.KindCommandReply:
		return r.st.replied(f.Get("Reply-Text"))
	case codec.KindDisconnect:
		notice, err := upstream.ReadBody(r.link.Reader, f, maxNotice)
		if err != nil {
			return err
		}
		return fmt.Errorf("FreeSWITCH ended the connection and says %q", notice)
	}
	return fmt.Errorf("FreeSWITCH sent an unexpected frame: %.100q", f.Head)
}

// takeEvent adds an event to the batch.
func (r *reader) takeEvent(f *codec.UpstreamFrame) error {
	text := f.Body
	if f.Rest > 0 {
		r.deliver() // reading on overwrites the buffer
		var err error
		if text, err = r.readLong(f); err != nil {
			return err
		}
	}
	return r.batch.add(text)
}

// readLong reads an event of which the reader's buffer has only a part. The batch must be empty.
func (r *reader) readLong(f *codec.UpstreamFrame) ([]byte, error) {
	if size := int64(len(f.Body)) + f.Rest; size > MaxEvent {
		return nil, fmt.Errorf("an event of %d bytes exceeds the limit of %d", size, MaxEvent)
	}
	r.long = append(r.long[:0], f.Body...)
	for f.Rest > 0 {
		piece, err := r.link.Reader.More()
		if err != nil {
			return nil, err
		}
		r.long = append(r.long, piece...)
	}
	return r.long, nil
}

// deliver gives the batch to all members that require events, and empties it.
func (r *reader) deliver() {
	if r.batch.n == 0 {
		return
	}
	defer r.empty()
	r.to = r.st.recipients(r.to)
	for _, m := range r.to {
		r.batch.taken = m.format
		m.deliver(&r.batch)
		m.format = r.batch.taken
	}
	r.sort()
}

// sort puts members that take the same frames side by side, so that a frame is still in the
// processor's cache when the next member takes it.
func (r *reader) sort() {
	byFormat := func(a, b *Member) int { return cmp.Compare(a.format, b.format) }
	if !slices.IsSortedFunc(r.to, byFormat) {
		slices.SortStableFunc(r.to, byFormat)
	}
}

// empty empties the batch. It drops the memory of a long event.
func (r *reader) empty() {
	r.batch.reset()
	if cap(r.long) > maxKept {
		r.long = nil
	}
}
