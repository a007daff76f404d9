package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"eslguard/internal/cli/console"
	"eslguard/policy"
)

func (p *Program) password() *cobra.Command {
	var argon, stdin bool
	cmd := &cobra.Command{
		Use:   "password [--argon2id]",
		Short: "Make a client's password and its hash",
		Long: `Prints a new random password, for the client, and its hash, for "password" in the policy. Nothing is
stored: if a password is lost, make a new one.

With --argon2id it reads a password that somebody chose from standard input, without showing it on a
terminal, and prints only its hash. That is for clients with a "user", which log in with userauth.
With --stdin it does the same with a fast hash, which is safe only for a password that nobody can guess.`,
		Example: `  eslguard password
  eslguard password --argon2id
  pass show esl/dialer | eslguard password --stdin`,
		Args: console.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if argon || stdin {
				return p.hashGiven(argon)
			}
			password, hash := policy.GeneratePassword()
			_, err := fmt.Fprintf(p.Stdout, "password  %s\nhash      %s\n", password, hash)
			return err
		},
	}
	cmd.Flags().BoolVar(&argon, "argon2id", false, "hash a chosen password with argon2id")
	cmd.Flags().BoolVar(&stdin, "stdin", false, "hash a password from standard input with SHA-256")
	return cmd
}

// hashGiven prints the hash of the password on standard input.
func (p *Program) hashGiven(argon bool) error {
	password, err := p.ReadSecret()
	if err != nil {
		return console.WithHint(err, "Give the password, and nothing else, on the first line of standard input.")
	}
	hash := policy.HashSHA256
	if argon {
		hash = policy.HashArgon2id
	}
	_, err = fmt.Fprintln(p.Stdout, hash(password))
	return err
}
