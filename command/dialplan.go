package command

import (
	"strings"

	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// The numbers that FreeSWITCH itself has for them, beyond which the last takes all the rest.
const (
	maxDialplans  = 25  // dialplans in one list (switch_core_state_machine.c, switch_core_standard_on_routing)
	maxInlineApps = 128 // applications of an inline dialplan (mod_dptools.c, inline_dialplan_hunt)
)

// service is the extension that FreeSWITCH puts in the place of an empty one.
const service = "service"

// dialplans are those of FreeSWITCH's own tree, as they are written. It compares them without case.
var dialplans = [...]string{"XML", "inline", "LUA", "asterisk", "directory", "enum", "lcr", "signalwire", "translate"}

// dialplan appends the effects of sending a channel to an extension. An empty dialplan is XML, which is
// what FreeSWITCH takes unless the channel came by another; an empty context is the channel's own,
// and stays an empty token. dialplan is a list, from which the first that knows the extension is
// taken: all count.
func (a *analyzer) dialplan(at trail, exten, dialplan, context string) {
	if exten == "" {
		exten = service
	}
	a.route(at, exten, dialplan, context)
}

// route is dialplan where an empty extension is looked for as it stands.
func (a *analyzer) route(at trail, exten, dialplan, context string) {
	if dialplan == "" {
		dialplan = dialplans[0]
	}
	// FreeSWITCH expands the dialplan itself, and keeps the other two where an expansion may mention them.
	written := dialplan
	dialplan, known := a.expandable(at, dialplan)
	if !known || strings.Contains(dialplan, fstext.UnknownDollar) {
		a.opaque(at, effect.OpaqueExpansion)
	}
	names, err := fstext.SeparateStrict(nil, dialplan, ',', maxDialplans)
	if err != nil {
		a.unclear(at, err, dialplan)
		return
	}
	for _, name := range names {
		name, arg, _ := strings.Cut(name, ":")
		if name = dialplanName(name); name == "inline" {
			if arg == "" {
				arg = exten
				if !ascii.EqualFold(written, name) {
					// The channel keeps it for transfers that name none, with other extensions: only where all of it
					// is that word does FreeSWITCH take another one then (switch_ivr.c, switch_ivr_session_transfer).
					a.opaque(at, effect.OpaqueWrapper)
				}
			}
			a.inline(at, arg)
			continue
		}
		a.add(effect.Effect{
			Kind: effect.KindDialplan, Name: name, Args: exten, Tokens: []string{context, exten}, Fold: 1, // switch_xml.c, switch_xml_find_child
			UUIDs: at.uuids, Path: at.path, Later: at.later,
		})
		a.stored(at, exten)
		a.stored(at, context)
		if name == "LUA" || arg != "" {
			// Its context is the script; and the argument of the others names a file to read it from.
			a.opaque(at, effect.OpaqueScript)
		}
		if name == "enum" {
			a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: doubtAnswer})
		}
	}
}

// ownDialplan is route where an empty one is the dialplan that the channel itself came by, which may be
// inline: then exten is run.
func (a *analyzer) ownDialplan(at trail, exten, dialplan, context string) {
	a.route(at, exten, dialplan, context)
	if dialplan == "" && couldBeInline(a, exten) {
		a.inline(at, exten)
	}
}

// couldBeInline reports whether exten, taken for an inline dialplan, would run anything.
func couldBeInline(a *analyzer, exten string) bool {
	return strings.ContainsAny(exten, ":,'\\") || a.cat.HasApp(strings.Trim(exten, " "))
}

// dialplanName returns the name of a dialplan in its one spelling, an unknown one as it is.
func dialplanName(name string) string {
	for _, known := range dialplans {
		if ascii.EqualFold(name, known) {
			return known
		}
	}
	return name
}

// inline appends the effects of an inline dialplan: app:args,app:args, or with m:X: before it X in the
// comma's place.
func (a *analyzer) inline(at trail, text string) {
	at.path = at.join("dialplan inline")
	sep := byte(',')
	if len(text) > 3 && text[0] == 'm' && text[1] == ':' && text[3] == ':' {
		sep, text = text[2], text[4:]
	}
	items, err := fstext.SeparateStrict(nil, text, sep, maxInlineApps)
	if err != nil || sep == '\'' || sep == '\\' {
		a.unclear(at, err, text)
		return
	}
	for _, item := range items {
		name, args, _ := strings.Cut(item, ":")
		if name = strings.TrimLeft(name, " "); name != "" {
			a.app(at, name, args)
		}
	}
}
