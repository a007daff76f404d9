package guard

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/internal/cli/console"
)

const (
	// probeEvery is how often the audit is tried while nothing is written to it, so that a failure
	// and its end are noticed even if no client sends a command.
	probeEvery = 5 * time.Second
	// stallCheckEvery is how often it is checked whether the audit's disk answers.
	stallCheckEvery = 250 * time.Millisecond
	// stallReported is how long the audit's disk may take before that is logged.
	stallReported = 5 * time.Second
	// stallAtEnd is how long the audit's disk may take when the audit is closed. After that the
	// program ends without it.
	stallAtEnd = 2 * time.Second
)

// tendAudit probes the audit from time to time, and opens it again when reopens asks for it, until
// ctx ends. It blocks for as long as the audit's disk does.
func (g *Guard) tendAudit(ctx context.Context) {
	probe := time.NewTicker(probeEvery)
	defer probe.Stop()
	state := auditState{failures: g.Audit.Failures()}
	for {
		select {
		case <-ctx.Done():
			return
		case done := <-g.reopens:
			g.reopen()
			close(done)
		case <-probe.C:
			state = g.probe(state)
		}
	}
}

// An auditState is what a probe of the audit has found.
type auditState struct {
	broken   bool   // the audit could not be written
	failures uint64 // how often it has failed until then, see audit.Log.Failures
}

// probe tries to write the audit and returns what it finds. It logs a failure. If the audit can be
// written and could not be at the last probe or at any time since then, it logs that, too.
func (g *Guard) probe(last auditState) auditState {
	err := g.Audit.Probe()
	now := auditState{broken: err != nil, failures: g.Audit.Failures()}
	switch {
	case err != nil:
		g.Log.Error().Err(err).Msg("the audit cannot be written; every command is refused")
	case last.broken, now.failures > last.failures:
		g.Log.Info().Msg("the audit can be written again")
	}
	return now
}

// reopen opens a new file if the audit is a plain file that was renamed.
func (g *Guard) reopen() {
	if err := g.Audit.Reopen(); err != nil {
		g.Log.Error().Err(err).Msg("opening the audit again failed; records still go to the old file")
	}
}

// watchDisk logs once that the audit's disk does not answer, and once that it answers again, until
// ctx ends. It never waits for the disk itself.
func (g *Guard) watchDisk(ctx context.Context) {
	check := time.NewTicker(stallCheckEvery)
	defer check.Stop()
	var since time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-check.C:
			since = g.reportStall(since, g.Audit.Stalled())
		}
	}
}

// reportStall logs if the disk has stopped answering, or answers again. since is the time since
// which it has not answered, zero if it does, and reportStall returns the new one. stalled is how
// long the oldest operation on it has been running.
func (g *Guard) reportStall(since time.Time, stalled time.Duration) time.Time {
	switch {
	case since.IsZero() && stalled >= stallReported:
		g.Log.Error().Msg("an audit write has not returned for " + stallReported.String() +
			": no command is forwarded before its record is written; look at the audit's disk")
		return time.Now().Add(-stalled)
	case !since.IsZero() && stalled < stallReported:
		g.Log.Info().Stringer("after", time.Since(since).Round(time.Millisecond)).Msg("the audit's disk answers again")
		return time.Time{}
	}
	return since
}

// CloseAudit closes the audit and waits for that as long as its disk answers. If it does not, the
// error says so. Other failures are only logged.
func CloseAudit(auditLog *audit.Log, log zerolog.Logger) error {
	closed := make(chan struct{})
	go func() { // if the disk does not answer, it ends when the program ends
		defer close(closed)
		if err := auditLog.Close(); err != nil {
			log.Error().Err(err).Msg("closing the audit failed")
		}
	}()
	for !endsWithin(closed, stallCheckEvery) {
		if stalled := auditLog.Stalled(); stalled >= stallAtEnd {
			return console.WithHint(
				fmt.Errorf("the audit is not closed: its disk has not answered for %v", stalled.Round(time.Second)),
				"The last records are missing, and there is no stop record. The next run goes on after the last whole line.")
		}
	}
	return nil
}
