package proxy

import (
	"bufio"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
)

func writeSecret(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestHalfWrittenPasswordIsReadAgain: if FreeSWITCH refuses a password, another one that has been
// written meanwhile is tried once, and the same one is not.
func TestHalfWrittenPasswordIsReadAgain(t *testing.T) {
	for _, test := range []struct {
		name   string
		writes []string // what is in the file when FreeSWITCH answers, one for each login
		reply  string
		logins int64
	}{
		{"written meanwhile", []string{upstreamSecret}, "+OK accepted", 2},
		{"the same", []string{"half"}, "-ERR FreeSWITCH refuses eslguard's password", 1},
		{"another that is wrong", []string{"other", "third"}, "-ERR FreeSWITCH refuses eslguard's password", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "password")
			writeSecret(t, file, "half")
			var logins atomic.Int64
			addr := listen(t, func(conn net.Conn) {
				l := &rawLink{t, conn, bufio.NewReader(conn)}
				l.say("Content-Type: auth/request\n\n")
				said := l.command()
				if n := logins.Add(1); int(n) <= len(test.writes) {
					writeSecret(t, file, test.writes[n-1])
				}
				if said == "auth "+upstreamSecret+"\n" {
					l.say(commandReply + "+OK accepted\n\n")
				} else {
					l.say(commandReply + "-ERR invalid\n\n")
				}
			})
			g := newGuardFor(t, nil, addr, anything, nil)
			g.policies.Store(loadDoc(t, map[string]any{"pbx": addr}, file))
			c := g.greeted(t)
			c.send("auth " + clientSecret + "\n\n")
			c.want(commandReply + test.reply + "\n\n")
			if n := logins.Load(); n != test.logins {
				t.Errorf("%d logins at FreeSWITCH, want %d", n, test.logins)
			}
		})
	}
}
