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

// hangSignals are the signals that make the audit of the program under test hang and answer again.
var hangSignals = map[string]os.Signal{"USR1": syscall.SIGUSR1, "USR2": syscall.SIGUSR2}

// hangOnSignal makes writes to the file at path, or to the segments in the folder at path, hang
// from SIGUSR1 to SIGUSR2. It does nothing for an empty path.
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

// A hang replaces an open file by a full pipe, so that a write to it does not return. As with a
// disk that hangs, there is no error and no way to interrupt the write.
type hang struct {
	fd, file    int // the descriptor, and a duplicate of it; 0 while nothing hangs
	read, write int // of the pipe
}

// begin puts a full pipe in place of the file that is open for writing at path.
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

// end puts the file back and empties the pipe.
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

// openFile returns the descriptor that this process has open for records at path or below it.
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
