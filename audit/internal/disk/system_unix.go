//go:build unix

package disk

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock locks f for this process, so that two runs never mix their records. The lock ends when f is
// closed.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("%s: another run writes to it. Stop that one, or name another folder with --audit", f.Name())
	}
	return err
}

func (f osFile) Removed() (bool, error) {
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && st.Nlink == 0, nil
}

// syncFolder writes the names in an open folder to the disk.
func syncFolder(d *os.File) error { return d.Sync() }

// NoSpace reports whether err says that the disk or a quota is full.
func NoSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
