package nested

import (
	"strings"

	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// The numbers that FreeSWITCH itself has for them, beyond which the last takes all the rest.
const (
	// dialplans in one list (switch_core_state_machine.c, switch_core_standard_on_routing)
	maxDialplans  = 25
	maxInlineApps = 128 // applications of an inline dialplan (mod_dptools.c, inline_dialplan_hunt)
)

// service is the extension that FreeSWITCH puts in the place of an empty one.
const service = "service"

// dialplans are those of FreeSWITCH's own tree, as they are written. It compares them without case.
var dialplans = [...]string{"XML", "inline", "LUA", "asterisk", "directory", "enum", "lcr", "signalwire", "translate"}

// dialplan appends the effects of sending a channel to an extension. An empty dialplan is XML,
// which is what FreeSWITCH takes unless the channel came by another; an empty context is the
// channel's own, and stays an empty token. dialplan is a list, from which the first that knows the
// extension is taken: all count.
func (a *Analyzer) dialplan(at Origin, exten, dialplan, context string) {
	if exten == "" {
		exten = service
	}
	a.route(at, exten, dialplan, context)
}

// route is dialplan where an empty extension is looked for as it stands.
func (a *Analyzer) route(at Origin, exten, dialplan, context string) {
	if dialplan == "" {
		dialplan = dialplans[0]
	}
	// FreeSWITCH expands the dialplan itself, and keeps the other two where an expansion may
	// mention them.
	written := dialplan
	dialplan, known := a.expandable(at, dialplan)
	if !known || strings.Contains(dialplan, fstext.UnknownDollar) {
		a.Opaque(at, effect.OpaqueExpansion)
	}
	names, err := fstext.SeparateStrict(nil, dialplan, ',', maxDialplans)
	if err != nil {
		a.unclear(at, err, dialplan)
		return
	}
	for _, name := range names {
		name, arg, _ := strings.Cut(name, ":")
		if name = dialplanName(name); name == "inline" {
			if arg == "" {
				arg = exten
				if !ascii.EqualFold(written, name) {
					// The channel keeps it for transfers that name none, with other extensions:
					// only where all of it is that word does FreeSWITCH take another one then
					// (switch_ivr.c, switch_ivr_session_transfer).
					a.Opaque(at, effect.OpaqueWrapper)
				}
			}
			a.inline(at, arg)
			continue
		}
		a.Add(effect.Effect{
			// switch_xml.c, switch_xml_find_child
			Kind: effect.KindDialplan, Name: name, Args: exten, Tokens: []string{context, exten}, Fold: 1,
			UUIDs: at.UUIDs, Path: at.Path, Later: at.Later,
		})
		a.stored(at, exten)
		a.stored(at, context)
		if name == "LUA" || arg != "" {
			// Its context is the script; and the argument of the others names a file to read it
			// from.
			a.Opaque(at, effect.OpaqueScript)
		}
		if name == "enum" {
			a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: whyAnswer})
		}
	}
}

// ownDialplan is route where an empty one is the dialplan that the channel itself came by, which
// may be inline: then exten is run.
func (a *Analyzer) ownDialplan(at Origin, exten, dialplan, context string) {
	a.route(at, exten, dialplan, context)
	if dialplan == "" && couldBeInline(a, exten) {
		a.inline(at, exten)
	}
}

// couldBeInline reports whether exten, taken for an inline dialplan, would run anything.
func couldBeInline(a *Analyzer, exten string) bool {
	return strings.ContainsAny(exten, ":,'\\") || a.cat.HasApp(strings.Trim(exten, " "))
}

// dialplanName returns the name of a dialplan in its one spelling, an unknown one as it is.
func dialplanName(name string) string {
	for _, known := range dialplans {
		if ascii.EqualFold(name, known) {
			return known
		}
	}
	return name
}

// inline appends the effects of an inline dialplan: app:args,app:args, or with m:X: before it X in
// the comma's place.
func (a *Analyzer) inline(at Origin, text string) {
	at.Path = at.join("dialplan inline")
	sep := byte(',')
	if len(text) > 3 && text[0] == 'm' && text[1] == ':' && text[3] == ':' {
		sep, text = text[2], text[4:]
	}
	items, err := fstext.SeparateStrict(nil, text, sep, maxInlineApps)
	if err != nil || sep == '\'' || sep == '\\' {
		a.unclear(at, err, text)
		return
	}
	for _, item := range items {
		name, args, _ := strings.Cut(item, ":")
		if name = strings.TrimLeft(name, " "); name != "" {
			a.App(at, name, args)
		}
	}
}

// analyzeGoto reads `CONTEXT|EXTEN`.
func analyzeGoto(a *Analyzer, at Origin, c *call) { a.dialplan(at, c.token(1), "asterisk", c.token(0)) }

