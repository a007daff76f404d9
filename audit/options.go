package audit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"eslguard/audit/internal/disk"
	"eslguard/audit/redact"
)

// The defaults of Options' fields.
const (
	// DefaultMaxSize is a segment's size, in bytes: about 150,000 records.
	DefaultMaxSize = 64 << 20
	// DefaultMaxAge is how long a segment is written.
	DefaultMaxAge = 24 * time.Hour
	// DefaultReserve is how much of the disk is held back, in bytes. It has room for the end of a segment,
	// and for what the file system itself needs to write it.
	DefaultReserve = 1 << 20
	// DefaultSyncEvery is how much a crash of the host may cost in buffered mode.
	DefaultSyncEvery = 250 * time.Millisecond
	// DefaultCheckpointRecords is how many records a checkpoint follows.
	DefaultCheckpointRecords = 10_000
	// DefaultCheckpointEvery is how long after a record a checkpoint comes.
	DefaultCheckpointEvery = time.Minute
)

// Options are what Open may be told. The zero Options are good for production, but for what only an
// operator can have: a signer and a recipient. From Durable on they are for folders; a plain file refuses what it
// could not keep.
type Options struct {
	// Version is the program's, for the start record.
	Version string
	// Now tells the time, to many goroutines. Nil: time.Now.
	Now func() time.Time
	// Key keys the hashes of replies and the tokens of what is redacted, so that equal ones can be
	// joined and none be guessed. Empty: a random one for each run, which makes them comparable
	// within a run only.
	Key []byte
	// SecretNames are further parts of names, in any case, by which a header or variable is taken
	// for a secret's, beside those that Redact knows: two letters at least, of a-z, 0-9, _ - and dot.
	SecretNames []string

	// Durable makes Write return only when the record is on disk. Many writers share one sync.
	// Records that only tell an outcome (KindReply, KindJob, KindEnd, KindRecording) are not waited for: nothing is
	// forwarded because of them. False, buffered: records are written at once and synced in the
	// background. A plain file cannot be durable.
	Durable bool
	// SyncEvery is how often what was written and not waited for is synced. Zero: DefaultSyncEvery.
	SyncEvery time.Duration
	// MaxSize ends a segment when it has that many bytes. Zero: DefaultMaxSize.
	MaxSize int64
	// MaxAge ends a segment that long after its beginning. Zero: DefaultMaxAge.
	MaxAge time.Duration
	// Compress compresses finished segments.
	Compress bool
	// KeepFor deletes segments, and recordings of whole sessions, that were finished longer ago. Zero: none.
	KeepFor time.Duration
	// KeepSize deletes the oldest segments while all together have more bytes. Zero: none. The
	// last segment is never deleted. It holds for the recordings in the folder, too: for all of these together,
	// beside the segments.
	KeepSize int64
	// KeepAtLeast is the age below which nothing is deleted because of KeepSize. While what is
	// younger is larger than that, Write refuses records with ErrKept. Zero: there is no such age.
	KeepAtLeast time.Duration
	// Reserve is how many bytes of the disk are held back. Zero: DefaultReserve; below zero: none.
	Reserve int64
	// Recipient is the age recipient (age1…) that the key of every head is sealed to. Empty: records
	// have no MAC.
	Recipient string
	// Signer signs the checkpoints. Nil: there are none.
	Signer note.Signer
	// CheckpointRecords is how many records a checkpoint follows. Zero: DefaultCheckpointRecords.
	CheckpointRecords uint64
	// CheckpointEvery is how long after a record a checkpoint comes. Zero: DefaultCheckpointEvery.
	CheckpointEvery time.Duration
	// Checkpoint is told every checkpoint, a note, once it was signed and appended to its file, or
	// could not be appended. It must not call the log. Nil: nobody is.
	Checkpoint func(note string)
	// Trouble is told what no caller of Write may hear of: a sync in the background, a checkpoint,
	// the compressing or deleting of segments that failed; that the log is full (ErrKept), once
	// each time that it becomes so; and what was deleted sooner than anyone would expect (ErrFast).
	// It must not call the log. Nil: nobody is.
	Trouble func(err error)

	// open opens a plain file. Nil: openPlainFile.
	open func(path string) (disk.PlainFile, tail, error)
	// volume opens a folder. Nil: disk.OpenVolume, if the path is a folder.
	volume func(path string) (disk.Volume, error)
	// timer times what open and volume open. It is set by fill.
	timer *disk.Stopwatch
	// noRetention leaves compressing and deleting segments to the test.
	noRetention bool
}

