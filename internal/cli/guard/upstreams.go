package guard

import (
	"context"
	"maps"
	"slices"
	"sync"

	"eslguard/internal/cli/console"
	"eslguard/internal/cli/policyfile"
	"eslguard/policy"
)

const (
	// triedAtOnce is the most upstreams that are tried at the same time.
	triedAtOnce = 8
	// maxToTry is the most changes of the policy whose upstreams may be waiting to be tried. Those
	// of further changes are not tried.
	maxToTry = 16
)

// TryUpstreams logs in to each upstream of the policy once and logs the result, so that the
// operator learns that one cannot be reached before a client does. It returns when all are tried or
// ctx ends.
func (g *Guard) TryUpstreams(ctx context.Context) { g.try(ctx, g.store.Current().Upstreams()) }

func (g *Guard) try(ctx context.Context, upstreams map[string]*policy.Upstream) {
	places := make(chan struct{}, triedAtOnce)
	var wg sync.WaitGroup
	for _, name := range slices.Sorted(maps.Keys(upstreams)) {
		wg.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			g.tryOne(ctx, upstreams[name])
		})
	}
	wg.Wait()
}

// tryChanged tries the upstreams that come over toTry until ctx ends.
func (g *Guard) tryChanged(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case upstreams := <-g.toTry:
			wg.Go(func() { g.try(ctx, upstreams) })
		}
	}
}

// tryNew makes tryChanged try the upstreams that are new or different in now.
func (g *Guard) tryNew(old, now *policy.Policy) {
	upstreams := policyfile.ChangedUpstreams(old, now)
	if len(upstreams) == 0 {
		return
	}
	select {
	case g.toTry <- upstreams:
	default:
	}
}

func (g *Guard) tryOne(ctx context.Context, up *policy.Upstream) {
	log := g.Log.With().Str("event", "upstream").Str("upstream", console.Shown(up.Name)).Str("address", up.Address).Logger()
	version, err := g.Server.Try(ctx, up, func() { log.Info().Msg("FreeSWITCH can be logged in to") })
	switch {
	case ctx.Err() != nil: // the guard stops
	case err != nil:
		log.Error().Err(err).Msg("FreeSWITCH cannot be logged in to; clients are refused until it can")
	case version != "":
		log.Info().Str("switch", version).Msg("FreeSWITCH has reported its version")
	}
}
