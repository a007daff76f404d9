package proxy

import (
	"context"
	"sync"

	"eslguard/proxy/internal/pool"
	"eslguard/proxy/internal/upstream"
)

// A line is the connection of a session to FreeSWITCH: one of its own, or one that it borrows from
// a pool while a command is unanswered. The connection itself is in the session's lifetime. Only
// the relay of a borrowed connection and the session's own goroutine use a line.
type line struct {
	s *session
	// pool lends connections. Nil: the session has a connection of its own from its login on.
	pool *pool.Pool

	// sending is locked while a command is written. It is locked before mu.
	sending sync.Mutex

	// mu guards the fields below.
	mu sync.Mutex
	// own is true once the session keeps its connection until its end.
	own bool
	// borrowed is true while the connection counts in the pool.
	borrowed bool
	// unanswered is how many commands need the borrowed connection: those that are about to be
	// sent, and those that FreeSWITCH has not answered. At 0 the connection goes back.
	unanswered int
	// relay reads the borrowed connection. Nil: nothing has been sent on it.
	relay *relay
}

// join makes the session borrow connections from p.
func (l *line) join(p *pool.Pool) {
	p.Join()
	l.pool = p
}

// isOwn reports whether the session keeps its connection.
func (l *line) isOwn() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.own
}

// isFree reports whether no borrowed connection is in use.
func (l *line) isFree() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.own || !l.borrowed
}

// setOwn gives the session, which has no connection, one that it keeps.
func (l *line) setOwn(link upstream.Link) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.own = true
	l.s.life.setUpstream(link)
}

// read begins to read the connection that the session keeps, if it has one.
func (l *line) read() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.own {
		l.startRelay()
	}
}

// startRelay begins to read the session's connection. The caller holds mu.
func (l *line) startRelay() {
	l.relay = &relay{s: l.s, up: l.s.life.upstream(), borrowed: l.borrowed, viaFeed: l.s.feed != nil}
	l.s.relaying.Go(l.relay.run)
}

// borrow takes a connection for a command that is about to be sent, unless the session has one.
// sent or unused must follow. Its error is an *upstream.Error, or that of ctx.
func (l *line) borrow(ctx context.Context) error {
	if l.claim() {
		return nil
	}
	link, err := l.pool.Get(ctx, l.s.entry.Client)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.borrowed, l.unanswered, l.relay = true, 1, nil
	l.s.life.setUpstream(link)
	return nil
}

// claim counts a command that is about to be sent on the session's connection. It returns false if
// there is none.
func (l *line) claim() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.own && !l.borrowed {
		return false
	}
	l.unanswered++
	return true
}

// sent is called when a command has been sent. The answer may have been read meanwhile, and the
// connection given back.
func (l *line) sent() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.relay == nil && l.borrowed {
		l.startRelay()
	}
}

// unused is called instead of sent if a command is not sent after all.
func (l *line) unused() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unanswered--; l.own || l.unanswered > 0 {
		return
	}
	if l.relay == nil {
		l.giveBack()
		return
	}
	// The earlier commands have been answered in the meantime, and the relay waits for more, or has
	// ended with the session. It cannot be stopped in a way that leaves the connection usable.
	l.relay.unneeded.Store(true)
	link, _ := l.s.life.takeUpstream()
	l.borrowed, l.relay = false, nil
	link.Interrupt()
	l.pool.Discard(l.s.entry.Client, link)
}

// answered is called by a relay after the last answer to a command. It returns true if the relay
// must not go on, because the connection has gone back to the pool.
func (l *line) answered(r *relay) (over bool) { return l.countAnswer() && l.returned(r) }

// returned gives the connection that r reads back to the pool, unless it is needed after all or has
// been given up. It returns true if it has.
func (l *line) returned(r *relay) bool {
	// The write of the command may not have returned yet.
	l.sending.Lock()
	defer l.sending.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.own || l.unanswered > 0 || l.relay != r {
		return false
	}
	l.giveBack()
	return true
}

// countAnswer counts an answer. It returns true if no command needs a borrowed connection any more.
func (l *line) countAnswer() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unanswered--
	return !l.own && l.unanswered == 0
}

// giveBack gives the borrowed connection back to the pool, which keeps it if nothing unexpected has
// been read and the session's end has not interrupted it. The caller holds mu.
func (l *line) giveBack() {
	link, intact := l.s.life.takeUpstream()
	l.borrowed, l.relay = false, nil
	if intact {
		l.pool.Put(l.s.entry.Client, link)
	} else {
		l.pool.Discard(l.s.entry.Client, link)
	}
}

// keep makes the session keep a borrowed connection until its end. It returns false if the session
// has no connection.
func (l *line) keep() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.own = l.own || l.borrowed
	return l.own
}

// cutOff cuts a revoked session off in a goroutine of its own if it borrows connections and has
// none that a relay reads. Otherwise the relay does it.
func (l *line) cutOff() {
	if l.s.ident.IsRevoked() && l.isUnread() {
		go l.s.contained((*session).cutOff)
	}
}

// isUnread reports whether the session borrows connections and none is read.
func (l *line) isUnread() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pool != nil && l.relay == nil
}

// close closes the session's connection at its end, when nothing reads it any more.
func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	link, _ := l.s.life.takeUpstream()
	switch {
	case link.Conn == nil:
	case l.borrowed:
		l.pool.Discard(l.s.entry.Client, link)
	default:
		link.Conn.Close()
	}
	l.borrowed = false
	if l.pool != nil {
		l.pool.Leave()
	}
}
