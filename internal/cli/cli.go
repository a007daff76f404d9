package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"eslguard/internal/cli/auditcmd"
	"eslguard/internal/cli/console"
)

// The statuses that Main returns.
const (
	// StatusOK means that all went well.
	StatusOK = console.StatusOK
	// StatusProblem means that a problem was found, or that the command failed.
	StatusProblem = console.StatusProblem
	// StatusUsage means that the program was called wrongly.
	StatusUsage = console.StatusUsage
)

// A Program is one run of eslguard. All fields must be set, except Environ.
type Program struct {
	// Args are the arguments, without the program's name.
	Args []string
	console.Console
	// Environ is os.Environ. If it is nil, run does not look for misspelled variables.
	Environ func() []string
	// Example is the example policy, which the demo uses.
	Example []byte
}

// Main runs the program and returns the status to exit with.
func (p *Program) Main() int {
	begun := false
	root := p.root(&begun)
	root.SetArgs(p.Args)
	cmd, err := root.ExecuteC()
	var exit *console.ExitError
	switch {
	case err == nil:
		return StatusOK
	case errors.As(err, &exit):
		return exit.Status
	}
	p.printError(err)
	if !begun || console.IsUsage(err) {
		fmt.Fprintf(p.Stderr, "See %q.\n", cmd.CommandPath()+" --help")
		return StatusUsage
	}
	return StatusProblem
}

// printError prints an error and its hint, if it has one.
func (p *Program) printError(err error) {
	fmt.Fprintf(p.Stderr, "eslguard: %s\n", console.ErrorText(err))
	if hint := console.Hint(err); hint != "" {
		fmt.Fprintln(p.Stderr, console.Indent(hint))
	}
}

// root returns the command tree. It sets *begun when the flags and arguments of a subcommand have
// been parsed, so that later errors are not errors of usage.
func (p *Program) root(begun *bool) *cobra.Command {
	root := &cobra.Command{
		Use:   "eslguard",
		Short: "A firewall for FreeSWITCH's event socket",
		Long: `eslguard stands in front of FreeSWITCH's event socket. Clients connect to it as they would to
FreeSWITCH. It lets each of them do what a policy file allows, and records what was done.

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
		auditcmd.Command(&p.Console, readBuild().String()), p.demo(), p.version())
	finish(root.Commands())
	root.SetUsageTemplate(root.UsageTemplate() + usageFooter)
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	return root
}

// finish sets what all commands and their subcommands have in common. It adds to the usage of every
// flag the environment variable that sets it.
func finish(list []*cobra.Command) {
	for _, cmd := range list {
		nameVariables(cmd)
		cmd.Flags().SortFlags = false
		cmd.DisableFlagsInUseLine = true
		finish(cmd.Commands())
	}
}

const usageFooter = `
A flag can also be set by the environment variable in brackets. The command line wins.
Exit status: 0 all went well, 1 a problem was found or the command failed, 2 called wrongly.
`
