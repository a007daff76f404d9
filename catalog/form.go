package catalog

import (
	"strings"

	"eslguard/argument"
	"eslguard/effect"
	"eslguard/fstext/ascii"
)

// A Form has the types of the tokens of one effect. In the zero Form, all tokens are text.
type Form struct {
	effect   *effect.Effect
	form     *alternative
	variable variableType
	known    bool
}

// Known reports whether the catalogue has the types of the tokens: it contains the API, the
// application or the event, or the effect is of another kind.
func (f *Form) Known() bool { return f.known }

// FormOf returns the types of the tokens of e. Tokens that the catalogue does not describe are
// text. The Form refers to e.
func FormOf(e *effect.Effect) Form {
	f := Form{effect: e, form: &anyText, known: true}
	table := positionsOf()
	switch e.Kind {
	case effect.KindVar:
		if len(e.Tokens) > 0 {
			f.variable = table.variable(ascii.ToLower(e.Tokens[0]))
		}
	case effect.KindInject, effect.KindAPI, effect.KindApp, effect.KindDialplan, effect.KindChannel:
		names := table.tokens[e.Kind]
		p, ok := names[e.Name]
		if !ok {
			p = names["*"]
			f.known = p != nil
		}
		f.form = p.form(e.Tokens)
	}
	return f
}

// Types returns the types of token i, from 0. It returns text if there is no such token.
func (f *Form) Types(i int) argument.TypeSet {
	e := f.effect
	if e == nil || i < 0 || i >= len(e.Tokens) {
		return 0
	}
	switch e.Kind {
	case effect.KindVar:
		return f.variableTypes(i)
	case effect.KindInject:
		return argument.SetOf(f.injectType(i))
	}
	t := f.form.typeAt(e.Tokens, i)
	if t == argument.TypePlay {
		t = playType(e.Tokens[i])
	}
	return argument.SetOf(t)
}

// Acts reports whether token i is the name of a variable whose value FreeSWITCH runs, opens or
// connects to, or on which its security depends. A wildcard for names of variables does not match
// such a name.
func (f *Form) Acts(i int) bool { return i == 0 && f.variable.acts }

// Offset returns the index at which the value begins in token i: after NAME= in the further tokens
// of an event, after the count of a loop_playback, and otherwise 0.
func (f *Form) Offset(i int) int {
	e := f.effect
	if e != nil && e.Kind == effect.KindApp && e.Name == "loop_playback" && i == 0 && len(e.Tokens) > 0 && strings.HasPrefix(e.Tokens[0], "+") {
		return strings.IndexByte(e.Tokens[0], ' ') + 1
	}
	if e == nil || e.Kind != effect.KindInject || i < fixedTokens(e) || i >= len(e.Tokens) {
		return 0
	}
	return strings.IndexByte(e.Tokens[i], '=') + 1
}

// injectType returns the type of token i of an event, whose further tokens are NAME=VALUE.
func (f *Form) injectType(i int) argument.Type {
	e := f.effect
	name, _, pair := strings.Cut(e.Tokens[i], "=")
	if !pair || i < fixedTokens(e) {
		return f.form.typeAt(e.Tokens, i)
	}
	if t, ok := f.form.typeAfter(name); ok {
		return t
	}
	if every := positionsOf().tokens[effect.KindInject]["*"]; len(every) > 0 {
		if t, ok := every[0].typeAfter(name); ok {
			return t
		}
	}
	return argument.TypeNever
}

// variableTypes returns the types of the name (i is 0) or the value (i is 1) of a variable that is
// set.
func (f *Form) variableTypes(i int) argument.TypeSet {
	if i == 0 {
		return argument.SetOf(argument.TypeVariable)
	}
	t := f.variable.typ
	if t == argument.TypePlay {
		t = playType(f.effect.Tokens[i])
	}
	set := argument.SetOf(t)
	if f.effect.Name == ScopeGlobal {
		// the configuration may mention it (switch_xml.c, preprocess)
		set |= argument.SetOf(argument.TypeXML)
	}
	if f.effect.Directory {
		set |= argument.SetOf(argument.TypeTemplate)
	}
	return set
}

// playType returns the type of a text of TypePlay: nested if it is an application with its argument
// after ::, and otherwise a file.
func playType(text string) argument.Type {
	if i := strings.IndexByte(text, ':'); i >= 0 && strings.HasPrefix(text[i:], "::") {
		return argument.TypeNested
	}
	return argument.TypeFile
}

// IsFileVariable reports whether FreeSWITCH opens the value of the variable name, given in lower
// case, as a file.
func IsFileVariable(name string) bool {
	switch positionsOf().variable(name).typ {
	case argument.TypeFile, argument.TypePlay, argument.TypeFolder:
		return true
	}
	return false
}

// variable returns what the catalogue says about a variable, given in lower case. The value of an
// unknown variable is text.
func (t *positionTable) variable(name string) variableType {
	if v, ok := t.vars[name]; ok {
		return v
	}
	best := variableFamily{}
	for _, f := range t.families {
		if strings.HasPrefix(name, f.prefix) && len(f.prefix) > len(best.prefix) {
			best = f
		}
	}
	if best.prefix != "" {
		return best.variableType
	}
	if HookOf(name) != HookNone {
		return variableType{typ: argument.TypeNested, acts: true}
	}
	return variableType{}
}

// Spellings returns the other spellings of token i of e, from 0: other texts that FreeSWITCH, or a
// gateway or file system behind it, could read as the same value. These are paths without detours,
// the files in a list or an escape, and numbers without separators, signs, prefixes and service
// codes. An i of -1 means the leg of a dial. It returns nil if there are none. Deny rules are
// matched with them, too.
func Spellings(e *effect.Effect, i int) []string {
	if i < 0 {
		if e.Kind != effect.KindDial {
			return nil
		}
		return argument.LegSpellings(e.Name)
	}
	if i >= len(e.Tokens) {
		return nil
	}
	token := e.Tokens[i]
	if !argument.MayBeSpelledOtherwise(token) {
		return nil
	}
	form := FormOf(e)
	set := form.Types(i)
	switch {
	case e.Kind == effect.KindAPI && (e.Name == "load" || e.Name == "unload" || e.Name == "reload"):
		module, _, _ := strings.Cut(token, ".") // switch_loadable_module.c removes the ending
		return []string{module}
	case set.Has(argument.TypeExtension), set.Has(argument.TypeNumber), e.Kind == effect.KindVar && set.Has(argument.TypeName):
		return append(argument.NumberSpellings(token), argument.EscapeSpellings(token)...)
	case set.Has(argument.TypeFile), set.Has(argument.TypeFolder), set.Has(argument.TypeURL), set.Has(argument.TypeText), set.Has(argument.TypeNested):
		return argument.FileSpellings(token)
	}
	return argument.EscapeSpellings(token)
}
