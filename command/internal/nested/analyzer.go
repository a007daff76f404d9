package nested

import (
	"slices"
	"strings"

	"eslguard/catalog"
	"eslguard/command/internal/protect"
	"eslguard/effect"
	"eslguard/fstext"
)

// maxWork bounds the text that is analysed in one command, in bytes. Text is counted once for each
// level of nesting at which it is analysed. What exceeds the bound is opaque, for the reason depth.
const maxWork = 256 << 10

// An Analyzer finds the effects of what one frame runs. It must be initialized with Init.
type Analyzer struct {
	cat    *catalog.Catalog
	traits *traitTables
	// Guard collects what protections refuse in the frame.
	Guard protect.Guard
	collector
	work int // bytes analysed so far
}

// Init initializes a, which must be the zero Analyzer: it uses cat and appends the effects to
// scratch. It fills in a in place, since a copy for each frame would cost more.
func (a *Analyzer) Init(cat *catalog.Catalog, scratch []effect.Effect) {
	a.cat, a.traits, a.Guard, a.effects = cat, builtinTraits(), protect.New(cat), scratch
}

// Catalog returns the catalogue that the analyzer uses.
func (a *Analyzer) Catalog() *catalog.Catalog { return a.cat }

// An Origin is where in the nesting of a command something was found. The zero Origin is the frame
// itself.
type Origin struct {
	Path  string // the path so far, as in Effect.Path; "" for the frame itself
	depth int    // the number of commands that contain it
	Later effect.Later
	UUIDs []string // the channels that it acts on; nil if there are none
	// directory reports whether the variables of an originate reach the directory, as in
	// [effect.Effect.Directory].
	directory bool
	// unknown reports whether the text at hand contains values that only the switch knows, such as
	// that of a variable or the answer of an API.
	unknown bool
	// named reports whether the text at hand contains expansions that a rule can name. If unknown
	// is set, it contains others as well.
	named bool
	// leg is the kind of leg as which a dial string here is dialled. LegUnknown means LegOther.
	leg effect.Leg
	// block is the position of variables and legs in a dial string. The zero Block is outside of
	// one.
	block effect.Block
}

// note records in t what is known of the text at hand.
func (t *Origin) note(k knowledge) {
	t.unknown = t.unknown || k == knownNot
	t.named = t.named || k == knownNamed
}

// join returns the path of a step below t.
func (t *Origin) join(step string) string {
	if t.Path == "" {
		return step
	}
	return t.Path + effect.PathSeparator + step
}

// A call is one API or application with its argument.
type call struct {
	*catalog.Entry
	args   string
	tokens []string
	// outermost reports whether the frame itself runs this API. Its argument is then rewritten.
	outermost bool
}

// token returns the i-th token, "" if there are fewer.
func (c *call) token(i int) string {
	if i >= len(c.tokens) {
		return ""
	}
	return c.tokens[i]
}

// rest returns the tokens from the i-th on, none if there are fewer.
func (c *call) rest(i int) []string { return c.tokens[min(i, len(c.tokens)):] }

// api appends the effects of running an API: its own, those of what its argument contains, and an
// opaque effect for each reason why these are not known.
func (a *Analyzer) api(at Origin, name, args string) { a.run(at, name, args, false) }

// RunAPI appends the effects of an API that the frame itself runs. It returns the argument in its
// canonical form, which is forwarded. That is args itself if no other spelling is sure to mean the
// same.
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
	a.opaqueName(in, name)
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

// storedTokens appends the effects of an argument that FreeSWITCH may keep, as a whole or as
// tokens.
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
		// FreeSWITCH may remove the quotes in a way that is not known here.
		a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueExpansion, Why: whyQuoted})
	}
}

// into returns the origin of what the argument of e contains.
func (t Origin) into(e *catalog.Entry) Origin {
	t.Path = t.join(e.Path)
	t.depth++
	t.leg, t.block = effect.LegUnknown, effect.Block{}
	return t
}

// keepsArgs reports whether an API of that class may store its argument, or pass it on, so that
// ${…} in it is expanded later. One that only reads does not.
func keepsArgs(c effect.Class) bool {
	switch c {
	case effect.ClassStatus, effect.ClassRead:
		return false
	}
	return true
}

