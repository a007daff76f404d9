package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eslguard/codec"
	"eslguard/internal/fstext"
)

// # Protections
//
// Some inputs are known to stop FreeSWITCH, to make it run on without an end or to corrupt its
// memory. Each kind of them is a protection with a name. Parse refuses a frame that holds one,
// wherever it stands in the nesting and whatever the policy allows, unless the policy switches that
// protection off ([Catalog.Without]).
//
// A protection decides on what is known. Where a value is known by FreeSWITCH only, ${…}, it lets
// the rest pass if the rest is harmless; the opaque effect says what may come of it. It sees as
// deep as effects are looked for (MaxDepth, maxWork). Nor does it see what several commands make
// together.
//
// A bound is always well below what breaks FreeSWITCH and well above what anybody means. Both stand
// beside it, with the line of FreeSWITCH's source (1.11.3-dev, git cc93a68).
//
// # What is not protected
//
// The following costs FreeSWITCH time or memory, but within a bound, or it is not the input that
// decides:
//
//   - Expansions within each other: FreeSWITCH goes down to 100 and no further.
//   - A regular expression may try many ways to match. FreeSWITCH's library stops after ten million, which is a few seconds.
//   - The loops of an expr end after 100,000 steps (exprobj.c:38), of which there are three tries.
//   - A chain of bgapi starts one thread after the other, each of which ends at once: 11,000 at most in one frame.
//   - msleep, sleep, time_test, timer_test, name lookups, directory lookups and URLs take long by their nature. They hold up
//     only who waits for them. A policy that allows them limits how often.
//   - loop_playback, endless_playback, silence_stream and `eavesdrop all` end with the channel, as they are meant to.
//   - What a database, a name server, a URL or another server answers (enum_auto, cidlookup, single_esl, the media of
//     play_fsv) is not in the frame. That a channel's call list is longer than eavesdrop's is not either.
//   - domain_data and mutex keep some memory for every call, whatever the argument. Only a rate helps.
//   - shutdown, `fsctl crash`, system and the script languages do what they say. They are a matter of rules.
//   - A gateway that does not register stays locked after `sofia profile … register`: the frame is the same for those that do.

// A Protection is one kind of input that is refused whatever the policy allows, unless it is
// switched off by its name.
type Protection struct {
	// Name is a word like expr-depth. It is stable.
	Name string
	// Text says what is refused, and why, in one sentence.
	Text string
	// Releases says which releases of FreeSWITCH are concerned.
	Releases string
}

// Protections returns all protections, by name.
func Protections() []Protection { return slices.Clone(protections[1:]) }

// protectionReply returns the text that names a protection in a reply.
func protectionReply(name string) string {
	return codec.ReplyRefused + string(ReasonProtection) + " " + name
}

// ProtectionOf returns the protection for which a frame was refused, and false where it was refused
// for anything else.
func ProtectionOf(r *codec.Refusal) (Protection, bool) {
	if r.Reason == ReasonProtection {
		for _, p := range protections[1:] {
			if r.Reply == protectionReply(p.Name) {
				return p, true
			}
		}
	}
	return Protection{}, false
}

// A protectionID is the index of a protection. The zero one is none.
type protectionID uint8

// A protectionSet is a set of protections.
type protectionSet uint64

func (s protectionSet) has(id protectionID) bool { return s>>id&1 != 0 }

// Without returns a catalogue by which Parse lets pass what the protections of these names refuse.
// Its error names the one that there is not.
func (c *Catalog) Without(names ...string) (*Catalog, error) {
	n := *c
	for _, name := range names {
		id := slices.IndexFunc(protections[:], func(p Protection) bool { return p.Name == name })
		if id < 1 {
			return nil, fmt.Errorf("command: there is no protection %.64q", name)
		}
		n.off |= 1 << id
	}
	return &n, nil
}

// A guard looks at the argument of an API or application for what its protections refuse, and says
// so by parser.protect.
type guard func(p *parser, args string, tokens []string)

