package audit

import (
	"sync"
	"sync/atomic"
	"time"
)

// A group is what brings records to the disk: one goroutine that syncs, and those who wait for it.
type group struct {
	// waiting is the next sync's, nil while nobody waits for one.
	waiting *commit
	// syncing says that a sync is under way; idle is told when it is over.
	syncing bool
	idle    *sync.Cond
	wake    chan struct{} // holds one: there is something to do
	stop    chan struct{} // closed: syncLoop ends
	running sync.WaitGroup
	syncs   atomic.Uint64 // for the figures
}

// A commit is one sync that many records share.
type commit struct {
	done chan struct{} // closed when it is over, with err
	err  error
	sign bool // a checkpoint is wanted, and waited for
}

func (c *commit) end(err error) {
	c.err = err
	close(c.done)
}

// wake leaves word in a channel that holds one.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// join returns the next sync, for waiting until all that is written by now is on disk. The caller
// holds the log's mutex while it calls join, and not while it waits.
func (d *folder) join(sign bool) *commit {
	if d.waiting == nil {
		d.waiting = &commit{done: make(chan struct{})}
	}
	d.waiting.sign = d.waiting.sign || sign
	wake(d.wake)
	return d.waiting
}

// awaited reports whether a record is waited for: whether something is done because it is written.
// What it says of denials that are counted has been answered already.
func (d *folder) awaited(r *Record) bool {
	k := r.Kind
	return d.o.Durable && r.Times == 0 && k != KindReply && k != KindJob && k != KindEnd && k != KindRecording
}

// flush brings all that is written to the disk, and makes a checkpoint of it where it is to be signed.
func (d *folder) flush(l *Log, sign bool) error {
	l.mu.Lock()
	c := d.join(sign)
	l.mu.Unlock()
	<-c.done
	return c.err
}

// syncLoop syncs when someone waits, and now and then for those who do not.
func (d *folder) syncLoop(l *Log) {
	tick := time.NewTicker(d.o.SyncEvery)
	defer tick.Stop()
	for {
		select {
		case <-d.wake:
		case <-tick.C:
		case <-d.stop:
			return
		}
		d.syncOnce(l)
	}
}

// syncOnce syncs the current segment without holding the mutex, so that others go on writing
// and make up the next group.
func (d *folder) syncOnce(l *Log) {
	l.mu.Lock()
	c, seg := d.waiting, d.cur
	d.waiting = nil
	at := mark{d.chain.seq, d.chain.prev, l.now()}
	dirty := seg != nil && seg.synced < at.seq
	d.syncing = dirty
	l.mu.Unlock()
	var err error
	if dirty {
		d.syncs.Add(1)
		err = seg.f.Sync()
	}
	l.mu.Lock()
	d.syncing = false
	switch {
	case err != nil:
		d.unsyncable(l, err)
	case dirty:
		seg.synced = at.seq
	}
	// What a full disk or a removed segment asked for had to wait for the sync.
	if d.cur != nil && d.cur.over != "" {
		d.finishQuietly(l)
	}
	sign := err == nil && d.wants(at, c)
	d.idle.Broadcast()
	l.mu.Unlock()
	d.report(c, err, at, sign)
}

// finishQuietly is finish for a segment whose end was put off: it is still what it was ended for that the log
// tells.
func (d *folder) finishQuietly(l *Log) {
	was := l.err
	d.finish(l)
	if l.err == nil {
		l.err = was
	}
}

// report ends a commit, after its checkpoint where it waits for one, and before it otherwise.
func (d *folder) report(c *commit, err error, at mark, sign bool) {
	if c != nil && !c.sign {
		c.end(err)
	}
	if sign {
		if cpErr := d.checkpoint(at); cpErr != nil {
			d.o.Trouble(cpErr)
			if err == nil && c != nil && c.sign {
				err = cpErr
			}
		}
	}
	if c != nil && c.sign {
		c.end(err)
	}
}
