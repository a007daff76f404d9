//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package cli

import (
	"errors"
	"os"
)

// isTerminalFile knows no terminals here, so output is never coloured.
func isTerminalFile(*os.File) bool { return false }

func echoOff(*os.File) (restore func(), err error) {
	return nil, errors.New("cannot hide what is typed on this system")
}
