package audit

import "time"

// Options are what Open may be told. The zero Options are good for production.
type Options struct {
	// Version is the program's, for the start record.
	Version string
	// Now tells the time. Nil: time.Now.
	Now func() time.Time
	// Key keys the hashes of replies, so that equal ones can be joined and none be guessed.
	// Empty: a random one for each run, which makes them comparable within a run only.
	Key []byte
}

// A Log appends records to a file. It is safe for use by many goroutines.
type Log struct {
}

// Open opens the file at path for appending, creates it with mode 0600 where it is missing, and
// writes a start record. Its error says that the file cannot be opened, or that another run holds
// it; a start record that cannot be written is no error here: Err tells it, and it goes before
// the next record that can be. The path "-" is refused: records and other output do not mix.
func Open(path string, o Options) (*Log, error) { panic("todo") }

// Write writes r and returns its sequence. An error means that r is not recorded (see the package
// comment); the sequence is spent all the same. Write does not keep r, and waits as long as the disk does.
func (l *Log) Write(r *Record) (seq uint64, err error) { panic("todo") }

// Err returns the error of the last write, and nil where it worked.
func (l *Log) Err() error { panic("todo") }

// Probe is Err, but after a failure it first tries again with a probe record. An idle guard
// that asks it now and then notices that the disk is well again.
func (l *Log) Probe() error { panic("todo") }

// Reopen begins a new file at the log's path, for after a rename. Where the path still names
// the open file, or cannot be opened, that one is kept; only the latter is an error.
func (l *Log) Reopen() error { panic("todo") }

// Close writes a stop record and closes the file. Its error is that of either; Write fails
// with os.ErrClosed from then on. A second Close does nothing.
func (l *Log) Close() error { panic("todo") }

// Reply says what may be told of a reply. text is its Reply-Text, or its body's beginning: as much
// as the caller has at hand, best all or MaxHashed bytes; size is the length of all of
// it, in bytes. secret says that the command asked for something that may be one: then nothing but
// the length and a keyed hash of text's first MaxHashed bytes is told. So it is for a reply
// that does not begin +OK, -ERR or -USAGE.
func (l *Log) Reply(text []byte, size int64, secret bool) Reply { panic("todo") }

// NewID returns an id of 8 characters (a-z, 2-7), for a session or a denial, that no other
// call of this run returns.
func (l *Log) NewID() string { panic("todo") }
