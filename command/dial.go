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
	// trailing says that a :_: stands behind the last part. FreeSWITCH takes what follows it for
	// one more text, which is empty, and gives that one up (switch_utils.c,
	// switch_separate_string_string; switch_ivr_originate.c, switch_ivr_originate).
	trailing bool
	vars     []setting // of an enterprise: for all parts
	parts    []dialPart
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

// A dialReader takes one dial string apart, and none after it: what it returns stands in its room, which is large
// enough for most of them. What does not fit there is allocated.
type dialReader struct {
	// vars, legs and tries are all that were found, one after the other. Each part, try and leg has some of them.
	vars  []setting
	legs  []leg
	tries [][]leg
	room  struct {
		vars  [12]setting
		legs  [4]leg
		tries [2][]leg
		parts [1]dialPart
	}
}

// parse takes a dial string apart as FreeSWITCH does.
func (r *dialReader) parse(text string) (dialString, error) {
	if isMasked(text) {
		return dialString{}, errUnsure
	}
	r.vars, r.legs, r.tries = r.room.vars[:0], r.room.legs[:0], r.room.tries[:0]
	d := dialString{parts: r.room.parts[:0]}
	if !strings.Contains(text, enterpriseMark) {
		part, err := r.part(text)
		d.parts = append(d.parts, part)
		return d, err
	}
	d.enterprise = true
	text = strings.TrimLeft(text, " ")
	var err error
	if r.vars, text, err = readBlocks(r.vars, text, '<', '>'); err != nil {
		return dialString{}, err
	}
	d.vars = slices.Clip(r.vars)
	texts := strings.Split(strings.TrimLeft(text, " "), enterpriseMark)
	if len(texts) >= maxLegs {
		return dialString{}, errUnsure
	}
	if last := len(texts) - 1; texts[last] == "" {
		texts, d.trailing = texts[:last], true
	}
	for _, t := range texts {
		part, err := r.part(t)
		if err != nil {
			return dialString{}, err
		}
		d.parts = append(d.parts, part)
	}
	return d, nil
}

// readBlocks reads all the blocks of one kind that s begins with, and appends what they set to vars.
func readBlocks(vars []setting, s string, open, shut byte) (more []setting, rest string, err error) {
	for s != "" && s[0] == open {
		if vars, s, err = readBlock(vars, s, open, shut, ','); err != nil {
			return nil, "", err
		}
	}
	return vars, s, nil
}

// part takes apart what stands between two :_:.
func (r *dialReader) part(text string) (part dialPart, err error) {
	first := len(r.vars)
	r.vars, text, err = readBlocks(r.vars, strings.TrimLeft(text, " "), '<', '>')
	if err != nil {
		return part, err
	}
	r.vars, text, err = readBlocks(r.vars, text, '{', '}')
	if err != nil {
		return part, err
	}
	part.vars = slices.Clip(r.vars[first:])
	text = strings.TrimLeft(text, " ")
	if text == "" {
		return part, errBroken
	}
	var room [fewEntries]string
	texts, err := separateSure(room[:0], text, '|', maxLegs)
	if err != nil {
		return part, err
	}
	begin := len(r.tries)
	for _, t := range texts {
		legs, err := r.try(t)
		if err != nil {
			return part, err
		}
		r.tries = append(r.tries, legs)
	}
	part.tries = slices.Clip(r.tries[begin:])
	return part, nil
}

// try takes apart what stands between two |.
func (r *dialReader) try(text string) ([]leg, error) {
	if strings.Count(text, "[") > 2*maxLegs {
		return nil, errUnsure // more than anybody means, and each would be looked for to the end
	}
	masked, err := maskCommas(text)
	if err != nil {
		return nil, err
	}
	var room [fewEntries]string
	texts, err := separateSure(room[:0], masked, ',', maxLegs)
	if err != nil {
		return nil, err
	}
	first, hidden := len(r.legs), masked != text
	for _, t := range texts {
		l, err := r.leg(strings.TrimLeft(t, " "), hidden)
		if err != nil {
			return nil, err
		}
		r.legs = append(r.legs, l)
	}
	return slices.Clip(r.legs[first:]), nil
}

// maxOpen is how many square brackets that nothing closes are looked at in the legs of one alternative: for each of
// them all the rest is read.
const maxOpen = 16

