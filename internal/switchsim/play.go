package switchsim

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"eslguard/internal/switchsim/internal/event"
)

// An Event is an event for [Switch.Emit] or [Prepare].
type Event = event.Event

// A Prepared event can be played any number of times. It is serialised once for each form in which
// it is sent, when it is sent first.
type Prepared = event.Fired

// A Format is a form in which an event is sent, for [Prepared.Frame]. The zero Format is Plain.
type Format = event.Format

// The forms of events.
const (
	Plain = event.Plain
	JSON  = event.JSON
	XML   = event.XML
)

// List returns a header that is a list with these elements.
func List(name string, elements ...string) Header { return event.List(name, elements...) }

// Prepare returns events that are sent as they are, with no other headers than their own. The last
// header Event-Name says who is subscribed to an event, and a first header Event-Subclass is its
// subclass. Event.Name and Event.Subclass are used for an event without these headers.
func Prepare(events ...Event) []*Prepared {
	out := make([]*Prepared, len(events))
	for i := range events {
		out[i] = event.Play(&events[i])
	}
	return out
}

// ParseEvent returns the event of which text is the JSON form, as it is in the body of a
// text/event-json frame. The error says that FreeSWITCH does not write that text.
func ParseEvent(text string) (Event, error) { return event.Parse(text) }

// ParseEvents returns the events of a recorded stream of text/event-json frames.
func ParseEvents(stream string) ([]Event, error) {
	frames, err := SplitEvents(stream)
	if err != nil {
		return nil, err
	}
	events := make([]Event, len(frames))
	for i, f := range frames {
		_, text, _ := strings.Cut(f, "\n\n")
		if events[i], err = ParseEvent(text); err != nil {
			return nil, fmt.Errorf("event %d: %w", i, err)
		}
	}
	return events, nil
}

// SplitEvents splits a recorded stream of events into its frames. Each begins with Content-Length.
func SplitEvents(stream string) (frames []string, err error) {
	for stream != "" {
		head, _, _ := strings.Cut(stream, "\n\n")
		length, _, _ := strings.Cut(strings.TrimPrefix(head, "Content-Length: "), "\n")
		n, err := strconv.Atoi(length)
		if n += len(head) + len("\n\n"); err != nil || n < len(head) || n > len(stream) {
			return nil, errors.New("switchsim: not a stream of events")
		}
		frames, stream = append(frames, stream[:n]), stream[n:]
	}
	return frames, nil
}

// Emit fires an event. It is sent to every session that subscribed to it and whose filters let it
// pass.
func (s *Switch) Emit(e Event) { s.core.Emit(e) }

// Play offers events to all sessions, in order. Sessions are sent them unchanged, without what
// switchsim adds in Emit. When it returns, every session that is to be sent them has them in its
// queue; see Drain.
func (s *Switch) Play(events ...*Prepared) { s.deliver(events...) }

// Drain waits until every session has been sent what was queued for it, or ctx ends. It returns
// false in the latter case. It waits for a session that runs a command, and for a client that does
// not read.
func (s *Switch) Drain(ctx context.Context) bool {
	var sessions []*session
	s.each(func(c *session) { sessions = append(sessions, c) })
	for _, c := range sessions {
		c.drain(ctx)
	}
	return ctx.Err() == nil
}

// KillListeners ends every session that has events on as if it had lost too many: with a notice
// that says so, after the event that is being written.
func (s *Switch) KillListeners() {
	s.each(func(c *session) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.subs.Events {
			c.kill(lostEvents)
		}
	})
}
