package audit

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"filippo.io/age"
	"github.com/rs/zerolog"

	"eslguard/audit/redact"
)

// retryEvery is how long after a segment could not be begun it is tried again.
const retryEvery = 250 * time.Millisecond

// A folder is where a log writes segments. Its methods are called with the log's mutex held, but for those
// of its goroutines.
type folder struct {
	v         volume
	o         Options
	recipient age.Recipient // nil: no MACs
	chain     chain
	cur       *segment  // nil: the next record begins one
	last      string    // the segment before the next one, "" for none
	why       string    // why the next segment is begun
	unsynced  uint64    // see FieldUnsynced; 0 for nothing
	sealed    []byte    // the key of the segment's head
	tornFile  string    // see FieldTornFile
	begun     time.Time // when the run was
	unlocked  bool      // the folder was removed, and with it the lock
	reserved  bool      // the reserve is there
	failed    error     // why no segment could be begun
	retry     time.Time
	full      crowd // why nothing may be recorded

	group
	checked
	tidy     chan struct{} // holds one: a segment was finished
	stopTidy chan struct{} // closed: tidyLoop ends
	tidying  sync.WaitGroup
}

// A segment is the file that is written.
type segment struct {
	f      segmentFile
	name   string
	size   int64
	born   time.Time
	synced uint64 // the last sequence that is known to be on disk
	// over is why nothing may be added but the end, "" while there may be. torn: not even that,
	// since the last line is not whole. gone: it has no name any more.
	over       string
	torn, gone bool
}

// segmentName is the name of the segment that begins with seq.
func segmentName(seq uint64) string {
	return fmt.Sprintf("%s%0*d%s", SegmentPrefix, SegmentDigits, seq, SegmentSuffix)
}

// write appends a line to the current segment, and returns its size there. A line that was written
// in part is cut off again.
func (d *folder) write(line []byte) (int, error) {
	if d.cur == nil {
		return 0, errors.New("there is no segment")
	}
	line = d.chain.link(line)
	err := writeAll(d.cur.f, line)
	if err == nil {
		d.cur.size += int64(len(line))
		return len(line), nil
	}
	if cut := d.cur.f.Truncate(d.cur.size); cut != nil {
		d.cur.torn, d.cur.over = true, "a line was torn"
	}
	return 0, err
}

// ready sees to it that there is a segment to write to. It may let go of the mutex to wait for a
// sync that is under way: a segment that is closed meanwhile would hide whether that failed.
func (d *folder) ready(l *Log) error {
	for {
		now := l.now()
		switch {
		case l.closed:
			return os.ErrClosed
		case d.cur == nil:
			return d.begin(l, now)
		case d.cur.over == "" && !d.due(now):
			return d.look(l, now)
		case d.syncing:
			d.idle.Wait()
		default:
			d.finish(l)
		}
	}
}

// due reports whether the current segment is large or old enough.
func (d *folder) due(now time.Time) bool {
	return d.cur.size >= d.o.MaxSize || now.Sub(d.cur.born) >= d.o.MaxAge
}

// look notices, now and then, that the segment was removed.
func (d *folder) look(l *Log, now time.Time) error {
	if s := now.Sub(l.looked); s >= 0 && s < removedEvery {
		return nil
	}
	l.looked = now
	gone, err := d.cur.f.removed()
	if err != nil || !gone {
		return err
	}
	d.cur.gone, d.cur.over = true, "the segment was removed"
	return ErrRemoved
}

// wounded draws the consequence of a write that failed: a segment without room is finished, while
// the reserve has room for its end.
func (d *folder) wounded(l *Log, err error) {
	if d.cur != nil && d.cur.over == "" && noSpace(err) {
		d.cur.over = "no space left on the disk"
		d.release()
		if !d.syncing {
			d.finish(l)
		}
		d.failed, d.retry = errors.Unwrap(err), l.now().Add(retryEvery)
	}
}

// finish ends the current segment: with a seal, where one can be written. No sync may be under way.
func (d *folder) finish(l *Log) {
	seg := d.cur
	if seg.over == "" {
		seg.over = "large or old enough"
	}
	if seg.gone {
		d.unlocked = true
		d.giveUp(ErrRemoved)
		return
	}
	if !seg.torn {
		// What is before the seal counts; without it, the segment ends as one does that was torn.
		_, _ = l.emit(&Record{Kind: KindSeal, Reason: seg.over})
	}
	if err := seg.f.Sync(); err != nil {
		d.unsyncable(l, err)
		return
	}
	d.close()
	wake(d.tidy)
}

// unsyncable gives up the current segment because a sync failed: nobody knows what is on disk,
// and another sync might succeed without having written anything.
func (d *folder) unsyncable(l *Log, err error) {
	if d.unsynced == 0 {
		d.unsynced = d.cur.synced + 1
	}
	d.cur.over = "a sync failed"
	l.err = fmt.Errorf("audit: syncing: %w", err)
	d.o.Trouble(l.err)
	d.giveUp(err)
}

