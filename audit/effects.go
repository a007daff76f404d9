package audit

import (
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"eslguard/audit/redact"
	"eslguard/catalog"
	"eslguard/effect"
)

// AllEvents is the name of the one effect that represents those of "event ALL" in a record: a
// subscription to every type of event that FreeSWITCH has. Its kind is subscribe and it has no
// arguments.
const AllEvents = "ALL"

// eventNames are the names of the effects that AllEvents represents, in their order.
var eventNames = catalog.EventNames()

// IsEvent reports whether name, in upper case, is a type of event that AllEvents includes.
func IsEvent(name string) bool { return slices.Contains(eventNames, name) }

// effects adds the list of effects, cut at MaxEffects, or at MaxDeniedEffects if the command is not
// forwarded. Every command has the list. It is empty for a command that affects only the client's
// own session.
func (n *encoder) effects(e *zerolog.Event, r *Record) {
	if e == nil {
		return
	}
	most := MaxEffects
	if r.Decision == Deny || r.Decision == Refuse {
		most = MaxDeniedEffects
	}
	a := e.CreateArray()
	written := 0
	for list := r.Effects; len(list) > 0 && written < most; written++ {
		if beginsWithAllEvents(list) {
			all := effect.Effect{Kind: effect.KindSubscribe, Name: AllEvents, Path: list[0].Path, Later: list[0].Later}
			a.Dict(n.effect(e, r, &all))
			list = list[len(eventNames):]
			continue
		}
		a.Dict(n.effect(e, r, &list[0]))
		list = list[1:]
	}
	e.Array(FieldEffects, a)
	total := max(r.EffectsTotal, len(r.Effects))
	if total > written {
		e.Int(FieldEffectsTotal, total)
	}
	if r.EffectsDenied > 0 && total > 1 {
		e.Int(FieldEffectsDenied, r.EffectsDenied)
	}
}

// effect returns f, one of the effects of r, as zerolog writes it.
func (n *encoder) effect(e *zerolog.Event, r *Record, f *effect.Effect) *zerolog.Event {
	d := e.CreateDict().Str(FieldEffectKind, f.Kind.String())
	n.text(d, FieldEffectName, f.Name)
	if f.Args != "" {
		d.Str(FieldEffectArgs, n.args(r, f))
	}
	if f.Path != "" {
		d.Str(FieldEffectPath, n.redact(redact.Clip(f.Path, MaxEffectArgs), redact.AsWords))
	}
	addWord(d, FieldEffectLater, f.Later.String())
	addWord(d, FieldEffectLeg, f.Leg.String())
	return d
}

// beginsWithAllEvents reports whether list begins with the effects that AllEvents represents, all
// with the same path.
func beginsWithAllEvents(list []effect.Effect) bool {
	if len(list) < len(eventNames) {
		return false
	}
	for i, name := range eventNames {
		f := &list[i]
		if f.Kind != effect.KindSubscribe || f.Name != name || f.Args != "" || f.Path != list[0].Path || f.Later != list[0].Later {
			return false
		}
	}
	return true
}

// maxCalls is how many effects of a record are kept that run, or may run, commands that take
// secrets. With more of them, all places of secrets are redacted.
const maxCalls = 64

// placesIn returns the places of secrets to redact in the text of the command of r, or, if f is not
// nil, in the arguments of its effect f. These are the places of the commands that the analysis
// found there, so nothing is redacted because of a word that only looks like the name of such a
// command. It returns all places if the effects are not all known. The list is valid until the next
// call.
func (n *encoder) placesIn(r *Record, f *effect.Effect) []catalog.SecretPlace {
	all := n.current.AllPlaces()
	if len(r.Effects) == 0 || r.EffectsTotal > len(r.Effects) {
		return all
	}
	if n.callsOf != r {
		n.findCalls(r)
	}
	if len(n.calls) > maxCalls {
		return all
	}
	if n.places == nil {
		// A nil list would mean the places of FreeSWITCH's own tree.
		n.places = make([]catalog.SecretPlace, 0, len(all))
	}
	if f != nil && strings.Contains(f.Args, "$") {
		f = nil // the effects of what is expanded there are not nested in f
	}
	n.places = n.places[:0]
	for i := range all {
		for _, e := range n.calls {
			if !isNestedIn(e, f) {
				continue
			}
			if isUnclear(e) {
				return all
			}
			if strings.EqualFold(e.Name, all[i].Name) {
				n.places = append(n.places, all[i])
				break
			}
		}
	}
	return n.places
}

// findCalls finds the effects of r that run, or may run, commands that take secrets.
func (n *encoder) findCalls(r *Record) {
	n.callsOf, n.calls = r, n.calls[:0]
	for i := range r.Effects {
		e := &r.Effects[i]
		if (isUnclear(e) || redact.IsCall(e) && n.current.NeedsName(redact.Clip(e.Name, MaxText))) && len(n.calls) <= maxCalls {
			n.calls = append(n.calls, e)
		}
	}
}

// isUnclear reports whether e may represent commands that the analysis did not find, or is a JSON
// request, which may name a command in an unusual place. A script is clear: it runs none of the
// commands in its arguments.
func isUnclear(e *effect.Effect) bool {
	if e.Kind == effect.KindOpaque {
		return e.Name != effect.OpaqueScript
	}
	return e.Kind == effect.KindAPI && e.Name == "json"
}

// isNestedIn reports whether e is f, or may have been found in the arguments of f: its path begins
// with that of f. If f is nil, it returns true.
func isNestedIn(e, f *effect.Effect) bool {
	if f == nil || e == f {
		return true
	}
	rest, ok := strings.CutPrefix(e.Path, f.Path)
	return ok && (rest == "" || strings.HasPrefix(rest, effect.PathSeparator))
}
