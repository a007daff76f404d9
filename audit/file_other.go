//go:build !unix

package audit

import "os"

// lock does nothing where files cannot be held.
func lock(*os.File) error { return nil }

// removed is false where an open file cannot be removed.
func (osFile) removed() (bool, error) { return false, nil }

// syncFolder does nothing where folders cannot be synced.
func syncFolder(*os.File) error { return nil }

// noSpace is false where nothing is known of the system's errors.
func noSpace(error) bool { return false }
