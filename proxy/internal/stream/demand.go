package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/event"
	"eslguard/proxy/internal/upstream"
)

// shrinkDelay is how long after a member has left, or requires less, FreeSWITCH is asked to send
// less.
const shrinkDelay = 10 * time.Second

// maxSurplus is how many subclasses nobody may require any more before FreeSWITCH is asked to send
// less at once. A client could name others again and again.
const maxSurplus = 4096

// sendPatience is how long the connection is still read after a command could not be sent: what
// FreeSWITCH has sent before it closed the connection may be waiting, with the reason.
const sendPatience = time.Second

// errSending is the reason of a loss if commands cannot be sent because of a fault.
var errSending = errors.New("internal error while a command was sent")

// A demand is what the members require and what FreeSWITCH has been asked for. Stream.mu guards it.
// One group of commands is unanswered at a time. The zero demand is that of a fresh connection.
type demand struct {
	// wanted is at least what the members require together. required is how many subclasses of it
	// they required when they were last counted.
	wanted   event.Need
	required int
	// all is true if FreeSWITCH has confirmed the subscription to ALL, and will not be asked to end
	// it by the commands that are unanswered. named are the events that it has confirmed by their
	// names, in the same sense.
	all   bool
	named event.Need
	// unknown are types that FreeSWITCH does not know, refusal its latest error about that.
	unknown event.Need
	refusal error
	// due are the commands that are unanswered.
	due group
	// shrinkAt is when FreeSWITCH is to be asked for less. Zero: it need not be.
	shrinkAt time.Time
}

// A group is commands that are sent together.
type group struct {
	// replies is how many replies are due.
	replies int
	// asks is what the commands subscribe to. Zero: they end subscriptions.
	asks event.Need
	// refusal is the text of the first answer that is an error. Nil: none is.
	refusal []byte
}

// onlyCustom has the type CUSTOM alone, which FreeSWITCH ends together with all others only.
var onlyCustom = func() (n event.Need) {
	n.Types.Add(catalog.EventCustom)
	return n
}()

// reset begins again for a fresh connection, for these members.
func (d *demand) reset(members map[*Member]struct{}) {
	*d = demand{}
	d.count(members)
}

// count makes wanted exactly what these members require.
func (d *demand) count(members map[*Member]struct{}) {
	d.wanted = event.Need{}
	var subclasses []string
	for m := range members {
		d.wanted = d.wanted.Union(event.Need{All: m.need.All, Types: m.need.Types})
		subclasses = append(subclasses, m.need.Subclasses...)
	}
	slices.Sort(subclasses) // once, since there may be many
	d.wanted = d.wanted.Union(event.Need{Subclasses: slices.Compact(subclasses)})
	d.required = len(d.wanted.Subclasses)
}

// change notes that a member requires now instead of before. After delay, FreeSWITCH may be asked
// for less. It returns false if nothing is to be sent because of that.
func (d *demand) change(before, now event.Need, delay time.Duration) bool {
	d.wanted = d.wanted.Union(now)
	less := !now.Covers(before) && d.shrinkAt.IsZero()
	if less {
		d.shrinkAt = time.Now().Add(delay)
	}
	if len(d.wanted.Subclasses) > 2*d.required+maxSurplus {
		d.shrinkAt = time.Now()
	}
	return less || !d.confirmed().Covers(now)
}

// confirmed returns what FreeSWITCH surely sends, now and once it has answered the commands that
// are unanswered.
func (d *demand) confirmed() event.Need {
	if d.all {
		return event.Need{All: true}
	}
	return d.named
}

// grow returns the commands that ask for what is wanted and neither confirmed nor unknown. Before
// FreeSWITCH is asked to end ALL, everything that is wanted must have been confirmed by its name.
func (d *demand) grow(byName bool) []string {
	confirmed := d.confirmed()
	if byName && !d.wanted.All {
		confirmed = d.named
	}
	missing := d.wanted.Minus(confirmed).Minus(d.unknown)
	lines := missing.Lines("event")
	if len(lines) > 0 {
		d.due = group{replies: len(lines), asks: missing}
	}
	return lines
}

// shrink returns the commands that end the subscriptions to what is not wanted.
func (d *demand) shrink() []string {
	d.shrinkAt = time.Time{}
	all := event.Need{All: true}.Minus(event.Need{}) // what FreeSWITCH sets for ALL
	has := d.named
	if d.all {
		has = has.Union(event.Need{Types: all.Types, Subclasses: all.Subclasses})
	}
	surplus := has.Minus(d.wanted).Minus(onlyCustom)
	switch {
	case d.wanted.Empty():
		surplus.Types = all.Types
	case d.all && surplus.Types.Len() == 0:
		return nil // only naming a type ends ALL
	}
	lines := surplus.Lines("nixevent")
	d.all, d.named = false, d.named.Minus(surplus)
	d.due = group{replies: len(lines)}
	return lines
}

