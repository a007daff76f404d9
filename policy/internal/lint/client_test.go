package lint

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"eslguard/policy/internal/credential"
)

// TestWarningsOfClients tests the warnings of clients that may change the configuration from
// anywhere, and of clients in observe mode.
func TestWarningsOfClients(t *testing.T) {
	for _, tt := range []struct{ name, from, allow, more, want string }{
		{"from anywhere, and it may configure", `"0.0.0.0/0"`, "api @config", "", `"acme" may connect from anywhere, and "api @config" lets it change`},
		{"from anywhere by IPv6", `"10.0.0.0/8", "::/0"`, "api @config", "", "may connect from anywhere"},
		{"from anywhere, and it only asks", `"0.0.0.0/0"`, "api @status", "", ""},
		{"from a network", `"10.0.0.0/8"`, "api @config", "", ""},
		{"observed", `"10.0.0.0/8"`, "api @status", `, "mode": "observe"`, `"acme" is in observe mode`},
	} {
		got := warnings(t, withRoles(`"r": {"allow": `+quoted(tt.allow)+`}`, client("acme", tt.from, tt.more, sum("x"))))
		matchWarnings(t, tt.name, got, tt.want)
	}
}

func TestChangesConfiguration(t *testing.T) {
	for text, want := range map[string]bool{
		"api @config": true, "app @exec": true, "api @status|@config": true, "api **": true, "app **": true,
		"api @status": false, "app @media": false, "api reloadxml": false, "dial **": false, "dialplan **": false,
	} {
		if got := changesConfiguration(compileRule(t, text)); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestFromAnywhere(t *testing.T) {
	for from, want := range map[string]bool{
		"": false, "0.0.0.0/0": true, "::/0": true, "10.0.0.0/8 ::/0": true, "0.0.0.0/1 128.0.0.0/1": false, "10.0.0.0/8": false,
	} {
		id := &credential.Identity{}
		for _, text := range strings.Fields(from) {
			id.From = append(id.From, netip.MustParsePrefix(text))
		}
		if got := fromAnywhere(id); got != want {
			t.Errorf("%q: %v, want %v", from, got, want)
		}
	}
}

// TestWarningsOfPasswords tests the warnings of passwords that have expired or soon will, and of
// placeholders. The time is now.
func TestWarningsOfPasswords(t *testing.T) {
	const day = 24 * time.Hour
	after := func(d time.Duration) string { return until(now.Add(d).Format(time.RFC3339)) }
	for _, tt := range []struct {
		name   string
		hashes []string
		want   string
	}{
		{"a second ago", []string{after(-time.Second)}, `every password of "acme" is past its not_after`},
		{"now", []string{after(0)}, "expires in less than a day"},
		{"an hour", []string{after(time.Hour)}, "expires in less than a day, on 2026-03-01 13:00:00 UTC"},
		{"a day", []string{after(day + time.Hour)}, "expires in 1 day, on 2026-03-02 13:00:00 UTC"},
		{"thirteen days", []string{after(13*day + time.Hour)}, "expires in 13 days"},
		{"fourteen days", []string{after(14 * day)}, ""},
		{"for ever", []string{sum("x")}, ""},
		{"expired beside a good one", []string{after(-day), sum("y")}, "expired on 2026-02-28"},
		{"zeros", []string{`"sha256:` + strings.Repeat("0", 64) + `"`}, "is a placeholder"},
		{"ones", []string{`"sha256:` + strings.Repeat("1", 64) + `"`}, "is a placeholder"},
		{"zeros and a one", []string{`"sha256:` + strings.Repeat("0", 63) + `1"`}, ""},
	} {
		matchWarnings(t, tt.name, warnings(t, withClients(client("acme", `"10.0.0.0/8"`, "", tt.hashes...))), tt.want)
	}
}

// TestPositionsOfPasswordWarnings tests that a warning about one password is at its hash, and one
// about all of them at the client.
func TestPositionsOfPasswordWarnings(t *testing.T) {
	old := until("2020-01-01T00:00:00Z")
	for path, hashes := range map[string][]string{
		"/clients/acme":                      {old},
		"/clients/acme/auth/password/1/hash": {sum("y"), old},
	} {
		p := compilePolicy(t, withClients(client("acme", `"10.0.0.0/8"`, "", hashes...)))
		if got := p.Warnings(); len(got) != 1 || got[0].Path != path {
			t.Errorf("got %v, want one at %s", got, path)
		}
	}
}

func TestInDays(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "less than a day", 24*time.Hour - 1: "less than a day", 24 * time.Hour: "1 day", 48*time.Hour - 1: "1 day", 48 * time.Hour: "2 days", 13 * 24 * time.Hour: "13 days",
	} {
		if got := inDays(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
