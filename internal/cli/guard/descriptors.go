package guard

import (
	"fmt"
	"os"

	"eslguard/internal/cli/console"
	"eslguard/policy"
	"eslguard/proxy"
)

// reservedDescriptors are the file descriptors that are kept from clients. They are for the audit's
// segments, its checkpoints and their compression, for the policy's files and the notices of their
// changes, for passwords, for the connections that watch bgapi jobs, and for the second address of
// a FreeSWITCH that is dialled by name.
const reservedDescriptors = 64

// minSessions is the number of sessions that there must be descriptors for. With fewer descriptors
// the guard does not start.
const minSessions = 4

// openGuess is the number of descriptors that are assumed to be open if they cannot be counted.
const openGuess = 32

// LimitDescriptors returns the most file descriptors that sessions may use, and warns if the
// policy's clients may need more. It must be called when everything is open that the guard needs
// from its start on. Zero means that there is no limit. The error says that there are too few.
func (g *Guard) LimitDescriptors() (int, error) {
	limit := openFilesLimit()
	if limit == 0 {
		return 0, nil
	}
	most := limit - openDescriptors() - reservedDescriptors
	if proxy.SessionsWithin(most) < minSessions {
		return 0, console.WithHint(fmt.Errorf("the limit of open files is too low: %d", limit),
			"Allow at least %d: LimitNOFILE= in a systemd unit, ulimit -n in a shell.", limit-most+2*minSessions)
	}
	g.maxDescriptors = most
	g.warn(descriptorWarnings(g.store.Current(), most))
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

// descriptorWarnings returns a warning if the policy's clients may have more sessions than most
// descriptors are enough for. It returns nil if most is 0, which means no limit.
func descriptorWarnings(pol *policy.Policy, most int) []string {
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
	if sessions > proxy.DefaultMaxSessions { // the server accepts no more
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
