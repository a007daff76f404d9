package cli

import (
	"fmt"
	"runtime/debug"

	"eslguard/internal/cli/console"

	"github.com/spf13/cobra"
)

func (p *Program) version() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long: `Prints the version, the commit it was built from, and the Go release it was built with. The audit's
start records contain the same version.`,
		Example: `  eslguard version
  eslguard version --json`,
		Args: console.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := readBuild()
			if asJSON {
				return p.PrintJSON(b)
			}
			_, err := fmt.Fprintf(p.Stdout, "eslguard %s (%s)\n", b, b.Go)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// A build says what the program was built from.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
}

// String returns the version, with the commit if the version does not tell it.
func (b build) String() string {
	s := b.Version
	if b.Version == noVersion && b.Commit != "" {
		s += " " + b.Commit
		if b.Modified {
			s += "+dirty"
		}
	}
	return s
}

// noVersion is the version of a program that was built without one.
const noVersion = "devel"

// commitLength is the number of digits of a commit's hash that are shown.
const commitLength = 12

// readBuild reads what the Go linker has written into the program.
func readBuild() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build{Version: "unknown", Go: "unknown"}
	}
	b := build{Version: info.Main.Version, Go: info.GoVersion}
	if b.Version == "" || b.Version == "(devel)" {
		b.Version = noVersion
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value[:min(len(s.Value), commitLength)]
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
