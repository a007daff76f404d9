package policyfile

import (
	"errors"
	"fmt"
	"strings"

	"eslguard/internal/cli/console"
	"eslguard/policy"
)

// Load loads the policy at path, a file or a folder, for a subcommand that cannot do without one.
// Its errors are for a person and have hints. An empty path is an error of usage.
func Load(path string) (*policy.Policy, error) {
	if path == "" {
		return nil, console.Usagef("no policy is named: use --policy PATH, or the variable that --help shows beside it")
	}
	pol, err := policy.Load(path)
	if err != nil {
		return nil, LoadError(path, err)
	}
	return pol, nil
}

// LoadError returns err, an error of loading the policy at path, with all of its problems in the
// text and with a hint.
func LoadError(path string, err error) error {
	var problems policy.Problems
	if !errors.As(err, &problems) {
		return console.WithHint(err, "A policy is a JSON file, or a folder of *.json files; policies.example.json is one to begin with.")
	}
	lines := make([]string, len(problems))
	for i, p := range problems {
		lines[i] = p.String()
	}
	return console.WithHint(
		fmt.Errorf("the policy has %s:\n%s", console.Plural(len(problems), "problem"), console.Indent(strings.Join(lines, "\n"))),
		"See %q.", "eslguard check "+path)
}

// FailedTests runs the policy's own tests and returns the problems of those that fail, nil if all
// pass.
func FailedTests(pol *policy.Policy) []policy.Problem {
	var failed []policy.Problem
	for _, r := range pol.RunTests() {
		if !r.OK {
			failed = append(failed, r.Problem)
		}
	}
	return failed
}

// FindClient returns the client of that name in pol. If there is none, the hint of the error lists
// the clients that pol has. An empty name is an error of usage.
func FindClient(pol *policy.Policy, name string) (*policy.Client, error) {
	if name == "" {
		return nil, console.Usagef("no client is named: use --client NAME, or the variable that --help shows beside it")
	}
	if c := pol.Client(name); c != nil {
		return c, nil
	}
	var names []string
	for _, c := range pol.Summary().Clients {
		names = append(names, c.Name)
	}
	hint := "It has no clients at all."
	if len(names) > 0 {
		hint = "It has: " + console.Bounded(strings.Join(names, ", "))
	}
	return nil, console.WithHint(fmt.Errorf("the policy has no client %q", console.Bounded(name)), "%s", hint)
}
