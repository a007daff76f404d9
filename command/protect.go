package command

import (
	"strings"

	"eslguard/catalog"
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

// A guard looks in one frame for what protections refuse.
type guard struct {
	cat *catalog.Catalog
	// refusal is the first that was found. Nil: none.
	refusal *protectionRefusal
}

// A protectionRefusal says which protection refuses a frame, and why.
type protectionRefusal struct {
	protection catalog.Protection
	// what is the text that is refused, "" for none. It is hostile: whoever prints it quotes and bounds
	// it.
	what string
	// where is the last step of the path of what contains it, of maxWhere bytes at most, "" where that is
	// not known. It may hold the name of an API that the client made up.
	where string
}

// maxWhere bounds protectionRefusal.where, in bytes.
const maxWhere = 64

// A check looks at the argument of an API or application for what its protections refuse, and says
// so by guard.refuse.
type check func(g *guard, args string, tokens []string)

// argument runs the checks of an API or application, given its path in the catalogue and how its
// argument is split.
func (g *guard) argument(checks []check, path string, split fstext.Splitter, args string, tokens []string) {
	if g.refusal != nil {
		return
	}
	for _, c := range checks {
		c(g, args, tokens)
	}
	if split.Overreads(args, tokens) {
		g.refuse(catalog.ProtectLoneBackslash, args)
	}
	g.locate(path)
}

// refuse refuses the frame for what is in it, unless the protection is off. The first one counts.
func (g *guard) refuse(id catalog.ProtectionID, what string) {
	if g.refusal == nil && !g.cat.IsOff(id) {
		g.refusal = &protectionRefusal{protection: id.Protection(), what: fstext.ShowDollars(what)}
	}
}

// refuseAt is refuse outside of the argument of an API or application: where says in what it is.
func (g *guard) refuseAt(id catalog.ProtectionID, where, what string) {
	g.refuse(id, what)
	g.locate(where)
}

// locate says in what the text is for which the frame has just been refused, if it has been: in the
// last step of a path.
func (g *guard) locate(path string) {
	if g.refusal == nil || g.refusal.where != "" {
		return
	}
	step := path[strings.LastIndex(path, "> ")+1:]
	g.refusal.where = strings.TrimLeft(step[:min(len(step), maxWhere)], " ")
}

// checkTail returns a check for an argument that is looked at whole here, and that FreeSWITCH
// splits.
func checkTail(s fstext.Splitter) check {
	return func(g *guard, args string, _ []string) {
		if fstext.EndsInBackslash(args) {
			if tokens, _ := s.Split(args); s.Overreads(args, tokens) {
				g.refuse(catalog.ProtectLoneBackslash, args)
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

// numberAt is leadingNumber for the i-th token, 0 where there is none.
func numberAt(tokens []string, i int) int64 {
	if i >= len(tokens) {
		return 0
	}
	return leadingNumber(tokens[i])
}

// tooMuch is more than any bound on a number that a text states. FreeSWITCH's own numbers overflow
// above it.
const tooMuch = 1 << 31
