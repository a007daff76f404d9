package nested

import (
	"slices"
	"strings"

	"eslguard/catalog"
	"eslguard/command/internal/protect"
	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// variable appends the effects of setting a variable: its own, those of what it would run, and
// those of the expansions in value. scope is catalog.ScopeChannel, ScopeOriginate or ScopeGlobal.
// An empty value removes the variable.
func (a *Analyzer) variable(at Origin, scope, name, value string) {
	a.settings(at, scope, []fstext.Variable{{Name: name, Value: value}})
}

// settings appends the effects of setting several variables with one command. See variable.
func (a *Analyzer) settings(at Origin, scope string, vars []fstext.Variable) {
	if len(vars) == 0 {
		return
	}
	a.grow(len(vars), fstext.SizeOf(vars))
	for i := range vars {
		if a.isFull() {
			return
		}
		name, value := catalog.VariableName(vars[i].Name), fstext.StoredValue(vars[i].Value)
		known := !strings.Contains(name, fstext.UnknownDollar)
		if !known {
			name = strings.ReplaceAll(name, fstext.UnknownDollar, "$")
		}
		args, tokens := a.pair(name, value)
		a.Add(effect.Effect{
			Kind: effect.KindVar, Name: scope, Args: args, Tokens: tokens, Fold: 1,
			UUIDs: at.UUIDs, Path: at.Path, Later: at.Later,
			Directory: at.directory && scope == catalog.ScopeOriginate, Block: blockOf(at.block, &vars[i], name),
		})
		if strings.IndexByte(value, '$') >= 0 {
			a.stored(at, value)
		}
		if !known {
			a.Opaque(at, effect.OpaqueExpansion) // it may be any variable
			continue
		}
		name = ascii.ToLower(name)
		a.Guard.Variable(name, value)
		if name == singleReject && fstext.IsTrue(value) && !sets(vars, failReject) {
			a.Guard.Refuse(catalog.ProtectSingleReject, value)
			a.Guard.Locate("var " + name)
		}
		if strings.IndexByte(value, '$') >= 0 && ascii.IndexFold(value, "{"+name) >= 0 {
			// expanding the variable would expand it again, without an end
			a.Opaque(at, effect.OpaqueDepth)
		}
		if kind := catalog.HookOf(name); kind != catalog.HookNone && (value != "" || kind == catalog.HookSafeguard) {
			if strings.IndexByte(vars[i].Name, '[') >= 0 {
				opaqueInList(a, at, kind)
			}
			h := hook{Analyzer: a, at: at, name: name, among: vars}
			h.at.Path = at.join("var " + name)
			// The variable may be exported to another leg and run there.
			h.at.leg, h.at.block = effect.LegUnknown, effect.Block{}
			h.analyze(kind, value)
		}
	}
}

// FreeSWITCH reads the second variable if the first is true (switch_ivr_originate.c:2503 and 4181).
const (
	singleReject = "hangup_on_single_reject"
	failReject   = "fail_on_single_reject"
)

// sets reports whether vars set the variable to a value that is not empty.
func sets(vars []fstext.Variable, name string) bool {
	for _, v := range vars {
		if v.Value != "" && ascii.EqualFold(catalog.VariableName(v.Name), name) {
			return true
		}
	}
	return false
}

// blockOf returns the Block of a variable that is set at b. name is the name of the variable that
// FreeSWITCH sets.
func blockOf(b effect.Block, v *fstext.Variable, name string) effect.Block {
	b.Plain = b.Dial != 0 && v.Name == name && !strings.HasPrefix(v.Value, fstext.ArrayMark) && !strings.Contains(v.Value, fstext.ArrayBetween) &&
		!strings.Contains(v.Name, fstext.UnknownDollar) && !strings.Contains(v.Value, fstext.UnknownDollar)
	return b
}

// opaqueInList appends an opaque effect for a value that becomes part of a list whose other
// elements are unknown, unless FreeSWITCH runs such a list element by element.
func opaqueInList(a *Analyzer, at Origin, kind catalog.HookKind) {
	if kind != catalog.HookNone && !kind.ByElement() {
		a.Opaque(at, effect.OpaqueWrapper)
	}
}

// analyzeUUIDSetvar reads `UUID NAME [VALUE]`.
func analyzeUUIDSetvar(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 1 {
		a.variable(at, catalog.ScopeChannel, c.tokens[1], c.token(2))
	}
}

// analyzeUUIDSetvarMulti reads `UUID NAME=VALUE;…` (mod_commands.c, uuid_setvar_multi_function).
func analyzeUUIDSetvarMulti(a *Analyzer, at Origin, c *call) {
	_, vars, ok := strings.Cut(c.args, " ")
	if !ok {
		return
	}
	if !c.outermost && !fstext.IsUnambiguous(vars, ';') { // the outermost argument is written again
		a.ambiguous(at, whyAmbiguous(vars))
	}
	var list []fstext.Variable
	for _, v := range fstext.Separate(vars, ';', protect.SetvarMultiSlots) {
		if name, value, _ := strings.Cut(v, "="); name != "" {
			list = append(list, fstext.Variable{Name: name, Value: value})
		}
	}
	a.settings(at, catalog.ScopeChannel, list)
}

// writeSetvarMulti is traits.canonical for uuid_setvar_multi, which splits the text after the uuid
// at ; (mod_commands.c, uuid_setvar_multi_function).
func writeSetvarMulti(_ fstext.Splitter, args string, _ []string) (text string, sure bool) {
	uuid, vars, _ := strings.Cut(args, " ")
	if fstext.IsUnambiguous(vars, ';') {
		return args, true
	}
	list := fstext.Separate(vars, ';', protect.SetvarMultiSlots)
	b := append([]byte(uuid), ' ')
	for i, v := range list {
		if i > 0 {
			b = append(b, ';')
		}
		b = fstext.AppendToken(b, v, ';')
	}
	again := string(b[len(uuid)+1:])
	if !slices.Equal(fstext.Separate(again, ';', protect.SetvarMultiSlots), list) {
		return args, false
	}
	return string(b), true
}

// analyzeGlobalSetvar reads `NAME=VALUE[=OLD VALUE]`.
func analyzeGlobalSetvar(a *Analyzer, at Origin, c *call) {
	if name := c.token(0); name != "" {
		a.variable(at, catalog.ScopeGlobal, name, c.token(1))
	}
}

// analyzeUUIDRecord reads `UUID start PATH LIMIT {NAME=VALUE,…}`. The block is URL-encoded.
func analyzeUUIDRecord(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) > 4 {
		recordBlock(a, at, c.args, c.tokens[4])
	}
	a.stored(at, c.token(2))
}

