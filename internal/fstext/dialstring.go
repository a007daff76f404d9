package fstext

import (
	"slices"
	"strings"

	"eslguard/internal/ascii"
)

// MaxLegs is how many alternatives, and how many legs of one, a dial string may have. FreeSWITCH's
// own number, for each of the two (switch_ivr_originate.c, MAX_PEERS), and here for all legs
// together.
const MaxLegs = 128

// A DialString is a dial string taken apart. A dial string says whom to call: variables in braces,
// alternatives after |, several at once after a comma, and between :_: several such texts at once.
// It is taken apart as FreeSWITCH does it (switch_ivr_originate.c), written again, and read again.
type DialString struct {
	// enterprise says that parts stand between :_:; else there is one part.
	enterprise bool
	// trailing says that a :_: stands behind the last part. FreeSWITCH takes what follows it for
	// one more text, which is empty, and gives that one up (switch_utils.c,
	// switch_separate_string_string; switch_ivr_originate.c, switch_ivr_originate).
	trailing bool
	Vars     []Variable // of an enterprise: for all parts
	Parts    []DialPart
}

// A DialPart is variables for all its legs, and alternatives that are tried in turn.
type DialPart struct {
	Vars  []Variable
	Tries [][]Leg // each with the legs that ring at once
}

// A Leg is one call.
type Leg struct {
	Vars []Variable
	// target is TYPE/DATA.
	Target string
	// broken says that a square bracket in target, which is all of the leg, is not closed:
	// FreeSWITCH gives it up and goes on to the next alternative.
	Broken bool
}

// EnterpriseMark separates the parts of a dial string that are called independently of each other.
const EnterpriseMark = ":_:"

// What FreeSWITCH puts in the place of commas within square brackets while it looks for legs.
const (
	quotedComma = '\x01'
	blockComma  = '\x02'
)

// A DialReader takes one dial string apart, and none after it: what it returns stands in its
// scratch, which is large enough for most of them. What does not fit there is allocated.
type DialReader struct {
	// vars, legs and tries are all that were found, one after the other. Each part, try and leg has
	// some of them.
	vars    []Variable
	legs    []Leg
	tries   [][]Leg
	scratch struct {
		vars  [12]Variable
		legs  [4]Leg
		tries [2][]Leg
		parts [1]DialPart
	}
}

// parse takes a dial string apart as FreeSWITCH does.
func (r *DialReader) parse(text string) (DialString, error) {
	if isMasked(text) {
		return DialString{}, ErrAmbiguous
	}
	r.vars, r.legs, r.tries = r.scratch.vars[:0], r.scratch.legs[:0], r.scratch.tries[:0]
	d := DialString{Parts: r.scratch.parts[:0]}
	if !strings.Contains(text, EnterpriseMark) {
		part, err := r.part(text)
		d.Parts = append(d.Parts, part)
		return d, err
	}
	d.enterprise = true
	text = strings.TrimLeft(text, " ")
	var err error
	if r.vars, text, err = ReadBlocks(r.vars, text, '<', '>'); err != nil {
		return DialString{}, err
	}
	d.Vars = slices.Clip(r.vars)
	texts := strings.Split(strings.TrimLeft(text, " "), EnterpriseMark)
	if len(texts) >= MaxLegs {
		return DialString{}, ErrAmbiguous
	}
	if last := len(texts) - 1; texts[last] == "" {
		texts, d.trailing = texts[:last], true
	}
	for _, t := range texts {
		part, err := r.part(t)
		if err != nil {
			return DialString{}, err
		}
		d.Parts = append(d.Parts, part)
	}
	return d, nil
}

// ReadBlocks reads all the blocks of one kind that s begins with, and appends what they set to
// vars.
func ReadBlocks(vars []Variable, s string, open, shut byte) (more []Variable, rest string, err error) {
	for s != "" && s[0] == open {
		if vars, s, err = ReadBlock(vars, s, open, shut, ','); err != nil {
			return nil, "", err
		}
	}
	return vars, s, nil
}

// part takes apart what stands between two :_:.
func (r *DialReader) part(text string) (part DialPart, err error) {
	first := len(r.vars)
	r.vars, text, err = ReadBlocks(r.vars, strings.TrimLeft(text, " "), '<', '>')
	if err != nil {
		return part, err
	}
	r.vars, text, err = ReadBlocks(r.vars, text, '{', '}')
	if err != nil {
		return part, err
	}
	part.Vars = slices.Clip(r.vars[first:])
	text = strings.TrimLeft(text, " ")
	if text == "" {
		return part, errBroken
	}
	var scratch [FewEntries]string
	texts, err := SeparateStrict(scratch[:0], text, '|', MaxLegs)
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
	part.Tries = slices.Clip(r.tries[begin:])
	return part, nil
}

