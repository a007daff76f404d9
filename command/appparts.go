package command

import (
	"strings"

	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// dialParts reads a dial string.
func dialParts(p *parser, at trail, c *call) {
	if c.args != "" {
		p.dialString(at, c.args)
	}
}

// asteriskDialParts reads `CHAN&CHAN|TIMEOUT` (mod_dialplan_asterisk.c).
func asteriskDialParts(p *parser, at trail, c *call) {
	p.dialString(at, strings.ReplaceAll(c.token(0), "&", ","))
}

// gotoParts reads `CONTEXT|EXTEN`.
func gotoParts(p *parser, at trail, c *call) { p.dialplan(at, c.token(1), "asterisk", c.token(0)) }

// executeExtensionParts reads `EXTEN [DIALPLAN [CONTEXT]]`.
func executeExtensionParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 0 {
		p.ownDialplan(at, c.token(0), c.token(1), c.token(2))
	}
}

// transferParts reads `[-bleg|-both] EXTEN [DIALPLAN [CONTEXT]]`: here no other word is a flag
// (mod_dptools.c, transfer_function).
func transferParts(p *parser, at trail, c *call) {
	switch {
	case len(c.tokens) == 0:
	case ascii.EqualFold(c.tokens[0], "-bleg"), ascii.EqualFold(c.tokens[0], "-both"):
		at.leg = effect.LegUnknown // not the channel at hand, or not it alone
		p.transferTo(at, c.rest(1))
	default:
		p.transferTo(at, c.tokens)
	}
}

// schedTransferAppParts reads `TIME EXTEN [DIALPLAN [CONTEXT]]`.
func schedTransferAppParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 1 {
		p.transferTo(at.once(), c.rest(1))
	}
}

// deflectParts reads a URI, or what a loopback channel takes.
func deflectParts(p *parser, at trail, c *call) { p.deflect(at, c.args) }

// redirectParts reads a list of URIs.
func redirectParts(p *parser, at trail, c *call) { p.redirect(at, "redirect", c.args) }

// broadcastParts reads `PATH [LEG]`.
func broadcastParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 0 {
		p.broadcast(at, c.tokens[0])
	}
}

// schedBroadcastAppParts reads `TIME PATH [LEG]`.
func schedBroadcastAppParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 1 {
		p.broadcast(at.once(), c.tokens[1])
	}
}

// softHoldParts reads `KEY MOH-A MOH-B`, of which the last is broadcast to the partner.
func softHoldParts(p *parser, at trail, c *call) {
	for _, path := range c.rest(1) {
		p.broadcast(at, path)
	}
}

// bindMetaParts reads `KEY LEG FLAGS PATH`.
func bindMetaParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 3 {
		p.broadcast(at, c.tokens[3])
	}
}

// bindDigitParts reads `REALM,DIGITS,WHAT,VALUE[,TARGET,TARGET]`, where WHAT is exec:APP, exec[FLAGS]:APP or
// api:NAME, and else no more than a part of an event (mod_dptools.c, digit_action_callback).
func bindDigitParts(p *parser, at trail, c *call) {
	what, value := c.token(2), c.token(3)
	if ascii.HasPrefixFold(what, "api:") {
		p.api(at, what[len("api:"):], value)
		return
	}
	if !ascii.HasPrefixFold(what, "exec") {
		return
	}
	what = what[len("exec"):]
	end := 0
	if strings.HasPrefix(what, "[") {
		end = fstext.EndOfBlock(what, '[', ']') + 1
	}
	flags, app := what[:end], what[end:]
	switch {
	case !strings.HasPrefix(app, ":"):
	case strings.Contains(flags, "i"): // inline
		p.colonApp(at, app[1:], value)
	default:
		p.broadcast(at, app[1:]+"::"+value)
	}
}

// faxDetectParts reads `APP [ARGS [TIMEOUT [TONE]]]`.
func faxDetectParts(p *parser, at trail, c *call) { p.colonApp(at, c.token(0), c.token(1)) }

// toneDetectAppParts reads `KEY TONES FLAGS TIMEOUT APP ARGS HITS`.
func toneDetectAppParts(p *parser, at trail, c *call) { p.colonApp(at, c.token(4), c.token(5)) }

// limitBackends are FreeSWITCH's own. A text that begins with anything else can be read as if db
// stood before it.
var limitBackends = []string{"hash", "db", "hiredis"}

// limitParts reads `BACKEND REALM ID [MAX [EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]]`.
func limitParts(p *parser, at trail, c *call) {
	if !ascii.ContainsEqualFold(limitBackends, c.token(0)) {
		p.unsure(at, doubtFirstWord)
	}
	p.overLimit(at, c.rest(4))
}

// limitHashParts reads `REALM ID [MAX [EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]]`.
func limitHashParts(p *parser, at trail, c *call) {
	if !fstext.IsUnambiguous(c.args, ' ') {
		p.unsure(at, doubt(c.args))
	}
	hash := call{tokens: fstext.Separate("hash "+c.args, ' ', 7)}
	p.overLimit(at, hash.rest(4))
}

