package nested

import (
	"fmt"
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext"
)

// ambiguous appends an opaque effect for a text that can be read in more than one way or not at
// all. why says why, and what the client can do about it.
func (a *Analyzer) ambiguous(at Origin, why string) {
	a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueUnknownSyntax, Why: why})
}

// unreadable appends an opaque effect for a text that cannot be read because of err. It also
// refuses the frame if FreeSWITCH would read beyond the end of the text.
func (a *Analyzer) unreadable(at Origin, err error, text string) {
	switch err {
	case fstext.ErrLoneBackslash:
		a.Guard.RefuseAt(catalog.ProtectLoneBackslash, at.Path, text)
	case fstext.ErrLoneSeparator:
		a.Guard.RefuseAt(catalog.ProtectLoneSeparator, at.Path, text)
	}
	a.ambiguous(at, whyDialUnclear(text))
}

// Why a text is ambiguous. These texts are sent to clients. They contain no value of the command,
// which may be a secret, and no colon followed by a space, at which some clients cut a reply.
const (
	whyAny       = "it can be read in more than one way"
	whySeparator = "it begins with ^^, which sets a separator of its own, so use the usual separator"
	whyList      = "it begins with ARRAY::, which the header of an event takes for a list, so write it in another way"
	whyEscape    = "it has a percent sign that begins no escape, so write it as %25"
	whyFirstWord = "its first word is not hash, db or hiredis, so write one of these"
	whyJSON      = "it is not one JSON object that holds each key once and text as values, so write it as one"
	whyLeg       = "a [ is not closed, or a blank within it ends the argument, so close it and quote what holds a blank"
	whyNobody    = "no leg follows the variables, so add one"
)

// whyAmbiguous says which part of text is ambiguous and what the client can do about it.
func whyAmbiguous(text string) string {
	if strings.HasPrefix(text, "^^") {
		return whySeparator
	}
	if i := loneQuote(text); i >= 0 {
		return fmt.Sprintf("the quote at byte %d%s has no partner, so pair it or leave it out", i+1, valueAt(text, i))
	}
	for i := strings.IndexByte(text, '\\'); i >= 0 && i+1 < len(text); i++ {
		if _, escape := fstext.Unescape(text[i+1], ','); text[i] == '\\' && (escape || text[i+1] == ' ') {
			return fmt.Sprintf("the backslash at byte %d%s begins an escape, so leave it out", i+1, valueAt(text, i))
		}
	}
	return whyAny
}

// whyDialUnclear is like whyAmbiguous, for a dial string or another text that begins with blocks of
// variables.
func whyDialUnclear(text string) string {
	if why := whyBlockUnclear(text); why != "" {
		return why
	}
	return whyAmbiguous(text)
}

// loneQuote returns the index of the last quote in text if the number of quotes is odd, else -1.
func loneQuote(text string) int {
	if strings.Count(text, "'")%2 == 0 {
		return -1
	}
	return strings.LastIndexByte(text, '\'')
}

// whyBlockUnclear says what is wrong with the blocks of variables at the beginning of a dial
// string. It returns "" if nothing is.
func whyBlockUnclear(text string) string {
	rest := strings.TrimLeft(text, " ")
	for rest != "" {
		shut := closingByte(rest[0])
		if shut == 0 {
			return ""
		}
		open, at := rest[0], len(text)-len(rest)+1
		end := fstext.EndOfBlock(rest, open, shut)
		if end < 0 {
			return fmt.Sprintf("the %c at byte %d is not closed, so add a %c", open, at, shut)
		}
		if strings.HasPrefix(strings.TrimLeft(rest[1:end], " "), string(open)) {
			return fmt.Sprintf("a %c stands right behind the %c at byte %d, so leave one out", open, open, at)
		}
		next := rest[end+1:]
		trimmed := strings.TrimLeft(next, " ")
		switch {
		case trimmed == "":
			return whyNobody
		case len(trimmed) < len(next) && trimmed[0] == open:
			return fmt.Sprintf("a space at byte %d parts two blocks of variables, so leave it out", len(text)-len(next)+1)
		}
		rest = trimmed
	}
	return ""
}

// closingByte returns the byte that closes a block which open begins, 0 if open begins none.
func closingByte(open byte) byte {
	switch open {
	case '{':
		return '}'
	case '[':
		return ']'
	case '<':
		return '>'
	}
	return 0
}

// maxWhyName bounds the name of a variable in the text of valueAt, in bytes.
const maxWhyName = 64

// valueAt names the variable of a block in whose value byte i of text is. It returns "" if there is
// none or its name is not plain.
func valueAt(text string, i int) string {
	before := text[:i]
	equals := strings.LastIndexByte(before, '=')
	if equals < 0 {
		return ""
	}
	name := before[strings.LastIndexAny(before[:equals], ",{[<'")+1 : equals]
	if !fstext.IsPlain(name) || len(name) > maxWhyName {
		return ""
	}
	return ", in the value of " + name + ","
}

