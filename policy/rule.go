package policy

import (
	"math"
	"slices"
	"strings"

	"eslguard/command"
)

const (
	// maxRule is the most bytes of a rule, and maxRuleTokens the most tokens.
	maxRule       = 4096
	maxRuleTokens = 64
)

// repeatingWord is the word before a rule for effects that repeat.
const repeatingWord = "repeating"

// A rule is one compiled line of a role. It is never changed once made.
type rule struct {
	// text is the rule as it stands in the file, role where.
	text, role string
	// at is where it stands; the zero pos for one that is no line of a role.
	at   pos
	kind command.EffectKind
	deny bool
	// leg is the place of a leg that a dial rule is about; LegUnknown for a rule about any place.
	leg command.Leg
	// repeating makes an allow rule hold for repeating effects, and only for those.
	repeating bool
	// anyName says that the name is **.
	anyName bool
	// classes has bit c set for each class c that stands in the place of the name.
	classes uint32
	// surely has the same bits for a rule that spells its names, if each is of one class whatever its arguments. Zero: not so.
	surely uint32
	name   pattern
	args   []pattern
	// rest says that the rule ends in **: more tokens may follow.
	rest bool
	// level is the log level of a log rule.
	level int
	// variables are those whose expansions the rule spells, folded: ${uuid}, $${recordings_dir}.
	variables []string
}

// A ruleCompiler compiles rules against what is known.
type ruleCompiler struct {
	lex  *lexicon
	sets map[string][]glob
}

// compile compiles one rule. Its error says what is wrong with it.
func (rc *ruleCompiler) compile(text, role string, deny bool) (*rule, *ruleError) {
	tokens, err := splitRule(text)
	if err != nil {
		return nil, err
	}
	r := &rule{text: text, role: role, deny: deny}
	if tokens[0] == repeatingWord {
		r.repeating = true
		tokens = tokens[1:]
	}
	if len(tokens) == 0 || !r.setKind(tokens[0]) {
		word := strings.Join(tokens[:min(1, len(tokens))], "")
		hint := didYouMean(word, kindWords())
		if hint == "" {
			hint = "a rule is KIND TOKEN TOKEN …, KIND one of " + list(kindWords())
		}
		return nil, badRule(hint, "%s is not a kind of effect", quote(word))
	}
	tokens, err = r.takeLeg(tokens[1:])
	if err != nil {
		return nil, err
	}
	if len(tokens) == 0 {
		return nil, badRule("", "nothing follows %s", quote(r.kind.String()))
	}
	if last := len(tokens) - 1; tokens[last] == "**" {
		r.rest, r.anyName = true, last == 0
		tokens = tokens[:last]
	}
	// A header that FreeSWITCH is told besides must not lead past a deny.
	r.rest = r.rest || deny && (r.kind == command.KindInject || r.kind == command.KindChannel)
	if err := rc.tokens(r, tokens); err != nil {
		return nil, err
	}
	if err := rc.check(r); err != nil {
		return nil, err
	}
	r.surely, r.variables = rc.surely(r), r.expanded()
	return r, nil
}

// surely returns the classes that the rule's names are of, and zero where they are not all spelled or known.
func (rc *ruleCompiler) surely(r *rule) (classes uint32) {
	for i := range r.name.globs {
		name, literal := r.name.globs[i].literal()
		class, always := rc.lex.cat.Class(r.kind, name)
		if !literal || !always || class == command.ClassNone {
			return 0
		}
		classes |= 1 << class
	}
	return classes
}

// splitRule cuts a rule at its single spaces.
func splitRule(text string) ([]string, *ruleError) {
	if len(text) > maxRule {
		return nil, badRule("", "a rule is longer than %d bytes", maxRule)
	}
	if what := unprinted(text); what != "" {
		return nil, badRule("", "the rule holds %s", what)
	}
	tokens := splitTokens(text)
	if slices.Contains(tokens, "") {
		return nil, badRule(`one space parts two tokens, \s (\\s in the JSON file) is a space within one, "" is a token that is empty`, "a token is empty")
	}
	if len(tokens) > maxRuleTokens {
		return nil, badRule("", "a rule has more than %d tokens", maxRuleTokens)
	}
	return tokens, nil
}

func (r *rule) setKind(word string) bool {
	for k := command.KindAPI; k <= command.KindOpaque; k++ {
		if k.String() == word {
			r.kind = k
		}
	}
	return r.kind != command.KindInvalid
}

