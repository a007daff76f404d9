package wire

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"eslguard/proxy/internal/loopback"
)

// buffers returns n buffers of that size, and their bytes.
func buffers(n, size int) (bufs [][]byte, all []byte) {
	for i := range n {
		b := bytes.Repeat([]byte{byte(i)}, size)
		bufs, all = append(bufs, b), append(all, b...)
	}
	return bufs, all
}

// skip returns what remains of bufs after n bytes.
func skip(bufs [][]byte, n int) [][]byte {
	for len(bufs) > 0 && n >= len(bufs[0]) {
		n -= len(bufs[0])
		bufs = bufs[1:]
	}
	if n > 0 {
		bufs[0] = bufs[0][n:]
	}
	return bufs
}

// TestWritev: TryWritev writes buffers in order until the socket is full and never waits; WriteSome
// waits until it is not full.
func TestWritev(t *testing.T) {
	for _, test := range []struct {
		name    string
		n, size int
		full    bool
	}{
		{"none", 0, 0, false},
		{"one", 1, 1000, false},
		{"as many as one system call takes", maxIovecs, 100, false},
		{"more than one system call takes", 3*maxIovecs + 1, 100, false},
		{"more than the socket takes", 1000, 64 << 10, true},
		{"one that is more than the socket takes", 1, 64 << 20, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			near, far := loopback.Pair(t)
			w := New(near)
			bufs, want := buffers(test.n, test.size)
			n, err := w.TryWritev(bufs)
			if err != nil || canPoll && n == len(want) == test.full {
				t.Fatalf("wrote %d bytes of %d, %v", n, len(want), err)
			}
			if test.full {
				if m, err := w.TryWritev(skip(bufs, n)); m > len(want)-n || err != nil {
					t.Fatalf("to a full socket: wrote %d bytes, %v", m, err)
				} else {
					n += m
				}
			}
			read := make(chan []byte)
			go func() {
				got, err := io.ReadAll(far)
				if err != nil {
					t.Error(err)
				}
				read <- got
			}()
			_, want = buffers(test.n, test.size)
			bufs, _ = buffers(test.n, test.size)
			for bufs = skip(bufs, n); len(bufs) > 0; bufs = skip(bufs, n) {
				if n, err = w.WriteSome(bufs); err != nil || n == 0 {
					t.Fatalf("wrote %d bytes, %v", n, err)
				}
			}
			w.CloseWrite()
			if got := <-read; !bytes.Equal(got, want) {
				t.Errorf("%d bytes arrived, and not the %d that were written", len(got), len(want))
			}
		})
	}
}

// TestWriteSomeEnds: WriteSome ends at the write deadline, also one that is set while it waits, and
// when the connection breaks.
func TestWriteSomeEnds(t *testing.T) {
	for _, test := range []struct {
		name    string
		end     func(near, far *net.TCPConn)
		timeout bool
	}{
		{"deadline", func(near, _ *net.TCPConn) { _ = near.SetWriteDeadline(Past) }, true},
		{"closed", func(near, _ *net.TCPConn) { near.Close() }, false},
		{"reset", func(_, far *net.TCPConn) { _ = far.SetLinger(0); far.Close() }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			near, far := loopback.Pair(t)
			w := New(near)
			bufs, _ := buffers(1, 64<<20)
			done := make(chan error)
			go func() {
				for {
					n, err := w.WriteSome(bufs)
					if err != nil {
						done <- err
						return
					}
					bufs = skip(bufs, n)
				}
			}()
			test.end(near, far)
			if err := <-done; IsTimeout(err) != test.timeout {
				t.Errorf("%v; want a timeout: %v", err, test.timeout)
			}
		})
	}
}

// TestWriteWithoutDescriptor: over a connection without a file descriptor nothing is written at
// once, and WriteSome writes one buffer.
func TestWriteWithoutDescriptor(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	defer near.Close()
	w := New(near)
	bufs, _ := buffers(3, 10)
	if n, err := w.TryWritev(bufs); n != 0 || err != nil {
		t.Errorf("wrote %d bytes at once, %v", n, err)
	}
	go func() { _, _ = io.ReadFull(far, make([]byte, 10)) }()
	_ = near.SetWriteDeadline(time.Now().Add(10 * time.Second))
	if n, err := w.WriteSome(bufs); n != 10 || err != nil {
		t.Errorf("wrote %d bytes, %v", n, err)
	}
}
