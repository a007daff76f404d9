package command

import (
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/internal/fstext"
)

// rewriteOriginate reads the argument of the API originate.
func rewriteOriginate(a *analyzer, at trail, c *call) (canonical string, tokens []string) {
	if len(c.tokens) < fstext.OriginateMin && !strings.ContainsAny(c.args, "'\"\\^ ") {
		// These are fewer than two tokens for sure: FreeSWITCH answers how originate is used
		// (mod_commands.c, originate_function).
		return "", nil
	}
	var r fstext.DialReader
	o, err := fstext.ReadOriginate(&r, c.args, c.tokens)
	if err != nil {
		a.unsure(at, originateDoubt(c.args, c.tokens))
		a.unclear(at, err, c.args)
		return "", nil
	}
	at.leg = effect.LegA
	at.block = a.dial(at, &o.Dial, fstext.DefaultContext)
	at.leg = effect.LegB
	// What the block does not say of the caller, these do (switch_ivr_originate.c).
	at.directory = o.Dial.AsksDirectory()
	if o.Name != "" {
		a.variable(at, catalog.ScopeOriginate, "origination_caller_id_name", o.Name)
	}
	if o.Number != "" {
		a.variable(at, catalog.ScopeOriginate, "origination_caller_id_number", o.Number)
	}
	at.block = effect.Block{}
	if o.App != "" {
		a.app(at, o.App, o.Args)
	} else {
		a.dialplan(at, o.Exten, o.Dialplan, o.Context)
	}
	return o.Canonical, o.Tokens
}
