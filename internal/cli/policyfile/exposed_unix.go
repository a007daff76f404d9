//go:build unix

package policyfile

import (
	"io/fs"
	"os"
	"path/filepath"
)

// othersMayWrite reports whether the mode lets the group or everyone write.
func othersMayWrite(info fs.FileInfo) bool { return info.Mode().Perm()&0o022 != 0 }

// othersMayReplace reports whether others may replace a file in the folder by one of their own. In
// a folder with the sticky bit, such as /tmp, they may not.
func othersMayReplace(info fs.FileInfo) bool {
	return othersMayWrite(info) && info.Mode()&os.ModeSticky == 0
}

// othersMayRead reports whether the mode of the file at path, and the modes of all folders above
// it, let everyone read it. A group that may read it is not reported: that is how its owner and the
// guard share a file.
func othersMayRead(path string, info fs.FileInfo) bool {
	if info.Mode().Perm()&0o004 == 0 {
		return false
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return true
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	for folder := filepath.Dir(path); ; folder = filepath.Dir(folder) {
		info, err := os.Stat(folder)
		if err == nil && info.Mode().Perm()&0o001 == 0 {
			return false
		}
		if folder == filepath.Dir(folder) {
			return true
		}
	}
}
