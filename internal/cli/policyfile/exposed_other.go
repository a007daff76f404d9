//go:build !unix

package policyfile

import "io/fs"

// othersMayWrite returns false: the mode of a file does not say here who may write it.
func othersMayWrite(fs.FileInfo) bool { return false }

// othersMayReplace returns false: the mode of a folder does not say here who may write it.
func othersMayReplace(fs.FileInfo) bool { return false }

// othersMayRead returns false: the mode of a file does not say here who may read it.
func othersMayRead(string, fs.FileInfo) bool { return false }
