//go:build unix

package cli

import (
	"math"
	"syscall"
)

// openFilesLimit returns how many files the process may have open, and 0 where that is unlimited or
// cannot be told. Go has raised it to the hard limit when the program started (package syscall).
func openFilesLimit() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil || uint64(limit.Cur) > math.MaxInt32 {
		return 0
	}
	return int(limit.Cur)
}
