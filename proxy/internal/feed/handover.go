package feed

import (
	"context"
	"errors"
	"hash/maphash"
	"slices"

	"eslguard/event"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/stream"
)

// The limits of how far the stream and the session's own connection may be apart. FreeSWITCH writes
// both at the same time, and either may be read later than the other.
const (
	// maxAhead is how many events the stream may have delivered that have not come on the session's
	// own connection.
	maxAhead = 100_000
	// maxBehind and maxBehindBytes are how many events, and how many bytes of them, may wait until
	// the stream has them.
	maxBehind      = 10_000
	maxBehindBytes = 16 << 20
)

// The reasons to end a session in which the two are too far apart.
var (
	errAhead  = errors.New("the events of the session's own connection come too late")
	errBehind = errors.New("the events of the shared stream come too late")
)

// A handover is how far a session has got its events from a connection of its own instead of from
// the stream. The zero handover has not begun.
type handover struct {
	state handoverState
	seed  maphash.Seed
	// ahead are the events that the stream has delivered and that have not come on the session's
	// own connection, in order.
	ahead []delivery
	// behind are the events that have come on the session's own connection and that the stream has
	// not delivered, in order, and size is how many bytes they have.
	behind []*answers.Shared
	hashes []uint64
	size   int
	// attached is true once FreeSWITCH has accepted myevents.
	attached bool
}

type handoverState uint8

const (
	fromStream handoverState = iota
	fromBoth
	fromOwn
)

// formats are those in which an event may come on the session's own connection. It is not always
// the one in which the client has been sent the event, since the client may change the format.
var formats = [...]event.Format{event.Plain, event.JSON, event.XML}

// An identity is the hashes of an event in all formats.
type identity [len(formats)]uint64

// A delivery is an event that the stream has delivered.
type delivery struct {
	id identity
	// unsent is true if the client has not been sent it, because it is subscribed to it only if
	// FreeSWITCH has accepted myevents by then.
	unsent bool
}

// begin is called before the session's own connection is given the subscription.
func (h *handover) begin() { *h = handover{state: fromBoth, seed: maphash.MakeSeed()} }

// end is called once the client need not be sent anything from the stream any more. It returns the
// events that the client is to be sent at once.
func (h *handover) end() []*answers.Shared {
	behind := h.behind
	*h = handover{state: fromOwn}
	return behind
}

// identify returns the identity of an event of the stream.
func (h *handover) identify(b *stream.Batch, i int) (id identity) {
	for j, f := range formats {
		id[j] = maphash.Bytes(h.seed, b.Frame(i, f).Bytes())
	}
	return id
}

// delivered is called in the state fromBoth for an event of the stream that the client is to be
// sent. If complete is true, the handover is complete because of it, and the client is sent the
// events that delivered returns instead. Its error ends the session.
func (h *handover) delivered(id identity) (behind []*answers.Shared, complete bool, err error) {
	if slices.ContainsFunc(h.hashes, id.has) {
		return h.end(), true, nil
	}
	return nil, false, h.keepAhead(delivery{id: id})
}

// keepAhead adds to ahead. Its error ends the session.
func (h *handover) keepAhead(d delivery) error {
	if len(h.ahead) >= maxAhead {
		return errAhead
	}
	h.ahead = append(h.ahead, d)
	return nil
}

func (id identity) has(hash uint64) bool { return slices.Contains(id[:], hash) }

// arrived is called for an event that has come on the session's own connection. It returns the
// events that the client is to be sent now, and those that it is not to be sent at all. It keeps an
// event that the stream has not delivered, since the stream may have to deliver others before it.
// Its error ends the session.
func (h *handover) arrived(frame *answers.Shared) (now, drop []*answers.Shared, kept bool, err error) {
	if h.state != fromBoth {
		return []*answers.Shared{frame}, nil, false, nil
	}
	hash := maphash.Bytes(h.seed, frame.Bytes())
	i := slices.IndexFunc(h.ahead, func(d delivery) bool { return d.id.has(hash) })
	if i < 0 {
		h.size += len(frame.Bytes())
		if len(h.behind) >= maxBehind || h.size > maxBehindBytes {
			return nil, nil, false, errBehind
		}
		h.behind, h.hashes = append(h.behind, frame), append(h.hashes, hash)
		return nil, nil, true, nil
	}
	// Both connections report in the same order: what is before it in ahead does not come here, and
	// the stream does not deliver what is in behind. After myevents, that is what FreeSWITCH had
	// queued of other channels before: the client may have been sent later events by now.
	if now = h.behind; h.attached {
		now, drop = nil, now
	}
	if h.ahead[i].unsent {
		now = append(now, frame)
	}
	h.behind, h.hashes, h.size = nil, nil, 0
	if h.ahead = h.ahead[i+1:]; len(h.ahead) == 0 {
		h.end()
	}
	return now, drop, false, nil
}

