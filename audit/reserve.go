package audit

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
)

// reserveBlock is how much of the reserve is written at once, in bytes.
const reserveBlock = 64 << 10

// hold holds back space on the disk, where that is not done yet. While there is no room for it, no
// segment is begun: what was begun could not be ended.
func (d *folder) hold() error {
	if d.reserved || d.o.Reserve < 0 {
		return nil
	}
	if err := d.v.remove(ReserveFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := d.v.create(ReserveFile)
	if err != nil {
		return err
	}
	// Zeros would not take up space on every file system.
	block := make([]byte, reserveBlock)
	rand.Read(block)
	for left := d.o.Reserve; left > 0 && err == nil; left -= reserveBlock {
		err = writeAll(f, block[:min(left, reserveBlock)])
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err != nil {
		return errors.Join(err, d.v.remove(ReserveFile))
	}
	d.reserved = true
	return nil
}

// release gives the reserve back to the disk.
func (d *folder) release() {
	if d.reserved {
		d.reserved = d.v.remove(ReserveFile) != nil
	}
}

// writeAll writes p with one call, and reports a write in part as an error.
func writeAll(w io.Writer, p []byte) error {
	n, err := w.Write(p)
	if err == nil && n < len(p) {
		return io.ErrShortWrite
	}
	return err
}
