package cli

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"eslguard/internal/cli/console"

	"golang.org/x/sys/unix"
)

// onTerminal runs eslguard on a new terminal and returns what appears there, up to the text until.
func onTerminal(t *testing.T, until string, args ...string) string {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("cannot open a terminal: %v", err)
	}
	defer master.Close()
	fd := int(master.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Skipf("cannot open a terminal: %v", err)
	}
	terminal, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("cannot open a terminal: %v", err)
	}
	defer terminal.Close()
	p := Program{
		Args: args,
		Console: console.Console{
			Stdin: strings.NewReader(""), Stdout: terminal, Stderr: io.Discard,
			LookupEnv: func(key string) (string, bool) { return "xterm", key == "TERM" },
		},
	}
	if status := p.Main(); status != console.StatusOK {
		t.Fatalf("status %d", status)
	}
	seen := make(chan string)
	go func() {
		var b strings.Builder
		buf := make([]byte, 4<<10)
		for !strings.Contains(b.String(), until) {
			n, err := master.Read(buf)
			b.Write(buf[:n])
			if err != nil {
				break
			}
		}
		seen <- b.String()
	}()
	select {
	case s := <-seen:
		return s
	case <-time.After(10 * time.Second):
		t.Fatalf("%q never appeared", until)
		return ""
	}
}

// TestAuditShowOnATerminal checks that audit show prints a table with colours, and JSON, and that a
// record's text reaches the terminal as nothing but text.
func TestAuditShowOnATerminal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	line := `{"time":"2026-03-01T12:00:00.000000Z","seq":1,"kind":"command","client":"crm","command":"api ` + "\u009b2J" + `","decision":"deny"}` + "\n"
	if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	table := onTerminal(t, "2J\"", "audit", "show", path)
	for _, want := range []string{"\x1b[1mTIME ", "\x1b[31mdeny    \x1b[0m", `"api \u009b2J"`} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%q", want, table)
		}
	}
	if text := onTerminal(t, "deny", "audit", "show", path, "--json"); !strings.Contains(text, `"command":"api \u009b2J"`) {
		t.Errorf("JSON is not escaped: %q", text)
	}
}
