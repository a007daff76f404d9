package feed

import (
	"errors"
	"hash/maphash"
	"slices"

	"eslguard/event"
	"eslguard/proxy/internal/answers"
)

// maxAhead is how many events the stream may be ahead of the session's own connection. FreeSWITCH
// writes both at the same time, so it is ahead by a few.
const maxAhead = 10_000

// errAhead is the reason to end a session whose own connection reports too late.
var errAhead = errors.New("the events of the session's own connection come too late")

// A handover is how far a session has got its events from a connection of its own instead of from
// the stream. The zero handover has not begun.
type handover struct {
	state handoverState
	seed  maphash.Seed
	// ahead are the hashes of the events that the client has been sent from the stream and that
	// have not come on the session's own connection yet, in order.
	ahead []uint64
}

type handoverState uint8

const (
	fromStream handoverState = iota
	fromBoth
	fromOwn
)

// begin is called before the session's own connection is given the subscription.
func (h *handover) begin() { *h = handover{state: fromBoth, seed: maphash.MakeSeed()} }

// end is called once the client need not be sent anything from the stream any more.
func (h *handover) end() { *h = handover{state: fromOwn} }

// send notes an event that the client is sent from the stream. It returns false if there are too
// many.
func (h *handover) send(frame *answers.Shared) bool {
	if h.state == fromStream {
		return true
	}
	if len(h.ahead) >= maxAhead {
		return false
	}
	h.ahead = append(h.ahead, maphash.Bytes(h.seed, frame.Bytes()))
	return true
}

// arrived reports whether an event that comes on the session's own connection is to be sent to the
// client. It is not if the client has been sent it from the stream.
func (h *handover) arrived(frame *answers.Shared) bool {
	if h.state != fromBoth {
		return true
	}
	i := slices.Index(h.ahead, maphash.Bytes(h.seed, frame.Bytes()))
	if i < 0 { // the stream is behind, so from here on everything comes here
		h.end()
		return true
	}
	// Both connections report in the same order: what is before it does not come here.
	if h.ahead = h.ahead[i+1:]; len(h.ahead) == 0 {
		h.end()
	}
	return false
}

// BeginHandover is called before the session's own connection is given the commands of Lines. From
// then on each event that comes there is passed to FromOwn.
func (f *Feed) BeginHandover() {
	f.handedOver = true
	f.locked(f.handover.begin)
}

// HandedOver reports whether BeginHandover has been called. Only the session's own goroutine may
// call it.
func (f *Feed) HandedOver() bool { return f.handedOver }

// Attach is called after FreeSWITCH has accepted the myevents that the handover is for.
func (f *Feed) Attach(uuid string) { f.locked(func() { f.sub.Attach(uuid) }) }

// Apply is called after FreeSWITCH has answered a change that was sent on the session's own
// connection, so that the stream is chosen from in the same way as long as the handover takes.
func (f *Feed) Apply(c event.Change) { f.locked(func() { f.sub.Apply(c) }) }

// locked calls change under the Writer's lock.
func (f *Feed) locked(change func()) {
	f.o.Out.WriteEvents(func(dst []*answers.Shared) []*answers.Shared {
		change()
		return dst
	})
}

// FromOwn sends an event that has come on the session's own connection, unless the client has been
// sent it from the stream. It returns true once the handover is complete: then events that come on
// that connection may be written as they come.
func (f *Feed) FromOwn(frame *answers.Shared) (complete bool) {
	var done bool
	f.o.Out.WriteEvents(func(dst []*answers.Shared) []*answers.Shared {
		if f.handover.arrived(frame) {
			dst = append(dst, frame)
		}
		done = f.handover.state == fromOwn
		return dst
	})
	if !done || f.o.Out.Holding() {
		return false
	}
	f.Close()
	return true
}