// whyOriginateUnclear is like whyAmbiguous, for the argument of originate. tokens are the tokens of
// args.
func whyOriginateUnclear(args string, tokens []string) string {
	if len(tokens) == 0 {
		return whyAny
	}
	first := strings.TrimLeft(tokens[0], " ")
	if shut := unclosedBlock(first); shut != 0 && strings.IndexByte(args[min(len(first), len(args)):], shut) >= 0 {
		i := len(first) // the index of the blank, unless quotes were removed before it
		why := fmt.Sprintf("a blank ends the argument within the %c of its variables", openingByte(shut)) + strings.TrimSuffix(valueAt(first, i), ",")
		if strings.IndexByte(args, '"') >= 0 {
			why += ", since double quotes quote nothing"
		}
		return why + ", so put that value, or the whole argument, in single quotes"
	}
	if i := loneQuote(args); i >= 0 && len(tokens) < fstext.OriginateMin {
		return fmt.Sprintf("the quote at byte %d%s has no partner and takes all that follows with it, "+
			`so put the whole argument in single quotes and write \' for it, or leave it out`, i+1, valueAt(args, i))
	}
	switch {
	case len(tokens) < fstext.OriginateMin:
		return "it has one argument, so add the destination of the call, such as &park"
	case len(tokens) > fstext.OriginateMax:
		return fmt.Sprintf("it has %d arguments, and originate takes %d at most, so put those with a blank in single quotes", len(tokens), fstext.OriginateMax)
	case fstext.IsUndef(tokens[0]) || fstext.IsUndef(tokens[1]):
		return "originate needs a dial string and a destination, so write them in the place of undef"
	}
	return whyDialUnclear(tokens[0])
}

// unclosedBlock returns the byte that is missing if a block at the beginning of text is not closed,
// else 0.
func unclosedBlock(text string) byte {
	for text != "" {
		shut := closingByte(text[0])
		if shut == 0 {
			return 0
		}
		end := fstext.EndOfBlock(text, text[0], shut)
		if end < 0 {
			return shut
		}
		text = strings.TrimLeft(text[end+1:], " ")
	}
	return 0
}

// openingByte returns the byte that begins a block which shut closes.
func openingByte(shut byte) byte {
	switch shut {
	case '}':
		return '{'
	case ']':
		return '['
	default:
		return '<'
	}
}

// Why an effect is opaque for a reason other than unknown-syntax. Like those above, these texts are
// sent to clients and contain no value of the command.
const (
	whyExpansion = "the switch alone knows what an expansion in it becomes, so write the value itself; " +
		"a rule covers only ${uuid}, ${strftime(%Y%m%d)} and $${NAME} of the configuration"
	whyFormat = "a format of strftime in it has a blank, a colon or another sign, and a rule covers only " +
		"%a %b %d %H %I %j %m %M %p %S %y %Y, letters, digits, - and _, so use these"
	whyTorn = "an expansion in it is not closed, since the argument of &APP() ends at the first ) and, without quotes, " +
		"at a blank, so send 'APP:ARGUMENT' inline in the place of &APP(ARGUMENT)"
	whyScript = "it runs a script or a program, and nobody looks into that, so have the client send " +
		"what the script would do"
	whyWrapper = "it may run more than it says, which stands elsewhere or is put together later, so have the client " +
		"send that itself"
	whyDepth      = "it holds more than is looked at, or holds it deeper, so send it in parts"
	whySubcommand = `the conference has no subcommand of that name, so correct it, or describe it in "subcommands" of the policy`
	whyAnswer     = "what a name server answers is expanded, and nobody knows that beforehand, so look the number up " +
		"before and dial what it gives"
	whyTemplate = "it becomes part of a text that is expanded, so write it with letters, digits and _ - . @ + only"
	whyQuoted   = "it has quotes or escapes around an expansion, so leave these out"
	whyGlobal   = "FreeSWITCH runs the value of a global variable of that name in its place, so send the API by itself"
)

// whyOpaque returns the usual text for a reason. It returns "" for a reason that has none.
func whyOpaque(reason string) string {
	switch reason {
	case effect.OpaqueExpansion:
		return whyExpansion
	case effect.OpaqueScript:
		return whyScript
	case effect.OpaqueWrapper:
		return whyWrapper
	case effect.OpaqueDepth:
		return whyDepth
	}
	return ""
}

// whyExpansionUnknown says why no rule can name the first such expansion in text, which may contain
// UnknownDollar. It returns "" if rules can name all of them.
func whyExpansionUnknown(text string) string {
	text = fstext.ShowDollars(text)
	for _, span := range argument.Expansions(text) {
		expansion := text[span.Start:span.End]
		if _, ok := argument.ExpansionVariable(expansion); ok {
			continue
		}
		switch {
		case !strings.HasSuffix(expansion, "}"):
			return whyTorn
		case strings.HasPrefix(expansion, "${strftime"):
			return whyFormat
		}
		return whyExpansion
	}
	return ""
}

// whyEscapeUnclear says why the percent escapes of an argument cannot be read. An expansion with a
// percent sign is not an escape.
func whyEscapeUnclear(args string) string {
	if why := whyExpansionUnknown(args); why != "" {
		return why
	}
	return whyEscape
}
