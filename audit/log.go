package audit

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
)

// removedEvery is how often a writer looks whether the file still has a name.
const removedEvery = 250 * time.Millisecond

// Errors that Open and Write return, apart from those of the file system.
var (
	// ErrRemoved: the file was removed, and what was written since it was last seen is gone with it.
	ErrRemoved = errors.New("audit: the file was removed")
	// ErrInvalid: the record has no kind, or lacks a decision that its kind must have.
	ErrInvalid = errors.New("audit: invalid record")
	// ErrSilenced: zerolog's global level is Disabled, so that nothing is written at all.
	ErrSilenced = errors.New("audit: zerolog is disabled globally")
)

// Options are what Open may be told. The zero Options are good for production.
type Options struct {
	// Version is the program's, for the start record.
	Version string
	// Now tells the time. Nil: time.Now.
	Now func() time.Time
	// Key keys the hashes of replies, so that equal ones can be joined and none be guessed.
	// Empty: a random one for each run, which makes them comparable within a run only.
	Key []byte
	// open opens the file. Nil: openFile.
	open func(path string) (file, tail, error)
}

// A Log appends records to a file. It is safe for use by many goroutines.
type Log struct {
	path    string
	version string
	now     func() time.Time
	open    func(path string) (file, tail, error)
	hashes  sync.Pool // of hash.Hash, under the run's key

	ids                atomic.Uint64
	idFactor, idOffset uint64

	mu      sync.Mutex
	out     sink
	z       zerolog.Logger
	seq     uint64    // of the last record, written or not
	lost    uint64    // records since the last one that was written
	torn    int64     // what the start record tells of the file's last line
	started bool      // the start record is written
	gone    bool      // the file was removed and not yet replaced
	looked  time.Time // when it was last seen to have a name
	err     error     // of the last write
	closed  bool
	stamp   []byte // the record's time, kept for its memory
}

// Open opens the file at path for appending, creates it with mode 0600 where it is missing, and
// writes a start record. Its error says that the file cannot be opened, or that another run holds
// it; a start record that cannot be written is no error here: Err tells it, and it goes before
// the next record that can be. The path "-" is refused: records and other output do not mix.
func Open(path string, o Options) (*Log, error) {
	if path == "" || path == "-" {
		return nil, fmt.Errorf("audit: %q is not the path of a file", path)
	}
	l := &Log{path: path, version: o.Version, now: o.Now, open: o.open}
	if l.now == nil {
		l.now = time.Now
	}
	if l.open == nil {
		l.open = openFile
	}
	// crypto/rand.Read never fails: it ends the program where the system has no randomness.
	var seed [16]byte
	rand.Read(seed[:])
	l.idFactor, l.idOffset = binary.NativeEndian.Uint64(seed[:8]), binary.NativeEndian.Uint64(seed[8:])
	key := slices.Clone(o.Key)
	if len(key) == 0 {
		key = make([]byte, 32)
		rand.Read(key)
	}
	l.hashes.New = newHash(key)
	l.z = zerolog.New(&l.out)

	l.mu.Lock()
	defer l.mu.Unlock()
	f, t, err := l.open(path)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	l.adopt(f, t)
	l.torn = t.torn
	l.start()
	return l, nil
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
func (l *Log) Write(r *Record) (seq uint64, err error) {
	if err := valid(r); err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.put(r)
}

// valid refuses a record that says nothing where it must. Nothing is spent for it.
func valid(r *Record) error {
	switch {
	case r.Kind.String() == "invalid":
		return fmt.Errorf("%w: kind %d", ErrInvalid, r.Kind)
	case r.Decision.String() == "" && (r.Kind == KindCommand || r.Kind == KindLogin || r.Kind == KindReload):
		return fmt.Errorf("%w: a %s without a decision", ErrInvalid, r.Kind)
	case (r.Kind == KindReply || r.Kind == KindJob) && r.Of == 0:
		return fmt.Errorf("%w: a %s of no command", ErrInvalid, r.Kind)
	}
	return nil
}

// put writes r, after whatever has to stand before it. The caller holds mu.
func (l *Log) put(r *Record) (uint64, error) {
	if l.closed {
		return 0, fmt.Errorf("audit: %w", os.ErrClosed)
	}
	if err := l.ready(); err != nil {
		return l.fail(err)
	}
	if !l.started && l.start() != nil {
		return l.fail(l.err)
	}
	return l.emit(r)
}

// start writes the start record. The caller holds mu.
func (l *Log) start() error {
	_, err := l.emit(&Record{Kind: KindStart})
	l.started = err == nil
	return err
}

// ready sees to it that the file has a name, by which someone can read it. The caller holds mu.
func (l *Log) ready() error {
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
		return fmt.Errorf("audit: %w", err)
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
		return fmt.Errorf("audit: %w", err)
	}
	old := l.out.f
	l.adopt(f, t)
	// Every record that the old file took is written; closing tells nothing more of them.
	_ = old.Close()
	_, err = l.emit(&Record{Kind: KindReopen, Reason: reason})
	return err
}

// emit encodes r and writes it. The caller holds mu.
func (l *Log) emit(r *Record) (uint64, error) {
	l.out.done, l.out.err = false, nil
	l.stamp = stamp(l.stamp[:0], l.now())
	e := l.z.Log().Bytes(FieldTime, l.stamp).Uint64(FieldSeq, l.seq+1)
	if l.lost > 0 {
		e.Uint64(FieldLost, l.lost)
	}
	e.Str(FieldKind, r.Kind.String())
	encode(e, r)
	if r.Kind == KindStart {
		text(e, FieldVersion, l.version)
		if l.torn > 0 {
			e.Int64(FieldTorn, l.torn)
		}
	}
	e.Send()
	if !l.out.done {
		return l.fail(ErrSilenced)
	}
	if l.out.err != nil {
		return l.fail(fmt.Errorf("audit: %w", l.out.err))
	}
	l.seq++
	l.lost, l.err = 0, nil
	return l.seq, nil
}

// fail spends a sequence on a record that is not written. The caller holds mu.
func (l *Log) fail(err error) (uint64, error) {
	l.seq++
	l.lost++
	l.err = err
	return l.seq, err
}

// Err returns the error of the last write, and nil where it worked.
func (l *Log) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// Probe is Err, but first looks whether the file was removed and, after a failure, tries again
// with a probe record. An idle guard that asks it now and then notices that the disk is well again.
func (l *Log) Probe() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil && !l.closed {
		if err := l.ready(); err != nil {
			l.err = err
		}
		return l.err
	}
	_, err := l.put(&Record{Kind: KindProbe})
	return err
}

// Reopen begins a new file at the log's path, for after a rename. Where the path still names
// the open file, or cannot be opened, that one is kept; only the latter is an error.
func (l *Log) Reopen() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return fmt.Errorf("audit: %w", os.ErrClosed)
	}
	if l.out.f.at(l.path) {
		return nil
	}
	return l.replace("reopened")
}

// Close writes a stop record and closes the file. Its error is that of either; Write fails
// with os.ErrClosed from then on. A second Close does nothing.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	_, err := l.put(&Record{Kind: KindStop})
	l.closed = true
	return errors.Join(err, l.out.f.Close())
}
