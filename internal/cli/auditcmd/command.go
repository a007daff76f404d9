package auditcmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"eslguard/audit/trail"
	"eslguard/internal/cli/console"
)

// DefaultPath is where the audit is if no flag says otherwise.
const DefaultPath = "/var/log/eslguard/audit"

// A program is the program that the subcommands are part of.
type program struct {
	*console.Console
	version string
}

// Command returns the command "audit" with its subcommands. version is the version of the program,
// for exported events.
func Command(c *console.Console, version string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Verify, read and use an audit",
		Example: `  eslguard audit verify /var/log/eslguard/audit
  eslguard audit show /var/log/eslguard/audit --decision deny --since 24h`,
		Args: console.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	p := &program{c, version}
	cmd.AddCommand(p.verify(), p.show(), p.replay(), p.try(), p.export(), p.key())
	return cmd
}

// oneArg returns a check for exactly one argument. what is the beginning of its error, such as
// "audit show takes one audit".
func oneArg(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return console.Usagef("%s, but there are %d arguments", what, len(args))
		}
		return nil
	}
}

// stopped returns err, or a console.ExitError without a text if err only says that a signal ended
// the program.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return &console.ExitError{Status: console.StatusProblem}
	}
	return err
}

// RemarkStats remarks what of an audit could not be read.
func RemarkStats(c *console.Console, s trail.Stats) {
	if s.Bad > 0 {
		c.Remark("%s skipped: not a record", console.WasWere(s.Bad, "line"))
	}
	if s.Torn > 0 {
		c.Remark("%d bytes of an unfinished line are at the end: a record that is being written, or that a crash cut off", s.Torn)
	}
}