func kindWords() (words []string) {
	for k := command.KindAPI; k <= command.KindOpaque; k++ {
		words = append(words, k.String())
	}
	return words
}

// tokens compiles the name and the arguments.
func (rc *ruleCompiler) tokens(r *rule, tokens []string) *ruleError {
	for i, token := range tokens {
		if i == 0 && token[0] == '@' {
			if err := r.setClasses(token); err != nil {
				return err
			}
			r.rest = r.rest || len(tokens) == 1
			continue
		}
		p, err := parsePattern(token, rc.sets, r.deny)
		if err != nil {
			return err
		}
		if i == 0 {
			r.name = p
		} else {
			r.args = append(r.args, p)
		}
	}
	return nil
}

// setClasses reads @class or @class|@class.
func (r *rule) setClasses(token string) *ruleError {
	if r.kind != command.KindAPI && r.kind != command.KindApp {
		return badRule("", "only api and app have classes, %s has none", r.kind)
	}
	for alt := range strings.SplitSeq(token, "|") {
		word, ok := strings.CutPrefix(alt, "@")
		if !ok {
			return badRule("write two rules", "a class and a name are alternatives of each other")
		}
		c, ok := command.ParseClass(word)
		if !ok || c == command.ClassNone {
			return badRule(didYouMean(alt, classWords("@")), "there is no class %s", quote(alt))
		}
		r.classes |= 1 << c
	}
	return nil
}

func classWords(prefix string) (words []string) {
	for c := command.ClassNone + 1; c <= command.ClassNested; c++ {
		words = append(words, prefix+c.String())
	}
	return words
}

// foldsName reports whether FreeSWITCH compares the names of that kind without case.
func foldsName(k command.EffectKind) bool {
	switch k {
	case command.KindAPI, command.KindApp, command.KindSubscribe, command.KindChannel, command.KindLog,
		command.KindInject, command.KindDialplan:
		return true
	default:
		return false
	}
}

// foldsKey reports whether a rule of that kind compares its name without case. A deny does so of a dial too: FreeSWITCH
// finds endpoints in any case (switch_loadable_module.c), and what comes behind them is for others to read.
func foldsKey(k command.EffectKind, deny bool) bool {
	return foldsName(k) || deny && k == command.KindDial
}

// matchName reports whether g, one alternative of the rule's name, matches name: the effect's, or
// another spelling of it. A nil g stands for a name that has no globs: a class, a regular
// expression, **.
func (r *rule) matchName(g *glob, s *subject, name string, broad bool) bool {
	e := s.effect
	if !r.deny && !broad && g.isWild() && namedOnly(e) {
		return false
	}
	switch {
	case r.kind == command.KindLog && !r.anyName:
		return r.matchLevel(e.Name)
	case r.anyName:
		return true
	case r.classes != 0:
		return e.Class != command.ClassNone && r.classes&(1<<e.Class) != 0
	}
	h := how{fold: foldsKey(r.kind, r.deny), deny: r.deny, dial: r.kind == command.KindDial, broad: broad, work: &s.work}
	if g == nil {
		return r.name.match(name, h)
	}
	return h.work.spend(len(name)) && g.match(name, h)
}

// isWild reports whether g matches more than one text. A nil glob does.
func (g *glob) isWild() bool { return g == nil || g.wild }

// namedOnly reports whether an allow rule must spell the effect's name: the events that show what
// other clients do, CUSTOM with all its subclasses, the injected events by which one would speak
// for the switch, and what nobody could take apart.
func namedOnly(e *command.Effect) bool {
	switch e.Kind {
	case command.KindSubscribe:
		if len(e.Tokens) == 0 && equalFold(e.Name, custom) {
			return true
		}
		return isNamed(e, ownNameOnly[:])
	case command.KindInject:
		return isNamed(e, ownNameOnly[:]) || isNamed(e, switchOnly[:])
	case command.KindOpaque:
		return true
	default:
		return false
	}
}

func isNamed(e *command.Effect, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return equalFold(e.Name, name) })
}

// custom is the event, folded, that has subclasses. Without one it stands for all of them.
const custom = "custom"

// ownNameOnly are the events, folded, that no wildcard of an allow rule matches.
var ownNameOnly = [...]string{"api", "background_job", "log"}

