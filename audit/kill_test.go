package audit

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"eslguard/audit/internal/disk"
)

// killedIn is the environment variable with the folder for a process that will be killed.
const killedIn = "AUDIT_TEST_KILLED_IN"

// TestKilled kills a writing process with SIGKILL at random moments, repeatedly with the same
// folder. Every record whose write had succeeded is in the folder.
func TestKilled(t *testing.T) {
	if dir := os.Getenv(killedIn); dir != "" {
		writeUntilKilled(dir)
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "audit")
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	acked := map[uint64]bool{}
	for range rounds {
		for _, seq := range killOne(t, dir, id.Recipient().String()) {
			if acked[seq] {
				t.Errorf("%d was given twice", seq)
			}
			acked[seq] = true
		}
	}
	l, err := Open(dir, Options{Recipient: id.Recipient().String()})
	if err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)
	v, err := disk.OpenVolume(dir, LockFile)
	if err != nil {
		t.Fatal(err)
	}
	all := readTrail(t, v, id)
	for _, g := range all {
		delete(acked, g.Seq)
	}
	for seq := range acked {
		t.Errorf("%d was reported as written and is not there", seq)
	}
	if len(all) < 10*rounds {
		t.Errorf("only %d records", len(all))
	}
}

// killOne lets a process write for a while, kills it, and returns the records whose writes had
// succeeded.
func killOne(t *testing.T, dir, recipient string) (acked []uint64) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), killedIn+"="+dir, "AUDIT_TEST_RECIPIENT="+recipient)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		t.Fatalf("the process says %q", lines.Text())
	}
	timer := time.AfterFunc(time.Duration(rand.IntN(100))*time.Millisecond, func() { cmd.Process.Kill() })
	defer timer.Stop()
	for lines.Scan() {
		// The last line may be cut.
		if seq, err := strconv.ParseUint(lines.Text(), 10, 64); err == nil && len(lines.Text()) == 12 {
			acked = append(acked, seq)
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("it was not killed")
	}
	return acked
}

// writeUntilKilled writes records and prints the sequence of each one, without end.
func writeUntilKilled(dir string) {
	l, err := Open(dir, Options{Durable: true, MaxSize: 20_000, Compress: true, Recipient: os.Getenv("AUDIT_TEST_RECIPIENT")})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("ready")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				seq, err := l.Write(status())
				if err != nil {
					fmt.Println(err)
					os.Exit(1)
				}
				os.Stdout.WriteString(fmt.Sprintf("%012d\n", seq))
			}
		})
	}
	wg.Wait()
}
