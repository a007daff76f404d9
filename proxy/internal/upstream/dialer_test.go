package upstream

import (
	"bufio"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

// TestDisconnectedDuringTheLogin: FreeSWITCH that shuts down during a login is dialled again, and
// does not look as if it refused the password.
func TestDisconnectedDuringTheLogin(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	var dialled atomic.Int64
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			answer := "Content-Type: command/reply\nReply-Text: +OK accepted\n\n"
			if dialled.Add(1) == 1 {
				answer = "Content-Type: text/disconnect-notice\nContent-Length: 4\n\nbye\n"
			}
			_, _ = conn.Write([]byte("Content-Type: auth/request\n\n"))
			if _, err := bufio.NewReader(conn).ReadString('\n'); err == nil {
				_, _ = conn.Write([]byte(answer))
			}
			defer conn.Close()
		}
	}()
	file := filepath.Join(t.TempDir(), "password")
	write(t, file, secret)
	l, err := NewDialer(10*time.Second).Dial(t.Context(), load(t, ln.Addr().String(), file))
	if err != nil {
		t.Fatal(err)
	}
	l.Conn.Close()
	if n := dialled.Load(); n != 2 {
		t.Errorf("dialled %d times, want 2", n)
	}
}
