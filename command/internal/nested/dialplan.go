package nested

import (
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// FreeSWITCH's own limits. Beyond each, the last element takes all the rest.
const (
	// dialplans in one list (switch_core_state_machine.c, switch_core_standard_on_routing)
	maxDialplans  = 25
	maxInlineApps = 128 // applications of an inline dialplan (mod_dptools.c, inline_dialplan_hunt)
)

// service is the extension that FreeSWITCH uses for an empty one.
const service = "service"

// dialplan appends the effects of sending a channel to an extension. An empty extension is replaced
// by service. An empty dialplan means XML, which is FreeSWITCH's default unless the channel came by
// another. An empty context means the channel's own and stays an empty token. dialplan may be a
// list; FreeSWITCH uses the first that has the extension, so the effects of all are appended.
func (a *Analyzer) dialplan(at Origin, exten, dialplan, context string) {
	if exten == "" {
		exten = service
	}
	a.route(at, exten, dialplan, context)
}

// route is like dialplan but keeps an empty extension.
func (a *Analyzer) route(at Origin, exten, dialplan, context string) {
	if dialplan == "" {
		dialplan = fstext.DefaultDialplan
	}
	// FreeSWITCH expands the name of the dialplan. It keeps the extension and the context where an
	// expansion can mention them.
	written := dialplan
	dialplan, known := a.expandable(at, dialplan)
	if !known || strings.Contains(dialplan, fstext.UnknownDollar) {
		a.Opaque(at, effect.OpaqueExpansion)
	}
	names, err := fstext.SeparateStrict(nil, dialplan, ',', maxDialplans)
	if err != nil {
		a.unreadable(at, err, dialplan)
		return
	}
	for _, name := range names {
		name, arg, _ := strings.Cut(name, ":")
		if name = catalog.DialplanName(name); name == "inline" {
			if arg == "" {
				arg = exten
				if !ascii.EqualFold(written, name) {
					// The channel keeps the dialplan for later transfers that state none, which
					// have other extensions. Only if the whole dialplan is that word does
					// FreeSWITCH use another dialplan then (switch_ivr.c,
					// switch_ivr_session_transfer).
					a.Opaque(at, effect.OpaqueWrapper)
				}
			}
			a.inline(at, arg)
			continue
		}
		a.Add(effect.Effect{
			// the fold: switch_xml.c, switch_xml_find_child
			Kind: effect.KindDialplan, Name: name, Args: exten, Tokens: []string{context, exten}, Fold: 1,
			UUIDs: at.UUIDs, Path: at.Path, Later: at.Later,
		})
		a.stored(at, exten)
		a.stored(at, context)
		if name == "LUA" || arg != "" {
			// The context of LUA is the script. The argument of another dialplan names a file to
			// read it from.
			a.Opaque(at, effect.OpaqueScript)
		}
		if name == "enum" {
			a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: whyAnswer})
		}
	}
}

// ownDialplan is like route, but an empty dialplan means the one that the channel itself came by.
// If that is inline, FreeSWITCH runs exten.
func (a *Analyzer) ownDialplan(at Origin, exten, dialplan, context string) {
	a.route(at, exten, dialplan, context)
	if dialplan == "" && couldBeInline(a, exten) {
		a.inline(at, exten)
	}
}

// couldBeInline reports whether exten would run anything if it were read as an inline dialplan.
func couldBeInline(a *Analyzer, exten string) bool {
	return strings.ContainsAny(exten, ":,'\\") || a.cat.HasApp(strings.Trim(exten, " "))
}

// inline appends the effects of an inline dialplan: app:args,app:args, or m:X:app:argsXapp:args
// with the byte X as the separator.
func (a *Analyzer) inline(at Origin, text string) {
	at.Path = at.join("dialplan inline")
	sep := byte(',')
	if len(text) > 3 && text[0] == 'm' && text[1] == ':' && text[3] == ':' {
		sep, text = text[2], text[4:]
	}
	items, err := fstext.SeparateStrict(nil, text, sep, maxInlineApps)
	if err != nil || sep == '\'' || sep == '\\' {
		a.unreadable(at, err, text)
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

// analyzeTransfer reads `[-bleg|-both] EXTEN [DIALPLAN [CONTEXT]]`. No other word is a flag here
// (mod_dptools.c, transfer_function).
func analyzeTransfer(a *Analyzer, at Origin, c *call) {
	switch {
	case len(c.tokens) == 0:
	case ascii.EqualFold(c.tokens[0], "-bleg"), ascii.EqualFold(c.tokens[0], "-both"):
		at.leg = effect.LegUnknown // another channel, or both
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

// transferTo appends the effects of `EXTEN [DIALPLAN [CONTEXT]]`. Without tokens FreeSWITCH also
// transfers, to service (switch_ivr.c, switch_ivr_session_transfer).
func (a *Analyzer) transferTo(at Origin, tokens []string) {
	c := call{tokens: tokens}
	a.dialplan(at, c.token(0), c.token(1), c.token(2))
}

// analyzeUUIDTransfer reads `UUID [-FLAG] EXTEN [DIALPLAN [CONTEXT]]`. Every word that begins with
// a dash is a flag here (mod_commands.c, transfer_function).
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

// analyzeUUIDDualTransfer reads `UUID EXTEN[/DIALPLAN[/CONTEXT]] EXTEN[/DIALPLAN[/CONTEXT]]`. The
// second destination is for the bridged partner (mod_commands.c, dual_transfer_function).
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

// limitBackends are FreeSWITCH's own. A text that begins with another word can be read as if db
// preceded it.
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

// limitExtension is the extension of a call over a limit if none is stated (switch_limit.h).
const limitExtension = "limit_exceeded"

// overLimit appends the effects of `[EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]`, which says what happens
// to a call over a limit.
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
