package cli

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/internal/cli/console"
	"eslguard/policy"
	"eslguard/proxy"
)

// tasksPatience is how long the end of the program waits for what runs beside the sessions.
const tasksPatience = 3 * time.Second

// A guard is what run and demo run: a server, its policy and its audit.
type guard struct {
	store *policy.Store
	// policyPath is where the policy's files are.
	policyPath string
	// statePath is where the use of limits is kept, "" for nowhere.
	statePath string
	audit     *audit.Log
	// toTry are upstreams that a change of the policy brings. It is nil before serve.
	toTry  chan map[string]*policy.Upstream
	log    zerolog.Logger
	server *proxy.Server
	// maxDescriptors is how many file descriptors the sessions may have. Zero: no bound.
	maxDescriptors int
	// reopens asks tendAudit to open the audit again, and is given what it closes then.
	reopens chan chan struct{}
	// unrecorded is how many changes of the policy wait to be recorded.
	unrecorded atomic.Int32
}

// serve accepts clients on every listener, follows the policy and carries out signals, until a
// signal or a failure says to stop. Then it lets the commands in flight be answered. What waits for
// the audit's disk does so in a goroutine of its own, which the end waits for only a while.
func (g *guard) serve(listeners []net.Listener, sig *console.Signals, grace time.Duration) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	failed := make(chan error, len(listeners)+1)
	g.reopens = make(chan chan struct{}, 1)
	g.toTry = make(chan map[string]*policy.Upstream, maxToTry)
	var wg sync.WaitGroup
	for _, l := range listeners {
		wg.Go(func() { g.accept(l, failed) })
	}
	wg.Go(func() { g.follow(ctx, failed) })
	wg.Go(func() { g.tryChanged(ctx) })
	wg.Go(func() { g.keepState(ctx) })
	wg.Go(func() { g.tendAudit(ctx) })
	wg.Go(func() { g.watchDisk(ctx) })
	wg.Go(func() { g.reloads(ctx, sig.Reload) })
	g.log.Info().Str("event", "start").Strs("listen", addresses(listeners)).Str("policy", g.store.Current().Revision()).
		Str("version", readBuild().String()).Msg("listening")
	err := g.watch(sig, failed)
	g.shutdown(sig, grace)
	stop()
	ended := make(chan struct{})
	go func() { // it ends with the program at the latest
		defer close(ended)
		wg.Wait()
	}()
	if !endsWithin(ended, tasksPatience) {
		g.log.Warn().Msg("stopping without what still waits for a disk")
	}
	g.log.Info().Str("event", "stop").Msg("stopped")
	return err
}

// accept serves one listener, and tells failed where that ends unasked.
func (g *guard) accept(l net.Listener, failed chan<- error) {
	if err := g.server.Serve(l); !errors.Is(err, proxy.ErrServerClosed) {
		failed <- err
	}
}

// watch waits until it is time to stop. Its error is that of what failed.
func (g *guard) watch(sig *console.Signals, failed <-chan error) error {
	select {
	case s := <-sig.End:
		g.log.Info().Stringer("signal", s).Int("sessions", g.server.Sessions()).Msg("stopping")
		return nil
	case err := <-failed:
		g.log.Error().Err(err).Msg("stopping")
		return err
	}
}

// shutdown ends the sessions within grace, or at the next signal.
func (g *guard) shutdown(sig *console.Signals, grace time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	var wg sync.WaitGroup
	wg.Go(func() { cancelOnSignal(ctx, cancel, sig.End) })
	if err := g.server.Shutdown(ctx); err != nil {
		g.log.Warn().Err(err).Msg("closed sessions that still had commands in flight")
		if err := g.server.Close(); err != nil {
			g.log.Error().Err(err).Msg("stopping without them: most likely the audit's disk does not answer")
		}
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
