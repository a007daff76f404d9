package command

import (
	"bytes"
	"slices"
	"strings"
)

// # Dial strings
//
// A dial string says whom to call: variables in braces, alternatives after |, several at once
// after a comma, and between :_: several such texts at once. It is taken apart as FreeSWITCH does it
// (switch_ivr_originate.c), written again, and read again: where that gives anything else, and
// where FreeSWITCH would read past what the text plainly says, the effect is opaque, unknown-syntax.
// Each leg is a dial effect. loopback, which runs an application or an extension of this
// very switch, has the effects of these besides; user and group, whose names FreeSWITCH puts into a text that
// it expands, are opaque (expansion) unless the name is plain. Whom they call in the end stands in
// the switch's directory and is not known here.

// maxLegs is how many alternatives, and how many legs of one, a dial string may have. FreeSWITCH's
// own number, for each of the two (switch_ivr_originate.c, MAX_PEERS), and here for all legs together.
const maxLegs = 128

// A dialString is a dial string taken apart.
type dialString struct {
	// enterprise says that parts stand between :_:; else there is one part.
	enterprise bool
	vars       []setting // of an enterprise: for all parts
	parts      []dialPart
}

// A dialPart is variables for all its legs, and alternatives that are tried in turn.
type dialPart struct {
	vars  []setting
	tries [][]leg // each with the legs that ring at once
}

// A leg is one call.
type leg struct {
	vars []setting
	// target is TYPE/DATA.
	target string
	// broken says that a square bracket in target, which is all of the leg, is not closed: FreeSWITCH gives
	// it up and goes on to the next alternative.
	broken bool
}

const enterpriseMark = ":_:"

// What FreeSWITCH puts in the place of commas within square brackets while it looks for legs.
const (
	quotedComma = '\x01'
	blockComma  = '\x02'
)

// parseDial takes a dial string apart as FreeSWITCH does.
func parseDial(text string) (dialString, error) {
	if isMasked(text) {
		return dialString{}, errUnsure
	}
	if !strings.Contains(text, enterpriseMark) {
		part, err := parseDialPart(text)
		return dialString{parts: []dialPart{part}}, err
	}
	d := dialString{enterprise: true}
	text = strings.TrimLeft(text, " ")
	var err error
	if d.vars, text, err = readBlocks(text, '<', '>'); err != nil {
		return dialString{}, err
	}
	texts := strings.Split(strings.TrimLeft(text, " "), enterpriseMark)
	if len(texts) >= maxLegs {
		return dialString{}, errUnsure
	}
	for _, t := range texts {
		part, err := parseDialPart(t)
		if err != nil {
			return dialString{}, err
		}
		d.parts = append(d.parts, part)
	}
	return d, nil
}

// readBlocks reads all the blocks of one kind that s begins with.
func readBlocks(s string, open, shut byte) (vars []setting, rest string, err error) {
	for s != "" && s[0] == open {
		var more []setting
		if more, s, err = readBlock(s, open, shut, ','); err != nil {
			return nil, "", err
		}
		vars = append(vars, more...)
	}
	return vars, s, nil
}

// parseDialPart takes apart what stands between two :_:.
func parseDialPart(text string) (dialPart, error) {
	var part dialPart
	ultra, text, err := readBlocks(strings.TrimLeft(text, " "), '<', '>')
	if err != nil {
		return part, err
	}
	part.vars, text, err = readBlocks(text, '{', '}')
	if err != nil {
		return part, err
	}
	if len(ultra) > 0 {
		part.vars = append(ultra, part.vars...)
	}
	text = strings.TrimLeft(text, " ")
	if text == "" {
		return part, errBroken
	}
	tries, err := separateSure(text, '|', maxLegs)
	if err != nil {
		return part, err
	}
	part.tries = make([][]leg, len(tries))
	for i, try := range tries {
		if part.tries[i], err = parseLegs(try); err != nil {
			return part, err
		}
	}
	return part, nil
}

// parseLegs takes apart what stands between two |.
func parseLegs(text string) ([]leg, error) {
	if strings.Count(text, "[") > 2*maxLegs {
		return nil, errUnsure // more than anybody means, and each would be looked for to the end
	}
	masked, err := maskCommas(text)
	if err != nil {
		return nil, err
	}
	texts, err := separateSure(masked, ',', maxLegs)
	if err != nil {
		return nil, err
	}
	legs := make([]leg, len(texts))
	for i, t := range texts {
		if legs[i], err = parseLeg(strings.TrimLeft(t, " ")); err != nil {
			return nil, err
		}
	}
	return legs, nil
}

// maxOpen is how many square brackets that nothing closes are looked at in the legs of one alternative: for each of
// them all the rest is read.
const maxOpen = 16

// maskCommas hides the commas within square brackets from the splitter. A quote, or a block with a separator
// of its own, makes them part of a value.
func maskCommas(text string) (string, error) {
	if strings.IndexByte(text, '[') < 0 || strings.IndexByte(text, ',') < 0 {
		return text, nil
	}
	b := []byte(text)
	end, open, quoted, own := -1, 0, false, false
	for i, c := range b {
		if end < 0 && c == '[' {
			if end = endOfBlock(text[i:], '[', ']'); end >= 0 {
				end += i
			} else if open++; open > maxOpen {
				return "", errUnsure
			}
			own, quoted = strings.HasPrefix(text[i+1:], "^^"), false
		}
		switch {
		case c == '\'':
			quoted = !quoted
		case c == ',' && i < end && text[i-1] != '\\':
			b[i] = blockComma
			if quoted || own {
				b[i] = quotedComma
			}
		}
		if i == end {
			end = -1
		}
	}
	return string(b), nil
}

