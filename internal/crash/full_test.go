package crash_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

const (
	refusal = "-ERR audit unavailable"
	// fullFor is how long the disk stays full: several times the audit's delay between two
	// attempts.
	fullFor = 700 * time.Millisecond
)

// testDiskFull fills the disk of the audit under a session, and frees it again.
func testDiskFull(t *testing.T, binary string) {
	disk := t.TempDir()
	mountSmall(t, disk)
	r := newRig(t, binary, filepath.Join(disk, "audit"))
	g := r.start("--audit-reserve", "256KiB")
	a := asker{t: t, c: g.client()}
	if !a.ask("api") || !a.ask("bgapi") {
		t.Fatal("a command is refused while there is room")
	}

	ballast := filepath.Join(disk, "ballast")
	fill(t, ballast)
	for began := time.Now(); time.Since(began) < fullFor; {
		a.ask("api")
		a.ask("bgapi")
	}
	if a.ask("api") || a.refused < 10 {
		t.Errorf("the disk is full, and %d commands were refused, but not the last", a.refused)
	}
	if c, err := switchsim.Login(g.addr, guarded); err == nil {
		c.Close()
		t.Error("a session begins that cannot be recorded")
	}

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); !a.ask("api"); {
		if time.Since(began) > patience {
			t.Fatal("there is room, and the audit does not recover")
		}
	}
	if !a.ask("bgapi") || g.client() == nil {
		t.Error("it recovered for one command only")
	}
	g.stop()
	r.sw.Close()
	executed := r.executed()
	if slices.Sort(executed); !slices.Equal(executed, slices.Sorted(slices.Values(a.allowed))) {
		t.Errorf("executed: %q, but the client got answers for %q", executed, a.allowed)
	}
	r.recorded(executed)
	r.verify()
}

// An asker sends different commands on one session, which must outlive them all.
type asker struct {
	t       *testing.T
	c       *switchsim.Conn
	n       int
	allowed []string // as the switch reports them
	refused int
}

// ask sends a command and reports whether it was allowed.
func (a *asker) ask(verb string) bool {
	a.t.Helper()
	a.n++
	text := fmt.Sprintf("echo number-%d", a.n)
	reply, err := a.c.Command(verb + " " + text)
	if err != nil {
		a.t.Fatalf("the session ended: %v", err)
	}
	switch said := strings.TrimSuffix(reply.Text(), "\n"); {
	case said == refusal:
		a.refused++
		return false
	case verb == "api" && "echo "+said == text, verb == "bgapi" && strings.HasPrefix(said, "+OK Job-UUID: "):
		a.allowed = append(a.allowed, text)
		return true
	default:
		a.t.Fatalf("%s %s: %.100q", verb, text, reply)
		return false
	}
}

// fill writes to a new file until its disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 64 << 10; size > 0; {
		_, err := f.Write(make([]byte, size))
		switch {
		case errors.Is(err, syscall.ENOSPC):
			size /= 2
		case err != nil:
			t.Fatal(err)
		}
	}
}
