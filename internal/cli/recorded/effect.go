package recorded

import (
	"strings"

	"eslguard/audit/trail"
	"eslguard/catalog"
	"eslguard/effect"
)

// Rebuild makes an effect from what a record says of it. It returns false if the record does not
// contain all that rules are matched on. The effect is then incomplete, and its kind is
// effect.KindInvalid if the record's kind is not known here.
func Rebuild(cat *catalog.Catalog, e *trail.Effect) (effect.Effect, bool) {
	kind, ok := kinds[e.Kind]
	if !ok {
		return effect.Effect{}, false
	}
	eff := effect.Effect{Kind: kind, Name: e.Name, Args: e.Args}
	switch kind {
	case effect.KindAPI, effect.KindApp:
		eff = cat.Describe(kind, e.Name, e.Args)
	case effect.KindVar:
		name, value, _ := strings.Cut(e.Args, " ")
		eff.Tokens, eff.Fold = []string{name, value}, 1
	case effect.KindSubscribe, effect.KindFilter:
		if e.Args != "" {
			eff.Tokens = []string{e.Args}
		}
		if kind == effect.KindFilter {
			eff.Fold = 1
		}
	case effect.KindChannel:
		if eff = cat.Describe(kind, e.Name, e.Args); len(eff.Tokens) != len(effect.ChannelTokens(e.Name)) {
			return eff, false // an older record, with fewer tokens
		}
	case effect.KindOpaque:
		if e.Name == effect.OpaqueExpansion {
			return eff, false // the record does not say what it is expanded to
		}
	case effect.KindInject:
		// The record does not separate its tokens, so only an effect without any is complete.
		if e.Args != "" {
			return eff, false
		}
	}
	eff.Path = e.Path
	eff.Leg, _ = effect.ParseLeg(e.Leg)
	eff.Later = Later(e.Later)
	return eff, true
}

// kinds are the kinds of effects that can be made from a record, by their names in it. A dialplan
// is not among them: its record lacks the context.
var kinds = map[string]effect.Kind{
	"api": effect.KindAPI, "app": effect.KindApp, "dial": effect.KindDial, "var": effect.KindVar,
	"subscribe": effect.KindSubscribe, "inject": effect.KindInject, "channel": effect.KindChannel,
	"filter": effect.KindFilter, "log": effect.KindLog, "handover": effect.KindHandover, "opaque": effect.KindOpaque,
}

// Later returns when an effect happens, from the word in its record. A word that is not known here
// counts as repeating.
func Later(word string) effect.Later {
	switch word {
	case "":
		return effect.Now
	case "once":
		return effect.Once
	default:
		return effect.Repeating
	}
}
