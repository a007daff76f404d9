//go:build !linux

package cli_test

import "os"

// hangSignals is empty where no file can be made to hang.
var hangSignals map[string]os.Signal

func hangOnSignal(string) {}