// parseLeg takes one leg apart, its commas hidden.
func parseLeg(text string) (leg, error) {
	l, whole := leg{}, text
	for text != "" && text[0] == '[' {
		end := endOfBlock(text, '[', ']')
		if end < 0 && isMasked(whole) {
			return leg{}, errUnsure
		}
		if end < 0 {
			return leg{target: whole, broken: true}, nil
		}
		if strings.IndexByte(text[:end], quotedComma) >= 0 {
			text = strings.ReplaceAll(text[:end], string(quotedComma), ",") + text[end:]
		}
		vars, rest, err := readBlock(text, '[', ']', blockComma)
		if err != nil {
			return leg{}, err
		}
		l.vars, text = append(l.vars, vars...), rest
	}
	for _, v := range l.vars {
		if isMasked(v.name) || isMasked(v.value) {
			return leg{}, errUnsure
		}
	}
	if isMasked(text) {
		return leg{}, errUnsure
	}
	l.target = strings.TrimLeft(text, " ")
	return l, nil
}

func isMasked(s string) bool {
	return strings.IndexByte(s, quotedComma) >= 0 || strings.IndexByte(s, blockComma) >= 0
}

// write writes d as parseDial reads it, if it can be written: whoever needs to be sure reads it again.
// It takes about room bytes.
func (d *dialString) write(room int) string {
	b := make([]byte, 0, room+room/4)
	if d.enterprise {
		b = writeBlock(b, d.vars, '<', '>', ',')
	}
	for i := range d.parts {
		if i > 0 {
			b = append(b, enterpriseMark...)
		}
		b = d.parts[i].append(b)
	}
	return string(b)
}

func (p *dialPart) append(b []byte) []byte {
	b = writeBlock(b, p.vars, '{', '}', ',')
	for i, legs := range p.tries {
		if i > 0 {
			b = append(b, '|')
		}
		start := len(b)
		for j := range legs {
			if j > 0 {
				b = append(b, ',')
			}
			b = legs[j].append(b)
		}
		b = quoteFrom(b, start, '|')
	}
	return b
}

func (l *leg) append(b []byte) []byte {
	if len(l.vars) == 0 {
		return appendToken(b, l.target, ',')
	}
	start := len(b)
	sep := l.separator()
	b = writeBlock(b, l.vars, '[', ']', sep)
	if sep != ',' {
		b = slices.Insert(b, start+1, '^', '^', sep)
	}
	// The commas of the block are no business of the splitter: quotes are needed for all else only.
	if bytes.IndexByte(b[start:], '\'') < 0 && isBareToken(l.target, ',') {
		return append(b, l.target...)
	}
	return quoteFrom(append(b, l.target...), start, ',')
}

// separator returns what parts the variables of a leg: with one of its own, commas and quotes in their
// values need no care.
func (l *leg) separator() byte {
	const others = ";:~!"
	own := false
	for _, v := range l.vars {
		own = own || strings.ContainsAny(v.name, ",'") || strings.ContainsAny(v.value, ",'")
	}
	for i := 0; own && i < len(others); i++ {
		used := func(v setting) bool {
			return strings.IndexByte(v.name, others[i]) >= 0 || strings.IndexByte(v.value, others[i]) >= 0
		}
		if !slices.ContainsFunc(l.vars, used) {
			return others[i]
		}
	}
	return ','
}

func (d *dialString) equal(o *dialString) bool {
	return d.enterprise == o.enterprise && slices.Equal(d.vars, o.vars) &&
		slices.EqualFunc(d.parts, o.parts, func(a, b dialPart) bool {
			return slices.Equal(a.vars, b.vars) &&
				slices.EqualFunc(a.tries, b.tries, func(a, b []leg) bool {
					return slices.EqualFunc(a, b, leg.equal)
				})
		})
}

func (l leg) equal(o leg) bool {
	return l.target == o.target && l.broken == o.broken && slices.Equal(l.vars, o.vars)
}

// size returns how many legs and variables d has.
func (d *dialString) size() (legs, vars int) {
	vars = len(d.vars)
	for i := range d.parts {
		vars += len(d.parts[i].vars)
		for _, try := range d.parts[i].tries {
			legs += len(try)
			for j := range try {
				vars += len(try[j].vars)
			}
		}
	}
	return legs, vars
}

// readDial takes a dial string apart and returns its one canonical form. Its error says
// that there is none: FreeSWITCH fails on it, or reads more than one thing.
func readDial(text string) (d dialString, canonical string, err error) {
	d, err = parseDial(text)
	if err != nil {
		return dialString{}, "", err
	}
	canonical = d.write(len(text))
	if canonical == text {
		return d, canonical, nil
	}
	again, err := parseDial(canonical)
	if err != nil || !again.equal(&d) {
		return dialString{}, "", errUnsure
	}
	return d, canonical, nil
}
