package document

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// ReadBounded returns the content of the file. It returns an error if the file is not regular, or
// is longer than limit bytes.
func ReadBounded(name string, limit int64) ([]byte, error) {
	// Opening a pipe could block, and a device may have no end.
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w", name, errNotRegular)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: the file is over %d bytes", name, limit)
	}
	return data, nil
}

var errNotRegular = errors.New("not a regular file")

// ReplaceFile atomically replaces the file at path with data, readable by its owner only. After a
// crash either the old or the new file is there. It writes a file of that name with .next appended
// first, and removes it if there is an error.
func ReplaceFile(path string, data []byte) (err error) {
	next := path + ".next"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(next)
		}
	}()
	if _, err = f.Write(data); err != nil {
		return err
	}
	// Without the sync, a crash after the rename could leave an empty file.
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(next, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder survive a crash. Windows has no such call.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
