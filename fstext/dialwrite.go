package fstext

import (
	"bytes"
	"slices"
	"strings"
)

// append appends the text of d to b. Some dial strings cannot be written so that DialReader returns
// them again, so the caller has to read the result and compare.
func (d *DialString) append(b []byte) []byte {
	if d.enterprise {
		b = writeBlock(b, d.Vars, '<', '>', ',')
	}
	for i := range d.Parts {
		if i > 0 {
			b = append(b, EnterpriseMark...)
		}
		b = d.Parts[i].append(b)
	}
	if d.trailing {
		b = append(b, EnterpriseMark...)
	}
	return b
}

func (p *DialPart) append(b []byte) []byte {
	b = writeBlock(b, p.Vars, '{', '}', ',')
	for i, legs := range p.Tries {
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

func (l *Leg) append(b []byte) []byte {
	if len(l.Vars) == 0 {
		return AppendToken(b, l.Target, ',')
	}
	start := len(b)
	sep := l.separator()
	b = writeBlock(b, l.Vars, '[', ']', sep)
	if sep != ',' {
		b = slices.Insert(b, start+1, '^', '^', sep)
	}
	// The commas of the block are replaced before legs are split, so only the rest may need quotes.
	if bytes.IndexByte(b[start:], '\'') < 0 && isBareToken(l.Target, ',') {
		return append(b, l.Target...)
	}
	return quoteFrom(append(b, l.Target...), start, ',')
}

// separator returns the separator for the variables of a leg. If they contain commas or quotes, it
// prefers one that they do not contain.
func (l *Leg) separator() byte {
	const others = ";:~!"
	if !l.contains(',') && !l.contains('\'') {
		return ','
	}
	for i := range len(others) {
		if !l.contains(others[i]) {
			return others[i]
		}
	}
	return ','
}

// contains reports whether a variable of l contains c.
func (l *Leg) contains(c byte) bool {
	for _, v := range l.Vars {
		if strings.IndexByte(v.Name, c) >= 0 || strings.IndexByte(v.Value, c) >= 0 {
			return true
		}
	}
	return false
}

func (d *DialString) equal(o *DialString) bool {
	return d.enterprise == o.enterprise && d.trailing == o.trailing && slices.Equal(d.Vars, o.Vars) &&
		slices.EqualFunc(d.Parts, o.Parts, func(a, b DialPart) bool {
			return slices.Equal(a.Vars, b.Vars) &&
				slices.EqualFunc(a.Tries, b.Tries, func(a, b []Leg) bool {
					return slices.EqualFunc(a, b, Leg.equal)
				})
		})
}

func (l Leg) equal(o Leg) bool {
	return l.Target == o.Target && l.Broken == o.Broken && slices.Equal(l.Vars, o.Vars)
}
