package audit

import (
	"os"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// A recorder numbers records, encodes them and writes them to its output, one after the other. Its
// errors have no prefix of the package, like all errors that do not leave the package.
type recorder struct {
	version string
	now     func() time.Time
	enc     encoder
	logger  zerolog.Logger
	encoded lineBuffer // what logger wrote last
	stamp   []byte     // scratch buffer for a record's time

	mu      sync.Mutex // guards what follows, and the output
	out     output
	seq     uint64 // of the last record, written or not
	lost    uint64 // how many records failed since the last one that was written
	torn    int64  // bytes of an unfinished line that the start record reports
	started bool   // the start record is written
	err     error  // of the last write, without the package's prefix
	// failures counts the records that were not written and the syncs that failed.
	failures uint64
	closed   bool
}

// An output is where a recorder writes: a plain file or a folder. Its methods are called with the
// recorder's mutex held.
type output interface {
	// ready makes sure that there is a file to write to, and that it still has a name. It may write
	// records of its own.
	ready() error
	// fields adds the fields that r has in this output only, except for the hashes.
	fields(e *zerolog.Event, r *Record)
	// write appends a line, and returns how many bytes it takes there.
	write(line []byte) (int, error)
	// written is called when the line that was passed to write last is written in full. Its record
	// has the sequence seq.
	written(seq uint64)
	// skipped is called when the next sequence goes to a record that is not written.
	skipped()
	// failed is called when a caller's record could not be written, with the error.
	failed(err error)
}

// put writes r, and before it whatever must precede it. The caller holds mu.
func (c *recorder) put(r *Record) (uint64, error) {
	if c.closed {
		return 0, os.ErrClosed
	}
	if err := c.out.ready(); err != nil {
		return c.fail(err)
	}
	if !c.started {
		if err := c.start(); err != nil {
			return c.fail(err)
		}
	}
	seq, err := c.emit(r)
	if err != nil {
		c.out.failed(err)
		c.err = err
	}
	return seq, err
}

// start writes the start record. The caller holds mu.
func (c *recorder) start() error {
	_, err := c.emit(&Record{Kind: KindStart})
	c.started = err == nil
	return err
}

// emit encodes r and writes it. The caller holds mu.
func (c *recorder) emit(r *Record) (seq uint64, err error) {
	c.encoded.line = c.encoded.line[:0]
	c.stamp = stamp(c.stamp[:0], c.now())
	e := c.logger.Log().Bytes(FieldTime, c.stamp).Uint64(FieldSeq, c.seq+1)
	if c.lost > 0 {
		e.Uint64(FieldLost, c.lost)
	}
	e.Str(FieldKind, r.Kind.String())
	c.enc.encode(e, r)
	if r.Kind == KindStart {
		c.enc.text(e, FieldVersion, c.version)
		if c.torn > 0 {
			e.Int64(FieldTorn, c.torn)
		}
	}
	c.out.fields(e, r)
	e.Send()
	if len(c.encoded.line) == 0 {
		return c.fail(ErrSilenced)
	}
	if r.Size, err = c.out.write(c.encoded.line); err != nil {
		return c.fail(err)
	}
	c.seq++
	c.out.written(c.seq)
	c.lost, c.err = 0, nil
	return c.seq, nil
}

// fail uses up a sequence for a record that is not written, and returns it with err. The caller
// holds mu.
func (c *recorder) fail(err error) (uint64, error) {
	c.seq++
	c.lost++
	c.failures++
	c.err = err
	c.out.skipped()
	return c.seq, err
}

// A lineBuffer keeps the line that zerolog writes to it. zerolog reports the error of a writer to a
// global function and not to the caller, so a lineBuffer does nothing that can fail.
type lineBuffer struct{ line []byte }

// Write keeps p, with capacity for the hash fields that a folder adds.
func (b *lineBuffer) Write(p []byte) (int, error) {
	b.line = append(slices.Grow(b.line[:0], len(p)+maxEnding), p...)
	return len(p), nil
}
