package cli_test

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestLogReaderGoes checks that the guard goes on when the reader of its log goes away.
func TestLogReaderGoes(t *testing.T) {
	program, err := exec.LookPath("eslguard")
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "run", "--policy", "../../policies.example.json",
		"--listen", "127.0.0.1:0", "--audit", filepath.Join(t.TempDir(), "audit.jsonl"))
	cmd.Env = append(os.Environ(), exampleVariable+"=../../policies.example.json", "ESLGUARD_UPSTREAM_PASSWORD=none")
	cmd.Stderr = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	addr, listening := "", regexp.MustCompile(`"listen":\["([^"]+)"`)
	for lines := bufio.NewScanner(r); addr == "" && lines.Scan(); {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			addr = m[1]
		}
	}
	r.Close()
	for range 3 { // each is a line of the log
		wrongPassword(t, addr)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the guard ended with %v", err)
	}
}

// wrongPassword logs in at addr with a wrong password, and expects a refusal.
func wrongPassword(t *testing.T, addr string) {
	t.Helper()
	conn, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	_, _ = io.WriteString(conn, "auth wrong\n\n")
	if text, err := io.ReadAll(conn); err != nil || !strings.Contains(string(text), "-ERR invalid") {
		t.Errorf("a wrong password is answered %q, %v", text, err)
	}
}
