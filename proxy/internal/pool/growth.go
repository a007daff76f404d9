package pool

import (
	"errors"
	"runtime"
	"time"

	"eslguard/policy"
	"eslguard/proxy/internal/upstream"
)

// How the number of connections grows, see the package comment.
const (
	// maxDials is how many dials are under way at once. FreeSWITCH's listen backlog is 5
	// (mod_event_socket.c), and others may dial, too.
	maxDials = 4
	// checkEvery is how often the Gets that wait are looked at. A connection that has been in use
	// for as long is not expected back at once.
	checkEvery = 5 * time.Millisecond
	// few is how many connections the pool has before it grows slowly, and fewStep is how many are
	// added at once until then.
	few     = 8
	fewStep = maxDials
	// growEvery is the time between two additions of one connection. A command that takes as long
	// is a long one.
	growEvery = 100 * time.Millisecond
	// longWait is how long a Get waits before connections are added although others come back, and
	// the time between two of these additions.
	longWait = 500 * time.Millisecond
	// retryAfter is the pause after a dial has failed while other connections exist.
	retryAfter = 500 * time.Millisecond
	// maxTries is how often FreeSWITCH is dialled if the connection cannot be used after the login.
	maxTries = 2
)

// growth is how a Pool grows while Gets wait.
type growth struct {
	// want is how many connections there are to be, as long as Gets wait.
	want int
	// last is when want was last raised, and pause is until when it is not.
	last, pause time.Time
	// err is the error of the last dial, if that failed while these Gets were waiting.
	err error
	// timer calls check. Nil while no Get waits. armed is when it was started.
	timer *time.Timer
	armed time.Time
}

var (
	errFault    = errors.New("internal error")
	errUnusable = errors.New("the connection ended, or something came, right after the login")
)

// grow dials what is wanted.
func (p *Pool) grow() {
	if p.queue.waiting == 0 {
		p.growth.want, p.growth.err = 0, nil
	}
	for p.mayDial() {
		p.dial()
	}
	if p.queue.waiting > 0 && p.growth.timer == nil {
		p.growth.armed = time.Now()
		p.growth.timer = time.AfterFunc(checkEvery, p.check)
	}
}

// mayDial reports whether another connection is needed now.
func (p *Pool) mayDial() bool {
	n := p.total()
	switch {
	case p.closed || n >= p.opts.Max || p.dialling >= maxDials:
		return false
	case n == 0:
		return p.queue.waiting > 0 || p.reaching != nil
	default:
		return n < p.growth.want && p.dialling < p.queue.waiting && p.next() != nil
	}
}

// check runs every checkEvery while Gets wait.
func (p *Pool) check() {
	if p.opts.Contain != nil {
		defer p.opts.Contain()
	}
	runtime.Gosched() // to wait as long as other goroutines do
	p.mu.Lock()
	defer p.mu.Unlock()
	p.growth.timer = nil
	if p.closed {
		return
	}
	now := time.Now()
	late := now.Sub(p.growth.armed) >= 2*checkEvery
	if n := p.addition(now, late); n > 0 {
		p.growth.want = min(p.total()+n, p.opts.Max)
		p.growth.last = now
	}
	p.grow()
}

// addition returns how many connections are to be added. late is true if eslguard has no time for
// what it has to do. Nothing is added while no connection is in use: the first dial tells whether
// FreeSWITCH can be reached.
func (p *Pool) addition(now time.Time, late bool) int {
	n := p.total()
	if len(p.used) == 0 || n < p.growth.want || n >= p.opts.Max || now.Before(p.growth.pause) || p.next() == nil {
		return 0
	}
	last := now.Sub(p.growth.last)
	slow := last >= longWait && p.waitedFor(now) >= longWait
	switch busy := p.busyFor(now); {
	case late && slow:
		return 1
	case late:
		return 0
	case busy >= growEvery:
		return max(n, fewStep)
	case busy >= checkEvery && n < few:
		return fewStep
	case busy >= checkEvery && last >= growEvery:
		return 1
	case slow:
		return max(1, n/4)
	default:
		return 0
	}
}

// busyFor returns for how long all connections that are in use have been so.
func (p *Pool) busyFor(now time.Time) time.Duration {
	shortest := time.Duration(1<<63 - 1)
	for _, u := range p.used {
		shortest = min(shortest, now.Sub(u.since))
	}
	return shortest
}

// waitedFor returns for how long the Get has waited that waits longest, among those that may have a
// connection.
func (p *Pool) waitedFor(now time.Time) time.Duration {
	var longest time.Duration
	for _, a := range p.queue.clients {
		if p.mayTake(a) {
			longest = max(longest, now.Sub(a.oldest().since))
		}
	}
	return longest
}

// dial dials one connection in a goroutine.
func (p *Pool) dial() {
	p.dialling++
	p.dialled++
	up := p.up
	p.dials.Go(func() { p.connect(up) })
}

// connect makes one connection.
func (p *Pool) connect(up *policy.Upstream) {
	if p.opts.Contain != nil {
		defer p.opts.Contain()
	}
	var l upstream.Link
	err := errFault
	defer func() { p.connected(up, l, err) }()
	for range maxTries {
		if l, err = p.opts.Dial(p.ctx, up); err != nil || reusable(l) {
			return
		}
		l.Conn.Close()
		err = &upstream.Error{Reply: replyUnreachable, Err: errUnusable}
	}
}

// connected is called at the end of a dial.
func (p *Pool) connected(up *policy.Upstream, l upstream.Link, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dialling--
	switch {
	case err != nil:
		p.dialFailed(up, err)
	case p.unneeded():
		l.Conn.Close()
	default:
		p.growth.err, p.growth.pause = nil, time.Time{}
		p.reached(nil)
		p.arrive(l)
	}
	p.serve()
}

// dialFailed gives the error to all that wait, unless there may yet be a connection for them. up is
// the upstream that was dialled.
func (p *Pool) dialFailed(up *policy.Upstream, err error) {
	p.growth.want, p.growth.err, p.growth.pause = 0, err, time.Now().Add(retryAfter)
	if p.total() > 0 || p.up != up && !p.closed {
		return // a new policy may have another password
	}
	p.fail(err)
}

// fail ends all waits with an error.
func (p *Pool) fail(err error) {
	for a := p.queue.first(); a != nil; a = p.queue.first() {
		p.queue.pop(a).settle(upstream.Link{}, err)
		p.forget(a)
	}
	p.reached(err)
}
