package nested

import (
	"strings"

	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

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

// analyzeSoftHold reads `KEY MOH-A MOH-B`, of which the last is broadcast to the partner.
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

// analyzeBindDigit reads `REALM,DIGITS,WHAT,VALUE[,TARGET,TARGET]`, where WHAT is exec:APP,
// exec[FLAGS]:APP or api:NAME, and else no more than a part of an event (mod_dptools.c,
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
	case strings.Contains(flags, "i"): // inline
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
