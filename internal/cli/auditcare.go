package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/internal/cli/console"
)

const (
	// probeEvery is how often the audit is tried while nothing is written to it, so that a failure
	// is noticed, and its end, without a client having to ask.
	probeEvery = 5 * time.Second
	// stallLooks is how often it is looked whether the audit's disk answers.
	stallLooks = 250 * time.Millisecond
	// stallTold is how long the audit's disk may take before the operator is told.
	stallTold = 5 * time.Second
	// stallEnd is how long the audit's disk may take at the end of the program, which then ends
	// without it.
	stallEnd = 2 * time.Second
	// reopenPatience is how long a SIGHUP waits for the audit's new file before it reads the
	// policy.
	reopenPatience = time.Second
)

// tendAudit tries the audit now and then, and opens it again when it is asked to, until ctx ends.
// It waits as long as the audit's disk takes.
func (g *guard) tendAudit(ctx context.Context) {
	probe := time.NewTicker(probeEvery)
	defer probe.Stop()
	broken := false
	for {
		select {
		case <-ctx.Done():
			return
		case done := <-g.reopens:
			g.reopen()
			close(done)
		case <-probe.C:
			broken = g.probe(broken)
		}
	}
}

// probe says when the audit begins to fail, and when it is well again.
func (g *guard) probe(broken bool) bool {
	err := g.audit.Probe()
	switch {
	case err != nil:
		g.log.Error().Err(err).Msg("the audit cannot be written; every command is refused")
	case broken:
		g.log.Info().Msg("the audit can be written again")
	}
	return err != nil
}

func (g *guard) reopen() {
	if err := g.audit.Reopen(); err != nil {
		g.log.Error().Err(err).Msg("the audit could not be opened again; the old file is written on")
	}
}

// watchDisk tells the operator, once each, that the audit's disk does not answer and that it does
// again, until ctx ends. It waits for nothing that waits for the disk.
func (g *guard) watchDisk(ctx context.Context) {
	look := time.NewTicker(stallLooks)
	defer look.Stop()
	var since time.Time // zero: the disk answers
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			since = g.tellStall(since, g.audit.Stalled())
		}
	}
}

// tellStall logs a change of whether the disk answers, and returns since when it does not, zero
// where it does. stalled is for how long its oldest operation has not returned.
func (g *guard) tellStall(since time.Time, stalled time.Duration) time.Time {
	switch {
	case since.IsZero() && stalled >= stallTold:
		g.log.Error().Msg("an audit write has not returned for " + stallTold.String() +
			": no command is forwarded before its record is written; look at the audit's disk")
		return time.Now().Add(-stalled)
	case !since.IsZero() && stalled < stallTold:
		g.log.Info().Stringer("after", time.Since(since).Round(time.Millisecond)).Msg("the audit's disk answers again")
		return time.Time{}
	}
	return since
}

// reloads carries out SIGHUP until ctx ends.
func (g *guard) reloads(ctx context.Context, hup <-chan os.Signal) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
			g.hup(ctx)
		}
	}
}

// hup is SIGHUP: a new audit file after a rename, and the policy anew. The policy waits for the
// audit's disk a moment only.
func (g *guard) hup(ctx context.Context) {
	reopened := make(chan struct{})
	select {
	case g.reopens <- reopened:
		endsWithin(reopened, reopenPatience)
	default: // one that has not begun yet does for this one, too
	}
	change, err := g.store.Reload(ctx)
	if err == nil && !change.Changed() {
		g.log.Info().Str("policy", change.New.Revision()).Msg("the policy has been read again and is the same")
	}
}

// endsWithin waits until done is closed. It returns false if d passes before.
func endsWithin(done <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-done:
		return true
	case <-t.C:
		return false
	}
}

// closeAudit closes the audit, and waits for as long as its disk answers. Its error says that the
// disk does not; other trouble is logged.
func closeAudit(trail *audit.Log, log zerolog.Logger) error {
	closed := make(chan struct{})
	go func() { // the program ends without it where the disk does not answer
		defer close(closed)
		if err := trail.Close(); err != nil {
			log.Error().Err(err).Msg("the audit could not be closed well")
		}
	}()
	for !endsWithin(closed, stallLooks) {
		if stalled := trail.Stalled(); stalled >= stallEnd {
			return console.WithHint(
				fmt.Errorf("the audit is not closed: its disk has not answered for %v", stalled.Round(time.Second)),
				"The last records are missing, and there is no stop record. The next run goes on after the last whole line.")
		}
	}
	return nil
}
