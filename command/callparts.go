package command

import (
	"slices"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// analyzeConference reads `NAME SUBCOMMAND …` (mod_conference.c, conference_api.c).
func analyzeConference(a *analyzer, at trail, c *call) {
	a.storedTokens(at, c.args, c.tokens) // of a member's paths and texts, expanded there
	switch sub := ascii.ToLower(c.token(1)); {
	case sub == "":
	case sub == "dial", sub == "bgdial":
		conferenceDial(a, at.starting(), c)
		a.app(at, "conference", c.token(0)) // which whoever answers runs (mod_conference.c, conference_outcall)
	case sub == "transfer":
		// The name becomes part of an inline dialplan.
		if !fstext.IsPlain(c.token(2)) {
			a.opaque(at, effect.OpaqueWrapper)
		}
		a.app(at, "conference", c.token(2))
	case sub == "record", sub == "recording":
		if slices.ContainsFunc(c.rest(2), isShellText) {
			a.opaque(at, effect.OpaqueScript)
		}
	case !catalog.IsPlainConferenceCommand(sub):
		if _, added := c.Added(c.tokens); !added {
			a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueWrapper, Why: doubtSubcommand})
		}
	}
}

// conferenceDial appends the effects of `NAME dial DIAL-STRING [NUMBER [NAME]]`. Where the
// variables of the dial string say nothing of the caller, the last two do, and without them the
// conference's own (mod_conference.c, conference_outcall; switch_ivr_originate.c,
// switch_ivr_originate).
func conferenceDial(a *analyzer, at trail, c *call) {
	at.block, at.directory = a.dialString(at, c.token(2))
	if number := c.token(3); number != "" {
		a.variable(at, catalog.ScopeOriginate, "origination_caller_id_number", number)
	}
	if name := c.token(4); name != "" {
		a.variable(at, catalog.ScopeOriginate, "origination_caller_id_name", name)
	}
}

// analyzeCallcenter reads `SUBJECT VERB …` (mod_callcenter.c). Of what it stores, an agent's contact is dialled.
func analyzeCallcenter(a *analyzer, at trail, c *call) {
	a.storedTokens(at, c.args, c.tokens)
	if ascii.EqualFold(c.token(0), "agent") && ascii.EqualFold(c.token(1), "set") && ascii.EqualFold(c.token(2), "contact") {
		// The channel of the caller expands it (mod_callcenter.c, outbound_agent_thread_run).
		again, k := a.expandOnChannel(at, c.token(4))
		in := at
		if in.note(k); in.named && !in.unknown {
			a.opaqueEffect(in, effect.Effect{Name: effect.OpaqueExpansion, Named: true})
		}
		expandedDial(a, in, again, k != knownNot)
	}
}

// analyzeGroup reads `insert:NAME:DIAL-STRING` (mod_db.c, group_app_function), which `group call`
// gives back for a dial string.
func analyzeGroup(a *analyzer, at trail, c *call) {
	a.storedTokens(at, c.args, c.tokens)
	if ascii.EqualFold(c.token(0), "insert") && c.token(2) != "" {
		a.dialString(at, c.token(2))
	}
}

// analyzeFifoOutbound reads `FIFO DIAL-STRING [PRIORITY]`.
func analyzeFifoOutbound(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 1 {
		fifoDial(a, at, c.tokens[0], c.tokens[1])
	}
}

// fifoDial appends the effects of a dial string that a queue keeps. It is joined with others and with the queue's name
// for a dial string of many legs, and whoever answers runs the application fifo with the name (mod_fifo.c,
// outbound_ringall_thread_run): what could reach beyond its own leg is opaque.
func fifoDial(a *analyzer, at trail, fifo, text string) {
	// The headers of an event are mentioned, and not variables of a channel.
	text, known := a.expandable(at, text)
	expandedDial(a, at, text, known)
	a.stored(at, fifo)
	if !fstext.IsPlain(fifo) {
		a.opaque(at, effect.OpaqueWrapper)
	}
	if quotes := strings.Count(text, "'"); quotes%2 != 0 || quotes > 0 && strings.IndexByte(text, '\\') >= 0 {
		a.unsure(at, doubt(text))
	}
}

// expandedDial appends the effects of a dial string that is kept and was expanded as it is before
// it is dialled (mod_fifo.c, outbound_ringall_thread_run; mod_callcenter.c,
// outbound_agent_thread_run). known says that what it says is known, or is noted in at.
func expandedDial(a *analyzer, at trail, text string, known bool) {
	if !known {
		a.opaque(at, effect.OpaqueExpansion)
	}
	a.stored(at, text)
	a.dialString(at, text)
}

// analyzeFifoMember reads `add FIFO DIAL-STRING …` and `del FIFO DIAL-STRING`.
func analyzeFifoMember(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 2 && !ascii.EqualFold(c.tokens[0], "del") {
		fifoDial(a, at, c.tokens[1], c.tokens[2])
	}
}

// analyzePage reads blocks `(NAME=VALUE,…)`, then blocks `<NAME=VALUE,…>`, and the dial strings after them, parted by
// :_: wherever it stands (mod_dptools.c, page_api_function and call_monitor_thread). What the variables run, hook.page says.
func analyzePage(a *analyzer, at trail, c *call) {
	vars, text, err := fstext.ReadBlocks(nil, strings.TrimLeft(c.args, " "), '(', ')')
	if err != nil {
		a.unclear(at, err, c.args)
		return
	}
	a.settings(at, catalog.ScopeOriginate, vars)
	vars, text, err = fstext.ReadBlocks(nil, strings.TrimLeft(text, " "), '<', '>')
	if err != nil {
		a.unclear(at, err, c.args)
		return
	}
	a.settings(at, catalog.ScopeOriginate, vars)
	for part := range strings.SplitSeq(strings.TrimLeft(text, " "), fstext.EnterpriseMark) {
		if part != "" && !a.isFull() {
			a.dialString(at.starting(), part)
		}
	}
}
