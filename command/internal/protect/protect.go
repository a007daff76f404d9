package protect

import (
	"strings"

	"eslguard/catalog"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// A Guard collects what protections refuse in one frame. Create it with New.
type Guard struct {
	cat *catalog.Catalog
	// Refusal is the first that was found. Nil if the frame is not refused.
	Refusal *Refusal
}

// New returns a guard with the protections that cat does not switch off.
func New(cat *catalog.Catalog) Guard { return Guard{cat: cat} }

// A Refusal says which protection refuses a frame, and why.
type Refusal struct {
	Protection catalog.Protection
	// What is the text that is refused, "" if it is empty. It comes from the client and may have
	// any length: quote and shorten it before you print it.
	What string
	// Where is the last step of the path to the text, of at most 64 bytes. It is "" if that is not
	// known. It may contain the name of an API that the client made up.
	Where string
}

// maxWhere bounds Refusal.Where, in bytes.
const maxWhere = 64

// A Check looks for the inputs that one protection refuses in the argument of an API or
// application, and calls Guard.Refuse if it finds one. args is the whole argument, tokens are its
// tokens; both may contain fstext.UnknownDollar where a value is not known. tokens is nil if args
// is empty.
type Check func(g *Guard, args string, tokens []string)

// Argument runs the checks of an API or application. path is its path in the catalogue, split is
// how FreeSWITCH splits its argument. It also refuses a lone backslash that makes FreeSWITCH read
// beyond the end of the argument.
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

// Refuse refuses the frame for the text what, unless the protection is off. Only the first refusal
// of a frame counts.
func (g *Guard) Refuse(id catalog.ProtectionID, what string) {
	if g.Refusal == nil && !g.cat.IsOff(id) {
		g.Refusal = &Refusal{Protection: id.Protection(), What: fstext.ShowDollars(what)}
	}
}

// RefuseAt is Refuse for a text that is not the argument of an API or application. where is the
// path of what contains it.
func (g *Guard) RefuseAt(id catalog.ProtectionID, where, what string) {
	g.Refuse(id, what)
	g.Locate(where)
}

// Locate sets Where of the refusal to the last step of path. It does nothing if there is no
// refusal, or if it has a Where.
func (g *Guard) Locate(path string) {
	if g.Refusal == nil || g.Refusal.Where != "" {
		return
	}
	step := path[strings.LastIndex(path, "> ")+1:]
	g.Refusal.Where = strings.TrimLeft(step[:min(len(step), maxWhere)], " ")
}

// LoneBackslash returns a check for an argument that is one token here, but that FreeSWITCH splits
// by s. It refuses a lone backslash that makes FreeSWITCH read beyond the end.
func LoneBackslash(s fstext.Splitter) Check {
	return func(g *Guard, args string, _ []string) { g.overread(s, args, args) }
}

// overread refuses args if FreeSWITCH, which splits its part text by s, reads beyond the end of it.
func (g *Guard) overread(s fstext.Splitter, text, args string) {
	if !fstext.EndsInBackslash(text) {
		return // so that most texts are not split
	}
	if tokens, _ := s.Split(text); s.Overreads(text, tokens) {
		g.Refuse(catalog.ProtectLoneBackslash, args)
	}
}

// knownLength returns the number of bytes of text without its expansions, whose values may be
// empty.
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

// leadingNumber reads the number at the beginning of text as C's atoi does. The result is limited
// to numberCap and -numberCap.
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
	for i := 0; i < len(text) && ascii.IsDigit(text[i]); i++ {
		n = min(n*10+int64(text[i]-'0'), numberCap)
	}
	return sign * n
}

// numberAt returns leadingNumber of the i-th token, 0 if there are fewer.
func numberAt(tokens []string, i int) int64 {
	if i >= len(tokens) {
		return 0
	}
	return leadingNumber(tokens[i])
}

// numberCap is greater than any bound on a number. FreeSWITCH's own numbers overflow there.
const numberCap = 1 << 31
