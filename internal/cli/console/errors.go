package console

import (
	"errors"
	"fmt"
	"strings"
)

// The statuses that the program exits with.
const (
	// StatusOK means that all went well.
	StatusOK = 0
	// StatusProblem means that a problem was found, or that the command failed.
	StatusProblem = 1
	// StatusUsage means that the program was called wrongly: an unknown flag, a missing argument.
	StatusUsage = 2
)

// An ExitError ends the program with a status. Nothing is printed for it: the command that returns
// it has printed all there is to say.
type ExitError struct{ Status int }

// Error returns the status in words.
func (e *ExitError) Error() string { return fmt.Sprintf("exit status %d", e.Status) }

// A hintError says what can be done about an error.
type hintError struct {
	err  error
	hint string
}

func (h *hintError) Error() string { return h.err.Error() }
func (h *hintError) Unwrap() error { return h.err }

// WithHint returns err with a hint that tells a person what to do about it. The hint is not part of
// the error's text.
func WithHint(err error, format string, args ...any) error {
	return &hintError{err, fmt.Sprintf(format, args...)}
}

// Hint returns the hint of err, or "" if it has none.
func Hint(err error) string {
	var h *hintError
	if errors.As(err, &h) {
		return h.hint
	}
	return ""
}

// A usageError says that the program was called wrongly.
type usageError struct{ err error }

func (u *usageError) Error() string { return u.err.Error() }
func (u *usageError) Unwrap() error { return u.err }

// Usagef returns an error that ends the program with StatusUsage. It formats as fmt.Errorf does.
func Usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// IsUsage reports whether err says that the program was called wrongly.
func IsUsage(err error) bool {
	var u *usageError
	return errors.As(err, &u)
}

// packages are the packages whose errors begin with their name.
var packages = [...]string{"audit: ", "catalog: ", "codec: ", "command: ", "export: ", "policy: ", "proxy: ", "recording: ", "trail: "}

// ErrorText returns the text of err for a user. It leaves out the name of the package at the
// beginning of a line, which says nothing to users.
func ErrorText(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		for _, name := range packages {
			if rest, ok := strings.CutPrefix(line, name); ok {
				lines[i] = rest
				break
			}
		}
	}
	return strings.Join(lines, "\n")
}
