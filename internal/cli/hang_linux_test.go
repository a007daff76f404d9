package cli_test

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// hangSignals make the audit of the program under test hang, and answer again.
var hangSignals = map[string]os.Signal{"USR1": syscall.SIGUSR1, "USR2": syscall.SIGUSR2}

// hangOnSignal makes what is written to the file, or to the segments in the folder, hang for as
// long as the signals say. It does nothing for an empty path.
func hangOnSignal(path string) {
	if path == "" {
		return
	}
	sig := make(chan os.Signal, 2)
	signal.Notify(sig, syscall.SIGUSR1, syscall.SIGUSR2)
	go func() {
		var h hang
		for s := range sig {
			err := h.end()
			if s == syscall.SIGUSR1 {
				err = errors.Join(err, h.begin(path))
			}
			fmt.Fprintf(os.Stderr, "test: %v is carried out: %v\n", s, err)
		}
	}()
}

// A hang puts a full pipe in the place of an open file, so that a write to it does not return: as
// from a disk that hangs, there is neither an error nor a way to interrupt it.
type hang struct {
	fd, file    int // the descriptor, and another one of its file; 0 while nothing hangs
	read, write int // of the pipe
}

func (h *hang) begin(path string) error {
	var err error
	if h.fd, err = openFile(path); err != nil {
		return err
	}
	if h.file, err = unix.FcntlInt(uintptr(h.fd), unix.F_DUPFD_CLOEXEC, 0); err != nil {
		return err
	}
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return err
	}
	h.read, h.write = ends[0], ends[1]
	for err == nil {
		_, err = unix.Write(h.write, make([]byte, 1<<10))
	}
	if err != unix.EAGAIN {
		return err
	}
	return errors.Join(unix.SetNonblock(h.read, false), unix.SetNonblock(h.write, false), unix.Dup3(h.write, h.fd, unix.O_CLOEXEC))
}

// end puts the file back, and reads what was written to the pipe.
func (h *hang) end() error {
	if h.file == 0 {
		return nil
	}
	err := errors.Join(unix.Dup3(h.file, h.fd, unix.O_CLOEXEC), unix.Close(h.write))
	for n := 1; n > 0 && err == nil; {
		n, err = unix.Read(h.read, make([]byte, 1<<10))
	}
	err = errors.Join(err, unix.Close(h.read), unix.Close(h.file))
	*h = hang{}
	return err
}

// openFile returns the descriptor that this process has open for writing records at path, or below
// it.
func openFile(path string) (int, error) {
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0, err
	}
	for _, e := range all {
		file, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err == nil && strings.HasPrefix(file, path) && filepath.Ext(file) == ".jsonl" {
			return strconv.Atoi(e.Name())
		}
	}
	return 0, fmt.Errorf("no file at %s is open", path)
}
