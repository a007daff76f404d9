package rule

import (
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// A Vocabulary is what rules can name: the APIs and applications of the catalogue, and the closed
// lists of names of other kinds. It is made once for each load of a policy, by [NewVocabulary].
type Vocabulary struct {
	Catalog *catalog.Catalog
	// closed are all names of each kind that has a closed list of them.
	closed map[effect.Kind][]string
	// Names are the APIs and applications that the catalogue knows. There may be others.
	Names map[effect.Kind][]string
}

// NewVocabulary returns the vocabulary of a catalogue.
func NewVocabulary(cat *catalog.Catalog) *Vocabulary {
	events := catalog.EventNames()
	return &Vocabulary{
		Catalog: cat,
		Names:   map[effect.Kind][]string{effect.KindAPI: cat.APINames(), effect.KindApp: cat.AppNames()},
		closed: map[effect.Kind][]string{
			effect.KindSubscribe: events,
			effect.KindInject:    events,
			effect.KindChannel:   channelVerbs[:],
			effect.KindLog:       LogLevels[:],
			effect.KindVar:       VarScopes[:],
			effect.KindFilter:    filterWords[:],
			effect.KindOpaque:    opaqueReasons[:],
		},
	}
}

// The closed lists of names (see the table in the comment of package effect).
var (
	channelVerbs = [...]string{"hangup", "unicast", "nomedia", "xferext", "myevents", "sendevent", "linger", "divert_events", "resume"}
	// VarScopes are the names of effects of the kind var.
	VarScopes   = [...]string{catalog.ScopeChannel, catalog.ScopeOriginate, catalog.ScopeGlobal}
	filterWords = [...]string{"regex"}

	opaqueReasons = [...]string{
		effect.OpaqueExpansion, effect.OpaqueScript, effect.OpaqueWrapper, effect.OpaqueDepth, effect.OpaqueUnknownSyntax,
	}
)

// LogLevels are FreeSWITCH's log levels, the least verbose one first (switch_log.c, LEVELS, and the
// ten levels of DEBUG).
var LogLevels = [...]string{
	"DISABLE", "CONSOLE", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG",
	"DEBUG1", "DEBUG2", "DEBUG3", "DEBUG4", "DEBUG5", "DEBUG6", "DEBUG7", "DEBUG8", "DEBUG9", "DEBUG10",
}

// LogLevel returns the verbosity of the named level, its index in LogLevels, and -1 for an unknown
// one. It ignores case.
func LogLevel(name string) int {
	for i, l := range LogLevels {
		if strings.EqualFold(l, name) {
			return i
		}
	}
	return -1
}

// noun returns what problems call a name of a kind.
func noun(k effect.Kind) string {
	switch k {
	case effect.KindAPI:
		return "API"
	case effect.KindApp:
		return "application"
	case effect.KindSubscribe, effect.KindInject:
		return "event"
	case effect.KindChannel:
		return "channel verb"
	case effect.KindLog:
		return "log level"
	case effect.KindVar:
		return "scope"
	case effect.KindOpaque:
		return "reason"
	default:
		return "name"
	}
}

// known returns the known names of a kind, and nil for a kind with arbitrary names.
func (l *Vocabulary) known(k effect.Kind) []string {
	if names := l.Names[k]; names != nil {
		return names
	}
	return l.closed[k]
}

// checkName refuses a name that no effect of that kind can have.
func (l *Vocabulary) checkName(k effect.Kind, g *pattern.Glob, deny bool) *pattern.Fault {
	name, literal := g.Literal()
	if k == effect.KindApp && literal {
		return nil // it may be one of a module outside FreeSWITCH's tree
	}
	names := l.known(k)
	if names == nil {
		return nil
	}
	for _, w := range names {
		if g.Match(w, pattern.Options{Fold: FoldsName(k), Deny: deny}) {
			return nil
		}
	}
	if literal && k == effect.KindAPI {
		hint := words.OneEditAway(name, l.Catalog.HasAPI)
		if first, _, blank := strings.Cut(name, " "); blank && l.Catalog.HasAPI(first) {
			hint = `one space separates the name from its arguments, and \s (\\s in the JSON file) is a space within a token`
		}
		if hint == "" {
			hint = `describe it in "apis" if a module of yours has it`
		}
		return pattern.Faultf(hint, "there is no API %s", words.Quote(name))
	}
	if literal {
		hint := l.eventHint(k, name)
		if hint == "" {
			hint = words.DidYouMean(name, names)
		}
		if hint == "" && len(names) <= maxListed {
			hint = words.KnownAre(names)
		}
		return pattern.Faultf(hint, "there is no %s %s", noun(k), words.Quote(name))
	}
	return pattern.Faultf("", "the pattern matches no known %s", noun(k))
}

// eventHint says how to write a word that is often mistaken for the name of an event. It returns ""
// for any other word.
func (l *Vocabulary) eventHint(k effect.Kind, name string) string {
	if k != effect.KindSubscribe && k != effect.KindInject {
		return ""
	}
	const prefix = "switch_event_"
	rest, prefixed := strings.CutPrefix(ascii.ToLower(name), prefix)
	switch {
	case prefixed && words.ContainsFold(l.closed[k], rest):
		return "write " + strings.ToUpper(rest)
	case k == effect.KindSubscribe && words.EqualFold(name, "all"):
		return "write subscribe **, and subscribe " + strings.ToUpper(strings.Join(NoWildcardEvents[:], "|")) + "|CUSTOM if those are meant, too"
	case k == effect.KindSubscribe && words.ContainsFold([]string{"plain", "json", "xml"}, name):
		return "leave the format out: a rule is subscribe EVENT"
	case strings.Contains(name, "::"):
		return "write " + k.String() + " CUSTOM " + words.Clip(name)
	}
	return ""
}

// maxListed is the most words that a hint lists.
const maxListed = 10
