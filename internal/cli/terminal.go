package cli

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"
)

// isTerminal reports whether stream is a file that is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && isTerminalFile(f)
}

// maxSecret is the most bytes that a password may have, in bytes: a login's line before
// authentication is at most 1 KiB.
const maxSecret = 512

// readSecret reads one line, without showing it where in is a terminal.
func readSecret(in io.Reader) (string, error) {
	if f, ok := in.(*os.File); ok && isTerminalFile(f) {
		restore, err := echoOff(f)
		if err != nil {
			return "", err
		}
		defer restore()
	}
	line, err := bufio.NewReader(io.LimitReader(in, maxSecret+2)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	secret := strings.TrimRight(line, "\r\n")
	switch {
	case secret == "":
		return "", errors.New("the password is empty")
	case len(secret) > maxSecret:
		return "", errors.New("the password is longer than 512 bytes")
	}
	return secret, nil
}
