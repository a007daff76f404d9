package fstext

import (
	"slices"
	"strings"

	"eslguard/fstext/ascii"
)

// MaxLegs is the limit for the alternatives of a dial string, for the legs of one alternative, and
// for the parts between :_:. The number is FreeSWITCH's (switch_ivr_originate.c, MAX_PEERS).
const MaxLegs = 128

// A DialString is a parsed dial string, which says whom to call. It has variables in braces,
// alternatives separated by |, legs that ring at once separated by commas, and parts separated by
// :_:, which are called independently of each other. It is parsed as FreeSWITCH does it
// (switch_ivr_originate.c).
type DialString struct {
	// enterprise reports whether the text contains :_:. If not, there is one part.
	enterprise bool
	// trailing reports whether a :_: follows the last part. FreeSWITCH reads an empty part after it
	// and gives that part up (switch_utils.c, switch_separate_string_string;
	// switch_ivr_originate.c, switch_ivr_originate).
	trailing bool
	Vars     []Variable // for all parts; only an enterprise has them
	Parts    []DialPart
}

// A DialPart is one part of a dial string: alternatives that are tried one after the other, and
// variables for all their legs.
type DialPart struct {
	Vars  []Variable
	Tries [][]Leg // each with the legs that ring at once
}

// A Leg is one leg of a dial string.
type Leg struct {
	Vars []Variable
	// Target is TYPE/DATA.
	Target string
	// Broken reports whether a square bracket of the leg is not closed. Target is then the whole
	// leg. FreeSWITCH gives it up and tries the next alternative.
	Broken bool
}

// EnterpriseMark separates the parts of a dial string that are called independently of each other.
const EnterpriseMark = ":_:"

// The bytes by which FreeSWITCH replaces commas in square brackets while it splits a text into
// legs.
const (
	quotedComma = '\x01'
	blockComma  = '\x02'
)

// A DialReader parses one dial string. It cannot be used again, since its results refer to its
// scratch buffers. These are large enough for most dial strings; longer ones are allocated. The
// zero DialReader is ready to use.
type DialReader struct {
	// vars, legs and tries are everything found so far. Each part, alternative and leg has a slice
	// of them.
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

// parse parses a dial string as FreeSWITCH does.
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

// ReadBlocks reads all blocks with these braces with which s begins and appends their variables to
// vars. rest is the text after them. Errors are those of ReadBlock.
func ReadBlocks(vars []Variable, s string, open, shut byte) (more []Variable, rest string, err error) {
	for s != "" && s[0] == open {
		if vars, s, err = ReadBlock(vars, s, open, shut, ','); err != nil {
			return nil, "", err
		}
	}
	return vars, s, nil
}

// part parses the text between two :_:.
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

// try parses the text between two |.
func (r *DialReader) try(text string) ([]Leg, error) {
	if strings.Count(text, "[") > 2*MaxLegs {
		return nil, ErrAmbiguous // each could cost a search to the end of the text
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

// maxOpen is how many square brackets of one alternative may be left open. For each of them, the
// rest of the text is searched.
const maxOpen = 16

// maskCommas replaces the commas in square brackets, so that they do not separate legs.
func maskCommas(text string) (string, error) {
	if strings.IndexByte(text, ',') < 0 {
		return text, nil
	}
	var b []byte // a copy of text, made when the first comma is replaced
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

// maskBlock replaces the commas of one block in b. Between quotes, and in a block with its own
// separator, they are part of a value.
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

// leg parses one leg. hidden reports whether it may contain replaced commas.
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

// Size returns the number of legs and of variables in d, and the total length of the arguments of
// the variables' effects in bytes.
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

// Read parses a dial string and returns its canonical form. It returns an error if there is none,
// because FreeSWITCH refuses the text or could read it in more than one way (ErrAmbiguous).
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

// AsksDirectory reports whether any leg is of the type user or group. FreeSWITCH looks these up in
// its directory and dials what that says.
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
