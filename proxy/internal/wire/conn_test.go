package wire

import (
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"eslguard/proxy/internal/loopback"
)

// TestWaitEnds: a wait ends when something comes, when the connection ends, and when it is
// interrupted, even before it begins.
func TestWaitEnds(t *testing.T) {
	near, far := loopback.Pair(t)
	w := New(near)
	waited := make(chan bool)
	wait := func() { waited <- w.Wait() }
	go wait()
	if _, err := far.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	if <-waited {
		t.Fatal("quiet, though something came")
	}
	var b [16]byte
	if n, err := w.Read(b[:]); err != nil || string(b[:n]) != "hello" {
		t.Fatalf("read %q, %v", b[:n], err)
	}
	go wait()
	w.Interrupt()
	if <-waited {
		t.Error("quiet, though interrupted")
	}
	if _, err := w.Read(b[:]); !IsTimeout(err) {
		t.Errorf("after an interrupt: %v, want a timeout", err)
	}
	if w.Wait() {
		t.Error("quiet, though interrupted before")
	}

	near, far = loopback.Pair(t)
	w = New(near)
	go wait()
	far.Close()
	if <-waited {
		t.Error("quiet, though the connection ended")
	}
	if _, err := w.Read(b[:]); err != io.EOF {
		t.Errorf("at the end: %v, want io.EOF", err)
	}
}

// TestWaitReportsIdle: Wait reports once that nothing comes, and its deadline disturbs no read.
func TestWaitReportsIdle(t *testing.T) {
	near, far := loopback.Pair(t)
	w := New(near)
	w.setIdleDeadline(time.Now().Add(-IdleAfter)) // as if a wait had begun so long ago
	if !w.Wait() {
		t.Fatal("a quiet connection was not told")
	}
	w.setIdleDeadline(time.Now().Add(-IdleAfter))
	go func() { _, _ = far.Write([]byte("late")) }()
	var b [16]byte
	if n, err := w.Read(b[:]); err != nil || string(b[:n]) != "late" {
		t.Errorf("read %q, %v; want the deadline of a wait to disturb no read", b[:n], err)
	}
}

// TestQuiet: a connection is quiet until something comes, the far end leaves, or it is interrupted,
// over TCP and over a connection whose state the system does not report.
func TestQuiet(t *testing.T) {
	pairs := map[string]func() (near, far net.Conn){
		"tcp":  func() (net.Conn, net.Conn) { near, far := loopback.Pair(t); return near, far },
		"pipe": net.Pipe,
	}
	for kind, pair := range pairs {
		for _, disturb := range []func(w *Conn, far net.Conn){
			func(_ *Conn, far net.Conn) { _, _ = far.Write([]byte("x")) },
			func(_ *Conn, far net.Conn) { far.Close() },
			func(w *Conn, _ net.Conn) { w.Interrupt() },
			func(w *Conn, _ net.Conn) { w.Close() },
		} {
			near, far := pair()
			w := New(near)
			for range 2 {
				if !w.Quiet() {
					t.Errorf("%s: not quiet, though nothing happened", kind)
				}
			}
			done := make(chan struct{})
			go func() { defer close(done); disturb(w, far) }()
			for w.Quiet() {
				runtime.Gosched()
			}
			near.Close()
			far.Close()
			<-done
		}
	}
}
