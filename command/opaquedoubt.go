package command

import (
	"strings"

	"eslguard/argument"
	"eslguard/effect"
	"eslguard/internal/fstext"
)

// What is said of an opaque effect whose reason is not unknown-syntax. Like all doubts these hold
// no values of the command.
const (
	doubtExpansion = "the switch alone knows what an expansion in it becomes, so write the value itself; " +
		"a rule covers only ${uuid}, ${strftime(%Y%m%d)} and $${NAME} of the configuration"
	doubtFormat = "a format of strftime in it has a blank, a colon or another sign, and a rule covers only " +
		"%a %b %d %H %I %j %m %M %p %S %y %Y, letters, digits, - and _, so use these"
	doubtTorn = "an expansion in it is not closed, since the argument of &APP() ends at the first ) and, without quotes, " +
		"at a blank, so send 'APP:ARGUMENT' inline in the place of &APP(ARGUMENT)"
	doubtScript = "it runs a script or a program, and nobody looks into that, so have the client send " +
		"what the script would do"
	doubtWrapper = "it may run more than it says, which stands elsewhere or is put together later, so have the client " +
		"send that itself"
	doubtDepth      = "it holds more than is looked at, or holds it deeper, so send it in parts"
	doubtSubcommand = `the conference has no subcommand of that name, so correct it, or describe it in "subcommands" of the policy`
	doubtAnswer     = "what a name server answers is expanded, and nobody knows that beforehand, so look the number up " +
		"before and dial what it gives"
	doubtTemplate = "it becomes part of a text that is expanded, so write it with letters, digits and _ - . @ + only"
	doubtQuoted   = "it has quotes or escapes around an expansion, so leave these out"
	doubtGlobal   = "FreeSWITCH runs the value of a global variable of that name in its place, so send the API by itself"
)

// opaqueWhy returns what is said of an opaque effect for a reason of which nothing closer is known,
// and "" for what has no such text.
func opaqueWhy(reason string) string {
	switch reason {
	case effect.OpaqueExpansion:
		return doubtExpansion
	case effect.OpaqueScript:
		return doubtScript
	case effect.OpaqueWrapper:
		return doubtWrapper
	case effect.OpaqueDepth:
		return doubtDepth
	}
	return ""
}

// expansionDoubt says why no rule can cover the first expansion of text that none can. What is not
// known of text has holes. It returns "" if there is no such expansion.
func expansionDoubt(text string) string {
	text = fstext.ShowDollars(text)
	for _, span := range argument.Expansions(text) {
		expansion := text[span.Start:span.End]
		if _, ok := argument.ExpansionVariable(expansion); ok {
			continue
		}
		switch {
		case !strings.HasSuffix(expansion, "}"):
			return doubtTorn
		case strings.HasPrefix(expansion, "${strftime"):
			return doubtFormat
		}
		return doubtExpansion
	}
	return ""
}

// escapeDoubt says why the percent escapes of an argument cannot be read: those of an expansion
// are none.
func escapeDoubt(args string) string {
	if why := expansionDoubt(args); why != "" {
		return why
	}
	return doubtEscape
}
