package cli

import (
	"context"
	"maps"
	"slices"
	"sync"

	"eslguard/policy"
)

// triedAtOnce is how many upstreams are tried at once when the guard starts.
const triedAtOnce = 8

// tryUpstreams logs in to each upstream once and says what came of it, so that the operator need not
// wait for a client to learn that one cannot be reached. It ends with ctx.
func (g *guard) tryUpstreams(ctx context.Context) {
	upstreams := g.store.Current().Upstreams()
	places := make(chan struct{}, triedAtOnce)
	var wg sync.WaitGroup
	for _, name := range slices.Sorted(maps.Keys(upstreams)) {
		wg.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			g.tryUpstream(ctx, upstreams[name])
		})
	}
	wg.Wait()
}

func (g *guard) tryUpstream(ctx context.Context, up *policy.Upstream) {
	version, err := g.server.Version(ctx, up)
	switch {
	case ctx.Err() != nil: // the guard stops
	case err != nil:
		g.log.Error().Str("event", "upstream").Str("upstream", shown(up.Name)).Str("address", up.Address).Err(err).
			Msg("FreeSWITCH cannot be logged in to; clients are refused until it can")
	default:
		e := g.log.Info().Str("event", "upstream").Str("upstream", shown(up.Name)).Str("address", up.Address)
		if version != "" {
			e.Str("switch", version)
		}
		e.Msg("FreeSWITCH can be logged in to")
	}
}
