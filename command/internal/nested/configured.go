package nested

import (
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// analyzeCallcenter reads `SUBJECT VERB …` (mod_callcenter.c). Of what it stores, an agent's
// contact is dialled.
func analyzeCallcenter(a *Analyzer, at Origin, c *call) {
	a.storedTokens(at, c.args, c.tokens)
	if ascii.EqualFold(c.token(0), "agent") && ascii.EqualFold(c.token(1), "set") && ascii.EqualFold(c.token(2), "contact") {
		// The caller's channel expands it (mod_callcenter.c, outbound_agent_thread_run).
		again, k := a.expandOnChannel(at, c.token(4))
		in := at
		if in.note(k); in.named && !in.unknown {
			a.opaqueEffect(in, effect.Effect{Name: effect.OpaqueExpansion, Named: true})
		}
		expandedDial(a, in, again, k != knownNot)
	}
}

// analyzeGroup reads `insert:NAME:DIAL-STRING` (mod_db.c, group_app_function). `group call` returns
// such dial strings.
func analyzeGroup(a *Analyzer, at Origin, c *call) {
	a.storedTokens(at, c.args, c.tokens)
	if ascii.EqualFold(c.token(0), "insert") && c.token(2) != "" {
		a.dialString(at, c.token(2))
	}
}

// analyzeFifoOutbound reads `FIFO DIAL-STRING [PRIORITY]`.
func analyzeFifoOutbound(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 1 {
		fifoDial(a, at, c.tokens[0], c.tokens[1])
	}
}

// fifoDial appends the effects of a dial string that a queue keeps. FreeSWITCH joins it with the
// dial strings of other members, and the channel that answers runs the application fifo with the
// queue's name (mod_fifo.c, outbound_ringall_thread_run). So a text that could affect the legs
// beside it is opaque.
func fifoDial(a *Analyzer, at Origin, fifo, text string) {
	// Here ${…} mentions headers of an event and not variables of a channel.
	text, known := a.expandable(at, text)
	expandedDial(a, at, text, known)
	a.stored(at, fifo)
	if !fstext.IsPlain(fifo) {
		a.Opaque(at, effect.OpaqueWrapper)
	}
	if quotes := strings.Count(text, "'"); quotes%2 != 0 || quotes > 0 && strings.IndexByte(text, '\\') >= 0 {
		a.ambiguous(at, whyAmbiguous(text))
	}
}

// expandedDial appends the effects of a dial string that FreeSWITCH keeps, and has expanded as a
// whole when it dials it (mod_fifo.c, outbound_ringall_thread_run; mod_callcenter.c,
// outbound_agent_thread_run). known reports whether all of text is known or at notes what is not.
func expandedDial(a *Analyzer, at Origin, text string, known bool) {
	if !known {
		a.Opaque(at, effect.OpaqueExpansion)
	}
	a.stored(at, text)
	a.dialString(at, text)
}

// analyzeFifoMember reads `add FIFO DIAL-STRING …` and `del FIFO DIAL-STRING`.
func analyzeFifoMember(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 2 && !ascii.EqualFold(c.tokens[0], "del") {
		fifoDial(a, at, c.tokens[1], c.tokens[2])
	}
}

// analyzePage reads blocks `(NAME=VALUE,…)`, then blocks `<NAME=VALUE,…>`, then dial strings
// separated by :_: anywhere (mod_dptools.c, page_api_function and call_monitor_thread). For what
// the variables run, see hook.page.
func analyzePage(a *Analyzer, at Origin, c *call) {
	vars, text, err := fstext.ReadBlocks(nil, strings.TrimLeft(c.args, " "), '(', ')')
	if err != nil {
		a.unreadable(at, err, c.args)
		return
	}
	a.settings(at, catalog.ScopeOriginate, vars)
	vars, text, err = fstext.ReadBlocks(nil, strings.TrimLeft(text, " "), '<', '>')
	if err != nil {
		a.unreadable(at, err, c.args)
		return
	}
	a.settings(at, catalog.ScopeOriginate, vars)
	for part := range strings.SplitSeq(strings.TrimLeft(text, " "), fstext.EnterpriseMark) {
		if part != "" && !a.isFull() {
			a.dialString(at.starting(), part)
		}
	}
}

// analyzeNothing is for applications whose argument is only expanded.
func analyzeNothing(*Analyzer, Origin, *call) {}

// analyzePlain is for applications that do what the switch's configuration says and insert their
// argument there. Only plain words are sure to have no other effect.
func analyzePlain(a *Analyzer, at Origin, c *call) { opaqueUnlessPlain(a, at, c.args) }

func opaqueUnlessPlain(a *Analyzer, at Origin, text string) {
	for _, word := range strings.Fields(text) {
		if !fstext.IsPlain(word) {
			a.Opaque(at, effect.OpaqueWrapper)
			return
		}
	}
}

// analyzePhrase reads `MACRO,DATA`. The data become part of what the macro does.
func analyzePhrase(a *Analyzer, at Origin, c *call) {
	macro, data, _ := strings.Cut(c.args, ",")
	opaqueUnlessPlain(a, at, macro+" "+data)
}

// analyzeTranslate reads `NUMBER [PROFILE]`. FreeSWITCH expands what a rule of the switch makes of
// the number.
func analyzeTranslate(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 0 && !fstext.IsPlain(c.tokens[0]) {
		a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: whyTemplate})
	}
}

// analyzeEnum reads `reload`, or a number, for which FreeSWITCH expands the answer of a name
// server.
func analyzeEnum(a *Analyzer, at Origin, c *call) {
	if !ascii.EqualFold(c.args, "reload") {
		analyzeAnswer(a, at, c)
	}
}

// analyzeAnswer is for what expands the answer of a name server.
func analyzeAnswer(a *Analyzer, at Origin, _ *call) {
	a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: whyAnswer})
}
