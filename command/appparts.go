package command

import (
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// analyzeDial reads a dial string.
func analyzeDial(a *analyzer, at trail, c *call) {
	if c.args != "" {
		a.dialString(at, c.args)
	}
}

// analyzeAsteriskDial reads `CHAN&CHAN|TIMEOUT` (mod_dialplan_asterisk.c).
func analyzeAsteriskDial(a *analyzer, at trail, c *call) {
	a.dialString(at, strings.ReplaceAll(c.token(0), "&", ","))
}

// analyzeGoto reads `CONTEXT|EXTEN`.
func analyzeGoto(a *analyzer, at trail, c *call) { a.dialplan(at, c.token(1), "asterisk", c.token(0)) }

// analyzeExecuteExtension reads `EXTEN [DIALPLAN [CONTEXT]]`.
func analyzeExecuteExtension(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 0 {
		a.ownDialplan(at, c.token(0), c.token(1), c.token(2))
	}
}

// analyzeTransfer reads `[-bleg|-both] EXTEN [DIALPLAN [CONTEXT]]`: here no other word is a flag
// (mod_dptools.c, transfer_function).
func analyzeTransfer(a *analyzer, at trail, c *call) {
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
func analyzeSchedTransferApp(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 1 {
		a.transferTo(at.once(), c.rest(1))
	}
}

// analyzeDeflect reads a URI, or what a loopback channel takes.
func analyzeDeflect(a *analyzer, at trail, c *call) { deflect(a, at, c.args) }

// analyzeRedirect reads a list of URIs.
func analyzeRedirect(a *analyzer, at trail, c *call) { a.redirect(at, "redirect", c.args) }

// analyzeBroadcast reads `PATH [LEG]`.
func analyzeBroadcast(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 0 {
		a.broadcast(at, c.tokens[0])
	}
}

// analyzeSchedBroadcastApp reads `TIME PATH [LEG]`.
func analyzeSchedBroadcastApp(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 1 {
		a.broadcast(at.once(), c.tokens[1])
	}
}

// analyzeSoftHold reads `KEY MOH-A MOH-B`, of which the last is broadcast to the partner.
func analyzeSoftHold(a *analyzer, at trail, c *call) {
	for _, path := range c.rest(1) {
		a.broadcast(at, path)
	}
}

// analyzeBindMeta reads `KEY LEG FLAGS PATH`.
func analyzeBindMeta(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 3 {
		a.broadcast(at, c.tokens[3])
	}
}

// analyzeBindDigit reads `REALM,DIGITS,WHAT,VALUE[,TARGET,TARGET]`, where WHAT is exec:APP, exec[FLAGS]:APP or
// api:NAME, and else no more than a part of an event (mod_dptools.c, digit_action_callback).
func analyzeBindDigit(a *analyzer, at trail, c *call) {
	what, value := c.token(2), c.token(3)
	if ascii.HasPrefixFold(what, "api:") {
		a.api(at, what[len("api:"):], value)
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
		a.colonApp(at, app[1:], value)
	default:
		a.broadcast(at, app[1:]+"::"+value)
	}
}

// analyzeFaxDetect reads `APP [ARGS [TIMEOUT [TONE]]]`.
func analyzeFaxDetect(a *analyzer, at trail, c *call) { a.colonApp(at, c.token(0), c.token(1)) }

// analyzeToneDetectApp reads `KEY TONES FLAGS TIMEOUT APP ARGS HITS`.
func analyzeToneDetectApp(a *analyzer, at trail, c *call) { a.colonApp(at, c.token(4), c.token(5)) }

// limitBackends are FreeSWITCH's own. A text that begins with anything else can be read as if db
// stood before it.
var limitBackends = []string{"hash", "db", "hiredis"}

// analyzeLimit reads `BACKEND REALM ID [MAX [EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]]`.
func analyzeLimit(a *analyzer, at trail, c *call) {
	if !ascii.ContainsEqualFold(limitBackends, c.token(0)) {
		a.unsure(at, doubtFirstWord)
	}
	overLimit(a, at, c.rest(4))
}

// analyzeLimitHash reads `REALM ID [MAX [EXTEN|!CAUSE [DIALPLAN [CONTEXT]]]]`.
func analyzeLimitHash(a *analyzer, at trail, c *call) {
	if !fstext.IsUnambiguous(c.args, ' ') {
		a.unsure(at, doubt(c.args))
	}
	hash := call{tokens: fstext.Separate("hash "+c.args, ' ', 7)}
	overLimit(a, at, hash.rest(4))
}

// analyzeLimitExecute reads `BACKEND REALM ID MAX APP ARGS`.
func analyzeLimitExecute(a *analyzer, at trail, c *call) {
	if len(c.tokens) < 6 || !ascii.ContainsEqualFold(limitBackends, c.token(0)) {
		a.unsure(at, doubtFirstWord+", and write all six arguments")
	}
	a.colonApp(at, c.token(4), c.token(5))
}

// analyzeLimitHashExecute reads `REALM ID MAX APP ARGS`.
func analyzeLimitHashExecute(a *analyzer, at trail, c *call) {
	if !fstext.IsUnambiguous(c.args, ' ') {
		a.unsure(at, doubt(c.args))
	}
	hash := call{tokens: fstext.Separate("hash "+c.args, ' ', 6)}
	a.colonApp(at, hash.token(4), hash.token(5))
}

// analyzeNothing is for applications whose argument is only expanded.
func analyzeNothing(*analyzer, trail, *call) {}

// analyzePlain is for applications that do what the switch's own configuration says, and put their
// argument into it: nothing but plain words may stand in that.
func analyzePlain(a *analyzer, at trail, c *call) { plainWords(a, at, c.args) }

func plainWords(a *analyzer, at trail, text string) {
	for _, word := range strings.Fields(text) {
		if !fstext.IsPlain(word) {
			a.opaque(at, effect.OpaqueWrapper)
			return
		}
	}
}

// analyzePhrase reads `MACRO,DATA`, of which the data become part of what the macro does.
func analyzePhrase(a *analyzer, at trail, c *call) {
	macro, data, _ := strings.Cut(c.args, ",")
	plainWords(a, at, macro+" "+data)
}

// analyzeTranslate reads `NUMBER [PROFILE]`: what a rule makes of the number is expanded.
func analyzeTranslate(a *analyzer, at trail, c *call) {
	if len(c.tokens) > 0 && !fstext.IsPlain(c.tokens[0]) {
		a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: doubtTemplate})
	}
}

