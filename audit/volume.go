package audit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// A volume is the part of a file system that a folder of segments lives in. It is an interface so
// that tests can break it, and drop what was not synced.
type volume interface {
	// lock holds the folder for this process, and makes sure that it is there.
	lock() error
	// list tells of every file in the folder, or in the one of that name in it. Where that is not there, it is empty.
	list(within string) ([]fileInfo, error)
	// create makes a file that is not there, for appending.
	create(name string) (segmentFile, error)
	// extend opens a file for appending, and makes it where it is missing.
	extend(name string) (segmentFile, error)
	// read opens a file for reading.
	read(name string) (io.ReadCloser, error)
	rename(from, to string) error
	remove(name string) error
	// touch sets when the file was last changed.
	touch(name string, t time.Time) error
	// sync brings the names in the folder to the disk.
	sync() error
	// close lets the folder go.
	close() error
}

// A segmentFile is an open file of a folder.
type segmentFile interface {
	io.Writer
	io.Closer
	Sync() error
	Truncate(size int64) error
	// removed reports whether no name in the file system leads to the file any more.
	removed() (bool, error)
}

// A fileInfo is what a folder's list tells of a file.
type fileInfo struct {
	name    string
	size    int64
	changed time.Time
	// fixed: it is not to be written any more, by its mode.
	fixed bool
}

// An osVolume is a folder of the operating system.
type osVolume struct {
	dir  string
	held *os.File
}

// openVolume makes the folder where it is missing, for its owner alone. Above it nothing is made.
func openVolume(dir string) (volume, error) {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	return &osVolume{dir: dir}, nil
}

func (v *osVolume) path(name string) string { return filepath.Join(v.dir, name) }

func (v *osVolume) lock() error {
	if v.held != nil && (osFile{v.held}).at(v.path(LockFile)) {
		return nil // only a segment was removed; a second lock would wait for the first
	}
	f, err := os.OpenFile(v.path(LockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := lock(f); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := v.close(); err != nil {
		return errors.Join(err, f.Close())
	}
	v.held = f
	return nil
}

func (v *osVolume) close() error {
	if v.held == nil {
		return nil
	}
	err := v.held.Close()
	v.held = nil
	return err
}

func (v *osVolume) list(within string) ([]fileInfo, error) {
	entries, err := os.ReadDir(v.path(within))
	if within != "" && errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []fileInfo
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if info.Mode().IsRegular() {
			list = append(list, fileInfo{name: e.Name(), size: info.Size(), changed: info.ModTime(), fixed: info.Mode().Perm()&0o222 == 0})
		}
	}
	return list, nil
}

func (v *osVolume) create(name string) (segmentFile, error) {
	return v.open(name, os.O_EXCL)
}

func (v *osVolume) extend(name string) (segmentFile, error) {
	return v.open(name, 0)
}

func (v *osVolume) open(name string, flag int) (segmentFile, error) {
	f, err := os.OpenFile(v.path(name), os.O_WRONLY|os.O_APPEND|os.O_CREATE|flag, 0o600)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (v *osVolume) read(name string) (io.ReadCloser, error) { return os.Open(v.path(name)) }
func (v *osVolume) rename(from, to string) error            { return os.Rename(v.path(from), v.path(to)) }
func (v *osVolume) remove(name string) error                { return os.Remove(v.path(name)) }

func (v *osVolume) touch(name string, t time.Time) error {
	return os.Chtimes(v.path(name), t, t)
}

func (v *osVolume) sync() error {
	d, err := os.Open(v.dir)
	if err != nil {
		return err
	}
	err = errors.Join(syncFolder(d), d.Close())
	if err != nil {
		return fmt.Errorf("syncing the folder: %w", err)
	}
	return nil
}
