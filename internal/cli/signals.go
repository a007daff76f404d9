package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// signals are those that the program was sent.
type signals struct {
	// end has SIGTERM and SIGINT, reload has SIGHUP. Both hold what nobody has received yet.
	end, reload chan os.Signal
}

// awaitSignals begins to take signals. stop ends that.
func awaitSignals() *signals {
	s := &signals{end: make(chan os.Signal, 2), reload: make(chan os.Signal, 1)}
	signal.Notify(s.end, syscall.SIGTERM, os.Interrupt)
	signal.Notify(s.reload, syscall.SIGHUP)
	return s
}

func (s *signals) stop() {
	signal.Stop(s.end)
	signal.Stop(s.reload)
}
