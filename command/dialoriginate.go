package command

import (
	"strings"

	"eslguard/effect"
	"eslguard/internal/fstext"
)

// originateParts are those of the API originate.
func originateParts(p *parser, at trail, c *call) {
	if len(c.tokens) < fstext.OriginateMin && !strings.ContainsAny(c.args, "'\"\\^ ") {
		// These are fewer than two tokens for sure: FreeSWITCH answers how originate is used
		// (mod_commands.c, originate_function).
		return
	}
	var r fstext.DialReader
	o, err := fstext.ReadOriginate(&r, c.args, c.tokens)
	if err != nil {
		p.unsure(at, originateDoubt(c.args, c.tokens))
		p.unclear(at, err, c.args)
		return
	}
	if at.depth == 1 {
		p.up, p.upTokens = o.Canonical, o.Tokens
	}
	at.leg = effect.LegA
	at.block = p.dial(at, &o.Dial, fstext.DefaultContext)
	at.leg = effect.LegB
	// What the block does not say of the caller, these do (switch_ivr_originate.c).
	at.directory = o.Dial.AsksDirectory()
	if o.Name != "" {
		p.variable(at, scopeOriginate, "origination_caller_id_name", o.Name)
	}
	if o.Number != "" {
		p.variable(at, scopeOriginate, "origination_caller_id_number", o.Number)
	}
	at.block = effect.Block{}
	if o.App != "" {
		p.app(at, o.App, o.Args)
	} else {
		p.dialplan(at, o.Exten, o.Dialplan, o.Context)
	}
}
