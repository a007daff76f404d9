package cli

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// endPatience is how long the program has to end in good order after a second signal to end.
const endPatience = 2 * time.Second

// signals are those that the program was sent.
type signals struct {
	// end has SIGTERM and SIGINT, reload has SIGHUP. Both hold what nobody has received yet.
	end, reload chan os.Signal

	raw  chan os.Signal
	done chan struct{}
	wg   sync.WaitGroup
	// exit ends the program. It is called endPatience after a second signal to end, whatever the
	// program waits for.
	exit func(status int)
}

// awaitSignals begins to take signals. stop ends that.
func awaitSignals() *signals {
	s := &signals{
		end: make(chan os.Signal, 2), reload: make(chan os.Signal, 1),
		raw: make(chan os.Signal, 2), done: make(chan struct{}), exit: os.Exit,
	}
	signal.Notify(s.raw, syscall.SIGTERM, os.Interrupt)
	signal.Notify(s.reload, syscall.SIGHUP)
	s.wg.Go(s.pass)
	return s
}

// pass passes the signals to end on, and ends the program itself where a second one does not make
// it end. It waits for nothing else: the disk that the rest of the program waits for may never
// answer.
func (s *signals) pass() {
	var forced <-chan time.Time
	for received := 0; ; {
		select {
		case sig := <-s.raw:
			if received++; received == 2 {
				forced = time.After(endPatience)
			}
			select {
			case s.end <- sig:
			default: // two wait already
			}
		case <-forced:
			s.exit(StatusProblem)
			return
		case <-s.done:
			return
		}
	}
}

func (s *signals) stop() {
	signal.Stop(s.raw)
	signal.Stop(s.reload)
	close(s.done)
	s.wg.Wait()
}
