package audit

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit/redact"
)

// removedEvery is how often a writer looks whether the file still has a name.
const removedEvery = 250 * time.Millisecond

// Errors that Open and Write return, apart from those of the file system.
var (
	// ErrRemoved: the file was removed, and what was written since it was last seen is gone with it.
	ErrRemoved = errors.New("the file was removed")
	// ErrInvalid: the record has no kind, or one that only the log writes, or lacks what its kind must have.
	ErrInvalid = errors.New("audit: invalid record")
	// ErrSilenced: zerolog's global level is Disabled, so that nothing is written at all.
	ErrSilenced = errors.New("audit: zerolog is disabled globally")
)

// A Log appends records to a file or a folder. It is safe for use by many goroutines.
type Log struct {
	path, version string
	now           func() time.Time
	open          func(path string) (file, tail, error)
	disk          *stopwatch
	enc           encoder
	hashes        sync.Pool // of hash.Hash, under the run's key

	ids                atomic.Uint64
	idFactor, idOffset uint64

	mu      sync.Mutex
	out     sink    // a plain file
	dir     *folder // nil for a plain file
	z       zerolog.Logger
	kept    keeper    // what z wrote last
	seq     uint64    // of the last record, written or not
	lost    uint64    // records since the last one that was written
	torn    int64     // what the start record tells of the last line before
	started bool      // the start record is written
	gone    bool      // the plain file was removed and not yet replaced
	looked  time.Time // when it was last seen to have a name
	err     error     // of the last write
	closed  bool
	stamp   []byte // the record's time, kept for its memory
}

