package crash_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

// openFiles is the limit of open files of the program, as the shell writes it.
const openFiles = "110"

// testFewDescriptors runs the program with few file descriptors. Clients use all that they may
// have. The audit must still begin segments, and the policy must still change.
func testFewDescriptors(t *testing.T, binary string) {
	sh, err := os.Stat("/bin/sh")
	if err != nil || sh.IsDir() {
		t.Skip("there is no shell to set the limit")
	}
	r := newRig(t, binary, filepath.Join(t.TempDir(), "audit"))
	r.wrapper = []string{"/bin/sh", "-c", "ulimit -n " + openFiles + ` && exec "$0" "$@"`}
	g := r.start("--audit-rotate-size", "16KiB", "--audit-compress")

	var held []*switchsim.Conn
	for {
		c, err := switchsim.Login(g.addr, guarded)
		if err != nil {
			break
		}
		t.Cleanup(func() { c.Close() })
		if held = append(held, c); len(held) > 100 {
			t.Fatal("more sessions than there are descriptors for")
		}
	}
	if len(held) < 4 {
		t.Fatalf("only %d sessions can be had", len(held))
	}
	for range 50 { // these are not accepted
		if c, err := net.Dial("tcp", g.addr); err == nil {
			t.Cleanup(func() { c.Close() })
		}
	}

	a := asker{t: t, c: held[0]}
	for segments := 0; segments < 4; {
		if a.n > 5000 {
			t.Fatalf("after %d commands the audit has %d segments", a.n, segments)
		}
		if !a.ask("api") {
			t.Fatalf("command %d is refused, though only connections have run out", a.n)
		}
		files, err := filepath.Glob(filepath.Join(r.folder, "audit-*"))
		if err != nil {
			t.Fatal(err)
		}
		segments = len(files)
	}

	text, err := os.ReadFile(r.policy)
	if err != nil {
		t.Fatal(err)
	}
	r.write(r.policy, []byte(strings.Replace(string(text), "api echo *", "api status", 1)))
	for began := time.Now(); ; {
		reply, err := held[1].Command("api echo x")
		if err == nil && strings.HasPrefix(reply.Text(), "-ERR permission denied") {
			break
		}
		if err != nil || time.Since(began) > patience {
			t.Fatalf("the changed policy does not come into force: %v", err)
		}
	}
	for _, c := range held[2:4] {
		c.Close()
	}
	for began := time.Now(); ; {
		if c, err := switchsim.Login(g.addr, guarded); err == nil {
			c.Close()
			break
		}
		if time.Since(began) > patience {
			t.Fatal("two sessions have ended, and no other can begin")
		}
	}
	g.stop()
	r.verify()
	if !strings.Contains(g.warned, "the limit of open files, "+openFiles+", is enough for ") {
		t.Errorf("no warning at the start, only %q", g.warned)
	}
}
