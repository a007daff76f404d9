package console

import (
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// newSignals returns Signals whose raw channel the test sends to, and a channel that receives the
// status if the program is ended.
func newSignals() (s *Signals, exited chan int) {
	exited = make(chan int, 1)
	s = &Signals{
		End: make(chan os.Signal, 2), Reload: make(chan os.Signal, 1),
		raw: make(chan os.Signal), done: make(chan struct{}), exit: func(status int) { exited <- status },
	}
	s.wg.Go(s.relay)
	return s, exited
}

// TestSecondSignalEndsAnything checks that the second signal ends a program that receives none.
func TestSecondSignalEndsAnything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, exited := newSignals()
		s.raw <- syscall.SIGTERM
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(exited) > 0 {
			t.Fatal("one signal ended the program before it could stop")
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
		s.Stop()
	})
}

// TestSecondSignalInTime checks that a program that stops in time after a second signal is not
// ended.
func TestSecondSignalInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, exited := newSignals()
		for _, sig := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
			s.raw <- sig
			if got := <-s.End; got != sig {
				t.Errorf("got %v, want %v", got, sig)
			}
		}
		s.Stop()
		time.Sleep(time.Hour)
		if len(exited) > 0 {
			t.Error("the program was ended although it had stopped")
		}
	})
}
