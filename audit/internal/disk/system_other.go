//go:build !unix

package disk

import "os"

// lock does nothing on systems where files are not locked.
func lock(*os.File) error { return nil }

// Removed returns false on systems where an open file cannot be removed.
func (osFile) Removed() (bool, error) { return false, nil }

// syncFolder does nothing on systems where folders cannot be synced.
func syncFolder(*os.File) error { return nil }

// NoSpace returns false on systems whose errors are not known.
func NoSpace(error) bool { return false }
