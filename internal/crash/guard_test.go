package crash_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"eslguard/audit"
	"eslguard/internal/switchsim"
	"eslguard/policy"
)

// TestProgram builds the program once and runs the tests on it.
func TestProgram(t *testing.T) {
	switch {
	case testing.Short():
		t.Skip("it builds the program, runs it and kills it: some fifteen seconds")
	case runtime.GOOS == "windows":
		t.Skip("Windows has neither SIGKILL nor SIGTERM")
	}
	binary := filepath.Join(t.TempDir(), "eslguard")
	build := exec.Command("go", "build", "-o", binary, "eslguard")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building eslguard: %v\n%s", err, out)
	}
	t.Run("killed", func(t *testing.T) { testKilled(t, binary) })
	t.Run("disk full", func(t *testing.T) { testDiskFull(t, binary) })
	t.Run("few descriptors", func(t *testing.T) { testFewDescriptors(t, binary) })
}

// patience is how long a test waits for something that must happen.
const patience = 30 * time.Second

// A rig is a switch and the files with which guards are started in front of it, one after the
// other.
type rig struct {
	t        *testing.T
	binary   string
	sw       *switchsim.Switch
	policy   string   // the file of the policy
	folder   string   // the folder of the audit
	wrapper  []string // a command line that runs the program; nil: it is run directly
	signer   string   // the file with the key
	verifier note.Verifier
	identity *age.X25519Identity
	logged   bytes.Buffer // the checkpoints in the logs of guards that have ended
}

// guarded is the password of the guard's clients.
const guarded = "a password of the guard's own"

// newRig starts a switch. folder is the folder of the audit.
func newRig(t *testing.T, binary, folder string) *rig {
	t.Helper()
	const password = "the password of the switch"
	sw, err := switchsim.Start(switchsim.Options{Password: password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sw.Close)
	dir := t.TempDir()
	r := &rig{t: t, binary: binary, sw: sw, folder: folder, signer: filepath.Join(dir, "signer"), policy: filepath.Join(dir, "policy.json")}
	secret := filepath.Join(dir, "password")
	r.write(secret, []byte(password))
	if r.identity, err = age.GenerateX25519Identity(); err != nil {
		t.Fatal(err)
	}
	private, public, err := audit.GenerateSigner("crash.test")
	if err != nil {
		t.Fatal(err)
	}
	r.write(r.signer, []byte(private))
	if r.verifier, err = note.NewVerifier(public); err != nil {
		t.Fatal(err)
	}
	type object map[string]any
	text, err := json.Marshal(object{
		"version":   1,
		"upstreams": object{"pbx": object{"address": sw.Addr(), "password": object{"file": secret}}},
		"roles":     object{"echo": object{"allow": []string{"api echo *", "subscribe BACKGROUND_JOB"}}},
		"clients": object{"load": object{
			"from": []string{"127.0.0.0/8"}, "auth": object{"password": []string{policy.HashSHA256(guarded)}},
			"upstream": "pbx", "roles": []string{"echo"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	r.write(r.policy, text)
	return r
}

func (r *rig) write(path string, data []byte) {
	r.t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// A guard is the program, running.
type guard struct {
	r      *rig
	cmd    *exec.Cmd
	addr   string
	logged bytes.Buffer  // the checkpoints in its log; used only by follow until done
	warned string        // the warnings in its log; used only by follow until done
	done   chan struct{} // closed when it has ended
}

// start starts the program and waits until it listens.
func (r *rig) start(flags ...string) *guard {
	r.t.Helper()
	line := append(slices.Clone(r.wrapper), append([]string{
		r.binary, "run", "--policy", r.policy, "--listen", "127.0.0.1:0", "--log-format", "json",
		"--audit", r.folder, "--audit-mode", "durable",
		"--audit-signer", r.signer, "--audit-recipient", r.identity.Recipient().String(),
	}, flags...)...)
	cmd := exec.Command(line[0], line[1:]...)
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		r.t.Fatal(err)
	}
	g := &guard{r: r, cmd: cmd, done: make(chan struct{})}
	r.t.Cleanup(func() {
		_ = cmd.Process.Kill() // most have already ended
		<-g.done
	})
	listening := make(chan string, 1)
	go g.follow(stderr, listening)
	select {
	case g.addr = <-listening:
	case <-g.done:
		r.t.Fatalf("the guard ended before it listened: %v", cmd.ProcessState)
	case <-time.After(patience):
		r.t.Fatal("the guard does not listen")
	}
	return g
}

// follow reads the operator's log until the program has ended.
func (g *guard) follow(stderr io.Reader, listening chan<- string) {
	defer close(g.done)
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		var entry struct {
			Listen     []string `json:"listen"`
			Checkpoint string   `json:"checkpoint"`
			Level      string   `json:"level"`
			Text       string   `json:"message"`
		}
		// The last line of a killed program may be incomplete.
		if json.Unmarshal(lines.Bytes(), &entry) != nil {
			continue
		}
		switch {
		case len(entry.Listen) == 1:
			listening <- entry.Listen[0]
		case entry.Checkpoint != "":
			g.logged.WriteString(entry.Checkpoint + "\n")
		case entry.Level == "warn":
			g.warned += entry.Text + "\n"
		case entry.Level == "error":
			g.r.t.Logf("the guard says %s", lines.Bytes())
		}
	}
	_ = g.cmd.Wait() // the callers check its state
}

// kill kills the program with SIGKILL.
func (g *guard) kill() {
	g.r.t.Helper()
	if err := g.cmd.Process.Kill(); err != nil {
		g.r.t.Errorf("the guard ended by itself: %v", err)
	}
	g.ended()
}

// stop ends the program as an operator does.
func (g *guard) stop() {
	g.r.t.Helper()
	if err := g.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		g.r.t.Fatal(err)
	}
	g.ended()
	if !g.cmd.ProcessState.Success() {
		g.r.t.Errorf("the guard ended with %v", g.cmd.ProcessState)
	}
}

// ended waits for the end and keeps the checkpoints of the log.
func (g *guard) ended() {
	<-g.done
	g.r.logged.Write(g.logged.Bytes())
}
