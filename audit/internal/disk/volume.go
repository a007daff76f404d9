package disk

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// A Volume is the folder that contains the segments of an audit. All names are relative to it.
type Volume interface {
	// Lock locks the folder for this process. It fails if the folder does not exist, or if another
	// process holds the lock.
	Lock() error
	// List returns every regular file in the folder, or in its subfolder within, unless within is
	// empty. A subfolder that does not exist gives an empty list.
	List(within string) ([]Info, error)
	// Create makes a file for appending. It fails if the file exists.
	Create(name string) (File, error)
	// Extend opens a file for appending, and makes it if it does not exist.
	Extend(name string) (File, error)
	// Read opens a file for reading.
	Read(name string) (io.ReadCloser, error)
	// Rename gives the file from the name to, and replaces a file of that name.
	Rename(from, to string) error
	// Remove deletes a file.
	Remove(name string) error
	// Touch sets the time at which a file was last changed.
	Touch(name string, t time.Time) error
	// Sync writes the names in the folder to the disk.
	Sync() error
	// Close gives the lock back.
	Close() error
}

// A File is an open file of a Volume.
type File interface {
	io.Writer
	io.Closer
	// Sync writes what the file contains to the disk.
	Sync() error
	// Truncate cuts the file to size bytes.
	Truncate(size int64) error
	// Removed reports whether the file has no name in the file system any more.
	Removed() (bool, error)
}

// An Info is what a list says about one file.
type Info struct {
	Name string
	// Size is in bytes.
	Size    int64
	Changed time.Time
	// ReadOnly reports whether the file's mode lets no user write to it.
	ReadOnly bool
}

// An osVolume is a folder of the operating system.
type osVolume struct {
	dir, lockName string
	held          *os.File // the lock; nil while it is not held
}

// OpenVolume returns the folder dir, with a lock in its file lockName. It makes the folder, with
// mode 0700, if it does not exist; the error says that this failed, for example because the folder
// above it does not exist.
func OpenVolume(dir, lockName string) (Volume, error) {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	return &osVolume{dir: dir, lockName: lockName}, nil
}

func (v *osVolume) path(name string) string { return filepath.Join(v.dir, name) }

func (v *osVolume) Lock() error {
	if v.held != nil && (osFile{v.held}).At(v.path(v.lockName)) {
		return nil // only a segment was removed; a second lock would wait for the first
	}
	f, err := os.OpenFile(v.path(v.lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := lock(f); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := v.Close(); err != nil {
		return errors.Join(err, f.Close())
	}
	v.held = f
	return nil
}

func (v *osVolume) Close() error {
	if v.held == nil {
		return nil
	}
	err := v.held.Close()
	v.held = nil
	return err
}

func (v *osVolume) List(within string) ([]Info, error) {
	entries, err := os.ReadDir(v.path(within))
	if within != "" && errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Info
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if info.Mode().IsRegular() {
			list = append(list, Info{Name: e.Name(), Size: info.Size(), Changed: info.ModTime(), ReadOnly: info.Mode().Perm()&0o222 == 0})
		}
	}
	return list, nil
}

func (v *osVolume) Create(name string) (File, error) { return v.open(name, os.O_EXCL) }
func (v *osVolume) Extend(name string) (File, error) { return v.open(name, 0) }

func (v *osVolume) open(name string, flag int) (File, error) {
	f, err := os.OpenFile(v.path(name), os.O_WRONLY|os.O_APPEND|os.O_CREATE|flag, 0o600)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (v *osVolume) Read(name string) (io.ReadCloser, error) { return os.Open(v.path(name)) }
func (v *osVolume) Rename(from, to string) error            { return os.Rename(v.path(from), v.path(to)) }
func (v *osVolume) Remove(name string) error                { return os.Remove(v.path(name)) }

func (v *osVolume) Touch(name string, t time.Time) error {
	return os.Chtimes(v.path(name), t, t)
}

func (v *osVolume) Sync() error {
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
