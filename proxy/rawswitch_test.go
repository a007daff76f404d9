package proxy

import (
	"bufio"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"eslguard/policy"
)

// A rawSwitch is an upstream whose every byte after the login a test writes.
type rawSwitch struct {
	addr  string
	links chan *rawLink
}

type rawLink struct {
	t testing.TB
	net.Conn
	r *bufio.Reader
}

func newRawSwitch(t testing.TB) *rawSwitch {
	t.Helper()
	s := &rawSwitch{links: make(chan *rawLink, 64)}
	s.addr = listen(t, func(conn net.Conn) {
		l := &rawLink{t, conn, bufio.NewReader(conn)}
		if _, err := io.WriteString(conn, "Content-Type: auth/request\n\n"); err != nil || l.command() == "" {
			return
		}
		if _, err := io.WriteString(conn, commandReply+"+OK accepted\n\n"); err == nil {
			s.links <- l
		}
	})
	return s
}

// listen calls accepted with every connection, which is closed when the test ends.
func listen(t testing.TB, accepted func(net.Conn)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			accepted(conn)
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, conn := range conns {
			conn.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return l.Addr().String()
}

// command reads a frame without a body, and "" at the end.
func (l *rawLink) command() string {
	var b strings.Builder
	for {
		line, err := l.r.ReadString('\n')
		if err != nil {
			return ""
		}
		if line == "\n" {
			return b.String()
		}
		b.WriteString(line)
	}
}

func (l *rawLink) say(text string) {
	l.t.Helper()
	if _, err := io.WriteString(l, text); err != nil {
		l.t.Fatal(err)
	}
}

// raw returns a guard, a client that is logged in, and the far end of its link to FreeSWITCH.
func raw(t testing.TB, r role) (*guard, *client, *rawLink) {
	t.Helper()
	s := newRawSwitch(t)
	g := newGuardFor(t, nil, s.addr, r, nil)
	c := g.loggedIn(t)
	return g, c, <-s.links
}

const anEvent = "Content-Length: 5\nContent-Type: text/event-plain\n\nabcde"

// twoUpstreams returns a policy whose client "pbx" goes to one upstream and "other", by the
// password "other", to another.
func twoUpstreams(t testing.TB, addr, other string) *policy.Policy {
	return loadDoc(t, map[string]any{"pbx": addr, "other": other}, "secret")
}

// loadDoc compiles a policy with a client for each upstream, all of whose passwords are in the file
// secret.
func loadDoc(t testing.TB, upstreams map[string]any, secret string) *policy.Policy {
	t.Helper()
	dir := t.TempDir()
	if !filepath.IsAbs(secret) {
		if err := os.WriteFile(filepath.Join(dir, secret), []byte(upstreamSecret), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	clients := map[string]any{}
	for name, addr := range upstreams {
		password := name
		if name == "pbx" {
			password = clientSecret
		}
		c := role{password: password}.client()
		c["upstream"] = name
		clients[name] = c
		upstreams[name] = map[string]any{"address": addr, "password": map[string]any{"file": secret}}
	}
	return loadFrom(t, dir, map[string]any{
		"version": 1, "upstreams": upstreams, "clients": clients,
		"roles": map[string]any{"r": map[string]any{"allow": []string{"api echo **"}}},
	})
}
