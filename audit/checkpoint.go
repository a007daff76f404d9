package audit

import (
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// A checked is what a folder remembers of its checkpoints.
type checked struct {
	at  mark // of the last one
	now bool // the next sync has one
	// cut says that the file of checkpoints may end within one. Only syncLoop uses it.
	cut bool
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
	if d.o.Signer == nil || at.seq <= d.checked.at.seq {
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
