package cli

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eslguard/internal/cli/console"
	"eslguard/policy"
)

// loadPolicy loads the policy at path for a subcommand that needs a good one.
func (p *Program) loadPolicy(path string) (*policy.Policy, error) {
	if path == "" {
		return nil, console.Usagef("no policy is named: use --policy PATH, or the variable that --help names beside it")
	}
	pol, err := policy.Load(path)
	if err != nil {
		return nil, badPolicy(path, err)
	}
	return pol, nil
}

// badPolicy returns err, in which a policy could not be loaded, with a way out.
func badPolicy(path string, err error) error {
	var problems policy.Problems
	if !errors.As(err, &problems) {
		return console.WithHint(err, "A policy is a JSON file, or a folder of *.json files; policies.example.json is one to begin from.")
	}
	return console.WithHint(fmt.Errorf("the policy has %s:\n%s", console.Plural(len(problems), "problem"), lines(problems)),
		"See %q.", "eslguard check "+path)
}

// lines returns one problem a line, indented.
func lines(problems []policy.Problem) string {
	out := make([]string, len(problems))
	for i, pr := range problems {
		out[i] = "  " + pr.String()
	}
	return strings.Join(out, "\n")
}

// findClient returns the client of that name, or says which there are.
func findClient(pol *policy.Policy, name string) (*policy.Client, error) {
	if name == "" {
		return nil, console.Usagef("no client is named: use --client NAME, or the variable that --help names beside it")
	}
	if c := pol.Client(name); c != nil {
		return c, nil
	}
	var names []string
	for _, c := range pol.Summary().Clients {
		names = append(names, c.Name)
	}
	hint := "It has none at all."
	if len(names) > 0 {
		hint = "It has: " + console.Bounded(strings.Join(names, ", "))
	}
	return nil, console.WithHint(fmt.Errorf("the policy has no client %q", console.Bounded(name)), "%s", hint)
}

// upstreamDoubts says what is wrong with the upstreams' passwords, as they can be read here and now.
func upstreamDoubts(pol *policy.Policy) []string {
	var doubts []string
	upstreams, wanted := pol.Upstreams(), wantedUpstreams(pol)
	for _, name := range slices.Sorted(maps.Keys(upstreams)) {
		password, err := upstreams[name].Password()
		var reason *policy.PasswordError
		switch {
		case errors.As(err, &reason):
			doubt := fmt.Sprintf("the password of the upstream %s cannot be read here: %s", console.Shown(name), console.Shown(reason.Err.Error()))
			if wanted[name] {
				doubt += "; run does not start without it"
			}
			doubts = append(doubts, doubt)
		case password == policy.DefaultPassword:
			doubts = append(doubts, fmt.Sprintf("the upstream %s has the password that FreeSWITCH is shipped with; "+
				"give it a fresh one in event_socket.conf.xml", console.Shown(name)))
		}
	}
	return doubts
}

// passwordsReadable returns an error where a client could never be brought to its upstream, since
// that one's password cannot be read: an unset variable, a file that is missing, empty or another
// user's.
func passwordsReadable(pol *policy.Policy) error {
	upstreams, wanted := pol.Upstreams(), wantedUpstreams(pol)
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		up := upstreams[name]
		_, err := up.Password()
		switch {
		case err == nil:
		case up.PasswordFile() != "":
			return console.WithHint(err, "Put the password that event_socket.conf.xml has into that file, and let the user read it that eslguard runs as.")
		default:
			return console.WithHint(err, "Set that variable to the password that event_socket.conf.xml has, or name a file in the policy: \"password\": { \"file\": \"PATH\" }.")
		}
	}
	return nil
}

// wantedUpstreams are the names of the upstreams that clients have.
func wantedUpstreams(pol *policy.Policy) map[string]bool {
	wanted := make(map[string]bool)
	for _, c := range pol.Summary().Clients {
		wanted[c.Upstream] = true
	}
	return wanted
}
