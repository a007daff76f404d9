package protect

import (
	"strings"

	"eslguard/catalog"
	"eslguard/internal/fstext"
)

// A Guard looks in one frame for what protections refuse.
type Guard struct {
	cat *catalog.Catalog
	// refusal is the first that was found. Nil: none.
	Refusal *Refusal
}

// New returns a guard that minds the protections which cat does not switch off.
func New(cat *catalog.Catalog) Guard { return Guard{cat: cat} }

// A Refusal says which protection refuses a frame, and why.
type Refusal struct {
	Protection catalog.Protection
	// what is the text that is refused, "" for none. It is hostile: whoever prints it quotes and
	// bounds it.
	What string
	// where is the last step of the path of what contains it, of maxWhere bytes at most, "" where
	// that is not known. It may hold the name of an API that the client made up.
	Where string
}

// maxWhere bounds Refusal.where, in bytes.
const maxWhere = 64

// A Check looks at the argument of an API or application for what its protections refuse, and says
// so by guard.refuse.
type Check func(g *Guard, args string, tokens []string)

// Argument runs the checks of an API or application, given its path in the catalogue and how its
// argument is split.
func (g *Guard) Argument(checks []Check, path string, split fstext.Splitter, args string, tokens []string) {
	if g.Refusal != nil {
		return
	}
	for _, c := range checks {
		c(g, args, tokens)
	}
	if split.Overreads(args, tokens) {
		g.Refuse(catalog.ProtectLoneBackslash, args)
	}
	g.Locate(path)
}

// Refuse refuses the frame for what is in it, unless the protection is off. The first one counts.
func (g *Guard) Refuse(id catalog.ProtectionID, what string) {
	if g.Refusal == nil && !g.cat.IsOff(id) {
		g.Refusal = &Refusal{Protection: id.Protection(), What: fstext.ShowDollars(what)}
	}
}

// RefuseAt is refuse outside of the argument of an API or application: where says in what it is.
func (g *Guard) RefuseAt(id catalog.ProtectionID, where, what string) {
	g.Refuse(id, what)
	g.Locate(where)
}

// Locate says in what the text is for which the frame has just been refused, if it has been: in the
// last step of a path.
func (g *Guard) Locate(path string) {
	if g.Refusal == nil || g.Refusal.Where != "" {
		return
	}
	step := path[strings.LastIndex(path, "> ")+1:]
	g.Refusal.Where = strings.TrimLeft(step[:min(len(step), maxWhere)], " ")
}

// LoneBackslash returns a check for an argument that is looked at whole here, and that FreeSWITCH
// splits.
func LoneBackslash(s fstext.Splitter) Check {
	return func(g *Guard, args string, _ []string) {
		if fstext.EndsInBackslash(args) {
			if tokens, _ := s.Split(args); s.Overreads(args, tokens) {
				g.Refuse(catalog.ProtectLoneBackslash, args)
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
