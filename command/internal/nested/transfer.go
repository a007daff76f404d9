package nested

import (
	"strings"

	"eslguard/effect"
	"eslguard/internal/ascii"
)

// broadcast appends the effects of what FreeSWITCH calls a path: `app!cause::args`, or else a file
// to play (switch_ivr_async.c, switch_ivr_broadcast). With a cause the channel is hung up after it.
func (a *Analyzer) broadcast(at Origin, path string) {
	app, args := "playback", path
	if i := strings.IndexByte(path, ':'); i >= 0 && strings.HasPrefix(path[i:], "::") {
		app, args = path[:i], path[i+2:]
	}
	app, cause, hangup := strings.Cut(app, "!")
	a.colonApp(at, app, args)
	if !hangup {
		return
	}
	if cause == "" {
		cause = "normal_clearing"
	}
	a.App(at, "hangup", cause)
}

// analyzeUUIDBroadcast reads `UUID PATH [LEG]`.
func analyzeUUIDBroadcast(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 1 {
		a.broadcast(at, c.tokens[1])
	}
}

// analyzeSchedBroadcast reads `TIME UUID PATH [LEG]`.
func analyzeSchedBroadcast(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 2 {
		a.broadcast(at.once(), c.tokens[2])
	}
}

// once returns the origin of what happens by a schedule.
func (t Origin) once() Origin {
	t.Later = max(t.Later, effect.Once)
	return t
}

// analyzeUUIDDropDTMF reads `UUID on|off mask_file PATH`.
func analyzeUUIDDropDTMF(a *Analyzer, at Origin, c *call) {
	if ascii.EqualFold(c.token(2), "mask_file") {
		a.broadcast(at, c.token(3))
	}
}

// analyzeUUIDDeflect reads `UUID TARGET`: a URI that the far end is sent to, or, on a loopback
// channel, `EXTEN [DIALPLAN [CONTEXT]]` for its partner (mod_loopback.c).
func analyzeUUIDDeflect(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 1 {
		deflect(a, at, c.tokens[1])
	}
}

func deflect(a *Analyzer, at Origin, target string) {
	a.redirect(at, "deflect", target)
	// loopback cuts at single spaces, and knows neither quotes nor flags.
	if target != "" {
		a.transferTo(at, strings.SplitN(target, " ", 3))
	}
}

// redirect appends the dial effect of sending the far end of a call elsewhere.
func (a *Analyzer) redirect(at Origin, how, target string) {
	a.Add(effect.Effect{
		Kind: effect.KindDial, Name: how + "/" + target, Leg: effect.LegOther, UUIDs: at.UUIDs, Path: at.Path, Later: at.Later,
	})
	a.stored(at, target)
}

// analyzeUUIDRedirect reads `UUID URI`.
func analyzeUUIDRedirect(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 1 {
		a.redirect(at, "redirect", c.tokens[1])
	}
}

// analyzeDeflect reads a URI, or what a loopback channel takes.
func analyzeDeflect(a *Analyzer, at Origin, c *call) { deflect(a, at, c.args) }

// analyzeRedirect reads a list of URIs.
func analyzeRedirect(a *Analyzer, at Origin, c *call) { a.redirect(at, "redirect", c.args) }
