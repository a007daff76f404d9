//go:build !unix

package cli

// openFilesLimit is 0 where there is no such limit.
func openFilesLimit() int { return 0 }