// send sends commands on the connection c until it ends.
func (st *Stream) send(ctx context.Context, l upstream.Link, c *connection) {
	if st.set.Contain != nil {
		defer st.set.Contain()
	}
	defer st.endSending(c, errSending)
	for {
		lines, wait, ok := st.next(c)
		if !ok {
			return
		}
		for _, line := range lines {
			if err := l.Send(codec.Frame{Line: []byte(line)}); err != nil {
				l.Conn.InterruptIn(sendPatience)
				st.fail(c, err)
				<-ctx.Done()
				return
			}
		}
		if len(lines) == 0 && !st.await(ctx, wait) {
			return
		}
	}
}

// fail notes that commands cannot be sent on c.
func (st *Stream) fail(c *connection, err error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if c.err == nil {
		c.err = err
	}
}

// endSending ends the connection c because no more commands will be sent.
func (st *Stream) endSending(c *connection, err error) {
	st.fail(c, err)
	c.end()
}

// await waits until there may be something to send: after d unless that is 0. It returns false if
// ctx has ended.
func (st *Stream) await(ctx context.Context, d time.Duration) bool {
	var later <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		later = t.C
	}
	select {
	case <-st.toSend:
	case <-later:
	case <-ctx.Done():
		return false
	}
	return true
}

// next returns the commands that are to be sent now. If there are none, it returns how long to wait
// for the next ones, 0 if these depend on what others do. ok is false if the connection has been
// ended because it is not needed.
func (st *Stream) next(c *connection) (lines []string, wait time.Duration, ok bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if c.retired {
		return nil, 0, false
	}
	if wait, ok = st.idleFor(); !ok {
		st.retire()
		return nil, 0, false
	}
	if st.due.replies > 0 {
		return nil, wait, true
	}
	less := !st.shrinkAt.IsZero() && !time.Now().Before(st.shrinkAt)
	if less {
		st.count(st.members)
	}
	lines = st.grow(less)
	if len(lines) == 0 && less {
		lines = st.shrink()
	}
	if left := time.Until(st.shrinkAt); !st.shrinkAt.IsZero() && (wait == 0 || left < wait) {
		wait = max(left, 1) // it may have become time meanwhile
	}
	return lines, wait, true
}

// idleFor returns how long the connection stays if no member will require events, 0 if one does. It
// returns false if it is not needed any more. The caller holds mu.
func (st *Stream) idleFor() (time.Duration, bool) {
	if st.requiring > 0 {
		return 0, true
	}
	left := streamIdle - time.Since(st.idleSince)
	return left, left > 0 && !st.gone
}

// replied handles the answer to the next command that is due. Its error ends the connection.
func (st *Stream) replied(text []byte) error {
	back, err := st.reply(text)
	if back {
		st.set.Log(st.up.Load().Name, nil)
	}
	return err
}

// reply is replied with the lock. back is true if the Stream is back after a loss that was logged.
func (st *Stream) reply(text []byte) (back bool, err error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.due.replies == 0 {
		return false, fmt.Errorf("FreeSWITCH sent an unexpected reply: %.100q", text)
	}
	if !bytes.HasPrefix(text, []byte("+OK")) && st.due.refusal == nil {
		st.due.refusal = bytes.Clone(text)
	}
	if st.due.replies--; st.due.replies > 0 {
		return false, nil
	}
	g := st.due
	st.due = group{}
	st.wakeSender()
	defer st.report()
	switch {
	case g.refusal != nil:
		return false, st.refuse(g)
	case g.asks.Empty():
		return false, nil
	case g.asks.All:
		st.all = true
	default:
		st.named = st.named.Union(g.asks)
	}
	back, st.lossLogged = st.lossLogged, false
	return back, nil
}

// noKeywords is FreeSWITCH's answer to a subscription of which it knows no type
// (mod_event_socket.c, parse_command).
const noKeywords = "-ERR no keywords supplied"

// refuse notes that FreeSWITCH has refused commands. Its error ends the connection: there is none
// if FreeSWITCH only does not know the types, unless a resident requires events and none have been
// confirmed. The Stream then tries again later. The caller holds mu.
func (st *Stream) refuse(g group) error {
	err := refused(g.refusal)
	known := string(g.refusal) != noKeywords
	switch {
	case !known && g.asks.Empty():
		return nil // it does not send events of types that it does not know
	case known, st.confirmed().Empty() && st.residentRequires():
		st.failures++
		st.failure = err
		return err
	}
	st.unknown, st.refusal = st.unknown.Union(g.asks), err
	return nil
}

// residentRequires reports whether a resident requires events. The caller holds mu.
func (st *Stream) residentRequires() bool {
	for m := range st.members {
		if m.resident && !m.need.Empty() {
			return true
		}
	}
	return false
}
