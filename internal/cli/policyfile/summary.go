package policyfile

import (
	"fmt"
	"strings"

	"eslguard/internal/cli/console"
	"eslguard/policy"
)

// WriteSummary writes a policy's summary for a person: its upstreams, its clients and what each may
// do.
func WriteSummary(b *strings.Builder, s policy.Summary) {
	fmt.Fprintf(b, "the policy is good: revision %s, %s, %s passed\n", s.Revision, console.Plural(len(s.Clients), "client"), console.Plural(s.Tests, "test"))
	for _, u := range s.Upstreams {
		fmt.Fprintf(b, "\nupstream %s\n", console.Shown(u.Name))
		row(b, "address", u.Address)
		row(b, "password", u.Password)
		row(b, "shared", shared(u)...)
	}
	if len(s.ProtectionsOff) > 0 {
		fmt.Fprint(b, "\nprotections that are off\n")
	}
	for _, off := range s.ProtectionsOff {
		fmt.Fprintf(b, "  %-16s %s\n", off.Name, console.Shown(off.Note))
	}
	for i := range s.Clients {
		writeClient(b, &s.Clients[i])
	}
	writeEnclosed(b, s.Enclosed)
}

// maxEnclosed is the most enclosed networks that are shown to a person. --json has all.
const maxEnclosed = 50

// writeEnclosed lists the networks from which clients of wider networks may log in, too.
func writeEnclosed(b *strings.Builder, list []policy.Enclosed) {
	if len(list) == 0 {
		return
	}
	fmt.Fprint(b, "\nnetworks within those of other clients, who may log in from there, too\n")
	for _, e := range list[:min(len(list), maxEnclosed)] {
		fmt.Fprintf(b, "  %s of %s lies within %s of %s\n", e.Network, someNames(e.Clients), e.Within, someNames(e.WithinClients))
	}
	if more := len(list) - maxEnclosed; more > 0 {
		fmt.Fprintf(b, "  and %d more, which --json lists\n", more)
	}
}

// someNames returns up to three names, and how many more there are.
func someNames(names []string) string {
	const most = 3
	out := make([]string, 0, most)
	for _, name := range names[:min(len(names), most)] {
		out = append(out, console.Shown(name))
	}
	text := strings.Join(out, ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// writeClient writes who a client is and what it may do.
func writeClient(b *strings.Builder, c *policy.ClientSummary) {
	fmt.Fprintf(b, "\nclient %s\n", console.Shown(c.Name))
	row(b, "from", c.From...)
	row(b, "login", login(c))
	row(b, "upstream", c.Upstream)
	row(b, "roles", strings.Join(c.Roles, ", "))
	if c.Mode == "observe" {
		row(b, "mode", "observe: what the rules would deny is forwarded and recorded")
	}
	row(b, "sessions", fmt.Sprintf("%d at most", c.Sessions))
	row(b, "jobs", fmt.Sprintf("%d at most, all sessions together", c.Jobs))
	row(b, "filters", fmt.Sprintf("%d at most in a session", c.Filters))
	if len(c.Allow) == 0 {
		row(b, "may", "nothing")
	}
	row(b, "may", c.Allow...)
	row(b, "may not", c.Deny...)
	row(b, "limited", c.Limits...)
	row(b, "requires", c.Requires...)
}

// shared returns what the sessions of an upstream share. It returns nil if each has everything of
// its own.
func shared(u policy.UpstreamSummary) (what []string) {
	if u.Events == "shared" {
		what = append(what, "events: all sessions receive them from one connection to FreeSWITCH")
	}
	if u.Connections == "shared" {
		what = append(what, "connections: sessions take one from a pool for their commands")
	}
	return what
}

// login says how a client logs in.
func login(c *policy.ClientSummary) string {
	if c.User == "" {
		return "auth, " + console.Plural(c.Passwords, "password")
	}
	return "userauth " + c.User + ", " + console.Plural(c.Passwords, "password")
}

// row writes each value on a line, the first one beside the label. Without values it writes
// nothing.
func row(b *strings.Builder, label string, values ...string) {
	for _, v := range values {
		fmt.Fprintf(b, "  %-9s %s\n", label, console.Shown(v))
		label = ""
	}
}
