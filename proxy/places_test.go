package proxy

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/proxy/internal/admission"
)

// TestSilentConnectionsKeepOutNobody: connections that send nothing shut out neither their own
// address nor others, and they are logged.
func TestSilentConnectionsKeepOutNobody(t *testing.T) {
	for _, test := range []struct {
		name         string
		most, mostOf int
	}{
		{"the address has all it may have", 1000, 8},
		{"all places are taken", 8, 1000},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newGuard(t, anything, func(s *Server) { s.MaxUnknown, s.MaxUnknownOf = test.most, test.mostOf })
			var silent []*client
			for range 20 {
				silent = append(silent, g.greeted(t))
			}
			for range 20 {
				g.loggedIn(t)
			}
			for i, c := range silent[:12] {
				if got, err := c.read(); err == nil {
					t.Errorf("silent connection %d is still there, and got %q", i, got)
				}
			}
			if !strings.Contains(g.log.String(), reasonNoPlace) {
				t.Error("the operator does not hear of it")
			}
			g.Close()
			counted := 0
			for _, r := range g.records(t, "session") {
				if r["reason"] == reasonNoPlace {
					counted += times(r)
				}
			}
			if counted < 12 {
				t.Errorf("%d connections are recorded as closed for others, want 12 or more", counted)
			}
		})
	}
}

// TestScarcePlacesHurryLogins: if more than half of the places are taken, a login has less time.
func TestScarcePlacesHurryLogins(t *testing.T) {
	g := newGuard(t, anything, func(s *Server) { s.MaxUnknown, s.MaxUnknownOf, s.LoginTimeout = 8, 4, time.Minute })
	g.setUp()
	var got []time.Duration
	for i, addr := range []string{"10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.2"} {
		se := new(session)
		se.entry.Place = admission.Place{Source: admission.SourceOf(netip.MustParseAddr(addr)), Since: time.Unix(int64(i), 0)}
		if _, err := g.admission.Add(&se.entry); err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		got = append(got, g.loginTime(se))
	}
	const all, less = time.Minute, time.Minute / scarceLoginTime
	if want := []time.Duration{all, all, less, all, less, less}; !slices.Equal(got, want) {
		t.Errorf("the connections have %v, want %v", got, want)
	}
}

// TestPlacesAreGivenBack: no connection keeps a place, however it ends.
func TestPlacesAreGivenBack(t *testing.T) {
	g := newGuard(t, anything, nil)
	for _, text := range []string{"", "x", "exit\n\n", "auth wrong\n\n", "auth " + clientSecret + "\n\n", "x\nContent-Length: 1\nContent-Length: 2\n\n"} {
		c := g.greeted(t)
		if text != "" {
			fmt.Fprint(c, text)
			if strings.Contains(text, "\n") {
				c.frame()
			}
		}
		c.Close()
	}
	await(t, "all sessions end", func() bool { return g.Sessions() == 0 })
	if n := g.admission.Usage().Unknown; n != 0 {
		t.Errorf("%d places are taken", n)
	}
}
