package pool

import (
	"context"
	"sync"
	"time"

	"eslguard/policy"
	"eslguard/proxy/internal/upstream"
	"eslguard/proxy/internal/wire"
)

// A Pool is the connections to one FreeSWITCH. It is safe for use by several goroutines. Set.Of
// returns it.
type Pool struct {
	opts   Options
	ctx    context.Context // that of the dials
	cancel context.CancelFunc
	dials  sync.WaitGroup

	mu sync.Mutex
	// up is the upstream as the policy in force has it, and gone is true if the policy has no such
	// upstream.
	up     *policy.Upstream
	gone   bool
	closed bool

	// idle are the connections that nobody uses, the one that was used last at the end.
	idle []idleLink
	// used are the connections that clients have.
	used map[*wire.Conn]use
	// dialling is how many dials are under way.
	dialling int
	// clients are those that have a connection or wait for one, by name.
	clients map[string]*account
	// queue are the clients that wait.
	queue queue
	// reaching is what the callers of Reach wait for. Nil while nobody waits.
	reaching *outcome

	growth growth
	life   life
	// dialled is how many dials have begun.
	dialled uint64
}

// An idleLink is a connection that nobody has used since a time.
type idleLink struct {
	link  upstream.Link
	since time.Time
}

// A use is a connection that a client has had since a time.
type use struct {
	link   upstream.Link
	client *account
	since  time.Time
}

func newPool(o Options, up *policy.Upstream) *Pool {
	p := &Pool{
		opts: o, up: up,
		used: make(map[*wire.Conn]use), clients: make(map[string]*account),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

// Get returns a connection for a client, which must return it with Put or Discard. It waits until
// there is one, for Options.Wait at most and no longer than ctx lasts; it may return a connection
// though ctx has just ended. The error is an *upstream.Error that says for the client why there is
// no connection, or the error of a dial.
func (p *Pool) Get(ctx context.Context, client string) (upstream.Link, error) {
	l, w, err := p.ask(client)
	if w == nil {
		return l, err
	}
	t := time.NewTimer(p.opts.Wait)
	defer t.Stop()
	select {
	case <-w.done:
		return w.link, w.err
	case <-t.C:
		return p.giveUp(w, nil)
	case <-ctx.Done():
		return p.giveUp(w, ctx.Err())
	}
}

// ask gives the client an idle connection. If it cannot, it returns a waiter in the queue.
func (p *Pool) ask(client string) (upstream.Link, *waiter, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return upstream.Link{}, nil, errClosed
	}
	a := p.clients[client]
	if a == nil {
		a = newAccount(client)
		p.clients[client] = a
	}
	// A client that waits and may have a connection would have got the one that is idle.
	if p.mayTake(a) {
		if l, ok := p.takeIdle(); ok {
			p.lend(l, a)
			return l, nil, nil
		}
	}
	w := p.queue.add(a)
	p.serve()
	return upstream.Link{}, w, nil
}

// giveUp removes a waiter from the queue and returns why it has no connection. cause is nil if its
// time is up. If it has got a connection meanwhile, giveUp returns that.
func (p *Pool) giveUp(w *waiter, cause error) (upstream.Link, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if w.settled() {
		return w.link, w.err
	}
	p.queue.remove(w)
	p.forget(w.client)
	return upstream.Link{}, p.reason(w, cause)
}

// Put returns a connection that the client has got from Get, after all its commands have been
// answered. It is kept if it can be used again, and closed otherwise. The caller must not use or
// interrupt it any more, and nobody may be reading from it.
func (p *Pool) Put(client string, l upstream.Link) {
	clean := reusable(l)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.takeBack(client, l) || !clean || p.unneeded() {
		l.Conn.Close()
	} else {
		p.arrive(l)
	}
	p.serve()
}

// Discard closes a connection that the client has got from Get.
func (p *Pool) Discard(client string, l upstream.Link) {
	l.Conn.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.takeBack(client, l)
	p.serve()
}

// reusable reports whether nothing on l can belong to the client that had it. It gives the reader's
// buffer back.
func reusable(l upstream.Link) bool { return l.Reader.Release() && l.Conn.Quiet() }

// lend gives a connection to a client.
func (p *Pool) lend(l upstream.Link, a *account) {
	p.used[l.Conn] = use{link: l, client: a, since: time.Now()}
	a.inUse++
	p.queue.fix(a)
}

// takeBack undoes lend. It returns false if that client did not have l, which then is not used
// again.
func (p *Pool) takeBack(client string, l upstream.Link) bool {
	u, ok := p.used[l.Conn]
	if !ok {
		return false
	}
	delete(p.used, l.Conn)
	u.client.inUse--
	p.queue.fix(u.client)
	p.forget(u.client)
	return u.client.name == client
}

// forget removes a client that has no connection and waits for none.
func (p *Pool) forget(a *account) {
	if a.inUse == 0 && a.waiting.Len() == 0 {
		delete(p.clients, a.name)
	}
}

// mayTake reports whether a client may take a connection, see the package comment.
func (p *Pool) mayTake(a *account) bool {
	free := p.opts.Max - len(p.used)
	return free > 0 && (a.inUse == 0 || a.inUse < free)
}

// next returns the client that gets the next connection, and nil if none waits that may have one.
// If the client with the fewest connections may not have another, nobody may.
func (p *Pool) next() *account {
	if a := p.queue.first(); a != nil && p.mayTake(a) {
		return a
	}
	return nil
}

// arrive gives a connection to a client that waits, or keeps it.
func (p *Pool) arrive(l upstream.Link) {
	if a := p.next(); a != nil {
		p.grant(a, l)
		return
	}
	p.idle = append(p.idle, idleLink{link: l, since: time.Now()})
	p.scheduleSweep()
}

// grant gives a connection to the Get of a client that has waited longest.
func (p *Pool) grant(a *account, l upstream.Link) {
	w := p.queue.pop(a)
	p.lend(l, a)
	w.settle(l, nil)
}

// serve gives idle connections to the clients that wait, and dials further ones as necessary.
func (p *Pool) serve() {
	for a := p.next(); a != nil; a = p.next() {
		l, ok := p.takeIdle()
		if !ok {
			break
		}
		p.grant(a, l)
	}
	p.grow()
}

// takeIdle removes the connection that was used last. It closes those that cannot be used any more.
func (p *Pool) takeIdle() (l upstream.Link, ok bool) {
	for n := len(p.idle); n > 0; n = len(p.idle) {
		l := p.idle[n-1].link
		p.idle[n-1] = idleLink{}
		p.idle = p.idle[:n-1]
		if l.Conn.Quiet() {
			return l, true
		}
		l.Conn.Close()
	}
	return upstream.Link{}, false
}

// total returns how many connections there are or soon will be.
func (p *Pool) total() int { return len(p.idle) + len(p.used) + p.dialling }

// Stats are the counts of a Pool.
type Stats struct {
	// Idle and InUse are how many connections nobody uses, and clients have.
	Idle, InUse int
	// Dialling is how many dials are under way, and Dials is how many have begun since the Pool was
	// made.
	Dialling int
	Dials    uint64
	// Waiting is how many Gets wait.
	Waiting int
}

// Stats returns the counts of the Pool.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Stats{
		Idle: len(p.idle), InUse: len(p.used), Dialling: p.dialling, Dials: p.dialled, Waiting: p.queue.waiting,
	}
}
