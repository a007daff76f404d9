package command

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/internal/ascii"
)

// dialString appends the effects of a dial string that a channel dials. It returns where in the
// command that stands, and true if FreeSWITCH looks a leg up in its directory.
func (p *parser) dialString(at trail, text string) (block effect.Block, directory bool) {
	var r dialReader
	d, _, err := r.read(text)
	if err != nil {
		p.unclear(at, err, text)
		return effect.Block{}, false
	}
	return p.dial(at, &d, ""), d.asksDirectory()
}

// dial appends the effects of d, and returns where in the command it stands. context is that of
// legs of loopback that name none: "" for the one of the channel that dials.
func (p *parser) dial(at trail, d *dialString, context string) effect.Block {
	legs, vars, bytes := d.size()
	if legs > maxLegs {
		p.opaque(at, effect.OpaqueDepth)
		return effect.Block{}
	}
	p.dials++
	whole := effect.Block{Dial: p.dials}
	at.directory, at.block = d.asksDirectory(), whole
	p.cmd.Effects = slices.Grow(p.cmd.Effects, min(legs+vars+2, maxEffects))
	p.makeRoom(vars, bytes)
	p.settings(at, scopeOriginate, d.vars)
	for i := range d.parts {
		part := &d.parts[i]
		leg := at.block.Leg
		at.block.Part, at.block.Leg = uint16(i+1), 0
		p.settings(at, scopeOriginate, part.vars)
		for _, legs := range part.tries {
			for j := range legs {
				leg++
				at.block.Leg = leg
				p.settings(at, scopeOriginate, legs[j].vars)
				p.leg(at, &legs[j], context)
			}
		}
		at.block.Leg = leg
	}
	return whole
}

// asksDirectory reports whether FreeSWITCH looks a leg up in its directory, and dials what that
// says.
func (d *dialString) asksDirectory() bool {
	for i := range d.parts {
		for _, legs := range d.parts[i].tries {
			for j := range legs {
				if ascii.HasPrefixFold(legs[j].target, "user/") || ascii.HasPrefixFold(legs[j].target, "group/") {
					return true
				}
			}
		}
	}
	return false
}

// leg appends the effects of one leg, its variables apart.
func (p *parser) leg(at trail, l *leg, context string) {
	switch {
	case l.broken:
		p.unsure(at, doubtLeg)
		return
	case l.target == "":
		return // what stands between two commas: FreeSWITCH calls nobody
	}
	typ, data, _ := strings.Cut(l.target, "/")
	name := l.target
	if folded := ascii.ToLower(typ); folded != typ {
		typ, name = folded, folded+name[len(typ):]
	}
	p.effect(effect.Effect{
		Kind: effect.KindDial, Name: name, Args: name, Leg: at.dials(), Block: at.block, UUIDs: at.uuids, Path: at.path, Later: at.later,
	})
	at.leg, at.block = effect.LegUnknown, effect.Block{} // what a leg of loopback runs has another leg before it
	switch typ {
	case "loopback":
		at.path = at.join("dial loopback")
		p.loopback(at, data, context)
	case "group", "user":
		// FreeSWITCH writes ${group_call(NAME)}, and the user into the directory's template, and expands that
		// for a dial string (mod_dptools.c, group_outgoing_channel and user_outgoing_channel).
		if !isPlain(data) {
			p.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: doubtTemplate})
		}
	default:
		// It becomes the channel's destination, which an expansion may mention.
		p.stored(at, data)
	}
}

// loopback appends the effects of what a leg of loopback runs on this switch: app=NAME[:ARGS] or
// EXTEN[/CONTEXT[/DIALPLAN]] (mod_loopback.c, channel_outgoing_channel).
func (p *parser) loopback(at trail, data, context string) {
	if ascii.HasPrefixFold(data, "app=") {
		name, args, _ := strings.Cut(data[len("app="):], ":")
		p.app(at, name, args)
		return
	}
	own := context == ""
	exten, rest, _ := strings.Cut(data, "/")
	stated, dialplan, _ := strings.Cut(rest, "/")
	if stated != "" {
		context = stated
	}
	if own {
		p.ownDialplan(at, exten, dialplan, context)
	} else {
		p.route(at, exten, dialplan, context)
	}
}
