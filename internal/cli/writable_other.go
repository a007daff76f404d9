//go:build !unix

package cli

import "io/fs"

// othersMayWrite is false where a file's mode does not say who may write.
func othersMayWrite(fs.FileInfo) bool { return false }

// othersMayReplace is false where a folder's mode does not say who may write.
func othersMayReplace(fs.FileInfo) bool { return false }

// othersMayRead is false where a file's mode does not say who may read it.
func othersMayRead(string, fs.FileInfo) bool { return false }
