package proxy

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// An exchange is a recorded session with a real FreeSWITCH.
type exchange struct {
	Name  string
	Steps []struct {
		Send string
		Recv []string
	}
	Closed bool `json:"closed_by_server"`
}

func recordedExchanges(t *testing.T) []exchange {
	t.Helper()
	f, err := os.Open("../internal/switchsim/testdata/exchanges.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []exchange
	for dec := json.NewDecoder(z); dec.More(); {
		var e exchange
		if err := dec.Decode(&e); err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	if len(out) != 103 {
		t.Fatalf("%d exchanges, want 103", len(out))
	}
	return out
}

// differs lists what the guard does differently on purpose: the exchange, and what its last frame
// before an end contains instead.
var differs = map[string]string{
	"api-tab-before-command": "-ERR refused, ",
	"api-mixed-newlines":     "-ERR refused, mixed-line-ends",
	// Verbs are accepted by their exact names only.
	"exit-longer-word": "-ERR command not found",
	// FreeSWITCH would deliver every call's events for a uuid that does not exist.
	"myevents-unknown-uuid": "-ERR invalid uuid",
	// FreeSWITCH and another reader could see different frames.
	"sendevent-two-content-lengths":             "disconnect-notice",
	"sendevent-content-length-trailing-letters": "disconnect-notice",
	"sendevent-content-length-negative":         "disconnect-notice",
	"sendevent-content-length-plus":             "disconnect-notice",
	"sendevent-content-length-word":             "disconnect-notice",
	"sendevent-content-length-too-large":        "disconnect-notice",
	"nul-byte":                                  "disconnect-notice",
	"header-without-colon":                      "-ERR refused, ",
}

// TestTransparent replays every recorded exchange twice, to the switch and through the guard with a
// policy that allows everything, and compares the answers.
func TestTransparent(t *testing.T) {
	g := newGuard(t, anything, nil)
	for _, e := range recordedExchanges(t) {
		t.Run(e.Name, func(t *testing.T) {
			if strings.Contains(e.Steps[0].Send, "userauth") {
				t.Skip("the users of the switch's directory are not the guard's")
			}
			want, ok := differs[e.Name]
			direct := replay(t, g.sim.Addr(), upstreamSecret, e, "")
			guarded := replay(t, g.addr, clientSecret, e, want)
			switch {
			case ok:
				if !slices.ContainsFunc(guarded, func(f string) bool { return strings.Contains(f, want) }) {
					t.Errorf("through the guard: %q, want it to hold %q", guarded, want)
				}
			case !slices.Equal(direct, guarded):
				t.Errorf("through the guard: %q\ndirectly: %q", guarded, direct)
			}
		})
	}
	for name := range differs {
		if !slices.ContainsFunc(recordedExchanges(t), func(e exchange) bool { return e.Name == name }) {
			t.Errorf("no exchange is named %s", name)
		}
	}
}

// replay sends what was sent and returns the frames that come back, without what differs from run
// to run. It stops at a frame that contains until, unless that is empty.
func replay(t *testing.T, addr, password string, e exchange, until string) []string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := &client{t, conn, bufio.NewReader(conn)}
	c.want("Content-Type: auth/request\n\n")
	var got []string
	for _, step := range e.Steps {
		c.send(latin1(strings.ReplaceAll(step.Send, "ClueCon", password)))
		for range step.Recv {
			f, err := c.read()
			if f != "" {
				got = append(got, plain(f))
			}
			if err != nil {
				return append(got, "end")
			}
			if until != "" && strings.Contains(f, until) {
				return got
			}
			if strings.Contains(f, "disconnect-notice") {
				break
			}
		}
	}
	// Anything else that comes within a moment is a frame too many, or the notice of an end.
	for {
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
		if _, err := c.r.Peek(1); err != nil {
			return got
		}
		got = append(got, plain(c.frame()))
	}
}

// latin1 turns the recordings' characters into the bytes that they represent.
func latin1(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

var (
	uuids   = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	numbers = regexp.MustCompile(`\d+`)
	dates   = regexp.MustCompile(`(Event-Date-GMT"?: ?"?)[A-Z][a-z]{2}(,[^A-Z]*)[A-Z][a-z]{2}`)
)

// plain removes ids, times and counters.
func plain(frame string) string {
	frame = uuids.ReplaceAllString(frame, "UUID")
	frame = dates.ReplaceAllString(frame, "${1}Day${2}Mon")
	// The canonical form spells the name of this header in its own way.
	frame = strings.ReplaceAll(frame, "content-length", "Content-Length")
	return numbers.ReplaceAllString(frame, "N")
}
