package proxy

import (
	"context"
	"errors"
	"time"
)

// Shutdown stops accepting, lets the commands in flight be answered, says goodbye and closes. When
// ctx ends first, it ends what is left and returns ctx's error without waiting any longer; Close
// waits for it.
func (s *Server) Shutdown(ctx context.Context) error {
	s.setUp()
	s.stopAccepting()
	for _, se := range s.all() {
		se.shutdown()
	}
	select {
	case <-s.ended():
		return nil
	case <-ctx.Done():
		s.endAll()
		return ctx.Err()
	}
}

// closePatience is how long Close waits for sessions to end. Most need flushTime and lingerTime;
// one whose record no disk takes would need for ever.
const closePatience = 5 * time.Second

// ErrNotEnded is what Close returns where sessions have not ended in time.
var ErrNotEnded = errors.New("proxy: sessions have not ended")

// Close closes everything at once and waits for it, but no longer than 5 seconds. ErrNotEnded says
// that something is left then, most likely because the audit takes no records.
func (s *Server) Close() error {
	s.setUp()
	s.stopAccepting()
	s.endAll()
	t := time.NewTimer(closePatience)
	defer t.Stop()
	select {
	case <-s.ended():
		return nil
	case <-t.C:
		return ErrNotEnded
	}
}

// ended returns what is closed once all sessions have ended, and all that the server does beside
// them. The server is closing.
func (s *Server) ended() <-chan struct{} {
	s.endOnce.Do(func() {
		s.end = make(chan struct{})
		go s.awaitEnd()
	})
	return s.end
}

func (s *Server) awaitEnd() {
	defer close(s.end)
	defer s.contain()
	s.wg.Wait()
	s.closeJobs()
	s.fleeting.close()
	s.journal.close()
	_ = s.tally.close() // a failure is told
}
