//go:build unix

package guard

import (
	"math"
	"syscall"
)

// openFilesLimit returns how many files the process may have open, or 0 if that is unlimited or not
// known. Go raises the limit to the hard limit when a program starts (package syscall).
func openFilesLimit() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil || uint64(limit.Cur) > math.MaxInt32 {
		return 0
	}
	return int(limit.Cur)
}