// Open opens the plain file or the folder at path, and writes a start record. A path that is there
// is what it is; one that is not is a plain file if its name ends with one of PlainSuffixes, and a
// folder otherwise. Either is made where it is missing (mode 0600, 0700), but not what is above it.
//
// The error says that it cannot be opened, that another run holds it, or that the options make no
// sense, or is ErrNotAFile; a start record that cannot be written is no error here: Err tells it,
// and it goes before the next record that can be. The path "-" is refused: records and other output
// do not mix.
func Open(path string, o Options) (*Log, error) {
	if path == "" || path == "-" {
		return nil, fmt.Errorf("audit: %q is not the path of a file or folder", path)
	}
	inFolder := o.volume != nil || o.open == nil && isFolder(path)
	o.fill()
	l := &Log{path: path, version: o.Version, now: o.Now, open: o.open, disk: o.disk}
	l.seed(o.Key)
	l.enc.secrets = redact.New(o.SecretNames, l.token)
	l.z = zerolog.New(&l.kept)
	if inFolder {
		if err := l.openFolder(&o); err != nil {
			return nil, err
		}
		return l, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := o.plain(path); err != nil {
		return nil, err
	}
	f, t, err := l.open(path)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	l.adopt(f, t)
	l.torn = t.torn
	l.start()
	return l, nil
}

// isFolder says what a path is taken for.
func isFolder(path string) bool {
	if info, err := os.Stat(path); err == nil {
		return info.IsDir()
	}
	return !slices.Contains(PlainSuffixes[:], filepath.Ext(path))
}

// Chained reports whether the records are chained: whether the log is a folder and no plain file.
func (l *Log) Chained() bool { return l.dir != nil }

// openFolder opens the folder, finds where the last run ended and begins this one.
func (l *Log) openFolder(o *Options) error {
	d, err := openFolder(l.path, o)
	if err != nil {
		return err
	}
	d.idle = sync.NewCond(&l.mu)
	if l.torn, err = d.resume(); err != nil {
		return fmt.Errorf("audit: %w", errors.Join(err, d.v.close()))
	}
	l.dir, l.seq = d, d.chain.seq
	if l.torn > 0 {
		l.seq, l.lost = l.seq+1, 1
	}
	l.mu.Lock()
	if err := d.ready(l); err != nil {
		_, _ = l.fail(fmt.Errorf("audit: %w", err))
	}
	l.mu.Unlock()
	d.running.Go(func() { d.syncLoop(l) })
	if !o.untidy {
		d.tidying.Go(func() { d.tidyLoop(l) })
		wake(d.tidy)
	}
	// The run's first checkpoint is there before its first session. A failure is told as trouble is.
	_ = d.flush(l, true)
	return nil
}

// seed draws what is random in a run. crypto/rand.Read never fails: it ends the program where
// the system has no randomness.
func (l *Log) seed(key []byte) {
	var seed [16]byte
	rand.Read(seed[:])
	l.idFactor, l.idOffset = binary.NativeEndian.Uint64(seed[:8]), binary.NativeEndian.Uint64(seed[8:])
	key = slices.Clone(key)
	if len(key) == 0 {
		key = make([]byte, 32)
		rand.Read(key)
	}
	l.hashes.New = newHash(key)
}

// adopt makes f the file that is written. The caller holds mu.
func (l *Log) adopt(f file, t tail) {
	l.out.f, l.out.torn = f, t.torn > 0
	l.seq = max(l.seq, t.seq)
	l.gone, l.looked = false, l.now()
	if t.torn > 0 && !t.known {
		// The torn line's own number cannot be read. It is the next one, and is spent.
		l.seq++
	}
	if t.torn > 0 {
		l.lost++
	}
}

// Write writes r and returns its sequence. An error means that r is not recorded (see the package
// comment); the sequence is spent all the same. Write does not keep r, and waits as long as the disk does.
// It changes nothing of r but its Size.
func (l *Log) Write(r *Record) (seq uint64, err error) {
	r.Size = 0
	if err := valid(r); err != nil {
		return 0, err
	}
	c, seq, err := l.add(r)
	if c == nil {
		return seq, err
	}
	<-c.done
	if c.err != nil {
		return seq, fmt.Errorf("audit: syncing: %w", c.err)
	}
	return seq, nil
}

// add writes r, and returns the sync to wait for, nil for none.
func (l *Log) add(r *Record) (*commit, uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.crowded(); err != nil {
		seq, err := l.fail(fmt.Errorf("audit: %w", err))
		return nil, seq, err
	}
	seq, err := l.put(r)
	if err != nil || l.dir == nil {
		return nil, seq, err
	}
	if l.dir.awaited(r) {
		return l.dir.join(false), seq, nil
	}
	if l.dir.checkpointDue() {
		wake(l.dir.wake)
	}
	return nil, seq, nil
}

// put writes r, after whatever has to stand before it. The caller holds mu.
func (l *Log) put(r *Record) (uint64, error) {
	if l.closed {
		return 0, fmt.Errorf("audit: %w", os.ErrClosed)
	}
	if err := l.ready(); err != nil {
		return l.fail(fmt.Errorf("audit: %w", err))
	}
	if !l.started && l.start() != nil {
		return l.fail(l.err)
	}
	seq, err := l.emit(r)
	if err != nil && l.dir != nil {
		l.dir.wounded(l, err)
		l.err = err
	}
	return seq, err
}

// start writes the start record. The caller holds mu.
func (l *Log) start() error {
	_, err := l.emit(&Record{Kind: KindStart})
	l.started = err == nil
	return err
}

// ready sees to it that the file has a name, by which someone can read it. The caller holds mu.
func (l *Log) ready() error {
	if l.dir != nil {
		return l.dir.ready(l)
	}
	if l.gone {
		return l.replace("the file was removed")
	}
	now := l.now()
	if d := now.Sub(l.looked); d >= 0 && d < removedEvery {
		return nil
	}
	l.looked = now
	gone, err := l.out.f.removed()
	if err != nil {
		return err
	}
	l.gone = gone
	if gone {
		return ErrRemoved
	}
	return nil
}

// replace opens the path anew and says why in the new file's first record. Where it cannot be
// opened, the old file is kept. The caller holds mu.
func (l *Log) replace(reason string) error {
	f, t, err := l.open(l.path)
	if err != nil {
		return err
	}
	old := l.out.f
	l.adopt(f, t)
	// Every record that the old file took is written; closing tells nothing more of them.
	_ = old.Close()
	_, err = l.emit(&Record{Kind: KindReopen, Reason: reason})
	return err
}

// emit encodes r and writes it. The caller holds mu.
func (l *Log) emit(r *Record) (seq uint64, err error) {
	l.kept.line = l.kept.line[:0]
	l.stamp = stamp(l.stamp[:0], l.now())
	e := l.z.Log().Bytes(FieldTime, l.stamp).Uint64(FieldSeq, l.seq+1)
	if l.lost > 0 {
		e.Uint64(FieldLost, l.lost)
	}
	e.Str(FieldKind, r.Kind.String())
	l.enc.encode(e, r)
	if r.Kind == KindStart {
		l.enc.text(e, FieldVersion, l.version)
		if l.torn > 0 {
			e.Int64(FieldTorn, l.torn)
		}
	}
	if l.dir != nil {
		l.dir.encode(e, r)
	}
	e.Send()
	if len(l.kept.line) == 0 {
		return l.fail(ErrSilenced)
	}
	if r.Size, err = l.append(l.kept.line); err != nil {
		return l.fail(fmt.Errorf("audit: %w", err))
	}
	l.seq++
	if l.dir != nil {
		l.dir.chain.took(l.seq)
		l.dir.chain.ratchet()
	}
	l.lost, l.err = 0, nil
	return l.seq, nil
}

// append writes a line to wherever lines go, and returns how many bytes it takes there. The caller
// holds mu.
func (l *Log) append(line []byte) (int, error) {
	if l.dir != nil {
		return l.dir.write(line)
	}
	if err := l.out.write(line); err != nil {
		return 0, err
	}
	return len(line), nil
}

// fail spends a sequence on a record that is not written. The caller holds mu.
func (l *Log) fail(err error) (uint64, error) {
	l.seq++
	l.lost++
	l.err = err
	if l.dir != nil {
		l.dir.chain.ratchet()
	}
	return l.seq, err
}

// Err returns the error of the last write, and nil where it worked.
func (l *Log) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// Syncs returns how often records were synced, for figures: in durable mode, records by it is
// how many share one. It is 0 for a plain file.
func (l *Log) Syncs() uint64 {
	if l.dir == nil {
		return 0
	}
	return l.dir.syncs.Load()
}

// Probe is Err, but first looks whether the file was removed and, after a failure, tries again
// with a probe record. An idle guard that asks it now and then notices that the disk is well again.
func (l *Log) Probe() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.crowded(); err != nil {
		l.err = fmt.Errorf("audit: %w", err)
		return l.err
	}
	if l.err == nil && !l.closed {
		if err := l.ready(); err != nil {
			l.err = fmt.Errorf("audit: %w", err)
		}
		return l.err
	}
	_, err := l.put(&Record{Kind: KindProbe})
	return err
}

// Reopen begins a new file at the log's path, for after a rename. Where the path still names
// the open file, or cannot be opened, that one is kept; only the latter is an error. A folder's segments are
// not for renaming, so there it does nothing.
func (l *Log) Reopen() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return fmt.Errorf("audit: %w", os.ErrClosed)
	}
	if l.dir != nil || l.out.f.at(l.path) {
		return nil
	}
	if err := l.replace("reopened"); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	return nil
}

// Close writes a stop record, brings all to the disk and closes the files. Its error is that of any of
// these; Write fails with os.ErrClosed from then on. A second Close does nothing.
func (l *Log) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	_, err := l.put(&Record{Kind: KindStop})
	l.closed = true
	if l.dir == nil {
		err = errors.Join(err, l.out.f.Close())
	}
	l.mu.Unlock()
	if l.dir != nil {
		err = errors.Join(err, l.dir.shut(l))
	}
	return err
}
