package feed

import (
	"cmp"
	"context"
	"errors"
	"time"

	"eslguard/codec"
	"eslguard/event"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/stream"
)

// errFilters is the reason to end a session if the filters of its client cost too much.
var errFilters = errors.New("the filters cost too much")

// A LostError is the reason to end a session whose events cannot be served from the stream any
// more, because of FreeSWITCH and not because of the session.
type LostError struct {
	// Err is why. It is never nil.
	Err error
}

// Error returns what is lost, and why.
func (e *LostError) Error() string {
	return "the shared event connection to FreeSWITCH is lost: " + e.Err.Error()
}

// Unwrap returns e.Err.
func (e *LostError) Unwrap() error { return e.Err }

// Options are what a Feed needs. All fields must be set.
type Options struct {
	// Out writes to the client.
	Out *answers.Writer
	// Stream is the shared stream of the session's upstream.
	Stream *stream.Stream
	// Work is the client's allowance for filters.
	Work *Allowance
	// Over reports whether the session has ended, so that its client is sent no more events.
	Over func() bool
	// End ends the session, for example because the stream is lost. It is called at most once, by
	// the stream's goroutine, and must not block.
	End func(error)
}

// A Feed serves one session. Its methods are called by the session's own goroutine, except FromOwn,
// Attach and Apply, which are called by the one that reads the session's own connection, and
// Deliver and Lost, which are called by that of the stream. It must be made with New.
type Feed struct {
	o Options
	// member is nil before the first subscription.
	member *stream.Member
	// handedOver is true once BeginHandover has been called.
	handedOver bool
	// required is what the handover requires of the stream. Zero: nothing.
	required event.Need
	// chooseFn is choose, made once.
	chooseFn func([]*answers.Shared) []*answers.Shared

	// The Writer's lock guards the fields below. The session's own goroutine, which alone changes
	// sub before the handover, also reads it without the lock.
	sub   event.Subscription
	batch *stream.Batch // what choose chooses from
	// handover is how far the session gets its events from its own connection.
	handover handover
	// attaching is true until FreeSWITCH has answered the myevents that the handover is for.
	// attached is what the session is subscribed to if it has been accepted.
	attaching bool
	attached  event.Subscription

	// Only the stream's goroutine uses the fields below.
	// sent are the events from the session's own connection that choose has chosen.
	sent []*answers.Shared
	// failed is why the session has to end, nil if it need not.
	failed error
	// over is true once the session has been ended.
	over bool
}

// New returns a Feed that serves nothing yet.
func New(o Options) *Feed {
	f := &Feed{o: o}
	f.chooseFn = f.choose
	return f
}

// Prepare makes sure, before c is settled, that FreeSWITCH sends to the stream what c subscribes
// to. Its error is that of the stream's connection, or of ctx.
func (f *Feed) Prepare(ctx context.Context, c event.Change) error {
	need := f.sub.Need().Union(c.Need())
	if need.Empty() {
		return nil
	}
	if f.member == nil {
		f.member = f.o.Stream.Join(f)
	}
	return f.member.Require(ctx, need)
}

// Settle changes the subscription and answers the client in the place that is reserved for that. It
// returns the text of the answer, and false if it is not the turn of that place (answers.Writer).
func (f *Feed) Settle(ctx context.Context, c event.Change) (reply string, ok bool) {
	ok = f.o.Out.Settle(func() ([]byte, bool) {
		reply = f.sub.Apply(c)
		return codec.AppendCommandReply(nil, reply), !f.sub.Listening()
	})
	if ok && f.member != nil {
		_ = f.member.Require(ctx, f.sub.Need()) // it needs no more than before
	}
	return reply, ok
}

// Deliver implements stream.Subscriber.
func (f *Feed) Deliver(b *stream.Batch) {
	if f.over || f.o.Over() {
		return
	}
	f.batch = b
	f.o.Out.WriteEvents(f.chooseFn)
	for _, s := range f.sent {
		s.Release()
	}
	f.sent = nil
	if f.failed != nil {
		f.end(f.failed)
	}
}

// Lost implements stream.Subscriber.
func (f *Feed) Lost(err error) { f.end(&LostError{err}) }

// end ends the session, once.
func (f *Feed) end(err error) {
	if !f.over {
		f.over = true
		f.o.End(err)
	}
}

// choose appends the frames of the batch's events that the client is sent. The caller holds the
// Writer's lock.
func (f *Feed) choose(dst []*answers.Shared) []*answers.Shared {
	b := f.batch
	f.batch = nil
	if f.handover.state == fromOwn {
		return dst
	}
	var left int64
	if f.sub.Filtered() {
		left = f.o.Work.left(time.Now())
		f.sub.LimitWork(left)
		f.attached.LimitWork(left)
	}
	for i := range b.Len() {
		if !f.sub.Wants(b.Event(i)) {
			f.failed = cmp.Or(f.failed, f.keepUnsent(b, i))
			continue
		}
		if f.handover.state == fromBoth {
			behind, complete, err := f.handover.delivered(f.handover.identify(b, i))
			if complete {
				f.sent = behind
				dst = append(dst, behind...)
			}
			if complete || err != nil {
				f.failed = cmp.Or(f.failed, err)
				break
			}
		}
		dst = append(dst, b.Frame(i, f.sub.Format()))
	}
	if work := f.sub.TakeWork() + f.attached.TakeWork(); !f.o.Work.take(work, left, time.Now()) {
		f.failed = errFilters
	}
	return dst
}

// keepUnsent notes an event that the client is not sent. FreeSWITCH may have accepted myevents, and
// its answer may not have been read: then the event comes on the session's own connection, and the
// client is sent it there. Its error ends the session.
func (f *Feed) keepUnsent(b *stream.Batch, i int) error {
	if !f.attaching || f.handover.state != fromBoth || !f.attached.Wants(b.Event(i)) {
		return nil
	}
	return f.handover.keepAhead(delivery{id: f.handover.identify(b, i), unsent: true})
}

// Check returns an error, whose text is meant for the client, if c would make the session's filters
// too large. It is not called after the handover has begun.
func (f *Feed) Check(c event.Change) error { return f.sub.Check(c) }

// Lines returns the commands that give the session's own connection the same subscription.
func (f *Feed) Lines() []string { return f.sub.Lines() }

// Close leaves the stream. Nothing is delivered after it. It may be called again.
func (f *Feed) Close() {
	if f.member != nil {
		f.member.Leave()
	}
}
