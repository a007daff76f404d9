package command

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// uuidSetvarParts reads `UUID NAME [VALUE]`.
func uuidSetvarParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 1 {
		p.variable(at, scopeChannel, c.tokens[1], c.token(2))
	}
}

// maxMulti is how many variables uuid_setvar_multi takes; the last has all the rest.
const maxMulti = 64

// uuidSetvarMultiParts reads `UUID NAME=VALUE;…` (mod_commands.c, uuid_setvar_multi_function).
func uuidSetvarMultiParts(p *parser, at trail, c *call) {
	_, vars, ok := strings.Cut(c.args, " ")
	if !ok {
		return
	}
	if at.depth > 1 && !fstext.IsUnambiguous(vars, ';') { // the outermost argument is written again
		p.unsure(at, doubt(vars))
	}
	var list []fstext.Variable
	for _, v := range fstext.Separate(vars, ';', maxMulti) {
		if name, value, _ := strings.Cut(v, "="); name != "" {
			list = append(list, fstext.Variable{Name: name, Value: value})
		}
	}
	p.settings(at, scopeChannel, list)
}

// writtenMulti is [entry.written] for uuid_setvar_multi, which splits what follows the channel on ;
// (mod_commands.c, uuid_setvar_multi_function).
func writtenMulti(args string) (text string, sure bool) {
	uuid, vars, _ := strings.Cut(args, " ")
	if fstext.IsUnambiguous(vars, ';') {
		return args, true
	}
	list := fstext.Separate(vars, ';', maxMulti)
	b := append([]byte(uuid), ' ')
	for i, v := range list {
		if i > 0 {
			b = append(b, ';')
		}
		b = fstext.AppendToken(b, v, ';')
	}
	again := string(b[len(uuid)+1:])
	if !slices.Equal(fstext.Separate(again, ';', maxMulti), list) {
		return args, false
	}
	return string(b), true
}

// globalSetvarParts reads `NAME=VALUE[=OLD VALUE]`.
func globalSetvarParts(p *parser, at trail, c *call) {
	if name := c.token(0); name != "" {
		p.variable(at, scopeGlobal, name, c.token(1))
	}
}

// uuidRecordParts reads `UUID start PATH LIMIT {NAME=VALUE,…}`, the block URL-encoded.
func uuidRecordParts(p *parser, at trail, c *call) {
	if len(c.tokens) > 4 {
		p.recordBlock(at, c.args, c.tokens[4])
	}
	p.stored(at, c.token(2))
}

// recordBlock appends the effects of the variables of a recording, of which some run applications.
// args are all of the argument that holds the block.
func (p *parser) recordBlock(at trail, args, block string) {
	text, ok := fstext.URLDecode(block)
	if ok {
		text = strings.TrimLeft(text, " ")
		if !strings.HasPrefix(text, "{") {
			return
		}
		vars, _, err := fstext.ReadBlock(nil, text, '{', '}', ',')
		if err != nil {
			p.unclear(at, err, text)
			return
		}
		p.settings(at, scopeChannel, vars)
		return
	}
	p.unsure(at, escapeDoubt(args))
}

// recordSessionParts reads `PATH [+LIMIT] [{NAME=VALUE,…}]`.
func recordSessionParts(p *parser, at trail, c *call) {
	for _, t := range c.rest(1) {
		p.recordBlock(at, c.args, t)
	}
}

// assignParts reads `NAME=VALUE`, or `NAME,VALUE` where there is no = (mod_dptools.c, base_set). The
// application's argument has been expanded; the value is once more.
func assignParts(p *parser, at trail, c *call) { p.assignAgain(at, c.args) }

func (p *parser) assignAgain(at trail, texts ...string) {
	list := make([]fstext.Variable, 0, len(texts))
	for _, text := range texts {
		name, value := cutPair(text, "=,")
		if name == "" {
			continue
		}
		again, known := p.expandable(at, value)
		if !known && !isMention(again) {
			p.opaque(at, effect.OpaqueExpansion)
		}
		list = append(list, fstext.Variable{Name: name, Value: again})
	}
	p.settings(at, scopeChannel, list)
}

