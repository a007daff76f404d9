package pool

import (
	"context"

	"eslguard/proxy/internal/upstream"
)

// An outcome is what several callers of Reach wait for. Its err is set when done is closed.
type outcome struct {
	done chan struct{}
	err  error
}

// Reach returns nil if FreeSWITCH is known to be reachable: a connection is in use, or an idle one
// has not been closed. Otherwise it dials one, or waits for a dial that is under way, no longer
// than ctx lasts. The error is that of the dial.
func (p *Pool) Reach(ctx context.Context) error {
	o, err := p.askReach()
	if o == nil {
		return err
	}
	select {
	case <-o.done:
		return o.err
	case <-ctx.Done():
		return &upstream.Error{Reply: replyUnreachable, Err: ctx.Err()}
	}
}

// askReach returns what to wait for, and nil if there is nothing to wait for.
func (p *Pool) askReach() (*outcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	if len(p.used) > 0 || p.hasIdle() {
		return nil, nil
	}
	if p.reaching == nil {
		p.reaching = &outcome{done: make(chan struct{})}
	}
	o := p.reaching
	p.grow()
	return o, nil
}

// hasIdle reports whether there is an idle connection. It closes those that cannot be used any
// more, up to the first that can.
func (p *Pool) hasIdle() bool {
	for n := len(p.idle); n > 0; n = len(p.idle) {
		l := p.idle[n-1].link
		if l.Conn.Quiet() {
			return true
		}
		p.dropIdle(n - 1)
	}
	return false
}

// reached ends the wait of the callers of Reach.
func (p *Pool) reached(err error) {
	if p.reaching != nil {
		p.reaching.err = err
		close(p.reaching.done)
		p.reaching = nil
	}
}
