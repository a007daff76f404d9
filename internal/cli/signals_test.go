package cli

import (
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// newSignals returns signals that a test sends, and what the program was ended with.
func newSignals() (s *signals, exited chan int) {
	exited = make(chan int, 1)
	s = &signals{
		end: make(chan os.Signal, 2), reload: make(chan os.Signal, 1),
		raw: make(chan os.Signal), done: make(chan struct{}), exit: func(status int) { exited <- status },
	}
	s.wg.Go(s.pass)
	return s, exited
}

// TestSecondSignalEndsAnything: though nobody receives a signal, the second one ends the program.
func TestSecondSignalEndsAnything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, exited := newSignals()
		s.raw <- syscall.SIGTERM
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(exited) > 0 {
			t.Fatal("one signal ended the program before it could end in good order")
		}
		s.raw <- os.Interrupt
		s.raw <- os.Interrupt // more do not delay it
		begun := time.Now()
		if status := <-exited; status != StatusProblem {
			t.Errorf("it ended with %d, want %d", status, StatusProblem)
		}
		if took := time.Since(begun); took != endPatience {
			t.Errorf("it ended after %v, want %v", took, endPatience)
		}
		s.stop()
	})
}

// TestSecondSignalInTime: a program that ends in good order after a second signal is left alone.
func TestSecondSignalInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, exited := newSignals()
		for _, sig := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
			s.raw <- sig
			if got := <-s.end; got != sig {
				t.Errorf("got %v, want %v", got, sig)
			}
		}
		s.stop()
		time.Sleep(time.Hour)
		if len(exited) > 0 {
			t.Error("the program was ended though it had ended by itself")
		}
	})
}
