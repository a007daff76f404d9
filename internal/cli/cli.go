package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// The statuses that the program exits with.
const (
	// StatusOK: all went well.
	StatusOK = 0
	// StatusProblem: a problem was found, or the command failed.
	StatusProblem = 1
	// StatusUsage: the program was called wrongly.
	StatusUsage = 2
)

// A Program is one run of eslguard. Every field but Environ must be set.
type Program struct {
	// Args are the arguments, without the program's name.
	Args []string
	// Stdin, Stdout and Stderr are the standard streams. They count as a terminal only where they
	// are an *os.File that is one.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// LookupEnv is os.LookupEnv.
	LookupEnv func(key string) (string, bool)
	// Environ is os.Environ. Nil: run refuses no variable of the environment.
	Environ func() []string
	// Example is the example policy, which the demo runs with.
	Example []byte
}

// Main runs the program and returns the status to exit with.
func (p *Program) Main() int {
	begun := false
	root := p.root(&begun)
	root.SetArgs(p.Args)
	cmd, err := root.ExecuteC()
	var out *outcome
	switch {
	case err == nil:
		return StatusOK
	case errors.As(err, &out):
		return out.status
	}
	p.complain(err)
	var wrong *usageError
	if !begun || errors.As(err, &wrong) {
		fmt.Fprintf(p.Stderr, "See %q.\n", cmd.CommandPath()+" --help")
		return StatusUsage
	}
	return StatusProblem
}

// complain prints an error, and the way out where there is one.
func (p *Program) complain(err error) {
	fmt.Fprintf(p.Stderr, "eslguard: %v\n", err)
	var h *hinted
	if errors.As(err, &h) {
		fmt.Fprintln(p.Stderr, indent(h.hint))
	}
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(text, "\n", "\n  ")
}

// An outcome ends the program with a status when all has been said already.
type outcome struct{ status int }

func (o *outcome) Error() string { return fmt.Sprintf("exit status %d", o.status) }

// A hinted error says what can be done about it.
type hinted struct {
	err  error
	hint string
}

func (h *hinted) Error() string { return h.err.Error() }
func (h *hinted) Unwrap() error { return h.err }

// withHint returns err with a way out for a person.
func withHint(err error, format string, args ...any) error {
	return &hinted{err, fmt.Sprintf(format, args...)}
}

// A usageError says that the program was called wrongly.
type usageError struct{ err error }

func (u *usageError) Error() string { return u.err.Error() }
func (u *usageError) Unwrap() error { return u.err }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// oneArg refuses anything but one argument. what begins the error: "audit show takes one audit".
func oneArg(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usagef("%s, but there are %d arguments", what, len(args))
		}
		return nil
	}
}

// root returns the command tree. *begun is set when a subcommand has its arguments and begins.
func (p *Program) root(begun *bool) *cobra.Command {
	root := &cobra.Command{
		Use:   "eslguard",
		Short: "A firewall for FreeSWITCH's event socket",
		Long: `eslguard stands in front of FreeSWITCH's event socket. Clients connect to it as they would to
FreeSWITCH; it lets each of them do what a policy file allows, and writes down what was done.

See it at work, without a FreeSWITCH:  eslguard demo`,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := fromEnvironment(cmd, p.LookupEnv); err != nil {
				return err
			}
			*begun = true
			return nil
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(p.run(), p.check(), p.explain(), p.test(), p.protections(), p.learn(), p.password(),
		p.auditCommands(), p.demo(), p.version())
	describe(root.Commands())
	root.SetUsageTemplate(root.UsageTemplate() + usageFooter)
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	return root
}

// describe names the variables of all flags, of subcommands too.
func describe(list []*cobra.Command) {
	for _, cmd := range list {
		nameVariables(cmd)
		cmd.Flags().SortFlags = false
		cmd.DisableFlagsInUseLine = true
		describe(cmd.Commands())
	}
}

const usageFooter = `
A flag is also read from the environment variable named beside it; the command line wins.
Exit status: 0 all well, 1 a problem was found or the command failed, 2 called wrongly.
`
