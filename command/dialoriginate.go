package command

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/internal/ascii"
)

// The slots of originate's splitter, as in the catalogue, and how many of them may be filled (mod_commands.c,
// originate_function).
const (
	originateSlots = 10
	originateMin   = 2
	originateMax   = 7
)

// What originate takes for an extension without a dialplan and a context.
const (
	defaultDialplan = "XML"
	defaultContext  = "default"
)

// An origination is the argument of originate, taken apart.
type origination struct {
	dial dialString
	// exten is where the channel goes, unless app is what it runs.
	exten, dialplan, context string
	app, args                string
	// name and number are the caller id, "" where there is none.
	name, number string
	// canonical is the one way in which all of it is written, and tokens are what it consists of.
	canonical string
	tokens    []string
}

// readOriginate takes the argument of originate apart, given besides its tokens, those of originateSlots. Its error
// says that it cannot be told for sure what FreeSWITCH makes of it. The dial string stands in r.
func readOriginate(r *dialReader, args string, tokens []string) (o origination, err error) {
	if endsInBackslash(args) {
		return origination{}, errTail
	}
	if len(tokens) < originateMin || len(tokens) > originateMax {
		return origination{}, errBroken
	}
	if isUndef(tokens[0]) || isUndef(tokens[1]) {
		return origination{}, errUnsure
	}
	aleg, exten := tokens[0], tokens[1]
	if o.dial, aleg, err = r.read(aleg); err != nil {
		return origination{}, err
	}
	if len(exten) > 1 && exten[0] == '&' {
		if o.app, o.args, exten = cutApp(exten); o.app == "" {
			return origination{}, errUnsure // an application without a name
		}
	} else {
		o.exten = exten
	}
	o.dialplan, o.context = optional(tokens, 2, defaultDialplan), optional(tokens, 3, defaultContext)
	o.name, o.number = optional(tokens, 4, ""), optional(tokens, 5, "")
	o.tokens = tokens
	if aleg != tokens[0] || exten != tokens[1] {
		o.tokens = slices.Concat([]string{aleg, exten}, tokens[2:])
	}
	o.canonical = writeTokens(args, o.tokens, ' ')
	return o, nil
}

// isUndef reports whether a token of originate stands for nothing.
func isUndef(token string) bool { return ascii.EqualFold(token, "undef") }

// optional returns the i-th token, and other where it is missing or stands for nothing.
func optional(tokens []string, i int, other string) string {
	if i >= len(tokens) || isUndef(tokens[i]) {
		return other
	}
	return tokens[i]
}

// cutApp takes `&app(args)` apart, which ends at its first closing parenthesis, and returns besides how
// originate is told so. `&app::args` is the same.
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

// writeTokens writes tokens so that the splitter on sep finds them. It returns text where that is the same.
func writeTokens(text string, tokens []string, sep byte) string {
	var few [fewBytes]byte
	b := slices.Grow(few[:0], len(text))
	for i, t := range tokens {
		if i > 0 {
			b = append(b, sep)
		}
		b = appendToken(b, t, sep)
	}
	if string(b) == text {
		return text
	}
	return string(b)
}

// originateParts are those of the API originate.
func originateParts(p *parser, at trail, c *call) {
	if len(c.tokens) < originateMin && !strings.ContainsAny(c.args, "'\"\\^ ") {
		// These are fewer than two tokens for sure: FreeSWITCH answers how originate is used
		// (mod_commands.c, originate_function).
		return
	}
	var r dialReader
	o, err := readOriginate(&r, c.args, c.tokens)
	if err != nil {
		p.unsure(at, originateDoubt(c.args, c.tokens))
		p.unclear(at, err, c.args)
		return
	}
	if at.depth == 1 {
		p.up, p.upTokens = o.canonical, o.tokens
	}
	at.leg = effect.LegA
	at.block = p.dial(at, &o.dial, defaultContext)
	at.leg = effect.LegB
	// What the block does not say of the caller, these do (switch_ivr_originate.c).
	at.directory = o.dial.asksDirectory()
	if o.name != "" {
		p.variable(at, scopeOriginate, "origination_caller_id_name", o.name)
	}
	if o.number != "" {
		p.variable(at, scopeOriginate, "origination_caller_id_number", o.number)
	}
	at.block = effect.Block{}
	if o.app != "" {
		p.app(at, o.app, o.args)
	} else {
		p.dialplan(at, o.exten, o.dialplan, o.context)
	}
}
