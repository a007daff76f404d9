package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// A checked is what a folder remembers of its checkpoints.
type checked struct {
	at  mark // of the last one
	now bool // the next sync has one
	// file is held by who writes to the file of checkpoints, and by whom it is cut: it may end
	// within one.
	file sync.Mutex
	cut  bool
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

// text is what a checkpoint says.
func (m mark) text() string {
	return fmt.Sprintf("%s%d\n%d\n%s\n%s\n", CheckpointHead, FormatVersion, m.seq, hashEncoding.EncodeToString(m.hash[:]), stamp(nil, m.time))
}

// checkpoint signs a mark, tells it, and appends it to its file. It is told even where it cannot be
// appended: the copy off the host is the one that counts.
func (d *folder) checkpoint(at mark) error {
	signed, err := note.Sign(&note.Note{Text: at.text()}, d.o.Signer)
	if err != nil {
		return fmt.Errorf("audit: signing a checkpoint: %w", err)
	}
	d.o.Checkpoint(string(signed))
	d.file.Lock()
	defer d.file.Unlock()
	f, err := d.v.extend(CheckpointFile)
	if err != nil {
		return fmt.Errorf("audit: writing a checkpoint: %w", err)
	}
	defer f.Close()
	var lead string
	if d.cut {
		lead = "\n\n"
	}
	d.cut = true
	if err = writeAll(f, []byte(lead+string(signed)+"\n")); err == nil {
		d.cut = false
		err = f.Sync()
	}
	if err == nil {
		err = d.v.sync() // the file may be new
	}
	if err != nil {
		return fmt.Errorf("audit: writing a checkpoint: %w", err)
	}
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
	head := []byte(CheckpointHead + strconv.Itoa(FormatVersion) + "\n")
	for {
		digits, _, _ := bytes.Cut(bytes.TrimPrefix(b, head), []byte("\n"))
		seq, err := strconv.ParseUint(string(digits), 10, 64)
		next := bytes.Index(b[min(1, len(b)):], head) + 1
		if err == nil && seq > to || next == 0 {
			return b
		}
		b = b[next:]
	}
}
