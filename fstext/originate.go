package fstext

import (
	"slices"
	"strings"

	"eslguard/fstext/ascii"
)

// The number of slots of originate's splitter, as in the catalogue, and the least and the most
// tokens that FreeSWITCH accepts (mod_commands.c, originate_function).
const (
	originateSlots = 10
	OriginateMin   = 2
	OriginateMax   = 7
)

// The dialplan and the context of an originate that does not state them.
const (
	DefaultDialplan = "XML"
	DefaultContext  = "default"
)

// An Originate is the parsed argument of originate.
type Originate struct {
	Dial DialString
	// Exten, Dialplan and Context are where the channel goes, and App and Args what it runs. Either
	// Exten or App is "".
	Exten, Dialplan, Context string
	App, Args                string
	// Name and Number are the caller ID, "" if there is none.
	Name, Number string
	// Canonical is the canonical form of the whole argument, and Tokens are its tokens.
	Canonical string
	Tokens    []string
}

// ReadOriginate parses the argument of originate. tokens are those of args, as the splitter of
// originate returns them. It reads the dial string with r, to which the result refers. It returns
// an error if FreeSWITCH refuses the argument or could read it in more than one way (ErrAmbiguous).
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

// IsUndef reports whether a token of originate is undef, in any case, which means that it is
// missing.
func IsUndef(token string) bool { return ascii.EqualFold(token, "undef") }

// argumentOr returns token i, or def if it is missing or undef.
func argumentOr(tokens []string, i int, def string) string {
	if i >= len(tokens) || IsUndef(tokens[i]) {
		return def
	}
	return tokens[i]
}

// cutApp splits `&app(args)`, which ends at its first closing parenthesis, or `&app::args` into the
// application and its argument. written is the canonical form of text.
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
