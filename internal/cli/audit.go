package cli

import "github.com/spf13/cobra"

// auditCommands returns what is done with an audit apart from writing it.
func (p *Program) auditCommands() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Verify, read and use an audit",
		Example: `  eslguard audit verify /var/log/eslguard/audit
  eslguard audit show /var/log/eslguard/audit --decision deny --since 24h`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.auditVerify(), p.auditShow(), p.auditReplay(), p.auditTry(), p.auditExport(), p.auditKey())
	return cmd
}