// recordBlock appends the effects of the variables of a recording, some of which run applications.
// args is the whole argument that contains the block.
func recordBlock(a *Analyzer, at Origin, args, block string) {
	text, ok := fstext.DecodeURLStrict(block)
	if ok {
		text = strings.TrimLeft(text, " ")
		if !strings.HasPrefix(text, "{") {
			return
		}
		vars, _, err := fstext.ReadBlock(nil, text, '{', '}', ',')
		if err != nil {
			a.unreadable(at, err, text)
			return
		}
		a.settings(at, catalog.ScopeChannel, vars)
		return
	}
	a.ambiguous(at, whyEscapeUnclear(args))
}

// analyzeRecordSession reads `PATH [+LIMIT] [{NAME=VALUE,…}]`.
func analyzeRecordSession(a *Analyzer, at Origin, c *call) {
	for _, t := range c.rest(1) {
		recordBlock(a, at, c.args, t)
	}
}

// analyzeAssign reads `NAME=VALUE`, or `NAME,VALUE` if there is no = (mod_dptools.c, base_set). The
// argument has been expanded once; FreeSWITCH expands the value again.
func analyzeAssign(a *Analyzer, at Origin, c *call) { assignExpanded(a, at, c.args) }

func assignExpanded(a *Analyzer, at Origin, texts ...string) {
	list := make([]fstext.Variable, 0, len(texts))
	for _, text := range texts {
		name, value := cutPair(text, "=,")
		if name == "" {
			continue
		}
		again, known := a.expandable(at, value)
		if !known && !isMention(again) {
			a.Opaque(at, effect.OpaqueExpansion)
		}
		list = append(list, fstext.Variable{Name: name, Value: again})
	}
	a.settings(at, catalog.ScopeChannel, list)
}

