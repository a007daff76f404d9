package policy

import (
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// A vocabulary is what rules can name: the catalogue's APIs and applications, and the closed lists
// of the other kinds. It is made once for each load.
type vocabulary struct {
	cat *command.Catalog
	// closed are all names of a kind, where that list is closed.
	closed map[command.EffectKind][]string
	// names are the APIs and applications that the catalogue knows. There may be others.
	names map[command.EffectKind][]string
}

func newVocabulary(cat *command.Catalog) *vocabulary {
	events := command.EventNames()
	return &vocabulary{
		cat:   cat,
		names: map[command.EffectKind][]string{command.KindAPI: cat.APINames(), command.KindApp: cat.AppNames()},
		closed: map[command.EffectKind][]string{
			command.KindSubscribe: events,
			command.KindInject:    events,
			command.KindChannel:   channelVerbs[:],
			command.KindLog:       logLevels[:],
			command.KindVar:       varScopes[:],
			command.KindFilter:    filterWords[:],
			command.KindOpaque:    opaqueReasons[:],
		},
	}
}

// Closed lists of what effects are named, see the table of command's package comment.
var (
	channelVerbs = [...]string{"hangup", "unicast", "nomedia", "xferext", "myevents", "sendevent", "linger", "divert_events", "resume"}
	varScopes    = [...]string{"channel", "originate", "global"}
	filterWords  = [...]string{"regex"}

	opaqueReasons = [...]string{
		command.OpaqueExpansion, command.OpaqueScript, command.OpaqueWrapper, command.OpaqueDepth, command.OpaqueUnknownSyntax,
	}
)

// logLevels are FreeSWITCH's log levels from the quietest on (switch_log.c, LEVELS, and the
// ten that DEBUG is divided into).
var logLevels = [...]string{
	"DISABLE", "CONSOLE", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG",
	"DEBUG1", "DEBUG2", "DEBUG3", "DEBUG4", "DEBUG5", "DEBUG6", "DEBUG7", "DEBUG8", "DEBUG9", "DEBUG10",
}

// logLevel returns the verbosity of the level named, and -1 for an unknown one.
func logLevel(name string) int {
	for i, l := range logLevels {
		if strings.EqualFold(l, name) {
			return i
		}
	}
	return -1
}

// nouns are what problems call a name of a kind.
func noun(k command.EffectKind) string {
	switch k {
	case command.KindAPI:
		return "API"
	case command.KindApp:
		return "application"
	case command.KindSubscribe, command.KindInject:
		return "event"
	case command.KindChannel:
		return "channel verb"
	case command.KindLog:
		return "log level"
	case command.KindVar:
		return "scope"
	case command.KindOpaque:
		return "reason"
	default:
		return "name"
	}
}

// KnownAre returns the names of a kind that are known, and nil for a kind whose names are anything.
func (l *vocabulary) known(k command.EffectKind) []string {
	if names := l.names[k]; names != nil {
		return names
	}
	return l.closed[k]
}

// checkName refuses a name that no effect of that kind will ever have.
func (l *vocabulary) checkName(k command.EffectKind, g *pattern.Glob, deny bool) *pattern.Fault {
	name, literal := g.Literal()
	if k == command.KindApp && literal {
		return nil // it may be one of a module outside FreeSWITCH's tree
	}
	names := l.known(k)
	if names == nil {
		return nil
	}
	for _, w := range names {
		if g.Match(w, pattern.Options{Fold: foldsName(k), Deny: deny}) {
			return nil
		}
	}
	if literal && k == command.KindAPI {
		hint := words.OneEditAway(name, l.cat.HasAPI)
		if first, _, blank := strings.Cut(name, " "); blank && l.cat.HasAPI(first) {
			hint = `one space parts the name from its arguments, and \s (\\s in the JSON file) is a space within a token`
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

// eventHint says how to write what people take for the name of an event, "" for other words.
func (l *vocabulary) eventHint(k command.EffectKind, name string) string {
	if k != command.KindSubscribe && k != command.KindInject {
		return ""
	}
	const prefix = "switch_event_"
	rest, prefixed := strings.CutPrefix(words.Fold(name), prefix)
	switch {
	case prefixed && words.ContainsFold(l.closed[k], rest):
		return "write " + strings.ToUpper(rest)
	case k == command.KindSubscribe && words.EqualFold(name, "all"):
		return "write subscribe **, and subscribe " + strings.ToUpper(strings.Join(ownNameOnly[:], "|")) + "|CUSTOM if those are meant, too"
	case k == command.KindSubscribe && words.ContainsFold([]string{"plain", "json", "xml"}, name):
		return "leave the format out: a rule is subscribe EVENT"
	case strings.Contains(name, "::"):
		return "write " + k.String() + " CUSTOM " + words.Clip(name)
	}
	return ""
}

// maxListed is how many words a hint lists.
const maxListed = 10

// unknownApp returns the first application that r names and the catalogue lacks, and a hint. It may be one of a
// module outside FreeSWITCH's tree, so it is no error.
func unknownApp(l *vocabulary, r *rule) (name, hint string) {
	if r.kind != command.KindApp {
		return "", ""
	}
	for i := range r.name.Globs {
		if name, ok := r.name.Globs[i].Literal(); ok && !l.cat.HasApp(name) {
			return name, words.OneEditAway(name, l.cat.HasApp)
		}
	}
	return "", ""
}
