package audit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit/internal/disk"
	"eslguard/audit/redact"
)

// removedEvery is how often a writer checks whether the file still has a name.
const removedEvery = 250 * time.Millisecond

// Errors that Open and Write return, in addition to those of the file system.
var (
	// ErrRemoved says that the file was removed, together with all that was written since the last
	// check.
	ErrRemoved = errors.New("the file was removed")
	// ErrInvalid says that the record has no kind, has a kind that only the log itself writes, or
	// lacks a field that its kind requires.
	ErrInvalid = errors.New("audit: invalid record")
	// ErrSilenced says that zerolog's global level is Disabled, so that nothing is written at all.
	ErrSilenced = errors.New("zerolog is disabled globally")
)

// prefixed returns err with the prefix of this package, nil for nil. Only what leaves the package
// gets the prefix, so that no error has it twice.
func prefixed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("audit: %w", err)
}

// A Log appends records to a file or a folder. It is safe for use by several goroutines. It must be
// made with Open.
type Log struct {
	rec    recorder
	plain  *plainFile // nil for a folder
	dir    *folder    // nil for a plain file
	timer  *disk.Stopwatch
	hashes sync.Pool // of hash.Hash, with the run's key

	ids                atomic.Uint64
	idFactor, idOffset uint64
}

// Open opens the plain file or the folder at path, and writes a start record. If nothing is at
// path, it makes a plain file (mode 0600) if the name ends with one of PlainSuffixes, and a folder
// (mode 0700) otherwise. It does not make the folder above. The path "-" is refused: records and
// other output do not mix.
//
// The error says that the path cannot be opened, that another run uses it, that the options are
// invalid, or is ErrNotAFile. A start record that cannot be written is not an error of Open: Err
// reports it, and it is written before the next record.
func Open(path string, o Options) (*Log, error) {
	if path == "" || path == "-" {
		return nil, fmt.Errorf("audit: %q is not the path of a file or folder", path)
	}
	inFolder := o.volume != nil || o.open == nil && isFolder(path)
	o.fill()
	l := &Log{timer: o.timer}
	l.seed(o.Key)
	l.rec.version, l.rec.now = o.Version, o.Now
	l.rec.enc.secrets = redact.New(o.SecretNames, l.token)
	l.rec.logger = zerolog.New(&l.rec.encoded)
	if inFolder {
		if err := l.openFolder(path, &o); err != nil {
			return nil, err
		}
		return l, nil
	}
	if err := l.openPlain(path, &o); err != nil {
		return nil, err
	}
	return l, nil
}

// isFolder reports whether path is, or will be, a folder.
func isFolder(path string) bool {
	if info, err := os.Stat(path); err == nil {
		return info.IsDir()
	}
	return !slices.Contains(PlainSuffixes[:], filepath.Ext(path))
}

// Chained reports whether the records are chained: whether the log is a folder, not a plain file.
func (l *Log) Chained() bool { return l.dir != nil }

// openPlain opens the plain file at path, and writes the start record.
func (l *Log) openPlain(path string, o *Options) error {
	l.rec.mu.Lock()
	defer l.rec.mu.Unlock()
	if err := o.validPlain(path); err != nil {
		return err
	}
	f, t, err := o.open(path)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	l.plain = &plainFile{rec: &l.rec, path: path, open: o.open}
	l.rec.out = l.plain
	l.plain.adopt(f, t)
	l.rec.torn = t.torn
	l.rec.start()
	return nil
}

// openFolder opens the folder at path, finds where the last run ended, and begins this run.
func (l *Log) openFolder(path string, o *Options) error {
	d, err := openFolder(path, o, &l.rec)
	if err != nil {
		return err
	}
	if l.rec.torn, err = d.resume(); err != nil {
		return fmt.Errorf("audit: %w", errors.Join(err, d.volume.Close()))
	}
	l.dir, l.rec.out, l.rec.seq = d, d, d.chain.seq
	if l.rec.torn > 0 {
		l.rec.seq, l.rec.lost = l.rec.seq+1, 1
	}
	d.run(!o.noRetention)
	return nil
}

