package audit

import (
	"crypto/rand"
	"errors"
	"io/fs"

	"eslguard/audit/internal/disk"
)

// reserveBlock is how much of the reserve is written at once, in bytes.
const reserveBlock = 64 << 10

// A reserve is a file that holds back space on the disk, so that a segment can be ended when the
// disk is full.
type reserve struct {
	v    disk.Volume
	size int64 // in bytes; below 0: there is no reserve
	held bool  // the file exists in full
}

// fill writes the reserve, unless it exists. No segment is begun until it does, since the segment
// could not be ended.
func (s *reserve) fill() error {
	if s.held || s.size < 0 {
		return nil
	}
	if err := s.v.Remove(ReserveFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := s.v.Create(ReserveFile)
	if err != nil {
		return err
	}
	// Zeros would not use space on every file system.
	block := make([]byte, reserveBlock)
	rand.Read(block)
	for left := s.size; left > 0 && err == nil; left -= reserveBlock {
		err = disk.WriteAll(f, block[:min(left, reserveBlock)])
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err != nil {
		return errors.Join(err, s.v.Remove(ReserveFile))
	}
	s.held = true
	return nil
}

// free gives the space of the reserve back to the disk.
func (s *reserve) free() {
	if s.held {
		s.held = s.v.Remove(ReserveFile) != nil
	}
}
