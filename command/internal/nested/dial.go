package nested

import (
	"slices"
	"strconv"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// dialString appends the effects of a dial string that a channel dials. It returns the dial
// string's block, and true if FreeSWITCH looks up a leg in its directory. If the dial string cannot
// be read, it appends an opaque effect and returns zero values.
func (a *Analyzer) dialString(at Origin, text string) (block effect.Block, directory bool) {
	var r fstext.DialReader
	d, _, err := r.Read(text)
	if err != nil {
		a.unreadable(at, err, text)
		return effect.Block{}, false
	}
	return a.dial(at, &d, ""), d.AsksDirectory()
}

// dial appends the effects of d and returns its block. context is the context of loopback legs that
// state none; "" means that of the channel that dials.
func (a *Analyzer) dial(at Origin, d *fstext.DialString, context string) effect.Block {
	legs, vars, bytes := d.Size()
	if legs > fstext.MaxLegs {
		a.Opaque(at, effect.OpaqueDepth)
		return effect.Block{}
	}
	a.dials++
	whole := effect.Block{Dial: a.dials}
	at.directory, at.block = d.AsksDirectory(), whole
	a.effects = slices.Grow(a.effects, min(legs+vars+2, maxEffects))
	a.grow(vars, bytes)
	a.settings(at, catalog.ScopeOriginate, d.Vars)
	for i := range d.Parts {
		part := &d.Parts[i]
		leg := at.block.Leg
		at.block.Part, at.block.Leg = uint16(i+1), 0
		a.settings(at, catalog.ScopeOriginate, part.Vars)
		for _, legs := range part.Tries {
			for j := range legs {
				leg++
				at.block.Leg = leg
				a.settings(at, catalog.ScopeOriginate, legs[j].Vars)
				a.leg(at, &legs[j], context)
			}
		}
		at.block.Leg = leg
	}
	return whole
}

// leg appends the effects of one leg, without those of its variables.
func (a *Analyzer) leg(at Origin, l *fstext.Leg, context string) {
	switch {
	case l.Broken:
		a.ambiguous(at, whyLeg)
		return
	case l.Target == "":
		return // nothing between two commas: FreeSWITCH calls nobody
	}
	typ, data, _ := strings.Cut(l.Target, "/")
	name := l.Target
	if folded := ascii.ToLower(typ); folded != typ {
		typ, name = folded, folded+name[len(typ):]
	}
	a.Add(effect.Effect{
		Kind: effect.KindDial, Name: name, Args: name, Leg: at.dialLeg(), Block: at.block, UUIDs: at.UUIDs, Path: at.Path, Later: at.Later,
	})
	// A loopback leg runs the rest on its own channel.
	at.leg, at.block = effect.LegUnknown, effect.Block{}
	switch typ {
	case "loopback":
		at.Path = at.join("dial loopback")
		a.loopback(at, data, context)
	case "group", "user":
		// FreeSWITCH writes the name into a text, ${group_call(NAME)} or the directory's template,
		// and expands that to get a dial string (mod_dptools.c, group_outgoing_channel and
		// user_outgoing_channel).
		if !fstext.IsPlain(data) {
			a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: whyTemplate})
		}
	default:
		// It becomes the channel's destination, which an expansion can mention.
		a.stored(at, data)
	}
}

// loopback appends the effects of what a loopback leg runs on this switch: app=NAME[:ARGS] or
// EXTEN[/CONTEXT[/DIALPLAN]] (mod_loopback.c, channel_outgoing_channel).
func (a *Analyzer) loopback(at Origin, data, context string) {
	if ascii.HasPrefixFold(data, "app=") {
		name, args, _ := strings.Cut(data[len("app="):], ":")
		a.App(at, name, args)
		return
	}
	own := context == ""
	exten, rest, _ := strings.Cut(data, "/")
	stated, dialplan, _ := strings.Cut(rest, "/")
	if stated != "" {
		context = stated
	}
	if own {
		a.ownDialplan(at, exten, dialplan, context)
	} else {
		a.route(at, exten, dialplan, context)
	}
}

// defaultSocketPort is the port of the application socket if none is stated (mod_event_socket.c,
// socket_function).
const defaultSocketPort = "8084"

// MaxPort is the highest port number.
const MaxPort = 65535

// analyzeSocket reads `HOST[:PORT][|HOST[:PORT]]… …` for the application socket. It appends a
// handover for each host, since FreeSWITCH tries them in turn.
func analyzeSocket(a *Analyzer, at Origin, c *call) {
	port := defaultSocketPort
	for host := range strings.SplitSeq(c.token(0), "|") {
		addr, file, hasFile := strings.Cut(host, "/")
		name, stated, ok := strings.Cut(addr, ":")
		if ok {
			port = stated // FreeSWITCH keeps it for the hosts after this one
		}
		n, good := fstext.SmallNumber(port)
		if !good || n > MaxPort || !fstext.IsPlain(name) || hasFile && strings.ContainsAny(file, ":'\\^") {
			a.ambiguous(at, "a host does not have the form NAME or NAME:PORT, so correct it")
			return
		}
		if !fstext.IsHost(name) {
			a.ambiguous(at, "a host is a number or ends in one and is no plain address, so write it as in 10.0.0.5")
			return
		}
		a.Add(effect.Effect{Kind: effect.KindHandover, Name: name + ":" + strconv.Itoa(n), UUIDs: at.UUIDs, Path: at.Path, Later: at.Later})
	}
}

// analyzePageApp reads the dial string of the application page. Its legs start calls of their own
// (mod_dptools.c, page_function).
func analyzePageApp(a *Analyzer, at Origin, c *call) { analyzeDial(a, at.starting(), c) }

// analyzeDial reads a dial string.
func analyzeDial(a *Analyzer, at Origin, c *call) {
	if c.args != "" {
		a.dialString(at, c.args)
	}
}

// analyzeAsteriskDial reads `CHAN&CHAN|TIMEOUT` (mod_dialplan_asterisk.c).
func analyzeAsteriskDial(a *Analyzer, at Origin, c *call) {
	a.dialString(at, strings.ReplaceAll(c.token(0), "&", ","))
}

// rewriteOriginate is traits.rewrite for the API originate.
func rewriteOriginate(a *Analyzer, at Origin, c *call) (canonical string, tokens []string) {
	if len(c.tokens) < fstext.OriginateMin && !strings.ContainsAny(c.args, "'\"\\^ ") {
		// There are surely fewer than two tokens: FreeSWITCH only answers how to use originate
		// (mod_commands.c, originate_function).
		return "", nil
	}
	var r fstext.DialReader
	o, err := fstext.ReadOriginate(&r, c.args, c.tokens)
	if err != nil {
		a.ambiguous(at, whyOriginateUnclear(c.args, c.tokens))
		a.unreadable(at, err, c.args)
		return "", nil
	}
	at.leg = effect.LegA
	at.block = a.dial(at, &o.Dial, fstext.DefaultContext)
	at.leg = effect.LegB
	// These are the caller id if the variables do not set it (switch_ivr_originate.c).
	at.directory = o.Dial.AsksDirectory()
	if o.Name != "" {
		a.variable(at, catalog.ScopeOriginate, "origination_caller_id_name", o.Name)
	}
	if o.Number != "" {
		a.variable(at, catalog.ScopeOriginate, "origination_caller_id_number", o.Number)
	}
	at.block = effect.Block{}
	if o.App != "" {
		a.App(at, o.App, o.Args)
	} else {
		a.dialplan(at, o.Exten, o.Dialplan, o.Context)
	}
	return o.Canonical, o.Tokens
}
