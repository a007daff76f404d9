package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"eslguard/audit/internal/disk"
	"eslguard/audit/redact"
)

// The defaults of the fields of Options.
const (
	// DefaultMaxSize is the size of a segment in bytes: about 150,000 records.
	DefaultMaxSize = 64 << 20
	// DefaultMaxAge is how long a segment is written to before the next one begins.
	DefaultMaxAge = 24 * time.Hour
	// DefaultReserve is how much of the disk is kept free, in bytes. It is enough for the end of a
	// segment and for what the file system needs to write it.
	DefaultReserve = 1 << 20
	// DefaultSyncEvery is the time whose records a crash of the host may lose in buffered mode.
	DefaultSyncEvery = 250 * time.Millisecond
	// DefaultCheckpointRecords is after how many records a checkpoint is made.
	DefaultCheckpointRecords = 10_000
	// DefaultCheckpointEvery is how long after a record a checkpoint is made.
	DefaultCheckpointEvery = time.Minute
)

// Options configure a log. The zero Options are good for production, except that only an operator
// can provide a signer and a recipient. The fields from Durable on are for folders; Open refuses
// them for a plain file if it could not comply.
type Options struct {
	// Version is the version of the program, for the start record.
	Version string
	// Now returns the time. It is called from several goroutines. Nil: time.Now.
	Now func() time.Time
	// Key is the key of the hashes of replies and of the tokens in redacted texts. Equal values
	// have equal hashes and tokens, and without the key no value can be guessed from them. Empty:
	// each run draws a random key, so that hashes and tokens can be compared within a run only.
	Key []byte
	// SecretNames are further parts of names, in any case, that mark a header or variable as
	// secret, in addition to those that redact.Redact knows. Each has at least two letters, of a-z,
	// 0-9, _ - and dot.
	SecretNames []string

	// Durable makes Write return only when the record is on disk. Many writers share one sync.
	// Write does not wait for records that only report an outcome (KindReply, KindJob, KindEnd,
	// KindRecording), since nothing is forwarded because of them. False, buffered: records are
	// written at once and synced in the background. A plain file cannot be durable.
	Durable bool
	// SyncEvery is how often records are synced that no caller waits for. Zero: DefaultSyncEvery.
	SyncEvery time.Duration
	// MaxSize is the size in bytes at which a segment ends. Zero: DefaultMaxSize.
	MaxSize int64
	// MaxAge is the age at which a segment ends. Zero: DefaultMaxAge.
	MaxAge time.Duration
	// Compress makes the log compress finished segments.
	Compress bool
	// KeepFor is how long finished segments and recordings of whole sessions are kept. Zero: they
	// are not deleted because of their age.
	KeepFor time.Duration
	// KeepSize is how many bytes of segments are kept: the oldest ones are deleted while all of
	// them are larger. The last segment is never deleted. It applies to the recordings in the
	// folder, too, separately: to all of them together. Zero: nothing is deleted because of its
	// size.
	KeepSize int64
	// KeepAtLeast is the age below which nothing is deleted because of KeepSize. While what is
	// younger is larger than KeepSize, Write refuses records with ErrKept. Zero: there is no
	// minimum age.
	KeepAtLeast time.Duration
	// Reserve is how many bytes of the disk are kept free for the end of a segment. Zero:
	// DefaultReserve. Below zero: none.
	Reserve int64
	// Recipient is the age recipient (age1…) to which the key of every head is encrypted. Empty:
	// records have no MAC.
	Recipient string
	// Signer signs the checkpoints. Nil: there are no checkpoints.
	Signer note.Signer
	// CheckpointRecords is after how many records a checkpoint is made. Zero:
	// DefaultCheckpointRecords.
	CheckpointRecords uint64
	// CheckpointEvery is how long after a record a checkpoint is made. Zero:
	// DefaultCheckpointEvery.
	CheckpointEvery time.Duration
	// Checkpoint is called with every checkpoint, a note, after it was signed and either appended
	// to its file or could not be. It must not call the log. Nil: checkpoints are only filed.
	Checkpoint func(note string)
	// Trouble is called with errors that no caller of Write sees: of syncs in the background, of
	// checkpoints, and of compressing or deleting segments. It is also called with ErrKept each
	// time that the log becomes overfull, and with ErrFast if segments are deleted unusually soon.
	// It must not call the log. Nil: these errors are dropped.
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

// fill replaces zero values by their defaults.
func (o *Options) fill() {
	o.SyncEvery = cmp.Or(o.SyncEvery, DefaultSyncEvery)
	o.MaxSize = cmp.Or(o.MaxSize, DefaultMaxSize)
	o.MaxAge = cmp.Or(o.MaxAge, DefaultMaxAge)
	o.Reserve = cmp.Or(o.Reserve, DefaultReserve)
	o.CheckpointRecords = cmp.Or(o.CheckpointRecords, DefaultCheckpointRecords)
	o.CheckpointEvery = cmp.Or(o.CheckpointEvery, DefaultCheckpointEvery)
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
	if trouble := o.Trouble; trouble != nil {
		o.Trouble = func(err error) { trouble(prefixed(err)) }
	} else {
		o.Trouble = func(error) {}
	}
}

// addTimer wraps o.open and o.volume so that the operations of what they open are timed, and
// returns the stopwatch.
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

// validPlain refuses options with which a plain file cannot comply.
func (o *Options) validPlain(path string) error {
	if _, err := o.valid(); err != nil {
		return err
	}
	if o.Durable || o.Recipient != "" || o.Signer != nil || o.Compress || o.KeepFor > 0 || o.KeepSize > 0 {
		return fmt.Errorf("audit: %q is a plain file, and only a folder can be durable, encrypted to a recipient, signed, compressed or deleted in parts", path)
	}
	return nil
}

// valid refuses options that are invalid, and returns the parsed recipient, nil if there is none.
func (o *Options) valid() (recipient age.Recipient, err error) {
	for i, n := range o.SecretNames {
		if len(n) < 2 || strings.ContainsFunc(n, func(r rune) bool { return r > 0x7f || !redact.IsName(byte(r)) }) {
			return nil, fmt.Errorf("audit: %q cannot be a part of a secret's name", redact.Clip(n, MaxText))
		}
		o.SecretNames[i] = strings.ToLower(n)
	}
	if o.SyncEvery < 0 || o.MaxSize < 0 || o.MaxAge < 0 || o.KeepFor < 0 || o.KeepSize < 0 || o.KeepAtLeast < 0 || o.CheckpointEvery < 0 {
		return nil, fmt.Errorf("audit: a size or a duration in the options is negative")
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
