package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"eslguard/internal/cli/console"
	"eslguard/policy"
)

const (
	// limitsFile is where the use of limits is kept, in the folder of --state.
	limitsFile = "limits.json"
	// saveEvery is how often it is written while limits are used: what a guard that is killed
	// forgets at most.
	saveEvery = 2 * time.Second
)

// openState takes over what clients had used of their limits before a restart, and makes sure that
// it can be kept. An empty dir keeps nothing.
func (g *guard) openState(dir string) error {
	if dir == "" {
		if key := limitADay(g.store.Current()); key != "" {
			g.log.Warn().Str("limit", key).Msg("limits begin anew with every restart, those of a day, too: --state DIR keeps what has been used of them")
		}
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return console.WithHint(err, "%s", stateHint)
	}
	path := filepath.Join(dir, limitsFile)
	saved, err := g.store.RestoreUse(path)
	switch {
	case err != nil:
		g.log.Error().Err(err).Str("kept", path+".broken").Msg("THE USE OF LIMITS IS LOST; every limit begins anew")
	case saved.IsZero():
		g.log.Info().Str("file", path).Msg("no use of limits has been kept before; every limit begins anew")
	default:
		g.log.Info().Str("file", path).Time("saved", saved).Msg("limits go on with what had been used of them")
	}
	if err := g.store.SaveUse(path); err != nil {
		return console.WithHint(err, "%s", stateHint)
	}
	if doubt := writableDoubt("the folder of --state", dir, othersMayWrite); doubt != "" {
		g.log.Warn().Msg(doubt)
	}
	g.statePath = path
	return nil
}

const stateHint = "--state names a folder that eslguard may write, such as /var/lib/eslguard; StateDirectory=eslguard of a systemd unit makes that one."

// limitADay returns a client's limit of a number a day, with the client, and "" where the policy
// has none.
func limitADay(p *policy.Policy) string {
	for _, c := range p.Summary().Clients {
		for _, limit := range c.Limits {
			if strings.HasSuffix(limit, "/day") {
				return fmt.Sprintf("%s of %s", console.Shown(limit), console.Shown(c.Name))
			}
		}
	}
	return ""
}

// keepState writes what has been used of limits, again and again until ctx ends, and then once
// more.
func (g *guard) keepState(ctx context.Context) {
	if g.statePath == "" {
		return
	}
	t := time.NewTicker(saveEvery)
	defer t.Stop()
	broken := false
	for {
		select {
		case <-ctx.Done():
			g.saveState(broken)
			return
		case <-t.C:
			broken = g.saveState(broken)
		}
	}
}

// saveState says when what has been used cannot be written, and when it can be again.
func (g *guard) saveState(broken bool) bool {
	err := g.store.SaveUse(g.statePath)
	switch {
	case err != nil && !broken:
		g.log.Error().Err(err).Msg("a restart would give clients again what they have used of their limits")
	case err == nil && broken:
		g.log.Info().Msg("the use of limits is kept again")
	}
	return err != nil
}
