package nested

import (
	"strings"

	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// broadcast appends the effects of a path of uuid_broadcast: `app!cause::args`, or else a file to
// play (switch_ivr_async.c, switch_ivr_broadcast). With a cause the channel is hung up afterwards.
func (a *Analyzer) broadcast(at Origin, path string) {
	app, args, ok := cutColons(path)
	if !ok {
		app, args = "playback", path
	}
	app, cause, hangup := strings.Cut(app, "!")
	a.colonApp(at, app, args)
	if !hangup {
		return
	}
	if cause == "" {
		cause = "normal_clearing"
	}
	a.App(at, "hangup", cause)
}

// cutColons splits `name::args` if the first colon of text begins the two colons.
func cutColons(text string) (name, args string, ok bool) {
	name, args, ok = strings.Cut(text, ":")
	if !ok || !strings.HasPrefix(args, ":") {
		return "", "", false
	}
	return name, args[1:], true
}

// analyzeUUIDBroadcast reads `UUID PATH [LEG]`.
func analyzeUUIDBroadcast(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 1 {
		a.broadcast(at, c.tokens[1])
	}
}

// analyzeSchedBroadcast reads `TIME UUID PATH [LEG]`.
func analyzeSchedBroadcast(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 2 {
		a.broadcast(at.once(), c.tokens[2])
	}
}

// once returns t for what a schedule runs.
func (t Origin) once() Origin {
	t.Later = max(t.Later, effect.Once)
	return t
}

// analyzeUUIDDropDTMF reads `UUID on|off mask_file PATH`.
func analyzeUUIDDropDTMF(a *Analyzer, at Origin, c *call) {
	if ascii.EqualFold(c.token(2), "mask_file") {
		a.broadcast(at, c.token(3))
	}
}

// analyzeUUIDDeflect reads `UUID TARGET`. The target is a URI to which the far end is sent, or, on
// a loopback channel, `EXTEN [DIALPLAN [CONTEXT]]` for its partner (mod_loopback.c).
func analyzeUUIDDeflect(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 1 {
		deflect(a, at, c.tokens[1])
	}
}

func deflect(a *Analyzer, at Origin, target string) {
	a.redirect(at, "deflect", target)
	// loopback splits at single spaces. It has no quotes and no flags.
	if target != "" {
		a.transferTo(at, strings.SplitN(target, " ", 3))
	}
}

// redirect appends the dial effect of sending the far end of a call elsewhere.
func (a *Analyzer) redirect(at Origin, how, target string) {
	a.Add(effect.Effect{
		Kind: effect.KindDial, Name: how + "/" + target, Leg: effect.LegOther, UUIDs: at.UUIDs, Path: at.Path, Later: at.Later,
	})
	a.stored(at, target)
}

// analyzeUUIDRedirect reads `UUID URI`.
func analyzeUUIDRedirect(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 1 {
		a.redirect(at, "redirect", c.tokens[1])
	}
}

// analyzeDeflect reads a URI, or what a loopback channel reads.
func analyzeDeflect(a *Analyzer, at Origin, c *call) { deflect(a, at, c.args) }

// analyzeRedirect reads a list of URIs.
func analyzeRedirect(a *Analyzer, at Origin, c *call) { a.redirect(at, "redirect", c.args) }

// analyzeBroadcast reads `PATH [LEG]`.
func analyzeBroadcast(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 0 {
		a.broadcast(at, c.tokens[0])
	}
}

// analyzeSchedBroadcastApp reads `TIME PATH [LEG]`.
func analyzeSchedBroadcastApp(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 1 {
		a.broadcast(at.once(), c.tokens[1])
	}
}

// analyzeSoftHold reads `KEY [MOH-A [MOH-B]]`. MOH-B is broadcast to the partner.
func analyzeSoftHold(a *Analyzer, at Origin, c *call) {
	for _, path := range c.rest(1) {
		a.broadcast(at, path)
	}
}

// analyzeBindMeta reads `KEY LEG FLAGS PATH`.
func analyzeBindMeta(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 3 {
		a.broadcast(at, c.tokens[3])
	}
}

// analyzeBindDigit reads `REALM,DIGITS,WHAT,VALUE[,TARGET,TARGET]`. WHAT is exec:APP,
// exec[FLAGS]:APP or api:NAME. Any other is only the header of an event (mod_dptools.c,
// digit_action_callback).
func analyzeBindDigit(a *Analyzer, at Origin, c *call) {
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
	case strings.Contains(flags, "i"): // the application runs at once and not through a broadcast
		a.colonApp(at, app[1:], value)
	default:
		a.broadcast(at, app[1:]+"::"+value)
	}
}

// analyzeFaxDetect reads `APP [ARGS [TIMEOUT [TONE]]]`.
func analyzeFaxDetect(a *Analyzer, at Origin, c *call) { a.colonApp(at, c.token(0), c.token(1)) }

// analyzeToneDetectApp reads `KEY TONES FLAGS TIMEOUT APP ARGS HITS`.
func analyzeToneDetectApp(a *Analyzer, at Origin, c *call) { a.colonApp(at, c.token(4), c.token(5)) }

// analyzeToneDetect reads `UUID KEY TONES FLAGS TIMEOUT APP ARGS HITS`.
func analyzeToneDetect(a *Analyzer, at Origin, c *call) { a.colonApp(at, c.token(5), c.token(6)) }
