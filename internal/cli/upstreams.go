package cli

import (
	"context"
	"maps"
	"slices"
	"sync"

	"eslguard/internal/cli/console"
	"eslguard/policy"
)

// triedAtOnce is how many upstreams are tried at once when the guard starts.
const triedAtOnce = 8

// tryUpstreams logs in to each upstream once and says what came of it, so that the operator need
// not wait for a client to learn that one cannot be reached. It ends with ctx.
func (g *guard) tryUpstreams(ctx context.Context, upstreams map[string]*policy.Upstream) {
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

// tryChanged tries the upstreams that a change of the policy brings, until ctx ends.
func (g *guard) tryChanged(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case upstreams := <-g.toTry:
			wg.Go(func() { g.tryUpstreams(ctx, upstreams) })
		}
	}
}

// maxToTry is how many changes of the policy may wait until their upstreams are tried. Those of
// further ones are not.
const maxToTry = 16

// tryNew has the upstreams tried that old does not have, or has otherwise.
func (g *guard) tryNew(old, now *policy.Policy) {
	was, is := upstreamTexts(old.Summary()), upstreamTexts(now.Summary())
	upstreams := maps.Clone(now.Upstreams())
	maps.DeleteFunc(upstreams, func(name string, _ *policy.Upstream) bool { return was[name] == is[name] })
	if len(upstreams) == 0 {
		return
	}
	select {
	case g.toTry <- upstreams:
	default:
	}
}

func (g *guard) tryUpstream(ctx context.Context, up *policy.Upstream) {
	about := g.log.With().Str("event", "upstream").Str("upstream", console.Shown(up.Name)).Str("address", up.Address).Logger()
	version, err := g.server.Try(ctx, up, func() { about.Info().Msg("FreeSWITCH can be logged in to") })
	switch {
	case ctx.Err() != nil: // the guard stops
	case err != nil:
		about.Error().Err(err).Msg("FreeSWITCH cannot be logged in to; clients are refused until it can")
	case version != "":
		about.Info().Str("switch", version).Msg("FreeSWITCH has told its version")
	}
}
