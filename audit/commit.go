package audit

import (
	"sync"
	"sync/atomic"
	"time"
)

// A group brings records to the disk: one goroutine syncs, and all records that were written before
// a sync share it. The recorder's mutex guards next and syncing.
type group struct {
	// next is the next sync, nil if no caller waits for one.
	next *commit
	// syncing reports whether a sync is under way. idle is notified when it ends.
	syncing bool
	idle    *sync.Cond
	wake    chan struct{} // buffered, one: syncLoop has something to do
	stop    chan struct{} // closed: syncLoop ends
	running sync.WaitGroup
	syncs   atomic.Uint64 // for metrics
}

func newGroup(c *recorder) group {
	return group{idle: sync.NewCond(&c.mu), wake: make(chan struct{}, 1), stop: make(chan struct{})}
}

// A commit is one sync that several records share.
type commit struct {
	done chan struct{} // closed when the sync is over; err is set then
	err  error
	sign bool // callers wait for a checkpoint, too
}

func (c *commit) end(err error) {
	c.err = err
	close(c.done)
}

// wake sends to a channel with a buffer of one, unless the buffer is full.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// join returns the next sync. When it is over, all that was written before the call is on disk. The
// caller must not hold the mutex while it waits.
func (d *folder) join(sign bool) *commit {
	if d.group.next == nil {
		d.group.next = &commit{done: make(chan struct{})}
	}
	d.group.next.sign = d.group.next.sign || sign
	wake(d.group.wake)
	return d.group.next
}

// added returns the sync that the writer of r must wait for, nil if it need not wait.
func (d *folder) added(r *Record) *commit {
	if d.options.awaited(r) {
		return d.join(false)
	}
	if d.checkpoints.due(d.chain.seq) {
		wake(d.group.wake)
	}
	return nil
}

// awaited reports whether the writer of r waits until it is on disk, because something is done as
// soon as it is. Counted denials have been answered already, so no caller waits for their record.
func (o *Options) awaited(r *Record) bool {
	k := r.Kind
	return o.Durable && r.Times == 0 && k != KindReply && k != KindJob && k != KindEnd && k != KindRecording
}

// flush syncs all that is written, and if sign is set, makes a checkpoint of it. The caller does
// not hold the mutex.
func (d *folder) flush(sign bool) error {
	c := d.joinUnlocked(sign)
	<-c.done
	return c.err
}

// joinUnlocked is join for a caller that does not hold the mutex.
func (d *folder) joinUnlocked(sign bool) *commit {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	return d.join(sign)
}

// putSigned writes a record, and returns the sync that brings it to the disk and signs it. The
// mutex is held for both steps, so that the segment cannot end between them: the error of its last
// sync would be lost. The caller does not hold the mutex.
func (d *folder) putSigned(r *Record) (*commit, error) {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	if _, err := d.rec.put(r); err != nil {
		return nil, err
	}
	return d.join(true), nil
}

// syncLoop syncs when a caller waits for it, and otherwise every Options.SyncEvery.
func (d *folder) syncLoop() {
	tick := time.NewTicker(d.options.SyncEvery)
	defer tick.Stop()
	for {
		select {
		case <-d.group.wake:
		case <-tick.C:
		case <-d.group.stop:
			return
		}
		d.syncOnce()
	}
}

// syncOnce syncs the current segment. It does not hold the mutex during the sync, so that others go
// on writing and make up the next group.
func (d *folder) syncOnce() {
	c, dirty, at := d.beginSync()
	var err error
	if dirty != nil {
		d.group.syncs.Add(1)
		err = dirty.f.Sync()
	}
	sign := d.endSync(c, dirty, at, err)
	d.endCommit(c, err, at, sign)
}

// beginSync returns the sync that callers wait for, nil for none, the segment that must be synced
// for it, nil if all of it is on disk, and where the chain is. The caller does not hold the mutex.
func (d *folder) beginSync() (c *commit, dirty *segment, at mark) {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	c = d.group.next
	d.group.next = nil
	at = mark{d.chain.seq, d.chain.prev, d.rec.now()}
	if d.cur != nil && d.cur.synced < at.seq {
		dirty = d.cur
	}
	d.group.syncing = dirty != nil
	return c, dirty, at
}

// endSync notes the result of a sync that beginSync began, and reports whether a checkpoint is made
// of it. The caller does not hold the mutex.
func (d *folder) endSync(c *commit, dirty *segment, at mark, err error) (sign bool) {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	d.group.syncing = false
	switch {
	case err != nil:
		d.syncFailed(err)
	case dirty != nil:
		dirty.synced = at.seq
	}
	// A segment that ends because the disk is full or because it was removed had to wait for the
	// sync.
	if d.cur != nil && d.cur.end != "" {
		d.finishDeferred()
	}
	d.group.idle.Broadcast()
	// After a failed sync, the next head declares what is not known to be on disk.
	return err == nil && d.unsynced == 0 && d.checkpoints.take(at, c != nil && c.sign)
}

// finishDeferred finishes a segment whose end had to wait for a sync. It keeps the recorder's
// error, which is the reason for the end.
func (d *folder) finishDeferred() {
	before := d.rec.err
	d.finish()
	if d.rec.err == nil {
		d.rec.err = before
	}
}

// endCommit makes the checkpoint of a sync if sign is set, and ends the commit c, nil for none. It
// ends c before the checkpoint unless callers wait for that, too. The caller does not hold the
// mutex.
func (d *folder) endCommit(c *commit, err error, at mark, sign bool) {
	if c != nil && !c.sign {
		c.end(err)
	}
	if sign {
		if cpErr := d.checkpoints.make(at); cpErr != nil {
			d.options.Trouble(cpErr)
			if err == nil && c != nil && c.sign {
				err = cpErr
			}
		}
	}
	if c != nil && c.sign {
		c.end(err)
	}
}
