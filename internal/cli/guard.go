package cli

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/policy"
	"eslguard/proxy"
)

// probeEvery is how often the audit is tried while nothing is written to it, so that a failure
// is noticed, and its end, without a client having to ask.
const probeEvery = 5 * time.Second

// A guard is what run and demo run: a server, its policy and its audit.
type guard struct {
	store *policy.Store
	// policyPath is where the policy's files are.
	policyPath string
	// statePath is where the use of limits is kept, "" for nowhere.
	statePath string
	audit     *audit.Log
	log       zerolog.Logger
	server    *proxy.Server
	// maxDescriptors is how many file descriptors the sessions may have. Zero: no bound.
	maxDescriptors int
}

// serve accepts clients on every listener, follows the policy and carries out signals, until a
// signal or a failure says to stop. Then it lets the commands in flight be answered.
func (g *guard) serve(listeners []net.Listener, sig *signals, grace time.Duration) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	failed := make(chan error, len(listeners)+1)
	var wg sync.WaitGroup
	for _, l := range listeners {
		wg.Go(func() { g.accept(l, failed) })
	}
	wg.Go(func() { g.follow(ctx, failed) })
	wg.Go(func() { g.keepState(ctx) })
	g.log.Info().Str("event", "start").Strs("listen", addresses(listeners)).Str("policy", g.store.Current().Revision()).
		Str("version", readBuild().String()).Msg("listening")
	err := g.watch(ctx, sig, failed)
	g.shutdown(sig, grace)
	stop()
	wg.Wait()
	g.log.Info().Str("event", "stop").Msg("stopped")
	return err
}

// accept serves one listener, and tells failed where that ends unasked.
func (g *guard) accept(l net.Listener, failed chan<- error) {
	if err := g.server.Serve(l); !errors.Is(err, proxy.ErrServerClosed) {
		failed <- err
	}
}

// watch carries out signals and looks after the audit, until it is time to stop. Its error
// is that of what failed.
func (g *guard) watch(ctx context.Context, sig *signals, failed <-chan error) error {
	probe := time.NewTicker(probeEvery)
	defer probe.Stop()
	broken := false
	for {
		select {
		case s := <-sig.end:
			g.log.Info().Stringer("signal", s).Int("sessions", g.server.Sessions()).Msg("stopping")
			return nil
		case err := <-failed:
			g.log.Error().Err(err).Msg("stopping")
			return err
		case <-sig.reload:
			g.hup(ctx)
		case <-probe.C:
			broken = g.probe(broken)
		}
	}
}

// hup is SIGHUP: a new audit file after a rename, and the policy anew.
func (g *guard) hup(ctx context.Context) {
	if err := g.audit.Reopen(); err != nil {
		g.log.Error().Err(err).Msg("the audit could not be opened again; the old file is written on")
	}
	change, err := g.store.Reload(ctx)
	if err == nil && !change.Changed() {
		g.log.Info().Str("policy", change.New.Revision()).Msg("the policy has been read again and is the same")
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

// shutdown ends the sessions within grace, or at the next signal.
func (g *guard) shutdown(sig *signals, grace time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	var wg sync.WaitGroup
	wg.Go(func() { cancelOnSignal(ctx, cancel, sig.end) })
	if err := g.server.Shutdown(ctx); err != nil {
		g.log.Warn().Err(err).Msg("closed sessions that still had commands in flight")
	}
	cancel()
	wg.Wait()
}

// cancelOnSignal calls cancel at a signal, and returns at the end of ctx.
func cancelOnSignal(ctx context.Context, cancel context.CancelFunc, end <-chan os.Signal) {
	select {
	case <-end:
		cancel()
	case <-ctx.Done():
	}
}

func addresses(listeners []net.Listener) []string {
	out := make([]string, len(listeners))
	for i, l := range listeners {
		out[i] = l.Addr().String()
	}
	return out
}
