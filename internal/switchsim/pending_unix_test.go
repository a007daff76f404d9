//go:build unix

package switchsim

import (
	"net"
	"testing"
)

func TestPending(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if pending(conn.(*net.TCPConn)) {
		t.Error("something is there before anything was sent")
	}
	if _, err := client.Write([]byte("ab")); err != nil {
		t.Fatal(err)
	}
	var b [1]byte
	if _, err := conn.Read(b[:]); err != nil || !pending(conn.(*net.TCPConn)) {
		t.Errorf("nothing is there after a part was read, %v", err)
	}
}
