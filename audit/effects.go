package audit

import (
	"slices"
	"strings"

	"eslguard/audit/redact"
	"eslguard/command"

	"github.com/rs/zerolog"
)

// AllEvents is the name of the one effect that stands in a record for those of "event ALL": a
// subscription to every type of event that FreeSWITCH has. It is of the kind subscribe and has no
// arguments.
const AllEvents = "ALL"

// eventNames are the effects that AllEvents stands for, in their order.
var eventNames = command.EventNames()

// IsEvent reports whether name, in upper case, is that of a type of event, for which a record may
// have AllEvents.
func IsEvent(name string) bool { return slices.Contains(eventNames, name) }

// effects adds the list, cut at MaxEffects, or at MaxDeniedEffects where the command is not
// forwarded. It is there for every command, empty for one that touches only the client's own
// session.
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
			all := command.Effect{Kind: command.KindSubscribe, Name: AllEvents, Path: list[0].Path, Later: list[0].Later}
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

// effect is one effect of the list of r.
func (n *encoder) effect(e *zerolog.Event, r *Record, f *command.Effect) *zerolog.Event {
	d := e.CreateDict().Str(FieldEffectKind, f.Kind.String())
	n.text(d, FieldEffectName, f.Name)
	if f.Args != "" {
		d.Str(FieldEffectArgs, n.args(r, f))
	}
	if f.Path != "" {
		d.Str(FieldEffectPath, n.redact(redact.Clip(f.Path, MaxEffectArgs), redact.AsWords))
	}
	addWord(d, FieldEffectLater, laterWord(f.Later))
	addWord(d, FieldEffectLeg, f.Leg.String())
	return d
}

// beginsAll reports whether list begins with the effects that AllEvents stands for, all found in
// the same way.
func beginsWithAllEvents(list []command.Effect) bool {
	if len(list) < len(eventNames) {
		return false
	}
	for i, name := range eventNames {
		f := &list[i]
		if f.Kind != command.KindSubscribe || f.Name != name || f.Args != "" || f.Path != list[0].Path || f.Later != list[0].Later {
			return false
		}
	}
	return true
}

// maxCalls is how many effects of a record are told apart that run commands which take secrets, or
// may. With more of them, all places hold.
const maxCalls = 64

// standing returns the places of secrets that hold in the text of the command of r, or, unless f is
// nil, in the arguments of its effect f: those of the commands that the analysis found there. A
// word that only looks like the name of such a command hides nothing. All places hold where the
// effects are not all known. The list is good until the next call.
func (n *encoder) placesIn(r *Record, f *command.Effect) []command.SecretPlace {
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
		n.places = make([]command.SecretPlace, 0, len(all)) // nil has another meaning
	}
	if f != nil && strings.Contains(f.Args, "$") {
		f = nil // what is expanded there was found beside f
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

// seekCalls finds the effects of r that run commands which take secrets, or may.
func (n *encoder) findCalls(r *Record) {
	n.callsOf, n.calls = r, n.calls[:0]
	for i := range r.Effects {
		e := &r.Effects[i]
		if (isUnclear(e) || redact.IsCall(e) && n.current.NeedsName(redact.Clip(e.Name, MaxText))) && len(n.calls) <= maxCalls {
			n.calls = append(n.calls, e)
		}
	}
}

// isUnclear reports whether e may stand for commands that the analysis did not find, or is a
// request of JSON, which may name one in a wrong place. A script runs none of those that stand in
// its arguments.
func isUnclear(e *command.Effect) bool {
	if e.Kind == command.KindOpaque {
		return e.Name != command.OpaqueScript
	}
	return e.Kind == command.KindAPI && e.Name == "json"
}

// isWithin reports whether e is f, or may have been found in the arguments of f: its path leads
// over that of f. All are within nil.
func isNestedIn(e, f *command.Effect) bool {
	if f == nil || e == f {
		return true
	}
	rest, ok := strings.CutPrefix(e.Path, f.Path)
	return ok && (rest == "" || strings.HasPrefix(rest, pathSep))
}

// pathStep parts what a path leads over, see command.Effect.
const pathSep = " > "