// analyzePush is like analyzeAssign, but the value is added to a list.
func analyzePush(a *Analyzer, at Origin, c *call) {
	assignExpanded(a, at, c.args)
	name, _ := cutPair(c.args, "=,")
	opaqueInList(a, at, catalog.HookOf(ascii.ToLower(catalog.VariableName(name))))
}

// analyzeExport reads `[nolocal:]NAME=VALUE`.
func analyzeExport(a *Analyzer, at Origin, c *call) { assign(a, at, catalog.ScopeChannel, c.args) }

// analyzeSetGlobal reads `NAME=VALUE`.
func analyzeSetGlobal(a *Analyzer, at Origin, c *call) { assign(a, at, catalog.ScopeGlobal, c.args) }

// analyzeSetProfile reads `NAME=VALUE` for a field of the caller's profile. Some of these fields
// decide what the channel does next.
func analyzeSetProfile(a *Analyzer, at Origin, c *call) {
	assign(a, at, catalog.ScopeChannel, c.args)
	switch name, _, _ := strings.Cut(c.args, "="); ascii.ToLower(name) {
	case "context", "destination_number":
		a.Opaque(at, effect.OpaqueWrapper)
	}
}

// assign appends the effects of `NAME=VALUE`.
func assign(a *Analyzer, at Origin, scope, text string) {
	if name, value := cutPair(text, "="); name != "" {
		a.variable(at, scope, name, value)
	}
}

// cutPair splits text at the first of the separators that occurs in it. It returns text and "" if
// none does.
func cutPair(text, separators string) (name, value string) {
	for i := range len(separators) {
		if name, value, ok := strings.Cut(text, separators[i:i+1]); ok {
			return name, value
		}
	}
	return text, ""
}

// analyzeMultiset reads `[^^X]NAME=VALUE NAME=VALUE`.
func analyzeMultiset(a *Analyzer, at Origin, c *call) {
	sep, text := byte(' '), c.args
	if len(text) > 2 && strings.HasPrefix(text, "^^") {
		sep, text = text[2], text[3:]
	}
	if !fstext.IsUnambiguous(text, sep) {
		a.ambiguous(at, whyAmbiguous(text))
	}
	assignExpanded(a, at, fstext.Separate(text, sep, protect.MultisetSlots)...)
}

// analyzeStrftime reads `NAME=FORMAT`.
func analyzeStrftime(a *Analyzer, at Origin, c *call) {
	a.variable(at, catalog.ScopeChannel, c.token(0), c.token(1))
}

// analyzeCapture reads `NAME|TEXT|REGEX`. The part of the text that the expression matches becomes
// the value.
func analyzeCapture(a *Analyzer, at Origin, c *call) {
	if len(c.tokens) == 3 {
		setFromInput(a, at, c.tokens[0], c.tokens[1])
	}
}

// setFromInput appends the effects of setting a variable to an unknown part of text.
func setFromInput(a *Analyzer, at Origin, name, text string) {
	if catalog.IsHook(name) {
		a.Opaque(at, effect.OpaqueWrapper)
	}
	a.variable(at, catalog.ScopeChannel, name, text)
}

// analyzeRead reads `MIN MAX FILE NAME TIMEOUT TERMINATORS [DIGIT-TIMEOUT]`. The digits that are
// dialled become the value.
func analyzeRead(a *Analyzer, at Origin, c *call) {
	if name := c.token(3); name != "" {
		setFromInput(a, at, name, "")
	}
}

// analyzeDigits reads `MIN MAX TRIES TIMEOUT TERMINATORS FILE FILE NAME REGEX DIGIT-TIMEOUT [EXTEN
// [DIALPLAN [CONTEXT]]]`.
func analyzeDigits(a *Analyzer, at Origin, c *call) {
	if name := c.token(7); name != "" {
		setFromInput(a, at, name, "")
		setFromInput(a, at, name+"_invalid", "")
	}
	if c.token(10) != "" {
		if fstext.EndsInBackslash(c.tokens[10]) {
			a.unreadable(at, fstext.ErrLoneBackslash, c.tokens[10])
		}
		a.transferTo(at, fstext.Separate(c.tokens[10], ' ', 4))
	}
}
