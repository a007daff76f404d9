package redact

import "strings"

// A cursor is a position in a text, with the result so far.
type cursor struct {
	*Secrets
	onRedact func(name string)
	// raw is the text, and s the decoded text. at has the index in raw of each byte of s; nil if
	// they are equal.
	raw, s string
	at     []int32
	as     Reading
	i      int    // index in s of the next byte
	start  int    // index of the beginning of the line
	end    int    // index of the end of the line
	work   int    // how many bytes were read, for maxWork
	kept   int    // index in raw up to which the text is in out
	out    []byte // the result so far
}

// maxAttribute is how far after the name of a secret its value= may end, in bytes.
const maxAttribute = 64

// maxReported is how much of a secret's name is reported, in bytes.
const maxReported = 64

// src returns the index in the raw text of the byte i of the decoded one.
func (c *cursor) src(i int) int {
	if c.at == nil {
		return i
	}
	return int(c.at[i])
}

// hide replaces the text from the next byte up to end, which is the value of name.
func (c *cursor) hide(name string, end int) {
	if value := c.s[c.i:end]; end > c.i && value != Redacted {
		from, to := c.src(c.i), c.src(end)
		c.out = append(append(c.out, c.raw[c.kept:from]...), c.marker(c.raw[from:to])...)
		c.kept = to
		if c.onRedact != nil {
			c.onRedact(Clip(name, maxReported))
		}
	}
	c.i = end
}

// blank reports whether the next byte is a blank.
func (c *cursor) blank() bool {
	return c.i < c.end && (c.s[c.i] == ' ' || c.s[c.i] == '\t' || c.s[c.i] == escapedBlank)
}

// quote reports whether the next byte is a quote.
func (c *cursor) quote() bool {
	return c.i < c.end && (c.s[c.i] == '"' || c.s[c.i] == '\'')
}

func (c *cursor) skipBlanks() {
	for c.blank() {
		c.i++
	}
}

// wordEnd returns where the word ends that begins at the next byte.
func (c *cursor) wordEnd() int {
	j := c.i
	for j < c.end && !isBlank(c.s[j]) {
		j++
	}
	c.work += j - c.i
	return j
}

// closeName skips the quote after a name, which is escaped inside another string, and reports
// whether a blank follows the name.
func (c *cursor) closeName() (spaced bool) {
	spaced = c.blank()
	j := c.i
	for j < c.end && c.s[j] == '\\' {
		j++
	}
	if j < c.end && (c.s[j] == '"' || c.s[j] == '\'' || c.s[j] == escapedQuote) {
		c.i = j + 1
	}
	c.work += j - c.i
	return spaced || c.blank()
}

// attribute skips value=, or JSON's "value": after a comma, and reports whether it was there.
func (c *cursor) attribute() bool {
	const blanks = " \t" + string(rune(escapedBlank))
	rest := strings.TrimLeft(c.s[c.i:min(c.i+maxAttribute, c.end)], blanks+",")
	rest = strings.TrimLeft(rest, "\\\"'"+string(rune(escapedQuote)))
	rest, found := strings.CutPrefix(rest, "value")
	rest = strings.TrimLeft(rest, "\\\"'"+blanks+string(rune(escapedQuote)))
	c.work += maxAttribute / 8
	if !found || rest == "" || rest[0] != '=' && rest[0] != ':' {
		return false
	}
	c.i = min(c.i+maxAttribute, c.end) - len(rest) + 1
	c.skipBlanks()
	return true
}

// endsAt reports whether a value in a bracket may end at j.
func (c *cursor) endsAt(j int, closer byte) bool {
	return j < c.end && (c.s[j] == ',' || c.s[j] == closer || strings.HasPrefix(c.s[j:c.end], "/>"))
}

// separates reports whether the byte at j may separate two tokens.
func (c *cursor) separates(j int, sep byte) bool {
	return c.s[j] == sep || sep == ' ' && isBlank(c.s[j])
}

// seek returns the next index, not before from, at which sign begins, or none. known is what it
// returned before.
func (c *cursor) seek(known, from int, sign string) int {
	if known == none || known >= from {
		return known
	}
	n := strings.Index(c.s[from:], sign)
	if n < 0 {
		c.work += len(c.s) - from
		return none
	}
	c.work += n
	return from + n
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == escapedBlank }
