package command

import (
	"slices"
	"strconv"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/internal/fstext"
)

// The bounds of what is looked at in one command. What lies beyond is opaque, for the reason depth.
const (
	maxEffects = 1024      // effects of one command, apart from those of `event ALL`
	maxWork    = 256 << 10 // bytes that are looked at, each as often as it is nested
	fewEffects = 3         // room for so many more is made with the second
)

// An analyzer finds the effects of what one frame runs.
type analyzer struct {
	cat    *catalog.Catalog
	traits *traitTables
	guard  guard
	// effects are those that were found, maxEffects and one more at most.
	effects []effect.Effect
	work    int    // bytes that were looked at
	dials   uint32 // dial strings that were found
	// expanded says that something was expanded, so that effects may contain UnknownDollars.
	expanded bool
	pairs    *pairRoom
}

// newAnalyzer returns an analyzer that appends effects to room.
func newAnalyzer(cat *catalog.Catalog, room []effect.Effect) analyzer {
	return analyzer{cat: cat, traits: builtinTraits(), guard: guard{cat: cat}, effects: room}
}

// found returns the effects that were found. It is called once, when all are.
func (a *analyzer) found() []effect.Effect {
	a.linkExpansions()
	return a.effects
}

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
	*catalog.Entry
	args   string
	tokens []string
	// outermost says that it is the API that the frame itself runs, so that its argument is written
	// again.
	outermost bool
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

// api appends the effects of running an API: its own, those of what it holds, and an opaque one
// for each reason why that cannot be told.
func (a *analyzer) api(at trail, name, args string) { a.run(at, name, args, false) }

// outermost is api for the API that the frame itself runs, whose argument is written again before it
// goes up. It returns the argument as it goes up, which is args where there is no way to write it that
// surely means the same.
func (a *analyzer) outermost(at trail, name, args string) (canonical string) {
	return a.run(at, name, args, true)
}

