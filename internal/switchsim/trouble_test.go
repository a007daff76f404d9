package switchsim_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

const noticeHead = "Content-Type: text/disconnect-notice\nContent-Length: 67"

// silent checks that nothing comes from the switch for a moment.
func silent(t *testing.T, c net.Conn) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	var timeout net.Error
	if n, err := c.Read(make([]byte, 1)); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestRejected(t *testing.T) {
	s := start(t, switchsim.Options{})
	s.SetTrouble(switchsim.Trouble{Reject: true})
	c, err := switchsim.Dial(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if g, err := c.Greeting(); err != nil || g.String() != "Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n" {
		t.Errorf("%q, %v", g, err)
	}
	if _, err := c.Greeting(); err != io.EOF {
		t.Errorf("not closed: %v", err)
	}
}

func TestNotGreeted(t *testing.T) {
	s := start(t, switchsim.Options{Greeted: 4})
	for range 4 {
		c, err := switchsim.Dial(s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.Greeting(); err != nil {
			t.Fatal(err)
		}
	}
	fifth, err := switchsim.Dial(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer fifth.Close()
	silent(t, fifth)
	if s.PeakWaiting() != 5 {
		t.Errorf("%d waited", s.PeakWaiting())
	}
}

func TestWrongPassword(t *testing.T) {
	s := start(t, switchsim.Options{})
	s.SetTrouble(switchsim.Trouble{WrongPassword: true})
	if _, err := switchsim.Login(s.Addr(), "ClueCon"); err == nil || !strings.Contains(err.Error(), "-ERR invalid") {
		t.Errorf("%v", err)
	}
	s.SetTrouble(switchsim.Trouble{})
	login(t, s)
}

func TestStallMuteDelay(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	s.SetTrouble(switchsim.Trouble{Stall: true})
	if err := c.Send("api hostname\n\n"); err != nil {
		t.Fatal(err)
	}
	silent(t, c)
	s.SetTrouble(switchsim.Trouble{Delay: time.Millisecond})
	if r, err := c.Reply(); err != nil || r.Body != "vm" {
		t.Errorf("after a stall: %q, %v", r, err)
	}
	s.SetTrouble(switchsim.Trouble{Mute: true})
	if err := c.Send("api echo lost\n\n"); err != nil {
		t.Fatal(err)
	}
	ok := s.Await(within(t), func(all []switchsim.Execution) bool { return len(all) == 2 })
	silent(t, c)
	s.SetTrouble(switchsim.Trouble{})
	if r, err := c.Command("api echo found"); !ok || err != nil || r.Body != "found" {
		t.Errorf("after silence: %v, %q, %v", ok, r, err)
	}
}

func TestCutReply(t *testing.T) {
	for _, abrupt := range []bool{false, true} {
		s := start(t, switchsim.Options{})
		c := login(t, s)
		s.SetTrouble(switchsim.Trouble{CutAfter: 20, Abrupt: abrupt})
		r, err := c.Command("api status")
		if want := "Content-Type: api/re"; r.Head != want && !abrupt || err == nil {
			t.Errorf("abrupt %v: %q, %v", abrupt, r.Head, err)
		}
		if abrupt && !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("not reset: %v", err)
		}
	}
}

func TestResetAndDisconnect(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	s.Reset()
	if _, err := c.Reply(); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("not reset: %v", err)
	}
	c = login(t, s)
	s.Disconnect()
	if r, err := c.Reply(); err != nil || r.Head != noticeHead {
		t.Errorf("%q, %v", r, err)
	}
}

// TestHalfClose checks that a client that closes only its own half gets its answers and the goodbye
// before the connection is closed.
func TestHalfClose(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	if err := c.Send("api hostname\n\n"); err != nil {
		t.Fatal(err)
	}
	if err := c.Conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if r, err := c.Reply(); err != nil || r.Body != "vm" {
		t.Errorf("%q, %v", r, err)
	}
	if r, err := c.Reply(); err != nil || r.Head != noticeHead {
		t.Errorf("%q, %v", r, err)
	}
	if _, err := c.Reply(); err != io.EOF {
		t.Errorf("not closed: %v", err)
	}
}

func TestOnCommand(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	s.SetTrouble(switchsim.Trouble{OnCommand: func(line string) ([]byte, bool) {
		return []byte("Content-Type: api/response\nContent-Length: 4\n\nevil"), line == "api hostname"
	}})
	if got := command(t, c, "api hostname"); got != "evil" {
		t.Errorf("%q", got)
	}
	if got := command(t, c, "api echo x"); got != "x" {
		t.Errorf("%q", got)
	}
}

func TestFlood(t *testing.T) {
	s := start(t, switchsim.Options{})
	c := login(t, s)
	frame := []byte("Content-Length: 5\nContent-Type: text/event-plain\n\nA: b\n")
	const times = 100_001
	got := make(chan int64)
	go func() {
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		b := make([]byte, len(frame)*times)
		n, _ := io.ReadFull(c.Conn, b)
		if !bytes.Equal(b[len(b)-len(frame):], frame) {
			n = -1
		}
		got <- int64(n)
	}()
	s.Flood(frame, times)
	if n := <-got; n != int64(len(frame)*times) {
		t.Errorf("%d bytes of %d", n, len(frame)*times)
	}
	if r := command(t, c, "api hostname"); r != "vm" {
		t.Errorf("%q", r)
	}
}

// TestClose checks that Close ends sessions in every state.
func TestClose(t *testing.T) {
	s := start(t, switchsim.Options{Second: time.Hour})
	c := login(t, s)
	command(t, c, "api sched_api +1 none hostname")
	stalled := login(t, s)
	s.SetTrouble(switchsim.Trouble{Stall: true})
	if err := stalled.Send("api status\n\n"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s.Close()
	if s.Sessions() != 0 {
		t.Errorf("%d sessions", s.Sessions())
	}
	if _, err := c.Reply(); err == nil {
		t.Error("still open")
	}
}
