package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// maxUnfiled is how many checkpoints are kept that could not be written to their file. Beyond it
// the oldest are left out of the file for good.
const maxUnfiled = 100

// A checked is what a folder remembers of its checkpoints.
type checked struct {
	at  mark // of the last one
	now bool // the next sync has one
	// file is held by who writes to the file of checkpoints, and by whom it is cut: it may end
	// within one. It guards link and unfiled, too.
	file sync.Mutex
	cut  bool
	// link is what the next checkpoint says of the one before it.
	link link
	// unfiled are checkpoints that are signed and not in their file yet.
	unfiled []unfiled
	// filed is the number of the last checkpoint that is in the file; 0 for none.
	filed atomic.Uint64
}

// An unfiled checkpoint is a signed note and its number.
type unfiled struct {
	note   string
	number uint64
}

// A mark is a place in the chain, and when it was reached.
type mark struct {
	seq  uint64
	hash [HashSize]byte
	time time.Time
}

// checkpointDue reports whether so many records have been written that a checkpoint does not
// wait for its time.
func (d *folder) checkpointDue() bool {
	return d.o.Signer != nil && d.chain.seq-d.checked.at.seq >= d.o.CheckpointRecords
}

// wants reports whether a sync that reached at has a checkpoint, and takes note of that.
func (d *folder) wants(at mark, c *commit) bool {
	// After a sync that failed, what is known to be on disk is told by the next head.
	if d.o.Signer == nil || d.unsynced > 0 || at.seq <= d.checked.at.seq {
		return false
	}
	age := at.time.Sub(d.checked.at.time)
	due := d.now || c != nil && c.sign || at.seq-d.checked.at.seq >= d.o.CheckpointRecords || age < 0 || age >= d.o.CheckpointEvery
	if due {
		d.checked.at, d.now = at, false
	}
	return due
}

// checkpoint signs a mark, appends the checkpoint to its file, and tells it. It is told even where
// it cannot be appended: the copy off the host is the one that counts. It is told last, so that
// nothing is told that a killed run leaves out of the file.
func (d *folder) checkpoint(at mark) error {
	signed, err := d.sign(at)
	if err != nil {
		return fmt.Errorf("audit: signing a checkpoint: %w", err)
	}
	err = d.fileAll()
	d.o.Checkpoint(signed)
	if err != nil {
		return fmt.Errorf("audit: writing a checkpoint: %w", err)
	}
	return nil
}

// sign makes the checkpoint of a mark, which is to be filed.
func (d *folder) sign(at mark) (string, error) {
	d.file.Lock()
	defer d.file.Unlock()
	text := d.link.text(at)
	signed, err := note.Sign(&note.Note{Text: text}, d.o.Signer)
	if err != nil {
		return "", err
	}
	d.link = d.link.next(at.seq, text)
	d.unfiled = append(d.unfiled, unfiled{string(signed), d.link.number})
	d.unfiled = d.unfiled[max(0, len(d.unfiled)-maxUnfiled):]
	return string(signed), nil
}

// fileAll appends to their file the checkpoints that are not in it yet, also those that could not
// be appended before.
func (d *folder) fileAll() error {
	d.file.Lock()
	defer d.file.Unlock()
	f, err := d.v.extend(CheckpointFile)
	if err != nil {
		return err
	}
	defer f.Close()
	var number uint64
	for len(d.unfiled) > 0 {
		var lead string
		if d.cut {
			lead = "\n\n"
		}
		d.cut = true
		if err := writeAll(f, []byte(lead+d.unfiled[0].note+"\n")); err != nil {
			return err
		}
		d.cut = false
		number, d.unfiled = d.unfiled[0].number, d.unfiled[1:]
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := d.v.sync(); err != nil { // the file may be new
		return err
	}
	d.filed.Store(max(number, d.filed.Load()))
	return nil
}

// forget takes the checkpoints up to the sequence to out of their file: what they are of is deleted.
func (d *folder) forget(to uint64) error {
	d.file.Lock()
	defer d.file.Unlock()
	r, err := d.v.read(CheckpointFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	b, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return err
	}
	kept := since(b, to)
	if len(kept) == len(b) {
		return nil
	}
	const unfinished = CheckpointFile + ".tmp"
	if err := d.v.remove(unfinished); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := d.v.create(unfinished)
	if err != nil {
		return err
	}
	err = writeAll(f, kept)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, d.v.remove(unfinished))
	}
	if err := d.v.rename(unfinished, CheckpointFile); err != nil {
		return err
	}
	return d.v.sync()
}

// since returns the end of b, a file of checkpoints, that begins with the first one after the sequence to. The last
// one always stays.
func since(b []byte, to uint64) []byte {
	for {
		_, rest, _ := bytes.Cut(b, []byte("\n")) // the format
		digits, _, _ := bytes.Cut(rest, []byte("\n"))
		seq, err := strconv.ParseUint(string(digits), 10, 64)
		isNote := bytes.HasPrefix(b, []byte(CheckpointHead))
		next := bytes.Index(b, []byte("\n"+CheckpointHead)) + 1
		if isNote && err == nil && seq > to || next == 0 {
			return b
		}
		b = b[next:]
	}
}