// try takes apart what stands between two |.
func (r *DialReader) try(text string) ([]Leg, error) {
	if strings.Count(text, "[") > 2*MaxLegs {
		return nil, ErrAmbiguous // more than anybody means, and each would be looked for to the end
	}
	masked, err := maskCommas(text)
	if err != nil {
		return nil, err
	}
	var scratch [FewEntries]string
	texts, err := SeparateStrict(scratch[:0], masked, ',', MaxLegs)
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

// maxOpen is how many square brackets that nothing closes are looked at in the legs of one
// alternative: for each of them all the rest is read.
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
		end := EndOfBlock(text[at:], '[', ']')
		if end < 0 {
			if open++; open > maxOpen {
				return "", ErrAmbiguous
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

// maskBlock hides the commas of one block in b. A quote, or a block with a separator of its own,
// makes them part of a value.
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

// Leg takes one leg apart. hidden says that there may be hidden commas.
func (r *DialReader) leg(text string, hidden bool) (Leg, error) {
	whole, first := text, len(r.vars)
	for text != "" && text[0] == '[' {
		end := EndOfBlock(text, '[', ']')
		if end < 0 && hidden && isMasked(whole) {
			return Leg{}, ErrAmbiguous
		}
		if end < 0 {
			return Leg{Target: whole, Broken: true}, nil
		}
		if hidden && strings.IndexByte(text[:end], quotedComma) >= 0 {
			text = strings.ReplaceAll(text[:end], string(quotedComma), ",") + text[end:]
		}
		var err error
		if r.vars, text, err = ReadBlock(r.vars, text, '[', ']', blockComma); err != nil {
			return Leg{}, err
		}
	}
	l := Leg{Vars: slices.Clip(r.vars[first:]), Target: strings.TrimLeft(text, " ")}
	if !hidden {
		return l, nil
	}
	for _, v := range l.Vars {
		if isMasked(v.Name) || isMasked(v.Value) {
			return Leg{}, ErrAmbiguous
		}
	}
	if isMasked(text) {
		return Leg{}, ErrAmbiguous
	}
	return l, nil
}

func isMasked(s string) bool {
	return strings.IndexByte(s, quotedComma) >= 0 || strings.IndexByte(s, blockComma) >= 0
}

// Size returns how many legs and variables d has, and how many bytes the arguments of the
// variables' effects have.
func (d *DialString) Size() (legs, vars, bytes int) {
	vars, bytes = len(d.Vars), SizeOf(d.Vars)
	for i := range d.Parts {
		vars, bytes = vars+len(d.Parts[i].Vars), bytes+SizeOf(d.Parts[i].Vars)
		for _, try := range d.Parts[i].Tries {
			legs += len(try)
			for j := range try {
				vars, bytes = vars+len(try[j].Vars), bytes+SizeOf(try[j].Vars)
			}
		}
	}
	return legs, vars, bytes
}

// Read takes a dial string apart and returns its one canonical form. Its error says
// that there is none: FreeSWITCH fails on it, or reads more than one thing.
func (r *DialReader) Read(text string) (d DialString, canonical string, err error) {
	d, err = r.parse(text)
	if err != nil {
		return DialString{}, "", err
	}
	var few [fewBytes]byte
	written := d.append(slices.Grow(few[:0], len(text)))
	if string(written) == text {
		return d, text, nil
	}
	canonical = string(written)
	var second DialReader
	again, err := second.parse(canonical)
	if err != nil || !again.equal(&d) {
		return DialString{}, "", ErrAmbiguous
	}
	return d, canonical, nil
}

// AsksDirectory reports whether FreeSWITCH looks a leg up in its directory, and dials what that
// says.
func (d *DialString) AsksDirectory() bool {
	for i := range d.Parts {
		for _, legs := range d.Parts[i].Tries {
			for j := range legs {
				if ascii.HasPrefixFold(legs[j].Target, "user/") || ascii.HasPrefixFold(legs[j].Target, "group/") {
					return true
				}
			}
		}
	}
	return false
}
