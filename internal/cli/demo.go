package cli

import (
	"github.com/spf13/cobra"

	"eslguard/internal/cli/console"
	"eslguard/internal/cli/demo"
)

func (p *Program) demo() *cobra.Command {
	o := demo.Options{Example: p.Example, Version: readBuild().String()}
	cmd := &cobra.Command{
		Use:   "demo [--once]",
		Short: "Show what eslguard does, on loopback and without a FreeSWITCH",
		Long: `Starts a stand-in for FreeSWITCH and a guard in front of it, on free loopback ports, with a copy of
the example policy. It shows an allowed command, a denied one and its record, strangers that are
refused, and changes of the policy. Then it keeps running, says how to connect, and waits for Ctrl-C.
It removes its files at the end.

With --once it ends after the last step. Its exit status is 0 only if every step went as it says.`,
		Example: `  eslguard demo
  eslguard demo --once`,
		Args: console.NoArgs,
		RunE: func(*cobra.Command, []string) error { return demo.Run(&p.Console, o) },
	}
	cmd.Flags().BoolVar(&o.Once, "once", false, "end after the last step")
	return cmd
}
