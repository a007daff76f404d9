//go:build !unix

package guard

// openFilesLimit returns 0: there is no limit that could be read here.
func openFilesLimit() int { return 0 }