// analyzeExecuteExtension reads `EXTEN [DIALPLAN [CONTEXT]]`.
func analyzeExecuteExtension(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 0 {
		a.ownDialplan(at, c.token(0), c.token(1), c.token(2))
	}
}

// analyzeTransfer reads `[-bleg|-both] EXTEN [DIALPLAN [CONTEXT]]`: here no other word is a flag
// (mod_dptools.c, transfer_function).
func analyzeTransfer(a *Analyzer, at Origin, c *call) {
	switch {
	case len(c.tokens) == 0:
	case ascii.EqualFold(c.tokens[0], "-bleg"), ascii.EqualFold(c.tokens[0], "-both"):
		at.leg = effect.LegUnknown // not the channel at hand, or not it alone
		a.transferTo(at, c.rest(1))
	default:
		a.transferTo(at, c.tokens)
	}
}

// analyzeSchedTransferApp reads `TIME EXTEN [DIALPLAN [CONTEXT]]`.
func analyzeSchedTransferApp(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 1 {
		a.transferTo(at.once(), c.rest(1))
	}
}

// transferTo appends the effects of `EXTEN [DIALPLAN [CONTEXT]]`. Without a token FreeSWITCH
// transfers too: to the extension that it puts in the place of none (switch_ivr.c,
// switch_ivr_session_transfer).
func (a *Analyzer) transferTo(at Origin, tokens []string) {
	c := call{tokens: tokens}
	a.dialplan(at, c.token(0), c.token(1), c.token(2))
}

// analyzeUUIDTransfer reads `UUID [-FLAG] EXTEN [DIALPLAN [CONTEXT]]`: here any word that begins
// with a dash is a flag (mod_commands.c, transfer_function).
func analyzeUUIDTransfer(a *Analyzer, at Origin, c *call) {
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
func analyzeSchedTransfer(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 1 {
		a.transferTo(at.once(), c.rest(2))
	}
}

// analyzeUUIDDualTransfer reads `UUID EXTEN[/DIALPLAN[/CONTEXT]] EXTEN[/DIALPLAN[/CONTEXT]]`, the
// second for the bridged partner (mod_commands.c, dual_transfer_function).
func analyzeUUIDDualTransfer(a *Analyzer, at Origin, c *call) {
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

// limitBackends are FreeSWITCH's own. A text that begins with anything else can be read as if db
// stood before it.
var limitBackends = []string{"hash", "db", "hiredis"}

// analyzeLimit reads `BACKEND REALM ID [MAX [EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]]`.
func analyzeLimit(a *Analyzer, at Origin, c *call) {
	if !ascii.ContainsEqualFold(limitBackends, c.token(0)) {
		a.ambiguous(at, whyFirstWord)
	}
	overLimit(a, at, c.rest(4))
}

// analyzeLimitHash reads `REALM ID [MAX [EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]]`.
func analyzeLimitHash(a *Analyzer, at Origin, c *call) {
	if !fstext.IsUnambiguous(c.args, ' ') {
		a.ambiguous(at, whyAmbiguous(c.args))
	}
	hash := call{tokens: fstext.Separate("hash "+c.args, ' ', 7)}
	overLimit(a, at, hash.rest(4))
}

// analyzeLimitExecute reads `BACKEND REALM ID MAX APP ARGS`.
func analyzeLimitExecute(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) < 6 || !ascii.ContainsEqualFold(limitBackends, c.token(0)) {
		a.ambiguous(at, whyFirstWord+", and write all six arguments")
	}
	a.colonApp(at, c.token(4), c.token(5))
}

// analyzeLimitHashExecute reads `REALM ID MAX APP ARGS`.
func analyzeLimitHashExecute(a *Analyzer, at Origin, c *call) {
	if !fstext.IsUnambiguous(c.args, ' ') {
		a.ambiguous(at, whyAmbiguous(c.args))
	}
	hash := call{tokens: fstext.Separate("hash "+c.args, ' ', 6)}
	a.colonApp(at, hash.token(4), hash.token(5))
}

// limitExtension is where a call beyond a limit goes without a stated extension (switch_limit.h).
const limitExtension = "limit_exceeded"

// overLimit appends the effects of `[EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]`, for a call beyond a
// limit.
func overLimit(a *Analyzer, at Origin, tokens []string) {
	c := call{tokens: tokens}
	exten := c.token(0)
	if len(tokens) == 0 {
		exten = limitExtension
	}
	if cause, ok := strings.CutPrefix(exten, "!"); ok {
		a.App(at, "hangup", cause)
		return
	}
	a.dialplan(at, exten, c.token(1), c.token(2))
}

// analyzeUUIDLimit reads `UUID BACKEND REALM ID [MAX [EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]]`.
func analyzeUUIDLimit(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 3 {
		overLimit(a, at, c.rest(5))
	}
}