// fill replaces zeros by their defaults.
func (o *Options) fill() {
	setDefault(&o.SyncEvery, DefaultSyncEvery)
	setDefault(&o.MaxSize, DefaultMaxSize)
	setDefault(&o.MaxAge, DefaultMaxAge)
	setDefault(&o.Reserve, DefaultReserve)
	setDefault(&o.CheckpointRecords, DefaultCheckpointRecords)
	setDefault(&o.CheckpointEvery, DefaultCheckpointEvery)
	o.SecretNames = slices.Clone(o.SecretNames)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.open == nil {
		o.open = openPlainFile
	}
	if o.volume == nil {
		o.volume = func(path string) (disk.Volume, error) { return disk.OpenVolume(path, LockFile) }
	}
	o.timer = o.addTimer()
	if o.Checkpoint == nil {
		o.Checkpoint = func(string) {}
	}
	if o.Trouble == nil {
		o.Trouble = func(error) {}
	}
}

// timed wraps o.open and o.volume so that the operations of what they open are timed, and returns
// the stopwatch.
func (o *Options) addTimer() *disk.Stopwatch {
	w := disk.NewStopwatch()
	open, volume := o.open, o.volume
	o.open = func(path string) (disk.PlainFile, tail, error) {
		defer w.End(w.Start())
		f, t, err := open(path)
		if err != nil {
			return nil, t, err
		}
		return w.PlainFile(f), t, nil
	}
	o.volume = func(path string) (disk.Volume, error) {
		defer w.End(w.Start())
		v, err := volume(path)
		if err != nil {
			return nil, err
		}
		return w.Volume(v), nil
	}
	return w
}

// plain refuses options that a plain file cannot keep.
func (o *Options) validPlain(path string) error {
	if _, err := o.valid(); err != nil {
		return err
	}
	if o.Durable || o.Recipient != "" || o.Signer != nil || o.Compress || o.KeepFor > 0 || o.KeepSize > 0 {
		return fmt.Errorf("audit: %q is a plain file, and only a folder can be durable, sealed, signed, compressed or retired", path)
	}
	return nil
}

// orElse sets *p to value where it is zero.
func setDefault[T comparable](p *T, value T) {
	var zero T
	if *p == zero {
		*p = value
	}
}

// valid refuses options that cannot be carried out; recipient is nil where there is none.
func (o *Options) valid() (recipient age.Recipient, err error) {
	for i, n := range o.SecretNames {
		if len(n) < 2 || strings.ContainsFunc(n, func(r rune) bool { return r > 0x7f || !redact.IsName(byte(r)) }) {
			return nil, fmt.Errorf("audit: %q is no part of a secret's name", redact.Clip(n, MaxText))
		}
		o.SecretNames[i] = strings.ToLower(n)
	}
	if o.SyncEvery < 0 || o.MaxSize < 0 || o.MaxAge < 0 || o.KeepFor < 0 || o.KeepSize < 0 || o.KeepAtLeast < 0 || o.CheckpointEvery < 0 {
		return nil, fmt.Errorf("audit: an option is below zero")
	}
	if o.Recipient == "" {
		return nil, nil
	}
	r, err := parseRecipient(o.Recipient)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	return r, nil
}
