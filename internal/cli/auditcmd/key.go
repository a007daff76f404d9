package auditcmd

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"eslguard/audit"
)

func (p *program) key() *cobra.Command {
	var name string
	var identity bool
	cmd := &cobra.Command{
		Use:   "key FILE",
		Short: "Make a key for the audit",
		Long: `Makes a key that signs checkpoints, writes it to FILE, which only its owner can read, and prints the key
that verifies them. Keep the printed key elsewhere. The guard signs with "eslguard run --audit-signer FILE".

With --identity it makes an age identity instead and prints its recipient, for "eslguard run
--audit-recipient". The identity shows whether somebody who took over the host changed records from before
that, so it must never be on the host that the guard runs on.

An existing file is never overwritten.`,
		Example: `  eslguard audit key /etc/eslguard/audit-signer
  eslguard audit key --identity audit-identity    # on another machine`,
		Args: oneArg("audit key takes one file"),
		RunE: func(_ *cobra.Command, args []string) error {
			secret, public, err := audit.GenerateIdentity()
			if !identity {
				secret, public, err = audit.GenerateSigner(name)
			}
			if err != nil {
				return err
			}
			if err := writeSecret(args[0], secret); err != nil {
				return err
			}
			_, err = fmt.Fprintln(p.Stdout, public)
			return err
		},
	}
	cmd.Flags().StringVar(&name, "name", "eslguard", "the `name` that it signs with")
	cmd.Flags().BoolVar(&identity, "identity", false, "make an age identity instead")
	return cmd
}

// writeSecret writes a line to a new file that only its owner can read. An existing file is an
// error.
func writeSecret(path, line string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, line)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
