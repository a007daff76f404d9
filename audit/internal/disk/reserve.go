package disk

import (
	"crypto/rand"
	"errors"
	"io/fs"
)

// reserveBlock is how much of a reserve is written at once, in bytes.
const reserveBlock = 64 << 10

// A Reserve is a file that holds back space on the disk, so that a segment can be ended when the
// disk is full.
type Reserve struct {
	// Volume is the folder of the file, and Name its name there.
	Volume Volume
	Name   string
	// Size is in bytes. Below zero: there is no reserve.
	Size int64
	// Held reports whether the file exists in full.
	Held bool
}

// Fill writes the file and syncs it, unless it exists in full already. If that fails, it removes
// what it has written and returns the error.
func (s *Reserve) Fill() error {
	if s.Held || s.Size < 0 {
		return nil
	}
	if err := s.Volume.Remove(s.Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := s.Volume.Create(s.Name)
	if err != nil {
		return err
	}
	// Zeros would not use space on every file system.
	block := make([]byte, reserveBlock)
	rand.Read(block)
	for left := s.Size; left > 0 && err == nil; left -= reserveBlock {
		err = WriteAll(f, block[:min(left, reserveBlock)])
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err != nil {
		return errors.Join(err, s.Volume.Remove(s.Name))
	}
	s.Held = true
	return nil
}

// Free gives the space of the file back to the disk.
func (s *Reserve) Free() {
	if s.Held {
		s.Held = s.Volume.Remove(s.Name) != nil
	}
}