// giveUp leaves the current segment as it is. Those who wait for its records get err.
func (d *folder) giveUp(err error) {
	if d.waiting != nil {
		d.waiting.end(err)
		d.waiting = nil
	}
	d.close()
}

// close closes the current segment.
func (d *folder) close() {
	d.last, d.why = d.cur.name, d.cur.over
	// All that a sync can tell has been told.
	_ = d.cur.f.Close()
	d.cur = nil
}

// begin begins a segment, unless that failed a moment ago.
func (d *folder) begin(l *Log, now time.Time) error {
	if wait := d.retry.Sub(now); d.failed != nil && wait > 0 && wait <= retryEvery {
		return d.failed
	}
	d.failed = d.tryBegin(l, now)
	d.retry = now.Add(retryEvery)
	return d.failed
}

// tryBegin makes a segment with its head, both on disk before anything else is written.
func (d *folder) tryBegin(l *Log, now time.Time) error {
	if d.unlocked {
		if err := d.v.lock(); err != nil {
			return err
		}
		d.unlocked, d.reserved = false, false
	}
	if err := d.hold(); err != nil {
		return fmt.Errorf("holding back %d bytes of the disk: %w", d.o.Reserve, err)
	}
	head := &Record{Kind: KindReopen, Reason: d.why}
	if !l.started {
		head = &Record{Kind: KindStart}
	}
	if err := d.sealKey(head.Kind); err != nil {
		return err
	}
	name := segmentName(l.seq + 1)
	f, err := d.v.create(name)
	if err != nil {
		return err
	}
	before := d.chain
	d.cur = &segment{f: f, name: name, born: now}
	seq, err := l.emit(head)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = d.v.sync()
	}
	if err != nil {
		d.undo(l, &before)
		return err
	}
	d.cur.synced, d.unsynced, l.looked = seq, 0, now
	if !l.started {
		l.started, d.now = true, true
		wake(d.wake)
	}
	return nil
}

// undo takes back a segment that was begun in vain. Its head's sequence stays spent, and its key.
func (d *folder) undo(l *Log, before *chain) {
	d.chain.seq, d.chain.prev = before.seq, before.prev
	l.lost = l.seq - d.chain.seq
	_ = d.cur.f.Close()
	// Where it stays, readers know it for what it is: a head that no other head names.
	_ = d.v.remove(d.cur.name)
	d.cur = nil
}

// sealKey seals the key of a head, which for a start is a new one. Each head has it, so that
// the MACs of a long run can be checked when the segment with its start has been deleted.
func (d *folder) sealKey(head Kind) (err error) {
	if d.recipient == nil {
		return nil
	}
	if head == KindStart {
		d.chain.newKey()
	}
	d.sealed, err = d.chain.seal(d.recipient)
	return err
}

// shut brings everything to the disk, ends the goroutines and lets the folder go. The log is closed, and
// its mutex not held.
func (d *folder) shut(l *Log) error {
	// tidyLoop waits for syncs, so syncLoop goes last.
	close(d.stopTidy)
	d.tidying.Wait()
	err := d.flush(l, true)
	close(d.stop)
	d.running.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	if d.cur != nil {
		d.close()
	}
	return errors.Join(err, d.v.close())
}

// encode adds the fields that records have in a folder only, but for the hashes.
func (d *folder) encode(e *zerolog.Event, r *Record) {
	switch r.Kind {
	case KindStart, KindReopen:
		e.Int(FieldFormat, FormatVersion)
		word(e, FieldPrevSegment, d.last)
		e.Uint64(FieldPrevSeq, d.chain.seq)
		e.Str(FieldPrevHash, hashEncoding.EncodeToString(d.chain.prev[:]))
		if d.unsynced > 0 {
			e.Uint64(FieldUnsynced, d.unsynced)
		}
		if r.Kind == KindStart {
			word(e, FieldTornFile, d.tornFile)
		}
		if d.recipient != nil {
			e.Str(FieldRecipient, d.o.Recipient)
			e.Str(FieldSealed, base64.StdEncoding.EncodeToString(d.sealed))
		}
		if s := d.o.Signer; s != nil {
			e.Str(FieldSigner, fmt.Sprintf("%s+%08x", redact.Clip(s.Name(), MaxText), s.KeyHash()))
			if n := d.filed.Load(); n > 0 {
				e.Uint64(FieldCheckpoint, n)
			}
		}
	case KindRetire:
		if len(r.retired.files) > 0 {
			e.Strs(FieldRetiredFiles, r.retired.files)
			return
		}
		e.Uint64(FieldRetiredFrom, r.retired.from)
		e.Uint64(FieldRetiredTo, r.retired.to)
		e.Str(FieldRetiredHash, r.retired.hash)
		if r.retired.forSize {
			e.Int64(FieldRetiredAge, int64(r.retired.age/time.Second))
		}
	}
}
