//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package console

import (
	"errors"
	"os"
)

// isTerminalFile returns false: terminals are not recognised here, so output is never coloured.
func isTerminalFile(*os.File) bool { return false }

// echoOff returns an error: the echo cannot be turned off here.
func echoOff(*os.File) (restore func(), err error) {
	return nil, errors.New("the terminal's echo cannot be turned off on this system")
}
