package nested

import (
	"slices"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// analyzeJoinConference reads `NAME[@PROFILE][+PIN][+flags{…}]` or `bridge:NAME:DIAL-STRING`
// (mod_conference.c).
func analyzeJoinConference(a *Analyzer, at Origin, c *call) {
	const bridge = "bridge:"
	text := strings.TrimLeft(c.args, " ")
	if !ascii.HasPrefixFold(text, bridge) {
		return
	}
	_, dial, ok := strings.Cut(text[len(bridge):], ":")
	if !ok || strings.IndexByte(dial, '+') >= 0 {
		// FreeSWITCH may cut the text at the +, as the beginning of a pin or of flags.
		a.ambiguous(at, "no dial string follows bridge:NAME, or it holds a +, so correct it")
	}
	a.dialString(at, dial)
}

// autoOutcallSlots is the maximum number of dial strings of conference_set_auto_outcall
// (conference_loop.c, conference_loop_output).
const autoOutcallSlots = 512

// analyzeAutoOutcall reads dial strings separated by commas. Only quotes protect a comma; each part
// is then read as a dial string.
func analyzeAutoOutcall(a *Analyzer, at Origin, c *call) {
	pieces, err := fstext.SeparateStrict(nil, c.args, ',', autoOutcallSlots)
	if err != nil {
		a.unreadable(at, err, c.args)
	}
	for _, piece := range pieces {
		a.dialString(at, piece)
	}
}

// analyzeConference reads `NAME SUBCOMMAND …` (mod_conference.c, conference_api.c).
func analyzeConference(a *Analyzer, at Origin, c *call) {
	a.storedTokens(at, c.args, c.tokens) // members' paths and texts, which are expanded later
	switch sub := ascii.ToLower(c.token(1)); {
	case sub == "":
	case sub == "dial", sub == "bgdial":
		conferenceDial(a, at.starting(), c)
		// Every leg that answers runs it (mod_conference.c, conference_outcall).
		a.App(at, "conference", c.token(0))
	case sub == "transfer":
		// The name becomes part of an inline dialplan.
		if !fstext.IsPlain(c.token(2)) {
			a.Opaque(at, effect.OpaqueWrapper)
		}
		a.App(at, "conference", c.token(2))
	case sub == "record", sub == "recording":
		if slices.ContainsFunc(c.rest(2), isShellText) {
			a.Opaque(at, effect.OpaqueScript)
		}
	case !catalog.IsPlainConferenceCommand(sub):
		if _, added := c.Added(c.tokens); !added {
			a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueWrapper, Why: whySubcommand})
		}
	}
}

// conferenceDial appends the effects of `NAME dial DIAL-STRING [NUMBER [NAME]]`. FreeSWITCH takes
// the caller id from the variables of the dial string, else from the last two arguments, else from
// the conference (mod_conference.c, conference_outcall; switch_ivr_originate.c,
// switch_ivr_originate).
func conferenceDial(a *Analyzer, at Origin, c *call) {
	at.block, at.directory = a.dialString(at, c.token(2))
	if number := c.token(3); number != "" {
		a.variable(at, catalog.ScopeOriginate, "origination_caller_id_number", number)
	}
	if name := c.token(4); name != "" {
		a.variable(at, catalog.ScopeOriginate, "origination_caller_id_name", name)
	}
}

// writeConference is traits.canonical for the API conference.
func writeConference(split fstext.Splitter, args string, tokens []string) (text string, sure bool) {
	if isConferenceSay(tokens) {
		return writeConferenceSay(args, tokens)
	}
	return writeArgument(split, args, tokens)
}

// isConferenceSay reports whether the argument is a text to speak. FreeSWITCH takes that text from
// the whole line and not from the tokens (mod_conference.c, conference_api.c). It finds the
// conference and the subcommand by the first two tokens, which must each be followed by exactly one
// space.
func isConferenceSay(tokens []string) bool {
	return len(tokens) > 1 && ascii.HasPrefixFold(tokens[1], "say")
}

// writeConferenceSay writes the argument for a text to speak. Quotes around a plain name are
// removed: FreeSWITCH finds the conference by the token, and the text after the first "say" of the
// line (conference_api.c, conference_api_main_real and conference_api_dispatch), so both spellings
// mean the same.
func writeConferenceSay(args string, tokens []string) (text string, sure bool) {
	name, verb := tokens[0], " "+tokens[1]+" "
	if !fstext.IsPlain(name) {
		return args, false
	}
	if rest, quoted := strings.CutPrefix(args, "'"+name+"'"); quoted {
		args = name + rest
	}
	return args, strings.HasPrefix(args, name+verb)
}
