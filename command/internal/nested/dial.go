package nested

import (
	"slices"
	"strconv"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// DialString appends the effects of a dial string that a channel dials. It returns where in the
// command that stands, and true if FreeSWITCH looks a leg up in its directory.
func (a *Analyzer) dialString(at Origin, text string) (block effect.Block, directory bool) {
	var r fstext.DialReader
	d, _, err := r.Read(text)
	if err != nil {
		a.unclear(at, err, text)
		return effect.Block{}, false
	}
	return a.dial(at, &d, ""), d.AsksDirectory()
}

// dial appends the effects of d, and returns where in the command it stands. context is that of
// legs of loopback that name none: "" for the one of the channel that dials.
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

// leg appends the effects of one leg, its variables apart.
func (a *Analyzer) leg(at Origin, l *fstext.Leg, context string) {
	switch {
	case l.Broken:
		a.ambiguous(at, whyLeg)
		return
	case l.Target == "":
		return // what stands between two commas: FreeSWITCH calls nobody
	}
	typ, data, _ := strings.Cut(l.Target, "/")
	name := l.Target
	if folded := ascii.ToLower(typ); folded != typ {
		typ, name = folded, folded+name[len(typ):]
	}
	a.Add(effect.Effect{
		Kind: effect.KindDial, Name: name, Args: name, Leg: at.dials(), Block: at.block, UUIDs: at.UUIDs, Path: at.Path, Later: at.Later,
	})
	// what a leg of loopback runs has another leg before it
	at.leg, at.block = effect.LegUnknown, effect.Block{}
	switch typ {
	case "loopback":
		at.Path = at.join("dial loopback")
		a.loopback(at, data, context)
	case "group", "user":
		// FreeSWITCH writes ${group_call(NAME)}, and the user into the directory's template, and
		// expands that for a dial string (mod_dptools.c, group_outgoing_channel and
		// user_outgoing_channel).
		if !fstext.IsPlain(data) {
			a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: whyTemplate})
		}
	default:
		// It becomes the channel's destination, which an expansion may mention.
		a.stored(at, data)
	}
}

// loopback appends the effects of what a leg of loopback runs on this switch: app=NAME[:ARGS] or
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

// defaultSocketPort is where the application socket connects to without a stated
// port (mod_event_socket.c, socket_function).
const defaultSocketPort = "8084"

// MaxPort is the highest port that there is.
const MaxPort = 65535

// analyzeSocket are those of the application socket: a handover for each host that it would try.
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

// analyzePageApp reads the dial string of the application page, whose legs are calls of their own
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

// rewriteOriginate reads the argument of the API originate.
func rewriteOriginate(a *Analyzer, at Origin, c *call) (canonical string, tokens []string) {
	if len(c.tokens) < fstext.OriginateMin && !strings.ContainsAny(c.args, "'\"\\^ ") {
		// These are fewer than two tokens for sure: FreeSWITCH answers how originate is used
		// (mod_commands.c, originate_function).
		return "", nil
	}
	var r fstext.DialReader
	o, err := fstext.ReadOriginate(&r, c.args, c.tokens)
	if err != nil {
		a.ambiguous(at, whyOriginateUnclear(c.args, c.tokens))
		a.unclear(at, err, c.args)
		return "", nil
	}
	at.leg = effect.LegA
	at.block = a.dial(at, &o.Dial, fstext.DefaultContext)
	at.leg = effect.LegB
	// What the block does not say of the caller, these do (switch_ivr_originate.c).
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
