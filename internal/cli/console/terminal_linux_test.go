package console

import (
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal returns a new terminal. Nothing reads what is written to it.
func openTerminal(t *testing.T) *os.File {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("cannot open a terminal: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skipf("cannot open a terminal: %v", err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skipf("cannot open a terminal: %v", err)
	}
	terminal, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("cannot open a terminal: %v", err)
	}
	t.Cleanup(func() { terminal.Close() })
	return terminal
}

func TestEchoOff(t *testing.T) {
	terminal := openTerminal(t)
	echoes := func() bool {
		settings, err := unix.IoctlGetTermios(int(terminal.Fd()), getTermios)
		if err != nil {
			t.Fatal(err)
		}
		return settings.Lflag&unix.ECHO != 0
	}
	if !IsTerminal(terminal) || !echoes() {
		t.Fatalf("terminal %v, echoes %v", IsTerminal(terminal), echoes())
	}
	restore, err := echoOff(terminal)
	if err != nil {
		t.Fatal(err)
	}
	if echoes() {
		t.Error("typed text is shown")
	}
	restore()
	if !echoes() {
		t.Error("the terminal was left without echo")
	}
}

// TestNoColourWithoutTerminal checks that only terminals that want colours get escape sequences.
func TestNoColourWithoutTerminal(t *testing.T) {
	terminal := openTerminal(t)
	file, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, tt := range []struct {
		name string
		out  *os.File
		env  map[string]string
		want string
	}{
		{"terminal", terminal, map[string]string{"TERM": "xterm"}, "\x1b[1mtext\x1b[0m"},
		{"file", file, map[string]string{"TERM": "xterm"}, "text"},
		{"dumb terminal", terminal, map[string]string{"TERM": "dumb"}, "text"},
		{"NO_COLOR", terminal, map[string]string{"TERM": "xterm", "NO_COLOR": "1"}, "text"},
	} {
		c := Console{Stdout: tt.out, LookupEnv: func(key string) (string, bool) {
			value, ok := tt.env[key]
			return value, ok
		}}
		if got := c.Paint().Bold("text"); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
