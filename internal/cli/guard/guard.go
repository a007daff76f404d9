package guard

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

// tasksPatience is how long the end of the program waits for the goroutines beside the sessions.
const tasksPatience = 3 * time.Second

// A Guard is a server with its policy and its audit. It is used in this order: OpenPolicy, then
// OpenState and LimitDescriptors if needed, then Serve. All exported fields but Server must be set
// before OpenPolicy, and Server before TryUpstreams and Serve.
type Guard struct {
	// Audit is where sessions, commands and changes of the policy are recorded. The caller that
	// opened it closes it, with CloseAudit.
	Audit *audit.Log
	// Log is the operator's log.
	Log zerolog.Logger
	// Version is the version of the program, for the log.
	Version string
	// Server is the server to run. Its Policies must be those of the Guard.
	Server *proxy.Server

	store *policy.Store
	// policyPath is where the policy's files are.
	policyPath string
	// statePath is the file for the use of limits, or "" if it is not kept.
	statePath string
	// toTry receives upstreams that a change of the policy brings. It is nil before Serve.
	toTry chan map[string]*policy.Upstream
	// maxDescriptors is the most file descriptors that sessions may use. Zero means no limit.
	maxDescriptors int
	// reopens asks tendAudit to open the audit again. tendAudit closes the channel that it receives
	// when it has done so.
	reopens chan chan struct{}
	// unrecorded counts the changes of the policy whose records are not written yet.
	unrecorded atomic.Int32
}

// Policies returns the store of the policy. It is nil before OpenPolicy.
func (g *Guard) Policies() *policy.Store { return g.store }

// Serve accepts clients on every listener, follows the policy and reacts to signals, until a signal
// or a failure ends it. Then it waits up to grace for the commands in flight to be answered. Its
// error is the failure, or nil after a signal.
func (g *Guard) Serve(listeners []net.Listener, sig *console.Signals, grace time.Duration) error {
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
	wg.Go(func() { g.awaitReloads(ctx, sig.Reload) })
	g.Log.Info().Str("event", "start").Strs("listen", addresses(listeners)).Str("policy", g.store.Current().Revision()).
		Str("version", g.Version).Msg("listening")
	err := g.awaitEnd(sig, failed)
	g.shutdown(sig, grace)
	stop()
	ended := make(chan struct{})
	go func() { // it ends when the program ends, at the latest
		defer close(ended)
		wg.Wait()
	}()
	if !endsWithin(ended, tasksPatience) {
		g.Log.Warn().Msg("stopping although something still waits for a disk")
	}
	g.Log.Info().Str("event", "stop").Msg("stopped")
	return err
}

// accept serves one listener. If that fails, it sends the error to failed.
func (g *Guard) accept(l net.Listener, failed chan<- error) {
	if err := g.Server.Serve(l); !errors.Is(err, proxy.ErrServerClosed) {
		failed <- err
	}
}

// awaitEnd waits for a signal to end, and returns nil, or for a failure, and returns its error.
func (g *Guard) awaitEnd(sig *console.Signals, failed <-chan error) error {
	select {
	case s := <-sig.End:
		g.Log.Info().Stringer("signal", s).Int("sessions", g.Server.Sessions()).Msg("stopping")
		return nil
	case err := <-failed:
		g.Log.Error().Err(err).Msg("stopping")
		return err
	}
}

// shutdown ends the sessions within grace, or at the next signal.
func (g *Guard) shutdown(sig *console.Signals, grace time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	var wg sync.WaitGroup
	wg.Go(func() { cancelOnSignal(ctx, cancel, sig.End) })
	if err := g.Server.Shutdown(ctx); err != nil {
		g.Log.Warn().Err(err).Msg("closed sessions that still had commands in flight")
		if err := g.Server.Close(); err != nil {
			g.Log.Error().Err(err).Msg("stopping without them: most likely the audit's disk does not answer")
		}
	}
	cancel()
	wg.Wait()
}

// cancelOnSignal calls cancel at a signal. It returns after that, or when ctx ends.
func cancelOnSignal(ctx context.Context, cancel context.CancelFunc, end <-chan os.Signal) {
	select {
	case <-end:
		cancel()
	case <-ctx.Done():
	}
}

// endsWithin waits until done is closed. It returns false if that takes longer than d.
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

func addresses(listeners []net.Listener) []string {
	out := make([]string, len(listeners))
	for i, l := range listeners {
		out[i] = l.Addr().String()
	}
	return out
}
