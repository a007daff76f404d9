package fstext

import (
	"slices"
	"strings"

	"eslguard/internal/ascii"
)

// The slots of originate's splitter, as in the catalogue, and how many of them may be filled
// (mod_commands.c, originate_function).
const (
	originateSlots = 10
	OriginateMin   = 2
	OriginateMax   = 7
)

// What originate takes for an extension without a dialplan and a context.
const (
	DefaultDialplan = "XML"
	DefaultContext  = "default"
)

// An Originate is the argument of originate, taken apart.
type Originate struct {
	Dial DialString
	// exten is where the channel goes, unless app is what it runs.
	Exten, Dialplan, Context string
	App, Args                string
	// name and number are the caller id, "" where there is none.
	Name, Number string
	// canonical is the one way in which all of it is written, and tokens are what it consists of.
	Canonical string
	Tokens    []string
}

// ReadOriginate takes the argument of originate apart, given besides its tokens, those of
// OriginateSlots. Its error says that it cannot be told for sure what FreeSWITCH makes of it. The
// dial string stands in r.
func ReadOriginate(r *DialReader, args string, tokens []string) (o Originate, err error) {
	if EndsInBackslash(args) {
		return Originate{}, ErrLoneBackslash
	}
	if len(tokens) < OriginateMin || len(tokens) > OriginateMax {
		return Originate{}, errBroken
	}
	if IsUndef(tokens[0]) || IsUndef(tokens[1]) {
		return Originate{}, ErrAmbiguous
	}
	aleg, exten := tokens[0], tokens[1]
	if o.Dial, aleg, err = r.Read(aleg); err != nil {
		return Originate{}, err
	}
	if len(exten) > 1 && exten[0] == '&' {
		if o.App, o.Args, exten = cutApp(exten); o.App == "" {
			return Originate{}, ErrAmbiguous // an application without a name
		}
	} else {
		o.Exten = exten
	}
	o.Dialplan, o.Context = argumentOr(tokens, 2, DefaultDialplan), argumentOr(tokens, 3, DefaultContext)
	o.Name, o.Number = argumentOr(tokens, 4, ""), argumentOr(tokens, 5, "")
	o.Tokens = tokens
	if aleg != tokens[0] || exten != tokens[1] {
		o.Tokens = slices.Concat([]string{aleg, exten}, tokens[2:])
	}
	o.Canonical = writeTokens(args, o.Tokens, ' ')
	return o, nil
}

// IsUndef reports whether a token of originate stands for nothing.
func IsUndef(token string) bool { return ascii.EqualFold(token, "undef") }

// argumentOr returns the i-th token, and other where it is missing or stands for nothing.
func argumentOr(tokens []string, i int, other string) string {
	if i >= len(tokens) || IsUndef(tokens[i]) {
		return other
	}
	return tokens[i]
}

// cutApp takes `&app(args)` apart, which ends at its first closing parenthesis, and returns besides
// how originate is told so. `&app::args` is the same.
func cutApp(text string) (name, args, written string) {
	written, _, closed := strings.Cut(text, ")")
	name, args, parens := strings.Cut(written[len("&"):], "(")
	switch {
	case !parens:
		name, args, _ = strings.Cut(name, "::")
	case closed:
		written = text[:len(written)+len(")")]
	default:
		written += ")"
	}
	return name, args, written
}
