package policyfile

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"eslguard/internal/cli/console"
	"eslguard/policy"
)

// PasswordWarnings returns warnings about the passwords of the policy's upstreams, as they can be
// read by this process on this host. It returns nil if nothing is wrong.
func PasswordWarnings(pol *policy.Policy) []string {
	var warnings []string
	upstreams, needed := pol.Upstreams(), neededUpstreams(pol)
	for _, name := range slices.Sorted(maps.Keys(upstreams)) {
		password, err := upstreams[name].Password()
		var reason *policy.PasswordError
		switch {
		case errors.As(err, &reason):
			w := fmt.Sprintf("the password of the upstream %s cannot be read here: %s", console.Shown(name), console.Shown(reason.Err.Error()))
			if needed[name] {
				w += "; run does not start without it"
			}
			warnings = append(warnings, w)
		case password == policy.DefaultPassword:
			warnings = append(warnings, fmt.Sprintf("the upstream %s has FreeSWITCH's default password; "+
				"set a new one in event_socket.conf.xml", console.Shown(name)))
		}
	}
	return warnings
}

// CheckPasswords returns an error if the password of an upstream that a client has cannot be read:
// its variable is not set, or its file is missing, empty or not readable. That client could never
// be connected.
func CheckPasswords(pol *policy.Policy) error {
	upstreams, needed := pol.Upstreams(), neededUpstreams(pol)
	for _, name := range slices.Sorted(maps.Keys(needed)) {
		up := upstreams[name]
		_, err := up.Password()
		switch {
		case err == nil:
		case up.PasswordFile() != "":
			return console.WithHint(err, "Put the password of event_socket.conf.xml into that file, and let the user that eslguard runs as read it.")
		default:
			return console.WithHint(err, "Set that variable to the password of event_socket.conf.xml, or name a file in the policy: \"password\": { \"file\": \"PATH\" }.")
		}
	}
	return nil
}

// neededUpstreams returns the names of the upstreams that clients are connected to.
func neededUpstreams(pol *policy.Policy) map[string]bool {
	needed := make(map[string]bool)
	for _, c := range pol.Summary().Clients {
		needed[c.Upstream] = true
	}
	return needed
}
