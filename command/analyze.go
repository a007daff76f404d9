package command

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// The bounds of what is looked at in one command. What lies beyond is opaque, for the reason depth.
const (
	maxEffects = 1024      // effects of one command, apart from those of `event ALL`
	maxWork    = 256 << 10 // bytes that are looked at, each as often as it is nested
	fewEffects = 3         // room for so many more is made with the second
)

// A trail is where in the nesting of a command something was found. The zero trail is the command itself.
type trail struct {
	path  string // as in Effect.Path
	depth int
	later effect.Later
	uuids []string // the channels that it acts on
	// directory says that variables of an originate reach the directory, as [Effect.Directory] has
	// it.
	directory bool
	// unknown says that the text at hand holds what only the switch knows: what a variable
	// holds, what an API answers.
	unknown bool
	// named says that it holds expansions that a rule can name, besides what unknown says.
	named bool
	// leg is where a leg stands that is dialled here; LegUnknown stands for LegOther.
	leg effect.Leg
	// block is where in a dial string its variables and legs stand.
	block effect.Block
}

// note says what is known of the text at hand.
func (t *trail) note(k knowledge) {
	t.unknown = t.unknown || k == knownNot
	t.named = t.named || k == knownNamed
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
	if !ascii.EqualFold(name, "console_complete") {
		name, args = strings.Trim(name, fstext.Blanks), strings.Trim(args, fstext.Blanks)
	}
	if name == "" || !p.mayDescend(at) {
		return // FreeSWITCH has no API without a name
	}
	e := lookup(p.cat.apis, "api", name)
	tokens, sure := e.split.Split(args)
	if e.guards != nil || strings.HasSuffix(args, `\`) {
		p.guard(e, args, tokens)
	}
	if at.depth == 0 {
		p.up, sure = e.written(args, tokens)
	}
	fold := e.fold.of(tokens)
	in := at.into(e)
	in.uuids = e.uuid.of(args, tokens)
	eff := effect.Effect{
		Kind: effect.KindAPI, Name: e.name, Args: args, Tokens: tokens,
		Fold: fold, Class: e.class, UUIDs: in.uuids, Path: in.path, Later: at.later, Unlisted: e.unlisted,
	}
	reads := sure && len(e.reads) > 0 && e.onlyReads(tokens, fold)
	if reads && e.class != effect.ClassStatus && e.class != effect.ClassSecret {
		eff.Class = effect.ClassRead
	} else if class, added := e.added(tokens); added && sure {
		eff.Class = cmp.Or(class, eff.Class)
	}
	own := len(p.cmd.Effects)
	p.effect(eff)
	if reads && !at.unknown && !at.named {
		return
	}
	p.unnamed(in, name)
	p.within(in, e, args, tokens, sure)
	if at.depth == 0 && e.name == "originate" && p.up != args && own < maxEffects {
		p.cmd.Effects[own].Tokens = p.upTokens // the dial string may be spelled otherwise
	}
	if e.parts == nil && keepsArgs(e.class) {
		p.storedTokens(in, args, tokens)
	}
}

// storedTokens appends the effects of an argument that may be kept, as it stands or taken apart.
func (p *parser) storedTokens(at trail, args string, tokens []string) {
	if !fstext.MayExpand(args) {
		return
	}
	for _, t := range tokens {
		p.stored(at, t)
	}
	if len(tokens) != 1 || tokens[0] != args {
		p.stored(at, args)
	}
	if !fstext.MentionsVariable(args) && !slices.ContainsFunc(tokens, fstext.MentionsVariable) {
		p.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: doubtQuoted}) // nobody knows what else takes its quotes out
	}
}

// into returns the trail of what e holds.
func (t trail) into(e *entry) trail {
	t.path = t.join(e.path)
	t.depth++
	t.leg, t.block = effect.LegUnknown, effect.Block{}
	return t
}

// keepsArgs reports whether an API of that class may store its argument, or hand it on, to
// where ${…} is expanded. What only asks does not.
func keepsArgs(c effect.Class) bool {
	switch c {
	case effect.ClassStatus, effect.ClassRead:
		return false
	}
	return true
}

// app appends the effects of running an application on the channels of at. Its argument is
// expanded before.
func (p *parser) app(at trail, name, args string) {
	if !p.mayDescend(at) {
		return
	}
	// Not every way to an application strips blanks around its name; to think so hides none.
	e := lookup(p.cat.apps, "app", strings.Trim(name, fstext.Blanks))
	in := at.into(e)
	in.leg = legWithin(at.leg, e.name)
	own := len(p.cmd.Effects)
	p.effect(effect.Effect{Kind: effect.KindApp, Name: e.name, Class: e.class, Path: in.path, Later: at.later})
	p.inHeader(in, name, args)
	p.unnamed(in, name)
	args, k := p.expandOnChannel(in, args)
	p.inHeader(in, args)
	args = p.scopeVariables(in, args)
	if !isCopy(e, args) {
		in.note(k)
	}
	tokens, sure := e.split.Split(args)
	if e.guards != nil || strings.HasSuffix(args, `\`) {
		p.guard(e, args, tokens)
	}
	if own < maxEffects {
		eff := &p.cmd.Effects[own]
		eff.Args, eff.Tokens, eff.Fold = args, tokens, e.fold.of(tokens)
		eff.UUIDs = append(at.uuids[:len(at.uuids):len(at.uuids)], e.uuid.of(args, tokens)...)
		fill(eff)
	}
	p.within(in, e, args, tokens, sure)
	p.storedTokens(in, args, tokens) // if nowhere else, then in current_application_data
}

// inHeader says that a text cannot be told which FreeSWITCH may hand on in the header of an event, and
// which would be a list there (switch_ivr_async.c, switch_ivr_broadcast; switch_core_session.c,
// switch_core_session_execute_application_async).
func (p *parser) inHeader(at trail, texts ...string) {
	for _, text := range texts {
		if strings.HasPrefix(text, fstext.ArrayMark) {
			p.unsure(at, doubtList)
		}
	}
}

// isCopy reports whether an application only sets a variable to what another one holds: NAME=${OTHER}.
// What that may run was looked at when it was set.
func isCopy(e *entry, args string) bool {
	name, value, ok := strings.Cut(args, "=")
	if !ok || !fstext.IsPlain(name) || !slices.Contains(assigning, e.name) {
		return false
	}
	return isMention(value)
}

// isMention reports whether an expanded text is no more than what one variable holds.
func isMention(text string) bool {
	name, brace := strings.CutPrefix(text, fstext.UnknownDollar+"{")
	name, end := strings.CutSuffix(name, "}")
	return brace && end && fstext.IsPlain(name)
}

// scopeVariables appends the effects of the variables for its run that an application's argument begins with,
// %[name=value,…] or %X[name=valueXname=value], and returns what follows them
// (switch_core_session.c, switch_core_session_exec).
func (p *parser) scopeVariables(at trail, args string) string {
	if !fstext.SetsScopeVariables(args) {
		return args
	}
	sep, block := byte(','), args[1:]
	if block[0] != '[' {
		sep, block = block[0], block[1:]
	}
	vars, rest, err := fstext.ReadBlock(nil, block, '[', ']', sep)
	if err != nil {
		p.unclear(at, err, args)
		return args
	}
	for _, v := range vars {
		p.variable(at, scopeChannel, v.Name, v.Value)
	}
	return rest
}

// within appends the effects of what the argument of an API or application holds.
func (p *parser) within(in trail, e *entry, args string, tokens []string, sure bool) {
	switch {
	case e.text:
	case in.unknown:
		p.opaqueEffect(in, effect.Effect{Name: effect.OpaqueExpansion, Why: expansionDoubt(args)})
	case in.named:
		p.opaqueEffect(in, effect.Effect{Name: effect.OpaqueExpansion, Named: true})
	}
	if e.parts == nil {
		p.opaque(in, e.opaqueReason())
	} else if p.afford(in, args) {
		e.parts(p, in, &call{entry: e, args: args, tokens: tokens})
	}
	if args == "" {
		return
	}
	p.opaque(in, e.argReason(args, tokens))
	if !sure {
		p.unsure(in, doubt(args))
	}
}

// fill shows what is not known of e as it was written.
func fill(e *effect.Effect) {
	e.Named = e.Named || strings.Contains(e.Name, fstext.UnknownDollar) || slices.ContainsFunc(e.Tokens, func(t string) bool { return strings.Contains(t, fstext.UnknownDollar) })
	e.Name, e.Args = fstext.ShowDollars(e.Name), fstext.ShowDollars(e.Args)
	e.Tokens, e.UUIDs = filledAll(e.Tokens), filledAll(e.UUIDs)
}

func filledAll(list []string) []string {
	for i, s := range list {
		if strings.Contains(s, fstext.UnknownDollar) {
			list = slices.Clone(list)
			for ; i < len(list); i++ {
				list[i] = fstext.ShowDollars(list[i])
			}
			break
		}
	}
	return list
}

// afford reports whether text may be looked at, and says so when it may not.
func (p *parser) afford(at trail, text string) bool {
	if p.work += len(text); p.work <= maxWork {
		return true
	}
	p.opaque(at, effect.OpaqueDepth)
	return false
}

// mayDescend reports whether what at holds may be looked at, and says so when it may not.
func (p *parser) mayDescend(at trail) bool {
	if at.depth >= fstext.MaxDepth {
		p.opaque(at, effect.OpaqueDepth)
		return false
	}
	return len(p.cmd.Effects) <= maxEffects
}

// defaultSocketPort is where the application socket connects to without a stated
// port (mod_event_socket.c, socket_function).
const defaultSocketPort = "8084"

// maxPort is the highest port that there is.
const maxPort = 65535

// socketParts are those of the application socket: a handover for each host that it would try.
func socketParts(p *parser, at trail, c *call) {
	port := defaultSocketPort
	for host := range strings.SplitSeq(c.token(0), "|") {
		addr, file, hasFile := strings.Cut(host, "/")
		name, stated, ok := strings.Cut(addr, ":")
		if ok {
			port = stated // FreeSWITCH keeps it for the hosts after this one
		}
		n, good := fstext.SmallNumber(port)
		if !good || n > maxPort || !fstext.IsPlain(name) || hasFile && strings.ContainsAny(file, ":'\\^") {
			p.unsure(at, "a host does not have the form NAME or NAME:PORT, so correct it")
			return
		}
		if !fstext.IsHost(name) {
			p.unsure(at, "a host is a number or ends in one and is no plain address, so write it as in 10.0.0.5")
			return
		}
		p.effect(effect.Effect{Kind: effect.KindHandover, Name: name + ":" + strconv.Itoa(n), UUIDs: at.uuids, Path: at.path, Later: at.later})
	}
}

// unnamed appends an opaque effect if an expansion decides which API or application runs.
func (p *parser) unnamed(at trail, name string) {
	if strings.Contains(name, fstext.UnknownDollar) {
		p.opaque(at, effect.OpaqueExpansion)
	}
}

// opaque appends an opaque effect, once for each reason and place. An empty reason is none.
func (p *parser) opaque(at trail, reason string) { p.opaqueEffect(at, effect.Effect{Name: reason}) }

// opaqueEffect is opaque for an effect of which Name, Why and named are set. Without a Why it has
// that of its reason, unless it is named: then it stands only for expansions that a rule can name.
// Where it stands for something else too, it is not named.
func (p *parser) opaqueEffect(at trail, opaque effect.Effect) {
	reason := opaque.Name
	if reason == "" {
		return
	}
	if opaque.Why == "" && !opaque.Named {
		opaque.Why = opaqueWhy(reason)
	}
	for i := len(p.cmd.Effects) - 1; i >= 0; i-- {
		e := &p.cmd.Effects[i]
		if e.Path != at.path {
			continue
		}
		switch e.Kind {
		case effect.KindAPI, effect.KindApp:
			i = 0 // what stands before it is another's
		case effect.KindOpaque:
			if e.Name == reason && e.Later == at.later {
				if e.Named = e.Named && opaque.Named; e.Why == "" {
					e.Why = opaque.Why
				}
				return
			}
		}
	}
	opaque.Kind, opaque.UUIDs, opaque.Path, opaque.Later = effect.KindOpaque, at.uuids, at.path, at.later
	p.effect(opaque)
}

// effect appends e. The first beyond maxEffects becomes opaque, and stands for all the rest.
func (p *parser) effect(e effect.Effect) {
	if p.holes {
		fill(&e)
	}
	if n := len(p.cmd.Effects); n >= maxEffects {
		if n > maxEffects {
			return
		}
		e = effect.Effect{Kind: effect.KindOpaque, Name: effect.OpaqueDepth, Why: doubtDepth, UUIDs: e.UUIDs, Path: e.Path, Later: e.Later}
	}
	if n := len(p.cmd.Effects); n == 1 && cap(p.cmd.Effects) == 1 {
		p.cmd.Effects = slices.Grow(p.cmd.Effects, fewEffects)
	}
	p.cmd.Effects = append(p.cmd.Effects, e)
}
