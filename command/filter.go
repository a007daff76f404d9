package command

import (
	"cmp"
	"fmt"
	"strings"

	"eslguard/codec"
	"eslguard/effect"
	"eslguard/event"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// The bounds of a session's filters. FreeSWITCH compares each filter with every event, holding the
// lock of all listeners (mod_event_socket.c, event_handler).
const (
	// DefaultFilters is how many filters a session may have if State.MaxFilters is zero.
	DefaultFilters = 256
	// MaxFilter is the most bytes that the name and the value of a filter may have together.
	MaxFilter = 256
)

const badFilter = "-ERR invalid syntax"

// A filter is a filter that a session has set.
type filter struct{ name, value string }

// regex reports whether FreeSWITCH may read the value as a regular expression: it begins with a
// slash, perhaps after the signs that make a filter positive or negative.
func (f filter) regex() bool {
	return strings.HasPrefix(strings.TrimLeft(f.value, "+- "), "/")
}

func (f filter) effect() effect.Effect {
	return effect.Effect{Kind: effect.KindFilter, Name: "regex", Args: f.name, Tokens: []string{f.name}, Fold: 1, Path: "filter"}
}

// parseFilter parses `filter [add] NAME VALUE`, `filter delete NAME [VALUE]` and `filter delete
// all`.
func (p *parser) parseFilter() *codec.Refusal {
	if !p.spaced {
		return refuseVerb("filter")
	}
	name, value, ok := strings.Cut(p.args, " ")
	if !ok {
		p.answer(badFilter)
		return nil
	}
	if ascii.EqualFold(name, "delete") {
		name, value, _ = strings.Cut(value, " ")
		return p.parseFilterDelete(filter{name, value})
	}
	if ascii.EqualFold(name, "add") {
		if name, value, ok = strings.Cut(value, " "); !ok {
			p.answer(badFilter)
			return nil
		}
	}
	f := filter{name, value}
	if r := f.check(); r != nil {
		return r
	}
	if value == "" {
		return refuse(ReasonSyntax, "a filter without a value", "")
	}
	if most := cmp.Or(p.st.MaxFilters, DefaultFilters); len(p.st.filters) >= most {
		return tooManyFilters(most)
	}
	if f.regex() {
		p.analyzer.Guard.Filter(value)
		p.analyzer.Add(f.effect())
	}
	line := "filter "
	if ascii.EqualFold(name, "add") || ascii.EqualFold(name, "delete") {
		line += "add " // without it, FreeSWITCH would read the name as that word
	}
	line += name + " " + value
	if r := p.checkExpression(line); r != nil {
		return r
	}
	p.send(line)
	p.cmd.apply = func(s *State) { s.filters = append(s.filters, f) }
	return nil
}

// maxWhy is the most bytes of the reason why an expression is refused, which may contain all of it.
const maxWhy = 144

// checkExpression refuses a filter that eslguard itself cannot match. line is the filter in its
// canonical form. After a myevents FreeSWITCH matches the filters. The refusal of a protection goes
// first.
func (p *parser) checkExpression(line string) *codec.Refusal {
	if !p.st.SharedEvents || p.st.attached != "" || p.analyzer.Guard.Refusal != nil {
		return nil
	}
	_, err := event.ParseChange(line)
	if err == nil {
		return nil
	}
	why := err.Error()
	why = why[:min(len(why), maxWhy)] + " (events are shared, so expressions are those of RE2, without look-around and backreferences)"
	r := refuse(ReasonFilterExpression, why, "")
	r.Reply = strings.ReplaceAll(r.ReplyText()+", "+why, ": ", ", ") // see codec.ReplyRefused
	return r
}

// tooManyFilters refuses a filter beyond the limit, and names the setting that changes the limit.
func tooManyFilters(most int) *codec.Refusal {
	why := fmt.Sprintf(`"filters" of the client in the policy allows %d in a session`, most)
	r := refuse(ReasonTooManyFilters, why, "")
	r.Reply = r.ReplyText() + ", " + why
	return r
}

func (p *parser) parseFilterDelete(f filter) *codec.Refusal {
	if r := f.check(); r != nil {
		return r
	}
	if ascii.EqualFold(f.name, "all") {
		p.send("filter delete all")
		p.cmd.apply = func(s *State) { s.filters = nil }
		return nil
	}
	line := "filter delete " + f.name
	if f.value != "" {
		line += " " + f.value
	}
	p.send(line)
	p.cmd.apply = func(s *State) { s.deleteFilter(f) }
	return nil
}

// check refuses a filter that FreeSWITCH would not keep with exactly this name and value.
func (f filter) check() *codec.Refusal {
	switch {
	case len(f.name)+len(f.value) > MaxFilter:
		return refuse(ReasonFilterTooLong, "more than 256 bytes:", f.name)
	case f.name == "", strings.HasPrefix(f.value, " "), strings.HasSuffix(f.value, " "):
		return refuse(ReasonBlank, "more than one space, or one at the end, in the filter on", f.name)
	case strings.ContainsAny(f.name, "[\t:"), f.name == "_body":
		return refuse(ReasonFilterName, "a filter on", f.name)
	case strings.HasPrefix(f.value, fstext.ArrayMark):
		return refuse(ReasonSyntax, "a list as the value of the filter on", f.name)
	}
	return nil
}
