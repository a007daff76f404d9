package pattern

import "fmt"

// A Fault says what is wrong with a rule, and how to correct it. Hint is empty if there is nothing
// to suggest.
type Fault struct {
	Text, Hint string
}

// Error returns the text without the hint.
func (e *Fault) Error() string { return e.Text }

// Faultf returns a Fault with the hint, which may be empty, and the formatted text.
func Faultf(hint, format string, args ...any) *Fault {
	return &Fault{Text: fmt.Sprintf(format, args...), Hint: hint}
}
