package event

import (
	"errors"
	"fmt"
	"strings"

	"eslguard/catalog"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// A verb is what a Change does. The zero verb does nothing.
type verb uint8

const (
	verbUnknown verb = iota
	verbEvent
	verbNixevent
	verbNoevents
	verbAddFilter
	verbDeleteFilter // with a name, and perhaps a value
	verbDeleteFilters
	verbBadFilter
)

// A Change is a parsed command that changes a [Subscription]. The zero Change changes nothing. A
// Change is not changed by its use, and may be applied to several Subscriptions.
type Change struct {
	verb      verb
	format    Format
	hasFormat bool
	named     Need // what event and nixevent name; All means ALL
	filter    filter
}

// Errors of ParseChange.
var (
	errVerb   = errors.New("not a command that changes a subscription")
	errBlank  = errors.New("more than one space between two words, or a space at the end")
	errFilter = errors.New("a filter that FreeSWITCH would not keep as it is")
	errLong   = fmt.Errorf("a filter of more than %d bytes", MaxFilter)
)

// MaxFilter is the most bytes that the name and the value of a filter may have together. FreeSWITCH
// writes both into its reply, which has at most 511 bytes.
const MaxFilter = 256

// ParseChange parses event, nixevent, noevents or filter as mod_event_socket.c does
// (parse_command). line is in the form in which package command writes it: FreeSWITCH's spelling of
// the verb and one space between words. Names of events that the catalogue does not know are
// ignored, as in FreeSWITCH. An error says why the command is refused: the line is not in that
// form, or RE2 cannot compile the filter's regular expression. Its text is meant for the client.
func ParseChange(line string) (Change, error) {
	verb, rest, spaced := strings.Cut(line, " ")
	if verb == "filter" && spaced {
		return parseFilter(rest)
	}
	words, err := splitWords(rest, spaced)
	if err != nil {
		return Change{}, err
	}
	switch {
	case verb == "event":
		return parseEvent(words), nil
	case verb == "nixevent":
		return Change{verb: verbNixevent, named: parseNames(words)}, nil
	case verb == "noevents" && len(words) == 0:
		return Change{verb: verbNoevents}, nil
	}
	return Change{}, errVerb
}

func splitWords(text string, spaced bool) ([]string, error) {
	if !spaced {
		return nil, nil
	}
	words := strings.Split(text, " ")
	for _, w := range words {
		if w == "" {
			return nil, errBlank
		}
	}
	return words, nil
}

// parseEvent parses what follows event. The format counts even if no event is named.
func parseEvent(words []string) Change {
	c := Change{verb: verbEvent}
	if len(words) > 0 {
		if c.format, c.hasFormat = parseFormat(words[0]); c.hasFormat {
			words = words[1:]
		}
	}
	c.named = parseNames(words)
	return c
}

// parseNames reads names of events. Every word after CUSTOM is a subclass.
func parseNames(words []string) (n Need) {
	for i, w := range words {
		t, ok := catalog.ParseEventName(w)
		switch {
		case !ok:
		case t == catalog.EventAll:
			n.All = true
		case t == catalog.EventCustom:
			n.Types.Add(t)
			n.Subclasses = sortedSet(words[i+1:])
			return n
		default:
			n.Types.Add(t)
		}
	}
	return n
}

func parseFilter(rest string) (Change, error) {
	name, value, ok := strings.Cut(rest, " ")
	switch {
	case !ok:
		return Change{verb: verbBadFilter}, nil
	case ascii.EqualFold(name, "delete"):
		return parseFilterDelete(value)
	case ascii.EqualFold(name, "add"):
		if name, value, ok = strings.Cut(value, " "); !ok {
			return Change{}, errFilter
		}
	}
	if err := checkFilter(name, value); err != nil {
		return Change{}, err
	}
	if value == "" {
		return Change{}, errFilter
	}
	f, err := newFilter(name, value)
	if err != nil {
		return Change{}, err
	}
	return Change{verb: verbAddFilter, filter: f}, nil
}

func parseFilterDelete(rest string) (Change, error) {
	if ascii.EqualFold(rest, "all") {
		return Change{verb: verbDeleteFilters, filter: filter{name: rest}}, nil
	}
	name, value, valued := strings.Cut(rest, " ")
	if err := checkFilter(name, value); err != nil {
		return Change{}, err
	}
	if valued && value == "" || ascii.EqualFold(name, "all") {
		return Change{}, errFilter
	}
	return Change{verb: verbDeleteFilter, filter: filter{name: name, value: value}}, nil
}

// checkFilter refuses what FreeSWITCH would store with another name or value (switch_event.c,
// switch_event_base_add_header).
func checkFilter(name, value string) error {
	switch {
	case len(name)+len(value) > MaxFilter:
		return errLong
	case name == "", strings.HasPrefix(value, " "), strings.HasSuffix(value, " "):
		return errBlank
	case strings.Contains(name, "["), name == "_body", strings.HasPrefix(value, fstext.ArrayMark):
		return errFilter
	}
	return nil
}

// Need returns what must be subscribed to at FreeSWITCH so that it sends what c adds. It is the
// zero Need for all but event.
func (c Change) Need() Need {
	switch {
	case c.verb != verbEvent:
		return Need{}
	case c.named.All:
		return Need{All: true}
	}
	return c.named
}
