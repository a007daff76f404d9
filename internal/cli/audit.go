package cli

import "github.com/spf13/cobra"

// auditCommands returns what is done with an audit apart from writing it.
func (p *Program) auditCommands() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Verify, read and use an audit",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.auditVerify(), p.auditShow(), p.auditReplay(), p.auditTry(), p.auditExport(), p.auditKey())
	return cmd
}
