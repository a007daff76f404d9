package console

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// endPatience is how long the program may take to stop after a second SIGTERM or SIGINT. Then it is
// ended.
const endPatience = 2 * time.Second

// Signals receives the signals that are sent to the program. Stop must be called.
type Signals struct {
	// End delivers SIGTERM and SIGINT, and Reload delivers SIGHUP. Both are buffered: a signal that
	// arrives while nothing receives is kept.
	End, Reload chan os.Signal

	raw  chan os.Signal
	done chan struct{}
	wg   sync.WaitGroup
	// exit ends the program. It is called endPatience after the second signal to end, even if the
	// program is waiting for something.
	exit func(status int)
}

// NotifySignals begins to receive signals.
func NotifySignals() *Signals {
	s := &Signals{
		End: make(chan os.Signal, 2), Reload: make(chan os.Signal, 1),
		raw: make(chan os.Signal, 2), done: make(chan struct{}), exit: os.Exit,
	}
	signal.Notify(s.raw, syscall.SIGTERM, os.Interrupt)
	signal.Notify(s.Reload, syscall.SIGHUP)
	s.wg.Go(s.relay)
	return s
}

// relay passes the signals to end on to End. If the program is still there endPatience after the
// second one, relay ends it. It never blocks on the rest of the program, which may be waiting for a
// disk that never answers.
func (s *Signals) relay() {
	var forced <-chan time.Time
	for received := 0; ; {
		select {
		case sig := <-s.raw:
			if received++; received == 2 {
				forced = time.After(endPatience)
			}
			select {
			case s.End <- sig:
			default: // two are pending already
			}
		case <-forced:
			s.exit(StatusProblem)
			return
		case <-s.done:
			return
		}
	}
}

// Stop ends the receiving of signals and waits for its goroutine.
func (s *Signals) Stop() {
	signal.Stop(s.raw)
	signal.Stop(s.Reload)
	close(s.done)
	s.wg.Wait()
}

// UntilInterrupt returns a context that is cancelled when ctx is, or when the program receives
// SIGTERM or SIGINT. The function that it returns must be called. A nil ctx counts as
// context.Background.
func UntilInterrupt(ctx context.Context) (context.Context, func()) {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithCancel(ctx)
	sig := NotifySignals()
	go func() {
		defer sig.Stop()
		select {
		case <-sig.End:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
