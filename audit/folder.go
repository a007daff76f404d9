package audit

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"time"

	"filippo.io/age"
	"github.com/rs/zerolog"

	"eslguard/audit/internal/disk"
	"eslguard/audit/redact"
)

// retryEvery is how long a folder waits before it tries again to begin a segment.
const retryEvery = 250 * time.Millisecond

// A folder is the output that is a folder of segments. Its methods are called with the recorder's
// mutex held, except where they say otherwise.
type folder struct {
	rec       *recorder
	volume    disk.Volume
	options   Options
	recipient age.Recipient // nil: records have no MAC
	chain     chain
	cur       *segment     // nil: the next record begins one
	last      string       // the name of the segment before the current or next one, "" for none
	reason    string       // why the next segment is begun
	unsynced  uint64       // see FieldUnsynced; 0 if all records are known to be on disk
	sealedKey []byte       // for the head of the current segment
	tornFile  string       // see FieldTornFile
	unlocked  bool         // the folder was removed, and the lock with it
	reserve   disk.Reserve // space on the disk for the end of a segment
	beginErr  error        // why no segment could be begun, nil if the last attempt succeeded
	retryAt   time.Time    // when the next attempt may be made
	checked   time.Time    // when the current segment was last seen to have a name
	overfull  overfull     // why nothing may be recorded

	group       group
	checkpoints checkpoints
	retention   retention
}

// A segment is the file that is being written.
type segment struct {
	f      disk.File
	name   string
	size   int64
	born   time.Time
	synced uint64 // the last sequence that is known to be on disk
	// end is why the segment must end. "" means that records may be added.
	end string
	// torn reports whether the last line is incomplete. Nothing is added to the segment then, not
	// even a seal.
	torn    bool
	removed bool // the segment has no name any more
}

// segmentName returns the name of the segment that begins with the record seq.
func segmentName(seq uint64) string {
	return fmt.Sprintf("%s%0*d%s", SegmentPrefix, SegmentDigits, seq, SegmentSuffix)
}

// openFolder opens the folder at path for a run that writes through c. The error says that the
// folder cannot be read, that an option is invalid, or that another run uses the folder.
func openFolder(path string, o *Options, c *recorder) (*folder, error) {
	to, err := o.valid()
	if err != nil {
		return nil, err
	}
	v, err := o.volume(path)
	if err == nil {
		err = v.Lock()
	}
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	d := &folder{rec: c, volume: v, options: *o, recipient: to, reserve: disk.Reserve{Volume: v, Name: ReserveFile, Size: o.Reserve}}
	d.group = newGroup(c)
	d.checkpoints = checkpoints{volume: v, options: &d.options}
	d.retention = newRetention(d, o.Now())
	return d, nil
}

// run begins the first segment, starts the goroutines and writes the first checkpoint, so that it
// is there before the first session. Its errors are reported like those of later ones: by Log.Err
// or to Options.Trouble. The caller does not hold the mutex.
func (d *folder) run(retain bool) {
	d.beginRun()
	d.group.running.Go(d.syncLoop)
	if retain {
		d.retention.running.Go(d.retention.loop)
		wake(d.retention.wake)
	}
	_ = d.flush(true)
}

// beginRun begins the first segment. The caller does not hold the mutex.
func (d *folder) beginRun() {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	if err := d.ready(); err != nil {
		_, _ = d.rec.fail(err)
	}
}

// write appends a line with its hash to the current segment, and returns the size that it has
// there. If only a part of the line could be written, that part is cut off again.
func (d *folder) write(line []byte) (int, error) {
	if d.cur == nil {
		return 0, errors.New("there is no segment")
	}
	line = d.chain.appendHash(line)
	err := disk.WriteAll(d.cur.f, line)
	if err == nil {
		d.cur.size += int64(len(line))
		return len(line), nil
	}
	if cut := d.cur.f.Truncate(d.cur.size); cut != nil {
		d.cur.torn, d.cur.end = true, "a line was torn"
	}
	return 0, err
}

