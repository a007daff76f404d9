package proxy

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"eslguard/proxy/internal/answers"
)

// reset closes a connection so that the far end learns of it at once.
func reset(c net.Conn) error {
	return errors.Join(c.(*net.TCPConn).SetLinger(0), c.Close())
}

// closeWrite ends the stream that a connection sends.
func closeWrite(c net.Conn) error { return c.(*net.TCPConn).CloseWrite() }

// TestGoneWhileNobodyReads: if a client leaves while its session waits for a silent FreeSWITCH, its
// connection and its place are freed, whatever the session waits for. So are those of a client that
// stays after a frame whose end cannot be found.
func TestGoneWhileNobodyReads(t *testing.T) {
	const slow, unreadable = "api echo x\n\n", "api echo x\nContent-Length: none\n\n"
	body := strings.Repeat("x", 1<<20)
	large := "sendevent CUSTOM\nEvent-Subclass: a\nContent-Length: 1048576\n\n" + body
	for _, test := range []struct {
		name, send string
		commands   int // that are recorded before the client goes
		gone       func(net.Conn) error
	}{
		{"reset after a fatal frame", slow + unreadable, 2, reset},
		{"closed after a fatal frame", slow + unreadable, 2, net.Conn.Close},
		{"half-closed after a fatal frame", slow + unreadable, 2, closeWrite},
		{"still there after a fatal frame", slow + unreadable, 2, func(net.Conn) error { return nil }},
		{"reset with too many unanswered", strings.Repeat(slow, answers.MaxPending+1), answers.MaxPending, reset},
		{"closed with too many unanswered", strings.Repeat(slow, answers.MaxPending+1), answers.MaxPending, net.Conn.Close},
		{"reset with too many bytes unanswered", strings.Repeat(large, 5), 3, reset},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newRawSwitch(t)
			r := anything
			r.sessions = 1
			g := newGuardFor(t, nil, s.addr, r, func(s *Server) { s.HalfCloseTimeout = 500 * time.Millisecond })
			c := g.loggedIn(t)
			up := <-s.links
			sent := make(chan struct{})
			go func() {
				defer close(sent)
				_, _ = c.Write([]byte(test.send)) // it ends with the connection
			}()
			await(t, "the commands are taken", func() bool { return g.commands(t) >= test.commands })
			if err := test.gone(c.Conn); err != nil {
				t.Fatal(err)
			}
			<-sent
			await(t, "the session ends", func() bool { return g.Sessions() == 0 })
			for up.command() != "" {
			}
			g.loggedIn(t) // its place is free
		})
	}
}

// TestStaysWhileNobodyReads: a client that is still there keeps its session for as long as
// FreeSWITCH takes, though it has sent more than the session reads.
func TestStaysWhileNobodyReads(t *testing.T) {
	s := newRawSwitch(t)
	g := newGuardFor(t, nil, s.addr, anything, func(s *Server) { s.HalfCloseTimeout = time.Millisecond })
	c := g.loggedIn(t)
	up := <-s.links
	const n = answers.MaxPending + 1
	c.send(strings.Repeat("api echo x\n\n", n))
	await(t, "the session is full", func() bool { return g.commands(t) == answers.MaxPending })
	begun := time.Now()
	await(t, "the client has been looked at", func() bool { return time.Since(begun) > 3*checkEvery })
	for range n {
		up.command()
		up.say(answer("x"))
	}
	for range n {
		c.want(answer("x"))
	}
}

// TestLargeCommandsUp: commands of any size reach a FreeSWITCH that reads late, complete.
func TestLargeCommandsUp(t *testing.T) {
	s := newRawSwitch(t)
	g := newGuardFor(t, nil, s.addr, anything, nil)
	c := g.loggedIn(t)
	up := <-s.links
	const n, size = 3, 1 << 20
	frame := "sendevent CUSTOM\nEvent-Subclass: a\nContent-Length: 1048576\n\n" + strings.Repeat("0123456789abcdef", size/16)
	c.send(strings.Repeat(frame, n))
	await(t, "the first command is taken", func() bool { return g.commands(t) >= 1 })
	begun := time.Now()
	await(t, "the write has been waited for", func() bool { return time.Since(begun) > 3*checkEvery })
	for range n {
		up.command()
		body := make([]byte, size)
		if _, err := readFull(up, body); err != nil || string(body) != frame[len(frame)-size:] {
			t.Fatalf("a body came changed: %v", err)
		}
		up.say(commandReply + "+OK\n\n")
		c.want(commandReply + "+OK\n\n")
	}
}

// readFull fills b with bytes that FreeSWITCH was sent.
func readFull(l *rawLink, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var m int
		m, err = l.r.Read(b[n:])
		n += m
	}
	return n, err
}
