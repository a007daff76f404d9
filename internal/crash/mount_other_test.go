//go:build !linux

package crash_test

import "testing"

// mountSmall skips the test.
func mountSmall(t *testing.T, _ string) {
	t.Helper()
	t.Skip("there is no small disk to be had on this system")
}
