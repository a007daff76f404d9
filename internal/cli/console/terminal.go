package console

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// IsTerminal reports whether stream is an *os.File that is open on a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && isTerminalFile(f)
}

// maxSecret is the most bytes that a password may have. A client sends it on one line, and before
// it has logged in a line may have 1 KiB.
const maxSecret = 512

// ReadSecret reads a password: the first line of standard input. On a terminal it asks for the
// password and turns off the echo. An empty password, or one longer than maxSecret, is an error.
func (c *Console) ReadSecret() (string, error) {
	if f, ok := c.Stdin.(*os.File); ok && isTerminalFile(f) {
		restore, err := echoOff(f)
		if err != nil {
			return "", err
		}
		defer restore()
		fmt.Fprint(c.Stderr, "Password: ")
		defer fmt.Fprintln(c.Stderr)
	}
	line, err := bufio.NewReader(io.LimitReader(c.Stdin, maxSecret+2)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	secret := strings.TrimRight(line, "\r\n")
	switch {
	case secret == "":
		return "", errors.New("the password is empty")
	case len(secret) > maxSecret:
		return "", fmt.Errorf("the password is longer than %d bytes", maxSecret)
	}
	return secret, nil
}