// maskCommas hides the commas within square brackets from the splitter.
func maskCommas(text string) (string, error) {
	if strings.IndexByte(text, ',') < 0 {
		return text, nil
	}
	var b []byte // a copy of text, made for the first comma that is hidden
	for at, open := 0, 0; ; {
		next := strings.IndexByte(text[at:], '[')
		if next < 0 {
			break
		}
		at += next
		end := endOfBlock(text[at:], '[', ']')
		if end < 0 {
			if open++; open > maxOpen {
				return "", errUnsure
			}
			at++
			continue
		}
		if block := text[at : at+end]; strings.IndexByte(block, ',') >= 0 {
			if b == nil {
				b = []byte(text)
			}
			maskBlock(b[at:at+end], block)
		}
		at += end
	}
	if b == nil {
		return text, nil
	}
	return string(b), nil
}

// maskBlock hides the commas of one block in b. A quote, or a block with a separator of its own, makes them part
// of a value.
func maskBlock(b []byte, block string) {
	own, quoted := strings.HasPrefix(block, "[^^"), false
	for i := range len(block) {
		switch {
		case block[i] == '\'':
			quoted = !quoted
		case block[i] == ',' && block[i-1] != '\\':
			b[i] = blockComma
			if quoted || own {
				b[i] = quotedComma
			}
		}
	}
}

// leg takes one leg apart. hidden says that there may be hidden commas.
func (r *dialReader) leg(text string, hidden bool) (leg, error) {
	whole, first := text, len(r.vars)
	for text != "" && text[0] == '[' {
		end := endOfBlock(text, '[', ']')
		if end < 0 && hidden && isMasked(whole) {
			return leg{}, errUnsure
		}
		if end < 0 {
			return leg{target: whole, broken: true}, nil
		}
		if hidden && strings.IndexByte(text[:end], quotedComma) >= 0 {
			text = strings.ReplaceAll(text[:end], string(quotedComma), ",") + text[end:]
		}
		var err error
		if r.vars, text, err = readBlock(r.vars, text, '[', ']', blockComma); err != nil {
			return leg{}, err
		}
	}
	l := leg{vars: slices.Clip(r.vars[first:]), target: strings.TrimLeft(text, " ")}
	if !hidden {
		return l, nil
	}
	for _, v := range l.vars {
		if isMasked(v.name) || isMasked(v.value) {
			return leg{}, errUnsure
		}
	}
	if isMasked(text) {
		return leg{}, errUnsure
	}
	return l, nil
}

func isMasked(s string) bool {
	return strings.IndexByte(s, quotedComma) >= 0 || strings.IndexByte(s, blockComma) >= 0
}

// append writes d as dialReader reads it, if it can be written: whoever needs to be sure reads it again.
func (d *dialString) append(b []byte) []byte {
	if d.enterprise {
		b = writeBlock(b, d.vars, '<', '>', ',')
	}
	for i := range d.parts {
		if i > 0 {
			b = append(b, enterpriseMark...)
		}
		b = d.parts[i].append(b)
	}
	if d.trailing {
		b = append(b, enterpriseMark...)
	}
	return b
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
	if !l.holds(',') && !l.holds('\'') {
		return ','
	}
	for i := range len(others) {
		if !l.holds(others[i]) {
			return others[i]
		}
	}
	return ','
}

// holds reports whether c stands in a variable of l.
func (l *leg) holds(c byte) bool {
	for _, v := range l.vars {
		if strings.IndexByte(v.name, c) >= 0 || strings.IndexByte(v.value, c) >= 0 {
			return true
		}
	}
	return false
}

func (d *dialString) equal(o *dialString) bool {
	return d.enterprise == o.enterprise && d.trailing == o.trailing && slices.Equal(d.vars, o.vars) &&
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

// size returns how many legs and variables d has, and how many bytes the arguments of the variables' effects have.
func (d *dialString) size() (legs, vars, bytes int) {
	vars, bytes = len(d.vars), sizeOf(d.vars)
	for i := range d.parts {
		vars, bytes = vars+len(d.parts[i].vars), bytes+sizeOf(d.parts[i].vars)
		for _, try := range d.parts[i].tries {
			legs += len(try)
			for j := range try {
				vars, bytes = vars+len(try[j].vars), bytes+sizeOf(try[j].vars)
			}
		}
	}
	return legs, vars, bytes
}

// fewBytes is how many bytes are written without an allocation, to see whether they say anything new.
const fewBytes = 1 << 10

// read takes a dial string apart and returns its one canonical form. Its error says
// that there is none: FreeSWITCH fails on it, or reads more than one thing.
func (r *dialReader) read(text string) (d dialString, canonical string, err error) {
	d, err = r.parse(text)
	if err != nil {
		return dialString{}, "", err
	}
	var few [fewBytes]byte
	written := d.append(slices.Grow(few[:0], len(text)))
	if string(written) == text {
		return d, text, nil
	}
	canonical = string(written)
	var second dialReader
	again, err := second.parse(canonical)
	if err != nil || !again.equal(&d) {
		return dialString{}, "", errUnsure
	}
	return d, canonical, nil
}
