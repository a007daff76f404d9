//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package cli

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

func isTerminalFile(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), getTermios)
	return err == nil
}

// echoOff stops the terminal from showing what is typed. restore must be called; an interrupt
// in between restores too, since a shell without echo is no good to anyone.
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

func awaitInterrupt(interrupted <-chan os.Signal, done <-chan struct{}, restore func()) {
	select {
	case <-interrupted:
		restore()
		os.Exit(StatusProblem)
	case <-done:
	}
}
