//go:build unix

package cli

import (
	"io/fs"
	"os"
)

// othersMayWrite reports whether the mode lets the group, or everyone, write.
func othersMayWrite(info fs.FileInfo) bool { return info.Mode().Perm()&0o022 != 0 }

// othersMayReplace reports whether others may put a file of their own in the place of one in the
// folder. In a folder with the sticky bit, such as /tmp, they may not.
func othersMayReplace(info fs.FileInfo) bool {
	return othersMayWrite(info) && info.Mode()&os.ModeSticky == 0
}
