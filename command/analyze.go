package command

import "strings"

// The bounds of what is looked at in one command. What lies beyond is opaque, for the reason depth.
const (
	maxDepth   = 16   // commands within commands
	maxEffects = 1024 // effects of one command, apart from those of `event ALL`
)

// A trail is where in the nesting of a command something was found. The zero trail is the command itself.
type trail struct {
	path  string // as in Effect.Path
	depth int
	later Later
	uuids []string // the channels that it acts on
	// stored says that it is found in something that FreeSWITCH keeps and runs later on.
	stored bool
}

// join returns the path of a step below t.
func (t *trail) join(step string) string {
	if t.path == "" {
		return step
	}
	return t.path + " > " + step
}

// A call is an API or application with its argument, taken apart.
type call struct {
	*entry
	args   string
	tokens []string
}

// token returns the i-th token, "" where there is none.
func (c *call) token(i int) string {
	if i >= len(c.tokens) {
		return ""
	}
	return c.tokens[i]
}

// rest returns the tokens from the i-th on.
func (c *call) rest(i int) []string { return c.tokens[min(i, len(c.tokens)):] }

// A partsFunc appends the effects of what an API or application holds in its argument, the
// expansion of an application's argument apart. at ends in the API or application.
type partsFunc func(p *parser, at trail, c *call)

// api appends the effects of running an API: its own, those of what it holds, and an opaque one
// for each reason why that cannot be told.
func (p *parser) api(at trail, name, args string) {
	if !p.mayDescend(at) {
		return
	}
	e := lookup(p.cat.apis, "api", name)
	tokens, sure := e.split.split(args)
	fold := e.fold.of(tokens)
	in := trail{path: at.join(e.path), depth: at.depth + 1, later: at.later, uuids: e.uuid.of(args, tokens), stored: at.stored}
	eff := Effect{
		Kind: KindAPI, Name: e.name, Args: args, Tokens: tokens,
		Fold: fold, Class: e.class, UUIDs: in.uuids, Path: in.path, Later: at.later,
	}
	reads := sure && len(e.reads) > 0 && e.onlyReads(tokens, fold)
	if reads && e.class != ClassStatus && e.class != ClassSecret {
		eff.Class = ClassRead
	}
	p.effect(eff)
	if reads {
		return
	}
	if e.parts != nil {
		e.parts(p, in, &call{entry: e, args: args, tokens: tokens})
	} else {
		p.opaque(in, e.opaqueReason())
	}
	if args == "" {
		return
	}
	p.opaque(in, e.argReason(args, tokens))
	if !sure {
		p.opaque(in, OpaqueUnknownSyntax)
	}
	if e.parts == nil && keepsArgs(e.class) {
		p.expandable(in, args)
	}
}

// keepsArgs reports whether an API of that class may store its argument, or hand it on, to
// where ${…} is expanded. What only asks does not.
func keepsArgs(c Class) bool {
	switch c {
	case ClassStatus, ClassRead:
		return false
	}
	return true
}

// app appends the effects of running an application on the channels of at, its argument being
// expanded before.
func (p *parser) app(at trail, name, args string) {
	if !p.mayDescend(at) {
		return
	}
	e := lookup(p.cat.apps, "app", name)
	in := trail{path: at.join(e.path), depth: at.depth + 1, later: at.later, uuids: at.uuids, stored: at.stored}
	tokens, sure := e.split.split(args)
	uuids := append(at.uuids[:len(at.uuids):len(at.uuids)], e.uuid.of(args, tokens)...)
	p.effect(Effect{
		Kind: KindApp, Name: e.name, Args: args, Tokens: tokens,
		Fold: e.fold.of(tokens), Class: e.class, UUIDs: uuids, Path: in.path, Later: at.later,
	})
	if e.parts != nil {
		e.parts(p, in, &call{entry: e, args: args, tokens: tokens})
	} else {
		p.opaque(in, e.opaqueReason())
	}
	if args == "" {
		return
	}
	p.opaque(in, e.argReason(args, tokens))
	if !sure {
		p.opaque(in, OpaqueUnknownSyntax)
	}
	p.expandable(in, args)
	if setsScope(args) {
		p.opaque(in, OpaqueExpansion)
	}
}

// expandable appends the effects of every ${…} in a text that FreeSWITCH expands.
func (p *parser) expandable(at trail, text string) {
	if mayExpand(text) {
		p.opaque(at, OpaqueExpansion)
	}
}

// stored appends the effects of a value that FreeSWITCH keeps where an expansion can mention it:
// they happen whenever anything does.
func (p *parser) stored(at trail, text string) {
	at.stored = true
	p.expandable(at, text)
}

// mayDescend reports whether what at holds may be looked at, and says so when it may not.
func (p *parser) mayDescend(at trail) bool {
	if at.depth >= maxDepth {
		p.opaque(at, OpaqueDepth)
		return false
	}
	return len(p.cmd.Effects) <= maxEffects
}

// defaultSocketPort is where the application socket connects to without a stated
// port (mod_event_socket.c, socket_function).
const defaultSocketPort = "8084"

// socketParts are those of the application socket: a handover for each host that it would try.
func socketParts(p *parser, at trail, c *call) {
	port := defaultSocketPort
	for host := range strings.SplitSeq(c.token(0), "|") {
		addr, file, hasFile := strings.Cut(host, "/")
		name, stated, ok := strings.Cut(addr, ":")
		if ok {
			port = stated // FreeSWITCH keeps it for the hosts after this one
		}
		n, good := smallNumber(port)
		if !good || n > 65535 || !isPlain(name) || hasFile && strings.ContainsAny(file, ":'\\^") {
			p.opaque(at, OpaqueUnknownSyntax)
			return
		}
		p.effect(Effect{Kind: KindHandover, Name: name + ":" + port, UUIDs: at.uuids, Path: at.path, Later: at.later})
	}
}

// opaque appends an opaque effect, once for each reason and place. An empty reason is none.
func (p *parser) opaque(at trail, reason string) {
	if reason == "" {
		return
	}
	for i := len(p.cmd.Effects) - 1; i >= 0; i-- {
		e := &p.cmd.Effects[i]
		if e.Kind != KindOpaque {
			if e.Path == at.path {
				break
			}
			continue
		}
		if e.Name == reason && e.Path == at.path && e.Later == at.later {
			return
		}
	}
	p.effect(Effect{Kind: KindOpaque, Name: reason, UUIDs: at.uuids, Path: at.path, Later: at.later})
}

// effect appends e. The first beyond maxEffects becomes opaque, and stands for all the rest.
func (p *parser) effect(e Effect) {
	if n := len(p.cmd.Effects); n >= maxEffects {
		if n > maxEffects {
			return
		}
		e = Effect{Kind: KindOpaque, Name: OpaqueDepth, UUIDs: e.UUIDs, Path: e.Path, Later: e.Later}
	}
	p.cmd.Effects = append(p.cmd.Effects, e)
}
