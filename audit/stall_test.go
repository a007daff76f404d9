package audit

import (
	"sync"
	"testing"

	"eslguard/audit/internal/disk"
)

// A gate blocks an operation while it is closed.
type gate struct {
	mu     sync.Mutex
	closed chan struct{} // nil while the gate is open
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = make(chan struct{})
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed != nil {
		close(g.closed)
		g.closed = nil
	}
}

// pass waits while the gate is closed.
func (g *gate) pass() {
	g.mu.Lock()
	closed := g.closed
	g.mu.Unlock()
	if closed != nil {
		<-closed
	}
}

// A gatedFile is a plain file whose writes pass a gate.
type gatedFile struct {
	disk.PlainFile
	gate *gate
}

func (f gatedFile) Write(p []byte) (int, error) {
	f.gate.pass()
	return f.PlainFile.Write(p)
}

// TestStalled checks that the time is reported for which the disk has not answered, whatever the
// operation, and that it is 0 again afterwards.
func TestStalled(t *testing.T) {
	for _, test := range []struct {
		name string
		open func(g *gate) *Log
	}{
		{"a write to a plain file", func(g *gate) *Log {
			l, err := Open("plain.jsonl", Options{open: func(string) (disk.PlainFile, tail, error) {
				return gatedFile{&brokenFile{room: -1}, g}, tail{}, nil
			}})
			if err != nil {
				t.Fatal(err)
			}
			return l
		}},
		{"a write to a folder", func(g *gate) *Log {
			m := newMemory()
			m.fail = func(op, _ string) error {
				if op == "write" {
					g.pass()
				}
				return nil
			}
			return openMemory(t, m, Options{})
		}},
		{"a sync that is waited for", func(g *gate) *Log {
			m := newMemory()
			m.slow = func(string) { g.pass() }
			return openMemory(t, m, Options{Durable: true})
		}},
		{"a sync that is not waited for", func(g *gate) *Log {
			m := newMemory()
			m.slow = func(string) { g.pass() }
			return openMemory(t, m, Options{SyncEvery: 1})
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := new(gate)
			l := test.open(g)
			t.Cleanup(func() { l.Close() })
			defer g.open()
			writeN(t, l, 1)
			await(t, func() bool { return l.Stalled() == 0 })
			g.close()
			var wg sync.WaitGroup
			wg.Go(func() { writeN(t, l, 1) })
			await(t, func() bool { return l.Stalled() > 0 })
			first := l.Stalled()
			await(t, func() bool { return l.Stalled() > first })
			g.open()
			wg.Wait()
			await(t, func() bool { return l.Stalled() == 0 })
		})
	}
}