// analyzeEnum reads `reload`, or a number whose entry in the name server is expanded.
func analyzeEnum(a *analyzer, at trail, c *call) {
	if !ascii.EqualFold(c.args, "reload") {
		analyzeAnswer(a, at, c)
	}
}

// analyzeAnswer is for what expands the answer of a name server.
func analyzeAnswer(a *analyzer, at trail, _ *call) {
	a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: doubtAnswer})
}

// analyzeEvent reads `NAME=VALUE,…` for an event that is sent (mod_dptools.c, event_function).
func analyzeEvent(a *analyzer, at trail, c *call) {
	name := "CHANNEL_APPLICATION"
	headers := make(map[string]string, len(c.tokens))
	for _, t := range c.tokens {
		key, value, _ := strings.Cut(t, "=")
		key = ascii.ToLower(strings.Trim(key, " "))
		value = strings.Trim(value, " ")
		if headers[key] != "" || strings.IndexByte(key, '[') >= 0 {
			a.unsure(at, "a header of the event occurs twice or has a [ in its name, so write each header once and without a [")
		}
		a.inHeader(at, value)
		headers[key] = value
	}
	if headers["event-subclass"] != "" {
		name = catalog.EventCustom.String()
	}
	if given := headers["event-name"]; given != "" {
		name = given
	}
	t, ok := catalog.ParseEventName(name)
	if !ok || t == catalog.EventAll {
		a.unsure(at, "FreeSWITCH has no event of the name in Event-Name, so correct it")
		return
	}
	header := func(name string) string { return headers[ascii.ToLower(name)] }
	a.guard.Event(t, at.path, header)
	e := injectEffect(t, header)
	e.UUIDs, e.Path, e.Later = at.uuids, at.path, at.later
	a.add(e)
	if isHeard(t, header) {
		a.opaque(at, effect.OpaqueWrapper)
	}
	if t == catalog.EventCustom && catalog.IsSMS(header("Event-Subclass")) {
		for key := range headers {
			if key != "" && key != "event-name" && key != catalog.BodyName && !catalog.IsSMSHeader(key) {
				a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueWrapper, Why: "the message has a header that modules may use in ways that are not known, so leave it out"})
				break
			}
		}
	}
}

// analyzeJoinConference reads `NAME[@PROFILE][+PIN][+flags{…}]` or `bridge:NAME:DIAL-STRING` (mod_conference.c).
func analyzeJoinConference(a *analyzer, at trail, c *call) {
	const bridge = "bridge:"
	text := strings.TrimLeft(c.args, " ")
	if !ascii.HasPrefixFold(text, bridge) {
		return
	}
	_, dial, ok := strings.Cut(text[len(bridge):], ":")
	if !ok || strings.IndexByte(dial, '+') >= 0 {
		// The number or the flags of a pin may be cut off.
		a.unsure(at, "no dial string follows bridge:NAME, or it holds a +, so correct it")
	}
	a.dialString(at, dial)
}

// analyzeAutoOutcall reads dial strings with commas between them, which nothing but quotes hides: each is read after that.
func analyzeAutoOutcall(a *analyzer, at trail, c *call) {
	pieces, err := fstext.SeparateStrict(nil, c.args, ',', fstext.AutoOutcallSlots)
	if err != nil {
		a.unclear(at, err, c.args)
	}
	for _, piece := range pieces {
		a.dialString(at, piece)
	}
}
