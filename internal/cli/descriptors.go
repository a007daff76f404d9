package cli

import (
	"fmt"
	"os"

	"eslguard/internal/cli/console"
	"eslguard/policy"
	"eslguard/proxy"
)

// reservedDescriptors are kept from clients: for the audit's segments, its checkpoints and their
// compression, the policy's files and the notices of their changes, passwords, the connections that
// watch bgapi jobs, and the second address of a FreeSWITCH that is dialled by name.
const reservedDescriptors = 64

// fewestSessions is how many sessions there must be descriptors for, or the guard does not start.
const fewestSessions = 4

// openGuess is how many descriptors are taken to be open where they cannot be counted.
const openGuess = 32

// maxDescriptors returns how many file descriptors the sessions may have, once all is open that the
// guard needs from its start on, and 0 where there is no limit. Its error says that there are too
// few.
func maxDescriptors() (int, error) {
	limit := openFilesLimit()
	if limit == 0 {
		return 0, nil
	}
	most := limit - openDescriptors() - reservedDescriptors
	if proxy.SessionsWithin(most) < fewestSessions {
		return 0, console.WithHint(fmt.Errorf("the limit of open files is too low: %d", limit),
			"Allow at least %d: LimitNOFILE= in a systemd unit, ulimit -n in a shell.", limit-most+2*fewestSessions)
	}
	return most, nil
}

// openDescriptors returns how many descriptors are open now.
func openDescriptors() int {
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		return openGuess
	}
	return len(entries)
}

// descriptorDoubts says that the policy's clients may have more sessions than there are descriptors
// for. most is 0 where there is no limit.
func descriptorDoubts(pol *policy.Policy, most int) []string {
	if most == 0 {
		return nil
	}
	sessions, needed := 0, 0
	for _, c := range pol.Summary().Clients {
		sessions += c.Sessions
		needed += c.Sessions * proxy.SessionDescriptors
		if pol.Client(c.Name).RecordAll {
			needed += c.Sessions
		}
	}
	if sessions > proxy.DefaultMaxSessions { // more there never are
		needed = int(int64(needed) * proxy.DefaultMaxSessions / int64(sessions))
		sessions = proxy.DefaultMaxSessions
	}
	if needed <= most {
		return nil
	}
	return []string{fmt.Sprintf("the limit of open files, %d, is enough for %d sessions at once, and the policy's clients may have %d; "+
		"allow %d (LimitNOFILE= in a systemd unit, ulimit -n in a shell), or give clients fewer \"sessions\"",
		openFilesLimit(), int64(most)*int64(sessions)/int64(needed), sessions, openFilesLimit()-most+needed)}
}
