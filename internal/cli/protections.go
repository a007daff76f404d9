package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"eslguard/catalog"
	"eslguard/internal/cli/console"
	"eslguard/internal/cli/policyfile"
)

func (p *Program) protections() *cobra.Command {
	var asJSON bool
	var path string
	cmd := &cobra.Command{
		Use:   "protections",
		Short: "List what is refused whatever a policy allows",
		Long: `Lists the protections: kinds of input that are known to stop FreeSWITCH, to keep it busy for ever or to
corrupt its memory. A command that contains such input anywhere is refused, whatever the policy allows,
with the reply "-ERR refused, protection NAME".

A policy can switch a protection off by its name, with the reason for it:

  "protections_off": { "expr-depth": "our build of FreeSWITCH has the fix" }

With --policy the protections that a policy switches off are marked. eslguard check warns of them, too.

With --json there is one object a line: name, text, releases, and, if the policy switches the protection
off, its reason as off.`,
		Example: `  eslguard protections
  eslguard protections --policy /etc/eslguard
  eslguard protections --json`,
		Args: console.NoArgs,
		RunE: func(*cobra.Command, []string) error { return p.runProtections(path, asJSON) },
	}
	cmd.Flags().StringVar(&path, "policy", "", "mark what the policy at `path` switches off")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return cmd
}

// A protectionJSON is one protection. Off is the reason why a policy switches it off, or "".
type protectionJSON struct {
	Name     string `json:"name"`
	Text     string `json:"text"`
	Releases string `json:"releases"`
	Off      string `json:"off,omitempty"`
}

func (p *Program) runProtections(path string, asJSON bool) error {
	off := map[string]string{}
	if path != "" {
		pol, err := policyfile.Load(path)
		if err != nil {
			return err
		}
		for _, o := range pol.Summary().ProtectionsOff {
			off[o.Name] = o.Note
		}
	}
	var b strings.Builder
	for i, q := range catalog.Protections() {
		if asJSON {
			if err := p.PrintJSON(protectionJSON{q.Name, q.Text, q.Releases, off[q.Name]}); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		writeProtection(&b, q, off[q.Name])
	}
	_, err := p.Stdout.Write([]byte(b.String()))
	return err
}

// writeProtection writes a protection for a person.
func writeProtection(b *strings.Builder, q catalog.Protection, off string) {
	fmt.Fprintf(b, "%s  (FreeSWITCH: %s)\n%s\n", q.Name, q.Releases, console.Indent(wrapped(q.Text)))
	if off != "" {
		fmt.Fprintf(b, "  OFF: %s\n", console.Shown(off))
	}
}

// maxLine is the most bytes of a line of wrapped text.
const maxLine = 96

// wrapped breaks a text into lines at its spaces.
func wrapped(text string) string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > maxLine {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	return strings.Join(append(lines, line), "\n")
}
