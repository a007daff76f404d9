package pattern

import "fmt"

// A Fault is what is wrong with a rule, and what to do about it.
type Fault struct {
	Text, Hint string
}

// Error returns what is wrong, without the hint.
func (e *Fault) Error() string { return e.Text }

// Faultf returns a Fault with this hint, which may be empty, and the formatted text.
func Faultf(hint, format string, args ...any) *Fault {
	return &Fault{Text: fmt.Sprintf(format, args...), Hint: hint}
}
