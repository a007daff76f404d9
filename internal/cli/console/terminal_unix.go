//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package console

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// isTerminalFile reports whether f is open on a terminal.
func isTerminalFile(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), getTermios)
	return err == nil
}

// echoOff turns off the echo of a terminal, so that what is typed is not shown. restore turns it on
// again and must be called. An interrupt in between also turns it on and then ends the program: the
// shell would be left without an echo otherwise.
func echoOff(f *os.File) (restore func(), err error) {
	fd := int(f.Fd())
	old, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return nil, err
	}
	quiet := *old
	quiet.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(fd, setTermios, &quiet); err != nil {
		return nil, err
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	done := make(chan struct{})
	go awaitInterrupt(interrupted, done, func() { _ = unix.IoctlSetTermios(fd, setTermios, old) })
	return func() {
		signal.Stop(interrupted)
		close(done)
		_ = unix.IoctlSetTermios(fd, setTermios, old)
	}, nil
}

// awaitInterrupt calls restore and ends the program at an interrupt, and returns when done is
// closed.
func awaitInterrupt(interrupted <-chan os.Signal, done <-chan struct{}, restore func()) {
	select {
	case <-interrupted:
		restore()
		os.Exit(StatusProblem)
	case <-done:
	}
}
