package command

import (
	"strings"

	"eslguard/effect"
	"eslguard/internal/ascii"
)

// broadcast appends the effects of what FreeSWITCH calls a path: `app!cause::args`, or else a file to
// play (switch_ivr_async.c, switch_ivr_broadcast). With a cause the channel is hung up after it.
func (p *parser) broadcast(at trail, path string) {
	app, args := "playback", path
	if i := strings.IndexByte(path, ':'); i >= 0 && strings.HasPrefix(path[i:], "::") {
		app, args = path[:i], path[i+2:]
	}
	app, cause, hangup := strings.Cut(app, "!")
	p.colonApp(at, app, args)
	if !hangup {
		return
	}
	if cause == "" {
		cause = "normal_clearing"
	}
	p.app(at, "hangup", cause)
}

// uuidBroadcastParts reads `UUID PATH [LEG]`.
func uuidBroadcastParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 1 {
		p.broadcast(at, c.tokens[1])
	}
}

// schedBroadcastParts reads `TIME UUID PATH [LEG]`.
func schedBroadcastParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 2 {
		p.broadcast(at.once(), c.tokens[2])
	}
}

// once returns the trail of what happens by a schedule.
func (t trail) once() trail {
	t.later = max(t.later, effect.Once)
	return t
}

// uuidDropDTMFParts reads `UUID on|off mask_file PATH`.
func uuidDropDTMFParts(p *parser, at trail, c *call) {
	if ascii.EqualFold(c.token(2), "mask_file") {
		p.broadcast(at, c.token(3))
	}
}

// transferTo appends the effects of `EXTEN [DIALPLAN [CONTEXT]]`. Without a token FreeSWITCH transfers
// too: to the extension that it puts in the place of none (switch_ivr.c, switch_ivr_session_transfer).
func (p *parser) transferTo(at trail, tokens []string) {
	c := call{tokens: tokens}
	p.dialplan(at, c.token(0), c.token(1), c.token(2))
}

// uuidTransferParts reads `UUID [-FLAG] EXTEN [DIALPLAN [CONTEXT]]`: here any word that begins with a dash is a
// flag (mod_commands.c, transfer_function).
func uuidTransferParts(p *parser, at trail, c *call) {
	if len(c.tokens) < 2 {
		return
	}
	if strings.HasPrefix(c.tokens[1], "-") {
		p.transferTo(at, c.rest(2))
	} else {
		p.transferTo(at, c.rest(1))
	}
}

// schedTransferParts reads `TIME UUID EXTEN [DIALPLAN [CONTEXT]]`.
func schedTransferParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 1 {
		p.transferTo(at.once(), c.rest(2))
	}
}

// uuidDualTransferParts reads `UUID EXTEN[/DIALPLAN[/CONTEXT]] EXTEN[/DIALPLAN[/CONTEXT]]`, the second for the
// bridged partner (mod_commands.c, dual_transfer_function).
func uuidDualTransferParts(p *parser, at trail, c *call) {
	for _, dest := range c.rest(1) {
		exten, dialplan, context := dest, "", ""
		if i := strings.Index(dest, "/inline"); i >= 0 && i+len("/inline") == len(dest) {
			exten, dialplan = dest[:i], "inline"
		} else {
			exten, dialplan, _ = strings.Cut(dest, "/")
			dialplan, context, _ = strings.Cut(dialplan, "/")
		}
		p.dialplan(at, exten, dialplan, context)
	}
}

// limitExtension is where a call beyond a limit goes without a stated extension (switch_limit.h).
const limitExtension = "limit_exceeded"

// overLimit appends the effects of `[EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]`, for a call beyond a limit.
func (p *parser) overLimit(at trail, tokens []string) {
	c := call{tokens: tokens}
	exten := c.token(0)
	if len(tokens) == 0 {
		exten = limitExtension
	}
	if cause, ok := strings.CutPrefix(exten, "!"); ok {
		p.app(at, "hangup", cause)
		return
	}
	p.dialplan(at, exten, c.token(1), c.token(2))
}

// uuidLimitParts reads `UUID BACKEND REALM ID [MAX [EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]]`.
func uuidLimitParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 3 {
		p.overLimit(at, c.rest(5))
	}
}

// uuidDeflectParts reads `UUID TARGET`: a URI that the far end is sent to, or, on a loopback
// channel, `EXTEN [DIALPLAN [CONTEXT]]` for its partner (mod_loopback.c).
func uuidDeflectParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 1 {
		p.deflect(at, c.tokens[1])
	}
}

func (p *parser) deflect(at trail, target string) {
	p.redirect(at, "deflect", target)
	// loopback cuts at single spaces, and knows neither quotes nor flags.
	if target != "" {
		p.transferTo(at, strings.SplitN(target, " ", 3))
	}
}

// redirect appends the dial effect of sending the far end of a call elsewhere.
func (p *parser) redirect(at trail, how, target string) {
	p.effect(effect.Effect{
		Kind: effect.KindDial, Name: how + "/" + target, Leg: effect.LegOther, UUIDs: at.uuids, Path: at.path, Later: at.later,
	})
	p.stored(at, target)
}

// uuidRedirectParts reads `UUID URI`.
func uuidRedirectParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 1 {
		p.redirect(at, "redirect", c.tokens[1])
	}
}

// toneDetectParts reads `UUID KEY TONES FLAGS TIMEOUT APP ARGS HITS`.
func toneDetectParts(p *parser, at trail, c *call) { p.colonApp(at, c.token(5), c.token(6)) }
