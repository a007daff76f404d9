package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// variable returns the environment variable that stands for a flag.
func variable(flag string) string {
	return "ESLGUARD_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// nameVariables adds the environment variable to the usage of every flag.
func nameVariables(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		f.Usage += " [$" + variable(f.Name) + "]"
	})
}

// fromEnvironment sets the flags that the command line did not. An empty variable counts as none.
func fromEnvironment(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	var first error
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Changed || f.Name == "help" || first != nil {
			return
		}
		name := variable(f.Name)
		value, ok := lookup(name)
		if !ok || value == "" {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			first = fmt.Errorf("%s in the environment: %w", name, err)
		}
	})
	return first
}