// setGuards puts guards into the catalogue's entries.
func setGuards(table map[string]*entry, guards map[string][]guard) {
	for name, list := range guards {
		table[name].guards = list
	}
}

// guard runs the guards of e.
func (p *parser) guard(e *entry, args string, tokens []string) {
	if p.refusal != nil {
		return
	}
	for _, g := range e.guards {
		g(p, args, tokens)
	}
	if e.split.Overreads(args, tokens) {
		p.protect(protectLoneBackslash, args)
	}
	p.place(e.path)
}

// protect refuses the frame for what stands in it, unless the protection is off. The first one
// counts.
func (p *parser) protect(id protectionID, what string) {
	if p.refusal == nil && !p.cat.off.has(id) {
		p.refusal = refuse(ReasonProtection, protections[id].Name+placeMark, fstext.ShowDollars(what))
		p.refusal.Reply = protectionReply(protections[id].Name)
	}
}

// protectAt is protect outside of the argument of an API or application: where says in what it
// stands.
func (p *parser) protectAt(id protectionID, where, what string) {
	p.protect(id, what)
	p.place(where)
}

// placeMark stands in a refusal's detail for the place that is not known yet. No quoted text holds
// it.
const placeMark = "\x00"

// place says in what it stands for which the frame has just been refused, if it has been: in the
// last step of a path.
func (p *parser) place(path string) {
	if p.refusal == nil || !strings.Contains(p.refusal.Detail, placeMark) {
		return
	}
	step := path[strings.LastIndex(path, "> ")+1:]
	step = strconv.Quote(strings.TrimLeft(step[:min(len(step), maxQuoted)], " "))
	p.refusal.Detail = strings.Replace(p.refusal.Detail, placeMark, ", in "+step[1:len(step)-1]+":", 1)
}

// unclear says that a text is not understood for the reason err, and refuses it where FreeSWITCH
// reads on behind its end.
func (p *parser) unclear(at trail, err error, text string) {
	switch err {
	case fstext.ErrLoneBackslash:
		p.protectAt(protectLoneBackslash, at.path, text)
	case fstext.ErrLoneSeparator:
		p.protectAt(protectLoneSeparator, at.path, text)
	}
	p.unsure(at, dialDoubt(text))
}

// overreadsAs returns a guard for an argument that is looked at whole here, and that FreeSWITCH
// splits.
func overreadsAs(s fstext.Splitter) guard {
	return func(p *parser, args string, _ []string) {
		if fstext.EndsInBackslash(args) {
			if tokens, _ := s.Split(args); s.Overreads(args, tokens) {
				p.protect(protectLoneBackslash, args)
			}
		}
	}
}

// knownLength returns how many bytes of text are known: what an expansion stands for may be empty.
func knownLength(text string) int {
	n := len(text)
	for {
		start := strings.Index(text, fstext.UnknownDollar)
		if start < 0 {
			return n
		}
		text = text[start:]
		end := strings.IndexByte(text, '}') + 1
		if end == 0 {
			return n - len(text)
		}
		n -= end
		text = text[end:]
	}
}

// leadingNumber reads the number that text begins with as C's atoi does, and never more than
// tooMuch or less than -tooMuch.
func leadingNumber(text string) int64 {
	text = strings.TrimLeft(text, " \t\r\n\v\f")
	sign := int64(1)
	if text != "" && (text[0] == '-' || text[0] == '+') {
		if text[0] == '-' {
			sign = -1
		}
		text = text[1:]
	}
	n := int64(0)
	for i := 0; i < len(text) && '0' <= text[i] && text[i] <= '9'; i++ {
		n = min(n*10+int64(text[i]-'0'), tooMuch)
	}
	return sign * n
}

// tooMuch is more than any bound on a number that a text states. FreeSWITCH's own numbers overflow
// above it.
const tooMuch = 1 << 31