// PrepareHandover makes sure that the stream has every event that comes on the session's own
// connection after myevents, so that the two can be compared. It is called before BeginHandover.
// Its error is that of Prepare.
func (f *Feed) PrepareHandover(ctx context.Context) error {
	if !f.served() {
		return nil
	}
	var attached event.Subscription
	f.locked(func() { attached = f.sub })
	attached.Attach("")
	f.required = f.sub.Need().Union(attached.Need())
	return f.member.Require(ctx, f.required)
}

// PrepareOwn is called before a change is sent on the session's own connection. As long as the
// handover takes, it makes sure that the stream has what the change subscribes to, too. Its error
// is that of Prepare.
func (f *Feed) PrepareOwn(ctx context.Context, c event.Change) error {
	if f.required.Empty() || f.required.Covers(c.Need()) {
		return nil
	}
	f.required = f.required.Union(c.Need())
	if err := f.member.Require(ctx, f.required); !errors.Is(err, stream.ErrLeft) {
		return err
	}
	f.required = event.Need{} // the handover is complete
	return nil
}

// BeginHandover is called before the session's own connection is given the commands of Lines, and
// then myevents for that channel. From then on each event that comes there is passed to FromOwn.
func (f *Feed) BeginHandover(uuid string) {
	f.handedOver = true
	f.locked(func() {
		f.handover.begin()
		if !f.served() {
			f.handover.end()
			return
		}
		f.attaching, f.attached = true, f.sub
		f.attached.Attach(uuid)
	})
}

// served reports whether the stream may have events for the client.
func (f *Feed) served() bool { return f.member != nil && f.sub.Listening() }

// HandedOver reports whether BeginHandover has been called. Only the session's own goroutine may
// call it.
func (f *Feed) HandedOver() bool { return f.handedOver }

// Attach is called after FreeSWITCH has answered a myevents. ok is true if it has accepted it.
func (f *Feed) Attach(uuid string, ok bool) {
	f.locked(func() {
		f.attaching, f.attached = false, event.Subscription{}
		if ok {
			f.sub.Attach(uuid)
			f.handover.attached = true
		}
	})
}

// Apply is called after FreeSWITCH has answered a change that was sent on the session's own
// connection, so that the stream is chosen from in the same way as long as the handover takes.
func (f *Feed) Apply(c event.Change) {
	dropped := false
	f.locked(func() {
		f.sub.Apply(c)
		if dropped = !f.sub.Listening(); dropped && f.handover.state == fromBoth {
			f.handover.end()
		}
	})
	if dropped { // noevents drops what has not been sent
		f.o.Out.DropHeldBack()
	}
}

// locked calls change under the Writer's lock.
func (f *Feed) locked(change func()) {
	f.o.Out.WriteEvents(func(dst []*answers.Shared) []*answers.Shared {
		change()
		return dst
	})
}

// FromOwn sends an event that has come on the session's own connection, unless the client has been
// sent it from the stream. It takes the caller's reference to the event. It returns true once the
// handover is complete: then events that come on that connection may be written as they come. Its
// error ends the session.
func (f *Feed) FromOwn(frame *answers.Shared) (complete bool, err error) {
	var now, drop []*answers.Shared
	var kept, done bool
	f.o.Out.WriteEvents(func(dst []*answers.Shared) []*answers.Shared {
		now, drop, kept, err = f.handover.arrived(frame)
		done = f.handover.state == fromOwn
		return append(dst, now...)
	})
	for _, s := range append(now, drop...) {
		if s != frame {
			s.Release()
		}
	}
	if !kept {
		frame.Release()
	}
	if err != nil || !done || f.o.Out.Holding() {
		return false, err
	}
	f.Close()
	return true, nil
}