func (a *analyzer) run(at trail, name, args string, outermost bool) (canonical string) {
	canonical = args
	if !fstext.KeepsBlanks(name) {
		name, args = strings.Trim(name, fstext.Blanks), strings.Trim(args, fstext.Blanks)
	}
	if name == "" || !a.mayDescend(at) {
		return canonical // FreeSWITCH has no API without a name
	}
	e := a.cat.API(name)
	t := &a.traits.apis[e.Number]
	tokens, sure := e.Split.Split(args)
	if t.checks != nil || strings.HasSuffix(args, `\`) {
		a.guard.argument(t.checks, e.Path, e.Split, args, tokens)
	}
	if outermost {
		canonical, sure = t.written(e.Split, args, tokens)
	}
	fold := e.Folds(tokens)
	in := at.into(e)
	in.uuids = e.UUIDs(args, tokens)
	class, reads := e.ClassOf(tokens, fold, sure)
	own := len(a.effects)
	a.add(effect.Effect{
		Kind: effect.KindAPI, Name: e.Name, Args: args, Tokens: tokens,
		Fold: fold, Class: class, UUIDs: in.uuids, Path: in.path, Later: at.later, Unlisted: e.Unlisted,
	})
	if reads && !at.unknown && !at.named {
		return canonical
	}
	a.unnamed(in, name)
	text, again := a.within(in, t, call{Entry: e, args: args, tokens: tokens, outermost: outermost}, sure)
	if outermost && again != nil && text != args {
		canonical = text
		if own < maxEffects {
			a.effects[own].Tokens = again
		}
	}
	if !t.nests() && keepsArgs(e.Class) {
		a.storedTokens(in, args, tokens)
	}
	return canonical
}

// storedTokens appends the effects of an argument that may be kept, as it stands or taken apart.
func (a *analyzer) storedTokens(at trail, args string, tokens []string) {
	if !fstext.MayExpand(args) {
		return
	}
	for _, t := range tokens {
		a.stored(at, t)
	}
	if len(tokens) != 1 || tokens[0] != args {
		a.stored(at, args)
	}
	if !fstext.MentionsVariable(args) && !slices.ContainsFunc(tokens, fstext.MentionsVariable) {
		a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: doubtQuoted}) // nobody knows what else takes its quotes out
	}
}

// into returns the trail of what e holds.
func (t trail) into(e *catalog.Entry) trail {
	t.path = t.join(e.Path)
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
func (a *analyzer) app(at trail, name, args string) {
	if !a.mayDescend(at) {
		return
	}
	// Not every way to an application strips blanks around its name; to think so hides none.
	e := a.cat.App(strings.Trim(name, fstext.Blanks))
	t := &a.traits.apps[e.Number]
	in := at.into(e)
	if at.leg == effect.LegB && t.keepsLeg {
		in.leg = at.leg
	}
	own := len(a.effects)
	a.add(effect.Effect{Kind: effect.KindApp, Name: e.Name, Class: e.Class, Path: in.path, Later: at.later})
	a.inHeader(in, name, args)
	a.unnamed(in, name)
	args, k := a.expandOnChannel(in, args)
	a.inHeader(in, args)
	args = a.scopeVariables(in, args)
	if !t.assigns || !isCopy(args) {
		in.note(k)
	}
	tokens, sure := e.Split.Split(args)
	if t.checks != nil || strings.HasSuffix(args, `\`) {
		a.guard.argument(t.checks, e.Path, e.Split, args, tokens)
	}
	if own < maxEffects {
		eff := &a.effects[own]
		eff.Args, eff.Tokens, eff.Fold = args, tokens, e.Folds(tokens)
		eff.UUIDs = append(at.uuids[:len(at.uuids):len(at.uuids)], e.UUIDs(args, tokens)...)
		fill(eff)
	}
	a.within(in, t, call{Entry: e, args: args, tokens: tokens}, sure)
	a.storedTokens(in, args, tokens) // if nowhere else, then in current_application_data
}

// inHeader says that a text cannot be told which FreeSWITCH may hand on in the header of an event, and
// which would be a list there (switch_ivr_async.c, switch_ivr_broadcast; switch_core_session.c,
// switch_core_session_execute_application_async).
func (a *analyzer) inHeader(at trail, texts ...string) {
	for _, text := range texts {
		if strings.HasPrefix(text, fstext.ArrayMark) {
			a.unsure(at, doubtList)
		}
	}
}

// isCopy reports whether the argument of an application that assigns sets a variable to what another
// one holds: NAME=${OTHER}. What that may run was looked at when it was set.
func isCopy(args string) bool {
	name, value, ok := strings.Cut(args, "=")
	return ok && fstext.IsPlain(name) && isMention(value)
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
func (a *analyzer) scopeVariables(at trail, args string) string {
	if !fstext.SetsScopeVariables(args) {
		return args
	}
	sep, block := byte(','), args[1:]
	if block[0] != '[' {
		sep, block = block[0], block[1:]
	}
	vars, rest, err := fstext.ReadBlock(nil, block, '[', ']', sep)
	if err != nil {
		a.unclear(at, err, args)
		return args
	}
	for _, v := range vars {
		a.variable(at, catalog.ScopeChannel, v.Name, v.Value)
	}
	return rest
}

// within appends the effects of what the argument of an API or application contains. It returns how
// the argument is written and its tokens then where that was found on the way, else no tokens.
func (a *analyzer) within(in trail, t *traits, c call, sure bool) (canonical string, tokens []string) {
	switch {
	case t.text:
	case in.unknown:
		a.opaqueEffect(in, effect.Effect{Name: effect.OpaqueExpansion, Why: expansionDoubt(c.args)})
	case in.named:
		a.opaqueEffect(in, effect.Effect{Name: effect.OpaqueExpansion, Named: true})
	}
	if !t.nests() {
		a.opaque(in, c.OpaqueReason())
	} else if a.afford(in, c.args) {
		kept := c // so that only a call that is taken apart is allocated
		if t.rewrite != nil {
			canonical, tokens = t.rewrite(a, in, &kept)
		} else {
			t.analyze(a, in, &kept)
		}
	}
	if c.args == "" {
		return canonical, tokens
	}
	a.opaque(in, t.argReason(c.Class, c.args, c.tokens))
	if !sure {
		a.unsure(in, doubt(c.args))
	}
	return canonical, tokens
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
func (a *analyzer) afford(at trail, text string) bool {
	if a.work += len(text); a.work <= maxWork {
		return true
	}
	a.opaque(at, effect.OpaqueDepth)
	return false
}

// mayDescend reports whether what at holds may be looked at, and says so when it may not.
func (a *analyzer) mayDescend(at trail) bool {
	if at.depth >= fstext.MaxDepth {
		a.opaque(at, effect.OpaqueDepth)
		return false
	}
	return len(a.effects) <= maxEffects
}

// defaultSocketPort is where the application socket connects to without a stated
// port (mod_event_socket.c, socket_function).
const defaultSocketPort = "8084"

// maxPort is the highest port that there is.
const maxPort = 65535

// analyzeSocket are those of the application socket: a handover for each host that it would try.
func analyzeSocket(a *analyzer, at trail, c *call) {
	port := defaultSocketPort
	for host := range strings.SplitSeq(c.token(0), "|") {
		addr, file, hasFile := strings.Cut(host, "/")
		name, stated, ok := strings.Cut(addr, ":")
		if ok {
			port = stated // FreeSWITCH keeps it for the hosts after this one
		}
		n, good := fstext.SmallNumber(port)
		if !good || n > maxPort || !fstext.IsPlain(name) || hasFile && strings.ContainsAny(file, ":'\\^") {
			a.unsure(at, "a host does not have the form NAME or NAME:PORT, so correct it")
			return
		}
		if !fstext.IsHost(name) {
			a.unsure(at, "a host is a number or ends in one and is no plain address, so write it as in 10.0.0.5")
			return
		}
		a.add(effect.Effect{Kind: effect.KindHandover, Name: name + ":" + strconv.Itoa(n), UUIDs: at.uuids, Path: at.path, Later: at.later})
	}
}

// unnamed appends an opaque effect if an expansion decides which API or application runs.
func (a *analyzer) unnamed(at trail, name string) {
	if strings.Contains(name, fstext.UnknownDollar) {
		a.opaque(at, effect.OpaqueExpansion)
	}
}

// opaque appends an opaque effect, once for each reason and place. An empty reason is none.
func (a *analyzer) opaque(at trail, reason string) { a.opaqueEffect(at, effect.Effect{Name: reason}) }

// opaqueEffect is opaque for an effect of which Name, Why and named are set. Without a Why it has
// that of its reason, unless it is named: then it stands only for expansions that a rule can name.
// Where it stands for something else too, it is not named.
func (a *analyzer) opaqueEffect(at trail, opaque effect.Effect) {
	reason := opaque.Name
	if reason == "" {
		return
	}
	if opaque.Why == "" && !opaque.Named {
		opaque.Why = opaqueWhy(reason)
	}
	for i := len(a.effects) - 1; i >= 0; i-- {
		e := &a.effects[i]
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
	a.add(opaque)
}

// add appends e. The first beyond maxEffects becomes opaque, and stands for all the rest.
func (a *analyzer) add(e effect.Effect) {
	if a.expanded {
		fill(&e)
	}
	if n := len(a.effects); n >= maxEffects {
		if n > maxEffects {
			return
		}
		e = effect.Effect{Kind: effect.KindOpaque, Name: effect.OpaqueDepth, Why: doubtDepth, UUIDs: e.UUIDs, Path: e.Path, Later: e.Later}
	}
	if n := len(a.effects); n == 1 && cap(a.effects) == 1 {
		a.effects = slices.Grow(a.effects, fewEffects)
	}
	a.effects = append(a.effects, e)
}
