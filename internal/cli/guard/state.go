package guard

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"eslguard/internal/cli/console"
	"eslguard/internal/cli/policyfile"
	"eslguard/policy"
)

const (
	// limitsFile is the file for the use of limits, in the folder of --state.
	limitsFile = "limits.json"
	// saveEvery is how often it is written while limits are used. A guard that is killed forgets
	// what was used since then.
	saveEvery = 2 * time.Second
)

const stateHint = "--state names a folder that eslguard may write, such as /var/lib/eslguard; StateDirectory=eslguard of a systemd unit makes that one."

// OpenState restores what clients had used of their limits before a restart from the folder dir,
// and makes sure that it can be written there. With an empty dir nothing is kept. The error, with a
// hint, says that the folder cannot be written; a file that is broken is only logged.
func (g *Guard) OpenState(dir string) error {
	if dir == "" {
		if limit := dailyLimit(g.store.Current()); limit != "" {
			g.Log.Warn().Str("limit", limit).Msg("limits, also those of a day, begin again at every restart: --state DIR keeps what has been used of them")
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
		g.Log.Error().Err(err).Str("kept", path+".broken").Msg("THE USE OF LIMITS IS LOST; every limit begins again")
	case saved.IsZero():
		g.Log.Info().Str("file", path).Msg("no use of limits was kept before; every limit begins again")
	default:
		g.Log.Info().Str("file", path).Time("saved", saved).Msg("limits continue with what was used of them")
	}
	if err := g.store.SaveUse(path); err != nil {
		return console.WithHint(err, "%s", stateHint)
	}
	if w := policyfile.Writable("the folder of --state", dir); w != "" {
		g.Log.Warn().Msg(w)
	}
	g.statePath = path
	return nil
}

// dailyLimit returns the first limit of the policy that counts by day, with its client, or "" if
// there is none.
func dailyLimit(p *policy.Policy) string {
	for _, c := range p.Summary().Clients {
		for _, limit := range c.Limits {
			if strings.HasSuffix(limit, "/day") {
				return fmt.Sprintf("%s of %s", console.Shown(limit), console.Shown(c.Name))
			}
		}
	}
	return ""
}

// keepState writes the use of limits every saveEvery until ctx ends, and then once more.
func (g *Guard) keepState(ctx context.Context) {
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

// saveState writes the use of limits and reports whether that failed. It logs only a change: broken
// says whether it failed the time before.
func (g *Guard) saveState(broken bool) bool {
	err := g.store.SaveUse(g.statePath)
	switch {
	case err != nil && !broken:
		g.Log.Error().Err(err).Msg("the use of limits cannot be kept; after a restart clients could use their limits again")
	case err == nil && broken:
		g.Log.Info().Msg("the use of limits is kept again")
	}
	return err != nil
}
