package cli

import (
	"github.com/spf13/cobra"

	"eslguard/internal/cli/console"
)

// auditCommands returns what is done with an audit apart from writing it.
func (p *Program) auditCommands() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Verify, read and use an audit",
		Example: `  eslguard audit verify /var/log/eslguard/audit
  eslguard audit show /var/log/eslguard/audit --decision deny --since 24h`,
		Args: console.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.auditVerify(), p.auditShow(), p.auditReplay(), p.auditTry(), p.auditExport(), p.auditKey())
	return cmd
}

// oneArg returns a check for exactly one argument. what is the beginning of its error, such as "audit show takes
// one audit".
func oneArg(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return console.Usagef("%s, but there are %d arguments", what, len(args))
		}
		return nil
	}
}
