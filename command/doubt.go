package command

import (
	"fmt"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/internal/fstext"
)

// unsure appends an opaque effect that says why its text can be read in more than one way, or not
// at all, and what to do about it.
func (a *analyzer) unsure(at trail, why string) {
	a.opaqueEffect(at, effect.Effect{Name: effect.OpaqueUnknownSyntax, Why: why})
}

// unclear says that a text is not understood for the reason err, and refuses it where FreeSWITCH
// reads on behind its end.
func (a *analyzer) unclear(at trail, err error, text string) {
	switch err {
	case fstext.ErrLoneBackslash:
		a.guard.RefuseAt(catalog.ProtectLoneBackslash, at.path, text)
	case fstext.ErrLoneSeparator:
		a.guard.RefuseAt(catalog.ProtectLoneSeparator, at.path, text)
	}
	a.unsure(at, dialDoubt(text))
}

// What doubts say. They hold no values, for a value may be a secret, and no colon with a space, at
// which some clients cut a reply.
const (
	doubtAny       = "it can be read in more than one way"
	doubtSeparator = "it begins with ^^, which sets a separator of its own, so use the usual separator"
	doubtList      = "it begins with ARRAY::, which the header of an event takes for a list, so write it in another way"
	doubtEscape    = "it has a percent sign that begins no escape, so write it as %25"
	doubtFirstWord = "its first word is not hash, db or hiredis, so write one of these"
	doubtJSON      = "it is not one JSON object that holds each key once and text as values, so write it as one"
	doubtLeg       = "a [ is not closed, or a blank within it ends the argument, so close it and quote what holds a blank"
	doubtNobody    = "no leg follows the variables, so add one"
)

// doubt says what of text leaves a doubt, and what to do.
func doubt(text string) string {
	if strings.HasPrefix(text, "^^") {
		return doubtSeparator
	}
	if i := loneQuote(text); i >= 0 {
		return fmt.Sprintf("the quote at byte %d%s has no partner, so pair it or leave it out", i+1, valueAt(text, i))
	}
	for i := strings.IndexByte(text, '\\'); i >= 0 && i+1 < len(text); i++ {
		if _, escape := fstext.Unescape(text[i+1], ','); text[i] == '\\' && (escape || text[i+1] == ' ') {
			return fmt.Sprintf("the backslash at byte %d%s begins an escape, so leave it out", i+1, valueAt(text, i))
		}
	}
	return doubtAny
}

// dialDoubt is doubt for a dial string, or another text that begins with blocks of variables.
func dialDoubt(text string) string {
	if why := blockDoubt(text); why != "" {
		return why
	}
	return doubt(text)
}

// loneQuote returns where the last quote of an odd number of them stands, and -1 where each has a
// partner.
func loneQuote(text string) int {
	if strings.Count(text, "'")%2 == 0 {
		return -1
	}
	return strings.LastIndexByte(text, '\'')
}

// blockDoubt says what is wrong with the blocks of variables that a dial string begins with, ""
// where nothing is.
func blockDoubt(text string) string {
	rest := strings.TrimLeft(text, " ")
	for rest != "" {
		shut := closer(rest[0])
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
			return doubtNobody
		case len(trimmed) < len(next) && trimmed[0] == open:
			return fmt.Sprintf("a space at byte %d parts two blocks of variables, so leave it out", len(text)-len(next)+1)
		}
		rest = trimmed
	}
	return ""
}

// closer returns what closes a block that open begins, and 0 where it begins none.
func closer(open byte) byte {
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

// maxDoubtName bounds the name of a variable in a doubt, in bytes.
const maxDoubtName = 64

// valueAt says in which variable's value of a block the byte i of text stands, "" where it stands
// in none or the name is not plain.
func valueAt(text string, i int) string {
	before := text[:i]
	equals := strings.LastIndexByte(before, '=')
	if equals < 0 {
		return ""
	}
	name := before[strings.LastIndexAny(before[:equals], ",{[<'")+1 : equals]
	if !fstext.IsPlain(name) || len(name) > maxDoubtName {
		return ""
	}
	return ", in the value of " + name + ","
}

// originateDoubt is doubt for the argument of originate, given besides its tokens.
func originateDoubt(args string, tokens []string) string {
	if len(tokens) == 0 {
		return doubtAny
	}
	first := strings.TrimLeft(tokens[0], " ")
	if shut := blockOpen(first); shut != 0 && strings.IndexByte(args[min(len(first), len(args)):], shut) >= 0 {
		i := len(first) // where the blank stands, if no quotes were taken out
		why := fmt.Sprintf("a blank ends the argument within the %c of its variables", opener(shut)) + strings.TrimSuffix(valueAt(first, i), ",")
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
	return dialDoubt(tokens[0])
}

// blockOpen returns what should close the block that text ends within, 0 where it ends within none.
func blockOpen(text string) byte {
	for text != "" {
		shut := closer(text[0])
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

// opener returns what begins a block that shut closes.
func opener(shut byte) byte {
	switch shut {
	case '}':
		return '{'
	case ']':
		return '['
	default:
		return '<'
	}
}