// switchOnly are further events, folded, that no wildcard of an allow rule lets a client inject:
// the switch tells with them what becomes of itself, its modules, its schedule and its sessions,
// and modules do what they say (they reload, rotate logs, bill, call, forget the schedule).
var switchOnly = [...]string{
	"startup", "shutdown", "shutdown_requested", "session_crash", "module_load", "module_unload", "reloadxml", "cert_reload",
	"trap", "nat", "add_schedule", "del_schedule", "exe_schedule", "re_schedule", "session_heartbeat", "call_setup_req",
}

// matches reports whether the rule matches the effect, by whichever alternative of its name.
func (r *rule) matches(e *command.Effect) bool {
	s := unmetered(e)
	if e.Kind != r.kind || !r.matchRest(s, false) {
		return false
	}
	if r.matchAnyName(s, e.Name) {
		return true
	}
	if !r.deny || r.kind != command.KindDial {
		return false
	}
	return slices.ContainsFunc(command.Spellings(e, -1), func(name string) bool { return r.matchAnyName(s, name) })
}

// matchAnyName reports whether any alternative of the rule's name matches name, which is one of the
// effect's.
func (r *rule) matchAnyName(s *subject, name string) bool {
	if len(r.name.globs) == 0 || r.name.index != nil || r.kind == command.KindLog {
		return r.matchName(nil, s, name, false)
	}
	for i := range r.name.globs {
		if r.matchName(&r.name.globs[i], s, name, false) {
			return true
		}
	}
	return false
}

// foldBits is how many tokens an Effect's Fold covers.
const foldBits = 64

// A subject is an effect that rules are matched against. Its form is looked up when the first rule
// wants to know it.
type subject struct {
	effect *command.Effect
	form   command.Form
	known  bool
	// work counts the steps of matching.
	work meter
}

// unmetered returns a subject whose matching may take any number of steps.
func unmetered(e *command.Effect) *subject {
	return &subject{effect: e, work: meter{left: math.MaxInt}}
}

func (s *subject) formed() *command.Form {
	if !s.known {
		s.form, s.known = command.FormOf(s.effect), true
	}
	return &s.form
}

// matchRest reports whether the rule, whose name matches, matches the rest of the effect. broad is
// that of how.
func (r *rule) matchRest(s *subject, broad bool) bool {
	e := s.effect
	if r.leg != command.LegUnknown && !r.matchLeg(e.Leg) {
		return false
	}
	if e.Later == command.Repeating != r.repeating && (r.repeating || !r.deny) {
		return false
	}
	if len(e.Tokens) < len(r.args) || len(e.Tokens) > len(r.args) && !r.rest {
		return false
	}
	for i := range r.args {
		if !r.matchToken(e, i, r.how(s, i, broad)) {
			return false
		}
	}
	if r.deny || broad {
		return true
	}
	for i := len(r.args); i < len(e.Tokens); i++ {
		if restHarm(s, i) != "" {
			return false
		}
	}
	return true
}

// how returns how the rule compares token i.
func (r *rule) how(s *subject, i int, broad bool) how {
	h := how{fold: i < foldBits && s.effect.Fold&(1<<i) != 0, deny: r.deny, broad: broad, work: &s.work}
	if r.deny || broad || !r.args[i].wild {
		return h
	}
	form := s.formed()
	if s.effect.Kind == command.KindVar {
		h.types, h.acts = form.Types(i), form.Acts(i)
		return h
	}
	h.types, h.offset, h.unknown = form.Types(i), form.Offset(i), !form.Known()
	return h
}

func (r *rule) matchToken(e *command.Effect, i int, h how) bool {
	if r.args[i].match(e.Tokens[i], h) {
		return true
	}
	if !r.deny {
		return false
	}
	if i == 0 && e.Kind == command.KindDialplan && e.Tokens[i] == "" {
		return true // the channel's own context, which may be any
	}
	for _, spelling := range command.Spellings(e, i) {
		if r.args[i].match(spelling, h) {
			return true
		}
	}
	return false
}

// restHarm says why a ** does not match token i, and "" where it does.
func restHarm(s *subject, i int) string {
	if s.formed().Acts(i) {
		return actingName
	}
	token := s.effect.Tokens[i]
	if !s.work.spend(len(token)) {
		return reasonTooMuch
	}
	return harmOf(s.formed().Types(i), token, []command.Span{{Start: 0, End: len(token)}}, s.formed().Offset(i))
}
