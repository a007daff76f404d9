package recorded

import (
	"strings"

	"eslguard/audit/trail"
	"eslguard/command"
)

// Rebuild makes an effect from what a record says of it. It returns false if the record does not
// contain all that rules are matched on. The effect is then incomplete, and its kind is
// command.KindInvalid if the record's kind is not known here.
func Rebuild(cat *command.Catalog, e *trail.Effect) (command.Effect, bool) {
	kind, ok := kinds[e.Kind]
	if !ok {
		return command.Effect{}, false
	}
	eff := command.Effect{Kind: kind, Name: e.Name, Args: e.Args}
	switch kind {
	case command.KindAPI, command.KindApp:
		eff = cat.Describe(kind, e.Name, e.Args)
	case command.KindVar:
		name, value, _ := strings.Cut(e.Args, " ")
		eff.Tokens, eff.Fold = []string{name, value}, 1
	case command.KindSubscribe, command.KindFilter:
		if e.Args != "" {
			eff.Tokens = []string{e.Args}
		}
		if kind == command.KindFilter {
			eff.Fold = 1
		}
	case command.KindChannel:
		if eff = cat.Describe(kind, e.Name, e.Args); len(eff.Tokens) != len(command.ChannelTokens(e.Name)) {
			return eff, false // an older record, with fewer tokens
		}
	case command.KindOpaque:
		if e.Name == command.OpaqueExpansion {
			return eff, false // the record does not say what it is expanded to
		}
	case command.KindInject:
		// The record does not separate its tokens, so only an effect without any is complete.
		if e.Args != "" {
			return eff, false
		}
	}
	eff.Path = e.Path
	eff.Leg, _ = command.ParseLeg(e.Leg)
	eff.Later = Later(e.Later)
	return eff, true
}

// kinds are the kinds of effects that can be made from a record, by their names in it. A dialplan
// is not among them: its record lacks the context.
var kinds = map[string]command.EffectKind{
	"api": command.KindAPI, "app": command.KindApp, "dial": command.KindDial, "var": command.KindVar,
	"subscribe": command.KindSubscribe, "inject": command.KindInject, "channel": command.KindChannel,
	"filter": command.KindFilter, "log": command.KindLog, "handover": command.KindHandover, "opaque": command.KindOpaque,
}

// Later returns when an effect happens, from the word in its record. A word that is not known here
// counts as repeating.
func Later(word string) command.Later {
	switch word {
	case "":
		return command.Now
	case "once":
		return command.Once
	default:
		return command.Repeating
	}
}