// limitExecuteParts reads `BACKEND REALM ID MAX APP ARGS`.
func limitExecuteParts(p *parser, at trail, c *call) {
	if len(c.tokens) < 6 || !ascii.ContainsEqualFold(limitBackends, c.token(0)) {
		p.unsure(at, doubtFirstWord+", and write all six arguments")
	}
	p.colonApp(at, c.token(4), c.token(5))
}

// limitHashExecuteParts reads `REALM ID MAX APP ARGS`.
func limitHashExecuteParts(p *parser, at trail, c *call) {
	if !fstext.IsUnambiguous(c.args, ' ') {
		p.unsure(at, doubt(c.args))
	}
	hash := call{tokens: fstext.Separate("hash "+c.args, ' ', 6)}
	p.colonApp(at, hash.token(4), hash.token(5))
}

// plainParts is for applications that do what the switch's own configuration says, and put their
// argument into it: nothing but plain words may stand in that.
func plainParts(p *parser, at trail, c *call) { p.plainWords(at, c.args) }

func (p *parser) plainWords(at trail, text string) {
	for _, word := range strings.Fields(text) {
		if !fstext.IsPlain(word) {
			p.opaque(at, effect.OpaqueWrapper)
			return
		}
	}
}

// phraseParts reads `MACRO,DATA`, of which the data become part of what the macro does.
func phraseParts(p *parser, at trail, c *call) {
	macro, data, _ := strings.Cut(c.args, ",")
	p.plainWords(at, macro+" "+data)
}

// translateParts reads `NUMBER [PROFILE]`: what a rule makes of the number is expanded.
func translateParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 0 && !fstext.IsPlain(c.tokens[0]) {
		p.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: doubtTemplate})
	}
}

// enumParts is for what expands the answer of a name server.
func enumParts(p *parser, at trail, c *call) {
	if c.path != "api enum" || !ascii.EqualFold(c.args, "reload") {
		p.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: doubtAnswer})
	}
}

// eventParts reads `NAME=VALUE,…` for an event that is sent (mod_dptools.c, event_function).
func eventParts(p *parser, at trail, c *call) {
	name := "CHANNEL_APPLICATION"
	headers := make(map[string]string, len(c.tokens))
	for _, t := range c.tokens {
		key, value, _ := strings.Cut(t, "=")
		key = ascii.ToLower(strings.Trim(key, " "))
		value = strings.Trim(value, " ")
		if headers[key] != "" || strings.IndexByte(key, '[') >= 0 {
			p.unsure(at, "a header of the event occurs twice or has a [ in its name, so write each header once and without a [")
		}
		p.inHeader(at, value)
		headers[key] = value
	}
	if headers["event-subclass"] != "" {
		name = eventCustom.String()
	}
	if given := headers["event-name"]; given != "" {
		name = given
	}
	t, ok := parseEventName(name)
	if !ok || t == eventAll {
		p.unsure(at, "FreeSWITCH has no event of the name in Event-Name, so correct it")
		return
	}
	header := func(name string) string { return headers[ascii.ToLower(name)] }
	p.guardEvent(t, at.path, header)
	e := injectEffect(t, header)
	e.UUIDs, e.Path, e.Later = at.uuids, at.path, at.later
	p.effect(e)
	if isHeard(t, header) {
		p.opaque(at, effect.OpaqueWrapper)
	}
	if t == eventCustom && isSMS(header("Event-Subclass")) {
		for key := range headers {
			if key != "" && key != "event-name" && key != bodyName && !isSMSHeader(key) {
				p.opaqueEffect(at, effect.Effect{Name: effect.OpaqueWrapper, Why: "the message has a header that modules may use in ways that are not known, so leave it out"})
				break
			}
		}
	}
}

// joinConferenceParts reads `NAME[@PROFILE][+PIN][+flags{…}]` or `bridge:NAME:DIAL-STRING` (mod_conference.c).
func joinConferenceParts(p *parser, at trail, c *call) {
	const bridge = "bridge:"
	text := strings.TrimLeft(c.args, " ")
	if !ascii.HasPrefixFold(text, bridge) {
		return
	}
	_, dial, ok := strings.Cut(text[len(bridge):], ":")
	if !ok || strings.IndexByte(dial, '+') >= 0 {
		// The number or the flags of a pin may be cut off.
		p.unsure(at, "no dial string follows bridge:NAME, or it holds a +, so correct it")
	}
	p.dialString(at, dial)
}

// maxAutoOutcalls is how many dial strings one conference_set_auto_outcall holds (conference_loop.c,
// conference_loop_output).
const maxAutoOutcalls = 512

// autoOutcallParts reads dial strings with commas between them, which nothing but quotes hides: each is read after that.
func autoOutcallParts(p *parser, at trail, c *call) {
	pieces, err := fstext.SeparateStrict(nil, c.args, ',', maxAutoOutcalls)
	if err != nil {
		p.unclear(at, err, c.args)
	}
	for _, piece := range pieces {
		p.dialString(at, piece)
	}
}
