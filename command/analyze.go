package command

import "strings"

// api appends the effects of running an API: its own, and an opaque one for each reason why what it
// holds cannot be told. prefix is the path to it, "" for the verb api itself.
func (p *parser) api(prefix, name, args string) {
	e := lookup(p.cat.apis, "api", name)
	path := e.path
	if prefix != "" {
		path = prefix + " > " + path
	}
	tokens, sure := e.split.split(args)
	fold := e.fold.of(tokens)
	uuids := e.uuid.of(args, tokens)
	eff := Effect{
		Kind: KindAPI, Name: e.name, Args: args, Tokens: tokens,
		Fold: fold, Class: e.class, UUIDs: uuids, Path: path,
	}
	reads := sure && len(e.reads) > 0 && e.onlyReads(tokens, fold)
	if reads && e.class != ClassStatus && e.class != ClassSecret {
		eff.Class = ClassRead
	}
	p.effect(eff)
	if reads {
		return
	}
	var reasons reasonSet
	reasons.add(e.opaqueReason())
	if args != "" {
		reasons.add(e.argReason(args, tokens))
		if !sure {
			reasons.add(OpaqueUnknownSyntax)
		}
		if keepsArgs(e.class) && mayExpand(args) {
			reasons.add(OpaqueExpansion)
		}
	}
	p.opaque(&reasons, path, uuids)
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

// app appends the effects of running an application on the channel uuid.
func (p *parser) app(prefix, uuid, name, args string) {
	e := lookup(p.cat.apps, "app", name)
	path := prefix + " > " + e.path
	tokens, sure := e.split.split(args)
	uuids := append([]string{uuid}, e.uuid.of(args, tokens)...)
	p.effect(Effect{
		Kind: KindApp, Name: e.name, Args: args, Tokens: tokens,
		Fold: e.fold.of(tokens), Class: e.class, UUIDs: uuids, Path: path,
	})
	var reasons reasonSet
	reasons.add(e.opaqueReason())
	if args != "" {
		reasons.add(e.argReason(args, tokens))
		if !sure {
			reasons.add(OpaqueUnknownSyntax)
		}
		if mayExpand(args) || setsScope(args) {
			reasons.add(OpaqueExpansion)
		}
	}
	if e.name == "socket" {
		p.handover(&reasons, path, uuids, tokens)
	}
	p.opaque(&reasons, path, uuids)
}

// defaultSocketPort is where the application socket connects to without a stated
// port (mod_event_socket.c, socket_function).
const defaultSocketPort = "8084"

// handover appends an effect for each host that the application socket would try.
func (p *parser) handover(reasons *reasonSet, path string, uuids, tokens []string) {
	if len(tokens) == 0 {
		return
	}
	port := defaultSocketPort
	for host := range strings.SplitSeq(tokens[0], "|") {
		addr, file, hasFile := strings.Cut(host, "/")
		name, stated, ok := strings.Cut(addr, ":")
		if ok {
			port = stated // FreeSWITCH keeps it for the hosts after this one
		}
		n, good := smallNumber(port)
		if !good || n > 65535 || !isPlain(name) || hasFile && strings.ContainsAny(file, ":'\\^") {
			reasons.add(OpaqueUnknownSyntax)
			return
		}
		p.effect(Effect{Kind: KindHandover, Name: name + ":" + port, UUIDs: uuids, Path: path})
	}
}

// A reasonSet is a small set of opaque reasons in the order of their finding.
type reasonSet struct {
	list [4]string
	n    int
}

// add adds a reason; an empty one and one that is there already count for nothing.
func (r *reasonSet) add(reason string) {
	if reason == "" || r.n == len(r.list) {
		return
	}
	for _, have := range r.list[:r.n] {
		if have == reason {
			return
		}
	}
	r.list[r.n] = reason
	r.n++
}

func (p *parser) opaque(r *reasonSet, path string, uuids []string) {
	for _, reason := range r.list[:r.n] {
		p.effect(Effect{Kind: KindOpaque, Name: reason, UUIDs: uuids, Path: path})
	}
}

func (p *parser) effect(e Effect) { p.cmd.Effects = append(p.cmd.Effects, e) }