// written adds the record to the chain.
func (d *folder) written(seq uint64) {
	d.chain.advance(seq)
	d.chain.nextKey()
}

// skipped keeps the key in step with the sequence.
func (d *folder) skipped() { d.chain.nextKey() }

// ready makes sure that there is a segment to write to. It may release the mutex while it waits for
// a sync that is under way: if the segment were closed first, an error of that sync would be lost.
func (d *folder) ready() error {
	for {
		now := d.rec.now()
		switch {
		case d.rec.closed:
			return os.ErrClosed
		case d.cur == nil:
			return d.begin(now)
		case d.cur.end == "" && !d.due(now):
			return d.checkName(now)
		case d.group.syncing:
			d.group.idle.Wait()
		default:
			d.finish()
		}
	}
}

// due reports whether the current segment is large or old enough to end.
func (d *folder) due(now time.Time) bool {
	return d.cur.size >= d.options.MaxSize || now.Sub(d.cur.born) >= d.options.MaxAge
}

// checkName checks, at most once per removedEvery, whether the segment was removed.
func (d *folder) checkName(now time.Time) error {
	if since := now.Sub(d.checked); since >= 0 && since < removedEvery {
		return nil
	}
	d.checked = now
	removed, err := d.cur.f.Removed()
	if err != nil || !removed {
		return err
	}
	d.cur.removed, d.cur.end = true, "the segment was removed"
	return ErrRemoved
}

// failed ends the current segment if the disk is full. It frees the reserve first, so that the seal
// of the segment can be written.
func (d *folder) failed(err error) {
	if d.cur != nil && d.cur.end == "" && disk.NoSpace(err) {
		d.cur.end = "no space left on the disk"
		d.reserve.Free()
		if !d.group.syncing {
			d.finish()
		}
		d.beginErr, d.retryAt = err, d.rec.now().Add(retryEvery)
	}
}

// finish ends the current segment with a seal, if a seal can be written. No sync may be under way.
func (d *folder) finish() {
	seg := d.cur
	if seg.end == "" {
		seg.end = "large or old enough"
	}
	if seg.removed {
		d.unlocked = true
		d.abandon(ErrRemoved)
		return
	}
	if !seg.torn {
		// A seal that cannot be written loses nothing: the segment then ends as a torn one does.
		_, _ = d.rec.emit(&Record{Kind: KindSeal, Reason: seg.end})
	}
	if err := seg.f.Sync(); err != nil {
		d.syncFailed(err)
		return
	}
	d.closeSegment()
	wake(d.retention.wake)
}

// syncFailed abandons the current segment after a sync failed: it is unknown what is on disk, and
// another sync could succeed without having written anything.
func (d *folder) syncFailed(err error) {
	if d.unsynced == 0 {
		d.unsynced = d.cur.synced + 1
	}
	d.cur.end = "a sync failed"
	d.rec.err = fmt.Errorf("syncing: %w", err)
	d.rec.failures++
	d.options.Trouble(d.rec.err)
	d.abandon(err)
}

// abandon leaves the current segment as it is, and gives err to callers that wait for its records.
func (d *folder) abandon(err error) {
	if d.group.next != nil {
		d.group.next.end(err)
		d.group.next = nil
	}
	d.closeSegment()
}

// closeSegment closes the current segment.
func (d *folder) closeSegment() {
	d.last, d.reason = d.cur.name, d.cur.end
	// The last sync has reported every error that matters.
	_ = d.cur.f.Close()
	d.cur = nil
}

// begin begins a segment. If that failed less than retryEvery ago, it returns the same error
// without another attempt.
func (d *folder) begin(now time.Time) error {
	if wait := d.retryAt.Sub(now); d.beginErr != nil && wait > 0 && wait <= retryEvery {
		return d.beginErr
	}
	d.beginErr = d.tryBegin(now)
	d.retryAt = now.Add(retryEvery)
	return d.beginErr
}

