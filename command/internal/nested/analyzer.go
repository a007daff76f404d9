package nested

import (
	"slices"
	"strings"

	"eslguard/catalog"
	"eslguard/command/internal/protect"
	"eslguard/effect"
	"eslguard/internal/fstext"
)

// maxWork is how many bytes are looked at in one command, each as often as it is nested. What lies
// beyond is opaque, for the reason depth.
const maxWork = 256 << 10

// An Analyzer finds the effects of what one frame runs. It is to be initialized by Init.
type Analyzer struct {
	cat    *catalog.Catalog
	traits *traitTables
	// Guard has found what protections refuse in the frame.
	Guard protect.Guard
	collector
	work int // bytes that were looked at
}

// Init initializes a, which is zero, to append effects to scratch. It fills in a where it is, since
// a copy for each frame would cost more.
func (a *Analyzer) Init(cat *catalog.Catalog, scratch []effect.Effect) {
	a.cat, a.traits, a.Guard, a.effects = cat, builtinTraits(), protect.New(cat), scratch
}

// Catalog returns the catalogue by which effects are found.
func (a *Analyzer) Catalog() *catalog.Catalog { return a.cat }

// An Origin is where in the nesting of a command something was found. The zero Origin is the
// command itself.
type Origin struct {
	Path  string // as in Effect.Path
	depth int
	Later effect.Later
	UUIDs []string // the channels that it acts on
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
func (t *Origin) note(k knowledge) {
	t.unknown = t.unknown || k == knownNot
	t.named = t.named || k == knownNamed
}

// join returns the path of a step below t.
func (t *Origin) join(step string) string {
	if t.Path == "" {
		return step
	}
	return t.Path + " > " + step
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
func (a *Analyzer) api(at Origin, name, args string) { a.run(at, name, args, false) }

// RunAPI is api for an API that the frame itself runs, whose argument is written again before it
// goes up. It returns the argument as it goes up: args itself if no other way to write it surely
// means the same.
func (a *Analyzer) RunAPI(at Origin, name, args string) (canonical string) {
	return a.run(at, name, args, true)
}

func (a *Analyzer) run(at Origin, name, args string, outermost bool) (canonical string) {
	canonical = args
	if !fstext.KeepsBlanks(name) {
		name, args = fstext.TrimBlanks(name), fstext.TrimBlanks(args)
	}
	if name == "" || !a.mayDescend(at) {
		return canonical // FreeSWITCH has no API without a name
	}
	e := a.cat.API(name)
	t := &a.traits.apis[e.Number]
	tokens, sure := e.Split.Split(args)
	if t.checks != nil || strings.HasSuffix(args, `\`) {
		a.Guard.Argument(t.checks, e.Path, e.Split, args, tokens)
	}
	if outermost {
		canonical, sure = t.write(e.Split, args, tokens)
	}
	fold := e.Folds(tokens)
	in := at.into(e)
	in.UUIDs = e.UUIDs(args, tokens)
	class, reads := e.ClassOf(tokens, fold, sure)
	own := len(a.effects)
	a.Add(effect.Effect{
		Kind: effect.KindAPI, Name: e.Name, Args: args, Tokens: tokens,
		Fold: fold, Class: class, UUIDs: in.UUIDs, Path: in.Path, Later: at.Later, Unlisted: e.Unlisted,
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
func (a *Analyzer) storedTokens(at Origin, args string, tokens []string) {
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
		// nobody knows what else takes its quotes out
		a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: whyQuoted})
	}
}

// into returns the origin of what e holds.
func (t Origin) into(e *catalog.Entry) Origin {
	t.Path = t.join(e.Path)
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

// App appends the effects of running an application on the channels of at. Its argument is
// expanded before.
func (a *Analyzer) App(at Origin, name, args string) {
	if !a.mayDescend(at) {
		return
	}
	// Not every way to an application strips blanks around its name; to think so hides none.
	e := a.cat.App(fstext.TrimBlanks(name))
	t := &a.traits.apps[e.Number]
	in := at.into(e)
	if at.leg == effect.LegB && t.keepsLeg {
		in.leg = at.leg
	}
	own := len(a.effects)
	a.Add(effect.Effect{Kind: effect.KindApp, Name: e.Name, Class: e.Class, Path: in.Path, Later: at.Later})
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
		a.Guard.Argument(t.checks, e.Path, e.Split, args, tokens)
	}
	if own < maxEffects {
		eff := &a.effects[own]
		eff.Args, eff.Tokens, eff.Fold = args, tokens, e.Folds(tokens)
		eff.UUIDs = append(at.UUIDs[:len(at.UUIDs):len(at.UUIDs)], e.UUIDs(args, tokens)...)
		showUnknown(eff)
	}
	a.within(in, t, call{Entry: e, args: args, tokens: tokens}, sure)
	a.storedTokens(in, args, tokens) // if nowhere else, then in current_application_data
}

// inHeader says that a text cannot be told which FreeSWITCH may hand on in the header of an event,
// and which would be a list there (switch_ivr_async.c, switch_ivr_broadcast; switch_core_session.c,
// switch_core_session_execute_application_async).
func (a *Analyzer) inHeader(at Origin, texts ...string) {
	for _, text := range texts {
		if strings.HasPrefix(text, fstext.ArrayMark) {
			a.ambiguous(at, whyList)
		}
	}
}

// isCopy reports whether the argument of an application that assigns sets a variable to what
// another one holds: NAME=${OTHER}. What that may run was looked at when it was set.
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

// scopeVariables appends the effects of the variables for its run that an application's argument
// begins with, %[name=value,…] or %X[name=valueXname=value], and returns what follows them
// (switch_core_session.c, switch_core_session_exec).
func (a *Analyzer) scopeVariables(at Origin, args string) string {
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
func (a *Analyzer) within(in Origin, t *traits, c call, sure bool) (canonical string, tokens []string) {
	switch {
	case t.text:
	case in.unknown:
		a.opaqueEffect(in, effect.Effect{Name: effect.OpaqueExpansion, Why: whyExpansionUnknown(c.args)})
	case in.named:
		a.opaqueEffect(in, effect.Effect{Name: effect.OpaqueExpansion, Named: true})
	}
	if !t.nests() {
		a.Opaque(in, c.OpaqueReason())
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
	a.Opaque(in, t.argReason(c.Class, c.args, c.tokens))
	if !sure {
		a.ambiguous(in, whyAmbiguous(c.args))
	}
	return canonical, tokens
}

// afford reports whether text may be looked at, and says so when it may not.
func (a *Analyzer) afford(at Origin, text string) bool {
	if a.work += len(text); a.work <= maxWork {
		return true
	}
	a.Opaque(at, effect.OpaqueDepth)
	return false
}

// mayDescend reports whether what at holds may be looked at, and says so when it may not.
func (a *Analyzer) mayDescend(at Origin) bool {
	if at.depth >= fstext.MaxDepth {
		a.Opaque(at, effect.OpaqueDepth)
		return false
	}
	return len(a.effects) <= maxEffects
}

// unnamed appends an opaque effect if an expansion decides which API or application runs.
func (a *Analyzer) unnamed(at Origin, name string) {
	if strings.Contains(name, fstext.UnknownDollar) {
		a.Opaque(at, effect.OpaqueExpansion)
	}
}

// dials returns where a leg stands that is dialled at t.
func (t *Origin) dials() effect.Leg {
	if t.leg == effect.LegUnknown {
		return effect.LegOther
	}
	return t.leg
}

// starting returns the origin of a dial string whose legs start calls of their own.
func (t Origin) starting() Origin {
	t.leg = effect.LegA
	return t
}

// colonApp appends the effects of an application; without an argument, a name with :: in it is
// parted there (switch_core_session.c, switch_core_session_execute_application_async).
func (a *Analyzer) colonApp(at Origin, name, args string) {
	a.inHeader(at, name)
	if args == "" {
		name, args, _ = strings.Cut(name, "::")
	}
	if name != "" {
		a.App(at, name, args)
	}
}
