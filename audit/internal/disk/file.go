package disk

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrNotAFile says that the path of an audit is a FIFO, a device or a socket. It must be a folder
// or a regular file.
var ErrNotAFile = errors.New("neither a folder nor a regular file")

// A PlainFile is an open file outside a Volume.
type PlainFile interface {
	io.Writer
	io.Closer
	// Removed reports whether the file has no name in the file system any more.
	Removed() (bool, error)
	// At reports whether path is the path of this very file.
	At(path string) bool
}

// An osFile is a file of the operating system.
type osFile struct{ *os.File }

// OpenPlainFile opens the file at path for appending, makes it if it does not exist, and locks it
// for this process. The error is ErrNotAFile if it is not a regular file. That is checked before
// the file is opened, since opening a FIFO that nobody reads never returns.
func OpenPlainFile(path string) (PlainFile, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w", path, ErrNotAFile)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	// The path may have been given to another file in between.
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: %w", path, ErrNotAFile)
	}
	if err == nil {
		err = lock(f)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return osFile{f}, nil
}

func (f osFile) At(path string) bool {
	named, err := os.Stat(path)
	if err != nil {
		return false
	}
	open, err := f.Stat()
	return err == nil && os.SameFile(named, open)
}

// WriteAll writes p with one call. A write that takes only a part of p is an error.
func WriteAll(w io.Writer, p []byte) error {
	n, err := w.Write(p)
	if err == nil && n < len(p) {
		return io.ErrShortWrite
	}
	return err
}