// Write writes r and returns its sequence. An error means that r is not recorded (see the package
// comment); its sequence is used up all the same. Write waits as long as the disk does. It does not
// keep r, and changes only its Size.
func (l *Log) Write(r *Record) (seq uint64, err error) {
	r.Size = 0
	if err := valid(r); err != nil {
		return 0, err
	}
	c, seq, err := l.add(r)
	if c == nil {
		return seq, prefixed(err)
	}
	<-c.done
	if c.err != nil {
		return seq, fmt.Errorf("audit: syncing: %w", c.err)
	}
	return seq, nil
}

// add writes r, and returns the sync to wait for, nil for none.
func (l *Log) add(r *Record) (*commit, uint64, error) {
	l.rec.mu.Lock()
	defer l.rec.mu.Unlock()
	if err := l.full(); err != nil {
		seq, err := l.rec.fail(err)
		return nil, seq, err
	}
	seq, err := l.rec.put(r)
	if err != nil || l.dir == nil {
		return nil, seq, err
	}
	return l.dir.added(r), seq, nil
}

// full returns why nothing may be recorded now, nil if records may be written. The caller holds the
// recorder's mutex.
func (l *Log) full() error {
	if l.dir == nil || l.rec.closed {
		return nil
	}
	return l.dir.full()
}

// Err returns the error of the last write, nil if it succeeded.
func (l *Log) Err() error {
	l.rec.mu.Lock()
	defer l.rec.mu.Unlock()
	return prefixed(l.rec.err)
}

// Failures returns how many records were not written, and how many syncs failed, since Open. It is
// 0 if nothing has failed, and it never decreases. So a caller of Probe notices a failure that was
// over before it called Probe.
func (l *Log) Failures() uint64 {
	l.rec.mu.Lock()
	defer l.rec.mu.Unlock()
	return l.rec.failures
}

// Syncs returns how often records were synced, for metrics: in durable mode, the number of records
// divided by it is how many records share one sync. It is 0 for a plain file.
func (l *Log) Syncs() uint64 {
	if l.dir == nil {
		return 0
	}
	return l.dir.group.syncs.Load()
}

// Stalled returns for how long the disk has not answered: the time since the oldest operation under
// way began, be it a write, a sync or another one. It is 0 if no operation is under way. It never
// waits for the disk.
func (l *Log) Stalled() time.Duration { return l.timer.Longest() }

// Probe returns the error of the last write, as Err does. First it checks whether the file was
// removed, and if the last write failed, it tries to write a probe record. A guard without traffic
// calls it now and then, to notice when the disk works again.
func (l *Log) Probe() error {
	l.rec.mu.Lock()
	defer l.rec.mu.Unlock()
	if err := l.full(); err != nil {
		l.rec.err = err
		return prefixed(err)
	}
	if l.rec.err == nil && !l.rec.closed {
		if err := l.rec.out.ready(); err != nil {
			l.rec.err = err
		}
		return prefixed(l.rec.err)
	}
	_, err := l.rec.put(&Record{Kind: KindProbe})
	return prefixed(err)
}

// Reopen begins a new file at the path of a plain file, after that was renamed. If the path still
// names the open file, it does nothing. If the path cannot be opened, it returns the error and
// keeps the open file. It does nothing for a folder, whose segments must not be renamed.
func (l *Log) Reopen() error {
	l.rec.mu.Lock()
	defer l.rec.mu.Unlock()
	if l.rec.closed {
		return prefixed(os.ErrClosed)
	}
	if l.dir != nil || l.plain.f.At(l.plain.path) {
		return nil
	}
	return prefixed(l.plain.replace("reopened"))
}

// Close writes a stop record, syncs, and closes the files. Its error is that of any of these steps.
// After it, Write fails with os.ErrClosed. A second Close does nothing.
func (l *Log) Close() error {
	first, err := l.stop()
	if first && l.dir != nil {
		err = errors.Join(err, l.dir.close())
	}
	return prefixed(err)
}

// stop writes a stop record, refuses all further records, and closes a plain file. It returns false
// if the log was stopped before.
func (l *Log) stop() (first bool, err error) {
	l.rec.mu.Lock()
	defer l.rec.mu.Unlock()
	if l.rec.closed {
		return false, nil
	}
	_, err = l.rec.put(&Record{Kind: KindStop})
	l.rec.closed = true
	if l.dir == nil {
		err = errors.Join(err, l.plain.f.Close())
	}
	return true, err
}
