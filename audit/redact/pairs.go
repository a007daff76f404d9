package redact

import (
	"strings"

	"eslguard/fstext/ascii"
)

// varPairs are pairs of variables: one names an application, the other contains its argument
// (switch_types.h, SWITCH_EXEC_AFTER_BRIDGE_APP_VARIABLE; switch_ivr_bridge.c; mod_loopback.c).
var varPairs = [...]struct{ app, argument string }{
	{"exec_after_bridge_app", "exec_after_bridge_arg"},
	{"bridge_pre_execute_app", "bridge_pre_execute_data"},
	{"bridge_pre_execute_aleg_app", "bridge_pre_execute_aleg_data"},
	{"bridge_pre_execute_bleg_app", "bridge_pre_execute_bleg_data"},
	{"loopback_app", "loopback_app_arg"},
}

// A pairing is what a text says about the application in one of varPairs.
type pairing uint8

const (
	unknownApp  pairing = iota // the text does not name it
	takesPlain                 // no application that it names takes a secret
	takesSecret                // one takes a secret, or cannot be parsed
)

// pairings are what a text says about all varPairs, once sought is true.
type pairings struct {
	sought bool
	of     [len(varPairs)]pairing
}

// isSecretArgument reports whether w is a variable with the argument of an application that takes a
// secret, or of one that the text of c does not name.
func (p *pairings) isSecretArgument(c *cursor, w string) bool {
	w = trimVariable(w)
	for i := range varPairs {
		if ascii.EqualFold(w, varPairs[i].argument) {
			p.seek(c)
			return p.of[i] != takesPlain
		}
	}
	return false
}

// seek looks for the applications of varPairs, once per text.
func (p *pairings) seek(c *cursor) {
	if p.sought {
		return
	}
	p.sought = true
	c.work += 2 * len(c.s)
	for rest := c.s; rest != ""; {
		var word string
		word, rest = cutName(rest)
		word = trimVariable(word)
		for i := range varPairs {
			if ascii.EqualFold(word, varPairs[i].app) {
				p.of[i] = max(p.of[i], c.pairingOf(rest))
			}
		}
	}
}

// pairingOf returns what rest, the text after the name of a variable, says about the application in
// it.
func (c *cursor) pairingOf(rest string) pairing {
	cut := len(rest) > maxApp
	rest = rest[:min(len(rest), maxApp)]
	rest = strings.TrimLeft(rest, "=: \t\\\"'"+string([]byte{escapedBlank, escapedQuote}))
	app, after := cutName(rest)
	if app == "" || after == "" && cut || !strings.HasPrefix(rest, app) || c.NeedsName(app) {
		return takesSecret
	}
	if after != "" && strings.IndexByte(",;}]>\"' \t\r\n"+string([]byte{escapedBlank, escapedQuote}), after[0]) < 0 {
		return takesSecret
	}
	return takesPlain
}

// maxApp is how far after the name of its variable the name of an application may end, in bytes.
const maxApp = 128

// trimVariable returns w without the prefix of variables in events.
func trimVariable(w string) string {
	const prefix = "variable_"
	if len(w) > len(prefix) && ascii.EqualFold(w[:len(prefix)], prefix) {
		return w[len(prefix):]
	}
	return w
}
