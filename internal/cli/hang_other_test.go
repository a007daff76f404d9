//go:build !linux

package cli_test

import "os"

// hangSignals is empty: files cannot be made to hang here.
var hangSignals map[string]os.Signal

func hangOnSignal(string) {}
