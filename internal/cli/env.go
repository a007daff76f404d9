package cli

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"eslguard/internal/cli/console"
	"eslguard/policy"
)

// variablePrefix is the prefix of the environment variables that set flags.
const variablePrefix = "ESLGUARD_"

// variable returns the environment variable that sets a flag of cmd. Those of run are named by the
// flag alone. Those of other commands begin with the command's name, so that a variable never sets
// the flags of two commands.
func variable(cmd *cobra.Command, flag string) string {
	words := strings.Fields(cmd.CommandPath())[1:]
	if slices.Equal(words, []string{"run"}) {
		words = nil
	}
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(strings.Join(append(words, flag), "_"), "-", "_"))
}

// nameVariables adds its environment variable to the usage of every flag of cmd.
func nameVariables(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		f.Usage += " [$" + variable(cmd, f.Name) + "]"
	})
}

// fromEnvironment sets the flags of cmd from the environment, except those that the command line
// has set. An empty variable counts as not set.
func fromEnvironment(cmd *cobra.Command, lookup func(string) (string, bool)) error {
	var first error
	flags := cmd.Flags()
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Changed || f.Name == "help" || first != nil {
			return
		}
		name := variable(cmd, f.Name)
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

// testVariables are the variables that the tests of eslguard read.
var testVariables = [...]string{"ESLGUARD_REQUIRE_NODE", "ESLGUARD_FUZZTIME", "ESLGUARD_CAPTURES"}

// serviceVariable matches the variables that Kubernetes sets in every container for a service whose
// name begins with eslguard (kubernetes.io/docs/concepts/services-networking/service, environment
// variables).
var serviceVariable = regexp.MustCompile(
	`^ESLGUARD_([A-Z0-9_]+_)?(SERVICE_HOST=|SERVICE_PORT(_[A-Z0-9_]+)?=|PORT=(tcp|udp|sctp)://|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?=)`)

// variables returns the variables of all flags of a command tree.
func variables(root *cobra.Command) map[string]bool {
	known := map[string]bool{}
	var add func(*cobra.Command)
	add = func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" {
				known[variable(cmd, f.Name)] = true
			}
		})
		for _, sub := range cmd.Commands() {
			add(sub)
		}
	}
	for _, cmd := range root.Commands() {
		add(cmd)
	}
	return known
}

// checkVariables returns an error of usage for the first variable of the environment that has the
// prefix of flags' variables but that nothing reads: a misspelled flag would have no effect
// otherwise. known are the variables of flags, and named are those that a policy names. An empty
// variable counts as not set. The error never contains a value.
func checkVariables(environ []string, known map[string]bool, named []string) error {
	for _, entry := range slices.Sorted(slices.Values(environ)) {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, variablePrefix) || value == "" || known[name] || slices.Contains(named, name) ||
			slices.Contains(testVariables[:], name) || serviceVariable.MatchString(entry) {
			continue
		}
		err := console.Usagef("%s in the environment belongs to no flag, and the policy does not name it", console.Shown(name))
		if meant := likeVariable(name, append(slices.Collect(maps.Keys(known)), named...)); meant != "" {
			return console.WithHint(err, "Did you mean %s? \"eslguard run --help\" shows the variable of every flag.", meant)
		}
		return console.WithHint(err, "Unset it, or give it another name. \"eslguard run --help\" shows the variable of every flag.")
	}
	return nil
}

// likeVariable returns the known variable whose name is most like name, or "" if none is like it.
// The prefix that all have does not count.
func likeVariable(name string, known []string) string {
	// The variables of run are named by the flag alone.
	if flag, ok := strings.CutPrefix(name, variablePrefix+"RUN_"); ok && slices.Contains(known, variablePrefix+flag) {
		return variablePrefix + flag
	}
	var rest []string
	for _, k := range known {
		if r, ok := strings.CutPrefix(k, variablePrefix); ok {
			rest = append(rest, r)
		}
	}
	list, near := policy.ByLikeness(strings.TrimPrefix(name, variablePrefix), rest)
	if near == 0 {
		return ""
	}
	return variablePrefix + list[0]
}
