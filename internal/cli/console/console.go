package console

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// A Console has the standard streams of the program and its environment. All fields must be set.
type Console struct {
	// Stdin, Stdout and Stderr are the standard streams. One of them counts as a terminal only if
	// it is an *os.File that is open on a terminal.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// LookupEnv is os.LookupEnv.
	LookupEnv func(key string) (string, bool)
}

// Remark prints a line that is not a result, to standard error.
func (c *Console) Remark(format string, args ...any) {
	fmt.Fprintf(c.Stderr, "eslguard: "+format+"\n", args...)
}

// PrintJSON prints v to standard output as one line of JSON. Characters that do not print are
// escaped. The error says that v cannot be written as JSON, or is that of standard output.
func (c *Console) PrintJSON(v any) error {
	line, err := marshal(v)
	if err != nil {
		return err
	}
	_, err = c.Stdout.Write(append(line, '\n'))
	return err
}

// NoArgs is the cobra.PositionalArgs of a command that takes no arguments. It returns an error of
// usage if there is one.
func NoArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return Usagef("%s takes no argument, but there is %q", cmd.CommandPath(), Bounded(args[0]))
	}
	return nil
}