// App appends the effects of running an application on the channels of at. It expands the argument
// first.
func (a *Analyzer) App(at Origin, name, args string) {
	if !a.mayDescend(at) {
		return
	}
	// Some ways to run an application keep blanks around its name. Removing them here hides no
	// effect.
	e := a.cat.App(fstext.TrimBlanks(name))
	t := &a.traits.apps[e.Number]
	in := at.into(e)
	if at.leg == effect.LegB && t.keepsLeg {
		in.leg = at.leg
	}
	own := len(a.effects)
	a.Add(effect.Effect{Kind: effect.KindApp, Name: e.Name, Class: e.Class, Path: in.Path, Later: at.Later})
	a.inHeader(in, name, args)
	a.opaqueName(in, name)
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
	a.storedTokens(in, args, tokens) // as current_application_data, if nowhere else
}

// inHeader appends an opaque effect for each text that begins with the mark of a list. FreeSWITCH
// may copy these texts into the header of an event, and would read that text as a list there
// (switch_ivr_async.c, switch_ivr_broadcast; switch_core_session.c,
// switch_core_session_execute_application_async).
func (a *Analyzer) inHeader(at Origin, texts ...string) {
	for _, text := range texts {
		if strings.HasPrefix(text, fstext.ArrayMark) {
			a.ambiguous(at, whyList)
		}
	}
}

// isCopy reports whether args, the argument of an application that assigns, is NAME=${OTHER}. What
// the value of OTHER may run was analysed when OTHER was set.
func isCopy(args string) bool {
	name, value, ok := strings.Cut(args, "=")
	return ok && fstext.IsPlain(name) && isMention(value)
}

// isMention reports whether an expanded text is exactly the value of one variable.
func isMention(text string) bool {
	name, brace := strings.CutPrefix(text, fstext.UnknownDollar+"{")
	name, end := strings.CutSuffix(name, "}")
	return brace && end && fstext.IsPlain(name)
}

// scopeVariables appends the effects of the variables that an application's argument begins with,
// %[name=value,…] or %X[name=valueXname=value], which are set while the application runs. It
// returns the text after them (switch_core_session.c, switch_core_session_exec).
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
		a.unreadable(at, err, args)
		return args
	}
	for _, v := range vars {
		a.variable(at, catalog.ScopeChannel, v.Name, v.Value)
	}
	return rest
}

// within appends the effects of what the argument of an API or application contains. It also
// returns what traits.rewrite returned; tokens is nil if there is no such function.
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
	} else if a.withinWork(in, c.args) {
		kept := c // a copy, so that only a call that is analysed is allocated
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

// withinWork adds text to the work done and reports whether it may be analysed. If not, it appends
// an opaque effect.
func (a *Analyzer) withinWork(at Origin, text string) bool {
	if a.work += len(text); a.work <= maxWork {
		return true
	}
	a.Opaque(at, effect.OpaqueDepth)
	return false
}

// mayDescend reports whether what at contains may be analysed. If at is too deep, it appends an
// opaque effect.
func (a *Analyzer) mayDescend(at Origin) bool {
	if at.depth >= fstext.MaxDepth {
		a.Opaque(at, effect.OpaqueDepth)
		return false
	}
	return len(a.effects) <= maxEffects
}

// opaqueName appends an opaque effect if the name of an API or application contains an expansion,
// so that it is not known which one runs.
func (a *Analyzer) opaqueName(at Origin, name string) {
	if strings.Contains(name, fstext.UnknownDollar) {
		a.Opaque(at, effect.OpaqueExpansion)
	}
}

// dialLeg returns the kind of leg as which a dial string at t is dialled.
func (t *Origin) dialLeg() effect.Leg {
	if t.leg == effect.LegUnknown {
		return effect.LegOther
	}
	return t.leg
}

// starting returns t for a dial string whose legs start calls of their own.
func (t Origin) starting() Origin {
	t.leg = effect.LegA
	return t
}

// colonApp appends the effects of an application. Without an argument, a name is split at its first
// :: (switch_core_session.c, switch_core_session_execute_application_async).
func (a *Analyzer) colonApp(at Origin, name, args string) {
	a.inHeader(at, name)
	if args == "" {
		name, args, _ = strings.Cut(name, "::")
	}
	if name != "" {
		a.App(at, name, args)
	}
}
