package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// isTerminal reports whether stream is a file that is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && isTerminalFile(f)
}

// maxSecret is the most bytes that a password may have: a login's line before
// authentication is at most 1 KiB.
const maxSecret = 512

// readSecret reads one line. Where in is a terminal it asks for it on prompt, and does not show
// what is typed.
func readSecret(in io.Reader, prompt io.Writer) (string, error) {
	if f, ok := in.(*os.File); ok && isTerminalFile(f) {
		restore, err := echoOff(f)
		if err != nil {
			return "", err
		}
		defer restore()
		fmt.Fprint(prompt, "Password: ")
		defer fmt.Fprintln(prompt)
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
		return "", fmt.Errorf("the password is longer than %d bytes", maxSecret)
	}
	return secret, nil
}