// pushParts is assignParts for what adds to a list.
func pushParts(p *parser, at trail, c *call) {
	p.assignAgain(at, c.args)
	name, _ := cutPair(c.args, "=,")
	p.joins(at, hookOf(ascii.ToLower(variableName(name))))
}

// exportParts reads `[nolocal:]NAME=VALUE`.
func exportParts(p *parser, at trail, c *call) { p.assign(at, scopeChannel, c.args) }

// setGlobalParts reads `NAME=VALUE`.
func setGlobalParts(p *parser, at trail, c *call) { p.assign(at, scopeGlobal, c.args) }

// setProfileParts reads `NAME=VALUE` for a field of the caller's profile: of these some choose what
// the channel does next.
func setProfileParts(p *parser, at trail, c *call) {
	p.assign(at, scopeChannel, c.args)
	switch name, _, _ := strings.Cut(c.args, "="); ascii.ToLower(name) {
	case "context", "destination_number":
		p.opaque(at, effect.OpaqueWrapper)
	}
}

// assign appends the effects of `NAME=VALUE`.
func (p *parser) assign(at trail, scope, text string) {
	if name, value := cutPair(text, "="); name != "" {
		p.variable(at, scope, name, value)
	}
}

// cutPair cuts text at the first of the separators that is there.
func cutPair(text, separators string) (name, value string) {
	for i := range len(separators) {
		if name, value, ok := strings.Cut(text, separators[i:i+1]); ok {
			return name, value
		}
	}
	return text, ""
}

// maxMultiset is how many variables multiset takes.
const maxMultiset = 256

// multisetParts reads `[^^X]NAME=VALUE NAME=VALUE`.
func multisetParts(p *parser, at trail, c *call) {
	sep, text := byte(' '), c.args
	if len(text) > 2 && strings.HasPrefix(text, "^^") {
		sep, text = text[2], text[3:]
	}
	if !fstext.IsUnambiguous(text, sep) {
		p.unsure(at, doubt(text))
	}
	p.assignAgain(at, fstext.Separate(text, sep, maxMultiset)...)
}

// strftimeParts reads `NAME=FORMAT`.
func strftimeParts(p *parser, at trail, c *call) {
	p.variable(at, scopeChannel, c.token(0), c.token(1))
}

// captureParts reads `NAME|TEXT|REGEX`: of the text, what the expression matches becomes the value.
func captureParts(p *parser, at trail, c *call) {
	if len(c.tokens) == 3 {
		p.takes(at, c.tokens[0], c.tokens[1])
	}
}

// takes appends the effects of setting a variable to some part of text.
func (p *parser) takes(at trail, name, text string) {
	if isHook(name) {
		p.opaque(at, effect.OpaqueWrapper)
	}
	p.variable(at, scopeChannel, name, text)
}

// readParts reads `MIN MAX FILE NAME TIMEOUT TERMINATORS [DIGIT-TIMEOUT]`: digits become the value.
func readParts(p *parser, at trail, c *call) {
	if name := c.token(3); name != "" {
		p.takes(at, name, "")
	}
}

// digitsParts reads `MIN MAX TRIES TIMEOUT TERMINATORS FILE FILE NAME REGEX DIGIT-TIMEOUT [EXTEN [DIALPLAN [CONTEXT]]]`.
func digitsParts(p *parser, at trail, c *call) {
	if name := c.token(7); name != "" {
		p.takes(at, name, "")
		p.takes(at, name+"_invalid", "")
	}
	if c.token(10) != "" {
		if fstext.EndsInBackslash(c.tokens[10]) {
			p.unclear(at, fstext.ErrLoneBackslash, c.tokens[10])
		}
		p.transferTo(at, fstext.Separate(c.tokens[10], ' ', 4))
	}
}
