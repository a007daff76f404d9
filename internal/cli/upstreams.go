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
	about := g.log.With().Str("event", "upstream").Str("upstream", shown(up.Name)).Str("address", up.Address).Logger()
	version, err := g.server.Try(ctx, up, func() { about.Info().Msg("FreeSWITCH can be logged in to") })
	switch {
	case ctx.Err() != nil: // the guard stops
	case err != nil:
		about.Error().Err(err).Msg("FreeSWITCH cannot be logged in to; clients are refused until it can")
	case version != "":
		about.Info().Str("switch", version).Msg("FreeSWITCH has told its version")
	}
}
