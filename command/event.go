package command

import (
	"slices"
	"sync"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/effect"
	"eslguard/fstext/ascii"
)

// MaxSubclasses is the most subclasses of CUSTOM events that a session may name, and maxSubclass is
// the most bytes of one. They bound what a State remembers.
const (
	MaxSubclasses = 256
	maxSubclass   = 512
)

// formats are the formats of events. The first is FreeSWITCH's default.
var formats = [...]string{"plain", "xml", "json"}

// parseFormat returns the format that word names, in any case. It returns "" if it names none.
func parseFormat(word string) string {
	for _, f := range formats {
		if ascii.EqualFold(f, word) {
			return f
		}
	}
	return ""
}

// eventList has the event types that an event or nixevent names.
type eventList struct {
	types    eventSet // without ALL and CUSTOM
	all      bool
	custom   bool     // CUSTOM is named
	subclass []string // what follows CUSTOM
}

// parseEventList reads names of event types. As in FreeSWITCH, every word after CUSTOM is a
// subclass. It drops unknown names, and appends the others to line in canonical form.
func (p *parser) parseEventList(line []byte, words []string) (eventList, []byte) {
	var l eventList
	for i, w := range words {
		t, ok := catalog.ParseEventName(w)
		if !ok {
			p.drop(w)
			continue
		}
		line = append(append(line, ' '), t.String()...)
		switch t {
		case catalog.EventAll:
			l.all = true
		case catalog.EventCustom:
			l.custom = true
			l.subclass = words[i+1:]
			for _, s := range l.subclass {
				line = append(append(line, ' '), s...)
			}
			return l, line
		default:
			l.types.add(t)
		}
	}
	return l, line
}

// parseEvent parses `event [plain|xml|json] NAME…`.
func (p *parser) parseEvent(words []string) *codec.Refusal {
	line := []byte("event")
	format := ""
	if len(words) > 0 {
		if format = parseFormat(words[0]); format != "" {
			line = append(append(line, ' '), format...)
			words = words[1:]
		}
	}
	l, line := p.parseEventList(line, words)
	if n := p.st.newSubclasses(l.subclass); n > MaxSubclasses {
		return refuse(ReasonTooManySubscriptions, "more than 256 subclasses of CUSTOM in one session", "")
	}
	if slices.ContainsFunc(l.subclass, func(name string) bool { return len(name) > maxSubclass }) {
		return refuse(ReasonTooManySubscriptions, "a subclass of CUSTOM of more than 512 bytes", "")
	}
	p.eventEffects(&l)
	p.cmd.Upstream = append(p.cmd.Upstream, codec.Frame{Line: line})
	p.cmd.apply = func(s *State) {
		if format != "" {
			s.format = format
		}
		s.subscribe(&l)
	}
	return nil
}

func (p *parser) eventEffects(l *eventList) {
	if l.all {
		p.analyzer.Share(allEvents())
	} else {
		for t := range catalog.EventAll {
			if l.types.has(t) {
				p.analyzer.Add(subscribe(t))
			}
		}
		if l.custom && len(l.subclass) == 0 {
			p.analyzer.Add(subscribe(catalog.EventCustom))
		}
	}
	for i := range l.subclass {
		p.analyzer.Add(subscribeCustom(l.subclass[i : i+1 : i+1]))
	}
}

// parseNixevent parses `nixevent NAME…`.
func (p *parser) parseNixevent(words []string) *codec.Refusal {
	l, line := p.parseEventList([]byte("nixevent"), words)
	p.cmd.Upstream = append(p.cmd.Upstream, codec.Frame{Line: line})
	p.cmd.apply = func(s *State) { s.nixevent(&l) }
	return nil
}

// PathAllEvents is the Path of the effects of `event ALL`.
const PathAllEvents = "event ALL"

// allEvents returns the effects of `event ALL`: each type and, as `subscribe CUSTOM` without a
// token, every subclass of CUSTOM. They are built once and shared, since many clients subscribe to
// ALL.
var allEvents = sync.OnceValue(func() []effect.Effect {
	effects := make([]effect.Effect, 0, int(catalog.EventAll))
	for t := range catalog.EventAll {
		e := subscribe(t)
		e.Path = PathAllEvents
		effects = append(effects, e)
	}
	return effects
})

func subscribe(t catalog.EventType) effect.Effect {
	return effect.Effect{Kind: effect.KindSubscribe, Name: t.String(), Path: "event"}
}

func subscribeCustom(subclass []string) effect.Effect {
	return effect.Effect{Kind: effect.KindSubscribe, Name: "CUSTOM", Args: subclass[0], Tokens: subclass, Path: "event"}
}
