package audit

import (
	"slices"

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
		if beginsAll(list) {
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
		d.Str(FieldEffectPath, n.redact(clip(f.Path, MaxEffectArgs), asWords))
	}
	word(d, FieldEffectLater, f.Later.String())
	word(d, FieldEffectLeg, f.Leg.String())
	return d
}

// beginsAll reports whether list begins with the effects that AllEvents stands for, all found in
// the same way.
func beginsAll(list []command.Effect) bool {
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
