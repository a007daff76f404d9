package pool

import (
	"slices"
	"time"

	"eslguard/policy"
)

const (
	// idleTime is how long an idle connection is kept that is not the last.
	idleTime = 10 * time.Second
	// unusedTime is how long the last idle connection is kept after the last session has left.
	unusedTime = time.Minute
)

// life is how long a Pool keeps its idle connections.
type life struct {
	// sessions is how many sessions use the Pool, and left is when the last one left.
	sessions int
	left     time.Time
	// timer calls sweep at a time. Nil: no idle connection has to be closed.
	timer *time.Timer
	at    time.Time
}

// Join is called by each session that will use the Pool. While there are sessions, a connection
// that is ready is kept. Leave undoes it.
func (p *Pool) Join() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.life.sessions++
}

// Leave is called at the end of a session that has called Join.
func (p *Pool) Leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.life.sessions--; p.life.sessions == 0 {
		p.life.left = time.Now()
		p.closeUnneeded()
		p.scheduleSweep()
	}
}

// use sets the upstream of a new policy. Nil: the policy has no such upstream.
func (p *Pool) use(up *policy.Upstream) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone = up == nil; !p.gone {
		p.up = up
	}
	p.closeUnneeded()
}

// unneeded reports whether no connection is kept.
func (p *Pool) unneeded() bool {
	return p.closed || p.gone && p.life.sessions == 0 && p.queue.waiting == 0 && p.reaching == nil
}

// closeUnneeded closes all idle connections if none is kept.
func (p *Pool) closeUnneeded() {
	if p.unneeded() {
		p.closeIdle()
	}
}

// close implements Set.Close.
func (p *Pool) close() {
	p.end()
	p.dials.Wait()
}

func (p *Pool) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.cancel()
	p.fail(errClosed)
	p.closeIdle()
	for _, u := range p.used {
		u.link.Interrupt()
	}
	if p.growth.timer != nil {
		p.growth.timer.Stop()
	}
	if p.life.timer != nil {
		p.life.timer.Stop()
	}
}

// closeIdle closes all idle connections.
func (p *Pool) closeIdle() {
	for len(p.idle) > 0 {
		p.dropIdle(len(p.idle) - 1)
	}
}

// dropIdle closes one idle connection.
func (p *Pool) dropIdle(i int) {
	p.idle[i].link.Conn.Close()
	p.idle = slices.Delete(p.idle, i, i+1)
}

// expiry returns when the connection that has been idle for longest has to be closed. It returns
// false if it is kept.
func (p *Pool) expiry() (time.Time, bool) {
	if len(p.idle) == 0 {
		return time.Time{}, false
	}
	since := p.idle[0].since
	switch {
	case len(p.idle) > 1:
		return since.Add(idleTime), true
	case p.life.sessions > 0:
		return time.Time{}, false
	case p.life.left.After(since):
		since = p.life.left
	}
	return since.Add(unusedTime), true
}

// scheduleSweep makes a timer call sweep when an idle connection has to be closed.
func (p *Pool) scheduleSweep() {
	at, ok := p.expiry()
	if !ok || p.closed {
		return
	}
	if p.life.timer != nil {
		if !at.Before(p.life.at) {
			return // sweep looks again
		}
		p.life.timer.Stop()
	}
	p.life.at = at
	p.life.timer = time.AfterFunc(time.Until(at), p.sweep)
}

// sweep closes the connections that have been idle for too long.
func (p *Pool) sweep() {
	if p.opts.Contain != nil {
		defer p.opts.Contain()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.life.timer = nil
	now := time.Now()
	for at, ok := p.expiry(); ok && !at.After(now); at, ok = p.expiry() {
		p.dropIdle(0)
	}
	p.scheduleSweep()
}
