package command

import (
	"strings"

	"eslguard/effect"
	"eslguard/internal/ascii"
)

// broadcast appends the effects of what FreeSWITCH calls a path: `app!cause::args`, or else a file to
// play (switch_ivr_async.c, switch_ivr_broadcast). With a cause the channel is hung up after it.
func (a *analyzer) broadcast(at trail, path string) {
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
	a.app(at, "hangup", cause)
}

// analyzeUUIDBroadcast reads `UUID PATH [LEG]`.
func analyzeUUIDBroadcast(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 1 {
		a.broadcast(at, c.tokens[1])
	}
}

// analyzeSchedBroadcast reads `TIME UUID PATH [LEG]`.
func analyzeSchedBroadcast(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 2 {
		a.broadcast(at.once(), c.tokens[2])
	}
}

// once returns the trail of what happens by a schedule.
func (t trail) once() trail {
	t.later = max(t.later, effect.Once)
	return t
}

// analyzeUUIDDropDTMF reads `UUID on|off mask_file PATH`.
func analyzeUUIDDropDTMF(a *analyzer, at trail, c *call) {
	if ascii.EqualFold(c.token(2), "mask_file") {
		a.broadcast(at, c.token(3))
	}
}

// transferTo appends the effects of `EXTEN [DIALPLAN [CONTEXT]]`. Without a token FreeSWITCH transfers
// too: to the extension that it puts in the place of none (switch_ivr.c, switch_ivr_session_transfer).
func (a *analyzer) transferTo(at trail, tokens []string) {
	c := call{tokens: tokens}
	a.dialplan(at, c.token(0), c.token(1), c.token(2))
}

// analyzeUUIDTransfer reads `UUID [-FLAG] EXTEN [DIALPLAN [CONTEXT]]`: here any word that begins with a dash is a
// flag (mod_commands.c, transfer_function).
func analyzeUUIDTransfer(a *analyzer, at trail, c *call) {
	if len(c.tokens) < 2 {
		return
	}
	if strings.HasPrefix(c.tokens[1], "-") {
		a.transferTo(at, c.rest(2))
	} else {
		a.transferTo(at, c.rest(1))
	}
}

// analyzeSchedTransfer reads `TIME UUID EXTEN [DIALPLAN [CONTEXT]]`.
func analyzeSchedTransfer(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 1 {
		a.transferTo(at.once(), c.rest(2))
	}
}

// analyzeUUIDDualTransfer reads `UUID EXTEN[/DIALPLAN[/CONTEXT]] EXTEN[/DIALPLAN[/CONTEXT]]`, the second for the
// bridged partner (mod_commands.c, dual_transfer_function).
func analyzeUUIDDualTransfer(a *analyzer, at trail, c *call) {
	for _, dest := range c.rest(1) {
		exten, dialplan, context := dest, "", ""
		if i := strings.Index(dest, "/inline"); i >= 0 && i+len("/inline") == len(dest) {
			exten, dialplan = dest[:i], "inline"
		} else {
			exten, dialplan, _ = strings.Cut(dest, "/")
			dialplan, context, _ = strings.Cut(dialplan, "/")
		}
		a.dialplan(at, exten, dialplan, context)
	}
}

// limitExtension is where a call beyond a limit goes without a stated extension (switch_limit.h).
const limitExtension = "limit_exceeded"

// overLimit appends the effects of `[EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]`, for a call beyond a limit.
func overLimit(a *analyzer, at trail, tokens []string) {
	c := call{tokens: tokens}
	exten := c.token(0)
	if len(tokens) == 0 {
		exten = limitExtension
	}
	if cause, ok := strings.CutPrefix(exten, "!"); ok {
		a.app(at, "hangup", cause)
		return
	}
	a.dialplan(at, exten, c.token(1), c.token(2))
}

// analyzeUUIDLimit reads `UUID BACKEND REALM ID [MAX [EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]]`.
func analyzeUUIDLimit(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 3 {
		overLimit(a, at, c.rest(5))
	}
}

// analyzeUUIDDeflect reads `UUID TARGET`: a URI that the far end is sent to, or, on a loopback
// channel, `EXTEN [DIALPLAN [CONTEXT]]` for its partner (mod_loopback.c).
func analyzeUUIDDeflect(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 1 {
		deflect(a, at, c.tokens[1])
	}
}

func deflect(a *analyzer, at trail, target string) {
	a.redirect(at, "deflect", target)
	// loopback cuts at single spaces, and knows neither quotes nor flags.
	if target != "" {
		a.transferTo(at, strings.SplitN(target, " ", 3))
	}
}

// redirect appends the dial effect of sending the far end of a call elsewhere.
func (a *analyzer) redirect(at trail, how, target string) {
	a.add(effect.Effect{
		Kind: effect.KindDial, Name: how + "/" + target, Leg: effect.LegOther, UUIDs: at.uuids, Path: at.path, Later: at.later,
	})
	a.stored(at, target)
}

// analyzeUUIDRedirect reads `UUID URI`.
func analyzeUUIDRedirect(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 1 {
		a.redirect(at, "redirect", c.tokens[1])
	}
}

// analyzeToneDetect reads `UUID KEY TONES FLAGS TIMEOUT APP ARGS HITS`.
func analyzeToneDetect(a *analyzer, at trail, c *call) { a.colonApp(at, c.token(5), c.token(6)) }
