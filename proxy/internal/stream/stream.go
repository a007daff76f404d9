// Package stream reads the events of each upstream once, for all who want them.
package stream

import (
	"context"
	"sync"
	"time"

	"eslguard/event"
	"eslguard/policy"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/upstream"
)

// A Subscriber is given the events of a Stream. Its methods are called by the Stream's goroutine,
// one at a time and with no lock held, and must not block.
type Subscriber interface {
	// Deliver is given each batch of events, in order. It must not keep b.
	Deliver(b *Batch)
	// Lost is called once if the Stream is lost while the subscriber requires events. The
	// subscriber is no longer a member then, and nothing is delivered after it.
	Lost(err error)
}

// MaxEvent is how many bytes of an event a Stream reads at most.
const MaxEvent = 64 << 20

// A Set is the Streams of all upstreams. Its fields must be set before use and are not changed
// afterwards. It is safe for use by several goroutines.
type Set struct {
	// Dial connects a Stream to its upstream.
	Dial func(context.Context, *policy.Upstream) (upstream.Link, error)
	// Budget is charged for the frames that clients hold.
	Budget *answers.Budget
	// Log is called when the Stream of the upstream of that name is lost, with the reason and once
	// for each loss, and with a nil error when it is back.
	Log func(upstream string, err error)
	// Contain is deferred around what a subscriber does, and recovers from a fault there.
	Contain func()

	mu        sync.Mutex
	byAddress map[string]*Stream
}

// Of returns the Stream of the upstream's address.
func (s *Set) Of(up *policy.Upstream) *Stream { return nil }

// Reachable is called when a session has logged in at an upstream: its Stream connects without
// further delay.
func (s *Set) Reachable(up *policy.Upstream) {}

// Keep is called with the upstreams of a new policy.
func (s *Set) Keep(upstreams map[string]*policy.Upstream) {}

// Close ends all Streams and waits for them. No member may use the Set any more.
func (s *Set) Close() {}

// A Stream is the shared event connection of one upstream.
type Stream struct{}

// Join makes sub a member that requires nothing yet.
func (st *Stream) Join(sub Subscriber) *Member { return nil }

// JoinResident is like Join, for a subscriber that remains a member when the Stream is lost. Its
// Lost is called only after a fault in it.
func (st *Stream) JoinResident(sub Subscriber) *Member { return nil }

// A Member is a subscriber of a Stream.
type Member struct{}

// Require makes n what m needs, and returns once FreeSWITCH has confirmed it.
func (m *Member) Require(ctx context.Context, n event.Need) error { return nil }

// SetNeed is Require without waiting.
func (m *Member) SetNeed(n event.Need) {}

// State returns whether FreeSWITCH has confirmed everything that m, a resident, needs, since when
// that is so or not so, and a channel that is closed when that changes.
func (m *Member) State() (ok bool, since time.Time, changed <-chan struct{}) { return }

// Leave ends the membership.
func (m *Member) Leave() {}

// A Batch is events that came together. It is valid during the call of Deliver.
type Batch struct{}

// Len returns the number of events.
func (b *Batch) Len() int { return 0 }

// Event returns the i-th event.
func (b *Batch) Event(i int) *event.Event { return nil }

// Frame returns the i-th event as a frame in a format. It is made at most once and belongs to the
// Batch: who keeps it takes a reference of its own.
func (b *Batch) Frame(i int, f event.Format) *answers.Shared { return nil }