// tryBegin makes a segment with its head, and syncs both before anything else is written.
func (d *folder) tryBegin(now time.Time) error {
	if d.unlocked {
		if err := d.volume.Lock(); err != nil {
			return err
		}
		d.unlocked, d.reserve.Held = false, false
	}
	// Without the reserve the segment could not be ended when the disk is full.
	if err := d.reserve.Fill(); err != nil {
		return fmt.Errorf("holding back %d bytes of the disk: %w", d.options.Reserve, err)
	}
	head := &Record{Kind: KindReopen, Reason: d.reason}
	if !d.rec.started {
		head = &Record{Kind: KindStart}
	}
	if err := d.sealKey(head.Kind); err != nil {
		return err
	}
	name := segmentName(d.rec.seq + 1)
	f, err := d.volume.Create(name)
	if err != nil {
		return err
	}
	before := d.chain
	d.cur = &segment{f: f, name: name, born: now}
	seq, err := d.rec.emit(head)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = d.volume.Sync()
	}
	if err != nil {
		d.undoBegin(&before)
		return err
	}
	d.cur.synced, d.unsynced, d.checked = seq, 0, now
	if !d.rec.started {
		d.rec.started, d.checkpoints.atNextSync = true, true
		wake(d.group.wake)
	}
	return nil
}

// undoBegin removes a segment that could not be begun. before is the chain without its head, whose
// sequence and key stay used up.
func (d *folder) undoBegin(before *chain) {
	d.chain.seq, d.chain.prev = before.seq, before.prev
	d.rec.lost = d.rec.seq - d.chain.seq
	_ = d.cur.f.Close()
	// If the file cannot be removed, readers recognise it: no other head names it.
	_ = d.volume.Remove(d.cur.name)
	d.cur = nil
}

// sealKey encrypts the key of a head, and draws a new one for the head of a run. Every head
// contains its key, so that the MACs of a long run can be checked after its first segment was
// deleted.
func (d *folder) sealKey(head Kind) (err error) {
	if d.recipient == nil {
		return nil
	}
	if head == KindStart {
		d.chain.newKey()
	}
	d.sealedKey, err = d.chain.sealKey(d.recipient)
	return err
}

// full returns why nothing may be recorded now, nil if records may be written.
func (d *folder) full() error {
	if d.overfull.err == nil {
		return nil
	}
	if !d.rec.now().Before(d.overfull.until) {
		wake(d.retention.wake)
	}
	return d.overfull.err
}

// swapOverfull sets why nothing may be recorded, and returns what it was before. The caller does
// not hold the mutex.
func (d *folder) swapOverfull(full overfull) (before overfull) {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	before, d.overfull = d.overfull, full
	return before
}

// close syncs everything, ends the goroutines, and closes the folder. The recorder is closed
// already. The caller does not hold the mutex.
func (d *folder) close() error {
	// The retention waits for syncs, so it ends first.
	close(d.retention.stop)
	d.retention.running.Wait()
	err := d.flush(true)
	close(d.group.stop)
	d.group.running.Wait()
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	if d.cur != nil {
		d.closeSegment()
	}
	return errors.Join(err, d.volume.Close())
}

// fields adds the fields that records have in a folder only, except for the hashes.
func (d *folder) fields(e *zerolog.Event, r *Record) {
	switch r.Kind {
	case KindStart, KindReopen:
		e.Int(FieldFormat, FormatVersion)
		addWord(e, FieldPrevSegment, d.last)
		e.Uint64(FieldPrevSeq, d.chain.seq)
		e.Str(FieldPrevHash, hashEncoding.EncodeToString(d.chain.prev[:]))
		if d.unsynced > 0 {
			e.Uint64(FieldUnsynced, d.unsynced)
		}
		if r.Kind == KindStart {
			addWord(e, FieldTornFile, d.tornFile)
		}
		if d.recipient != nil {
			e.Str(FieldRecipient, d.options.Recipient)
			e.Str(FieldSealed, base64.StdEncoding.EncodeToString(d.sealedKey))
		}
		if s := d.options.Signer; s != nil {
			e.Str(FieldSigner, fmt.Sprintf("%s+%08x", redact.Clip(s.Name(), MaxText), s.KeyHash()))
			if n := d.checkpoints.filed.Load(); n > 0 {
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
