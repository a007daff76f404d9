package redact

import (
	"strings"

	"eslguard/catalog"
	"eslguard/fstext/ascii"
)

// walk reads the text once and returns it without its secrets.
func (r *redactor) walk() string {
	r.nextClose, r.nextPEM = unsought, unsought
	if ascii.HasPrefixFold(r.s, "sendmsg") {
		r.sendmsg, r.app = ascii.IndexFold(r.s, "conference") >= 0, r.executedPlace()
	}
	r.isJSONRequest = r.runsSecretInJSON()
	r.startLine()
	for r.i < len(r.s) {
		switch c := r.s[r.i]; {
		case c == '\n' || c == '\r':
			r.i++
			r.startLine()
		case r.i < r.hiddenUntil:
			r.hideMultiline()
		case r.spans.next > 0 && r.i >= r.spans.next:
			r.spans.hide(&r.cursor)
		case IsName(c):
			r.word()
		default:
			r.mark(c)
			r.i++
		}
	}
	if r.kept == 0 {
		return r.raw
	}
	return string(append(r.out, r.raw[r.kept:]...))
}

// maxDepth is how many nested brackets are tracked. A value in deeper ones extends to the end of
// the line.
const maxDepth = 16

// maxLead is how far after a bracket its ^^ may come, in bytes.
const maxLead = 64

// maxWork is how often a byte of a text is read at most, on average.
const maxWork = 16

// A redactor reads a text once.
type redactor struct {
	cursor
	// lineStart reports whether there were only blanks on this line so far. spaceSets reports
	// whether a blank may separate a name from its value.
	lineStart, spaceSets bool
	// open are the closing bytes of the brackets around the next byte. last has the index of the
	// last closing byte of each sort on the line.
	open [maxDepth]byte
	// ownSeparator has a bit for each open bracket that begins with ^^ and so chooses its own
	// comma.
	ownSeparator uint32
	depth        int
	last         struct{ brace, bracket, angle int }

	markup
	// confName is the position in the name of a conference. confLine reports whether the line
	// contains the name of the command conference.
	confName nameState
	confLine bool
	// spans are the secrets of this line that were found by their place. pending are the places
	// that wait for a subcommand.
	spans   spans
	pending []pendingPlace
	// afterColon reports whether a colon precedes the current name.
	afterColon bool
	// counted is how many bytes of this line were read to count tokens.
	counted int
	// sendmsg reports whether the text is a sendmsg that may execute conference. app is the place
	// of a secret in the argument of the application that it executes.
	sendmsg bool
	app     *catalog.SecretPlace
	// isJSONRequest reports whether the value of the key arg is a secret.
	isJSONRequest bool
	// pairings are what the text says about applications in variables.
	pairings pairings
	// noAt is the index up to which there is no further @.
	noAt int
}

// startLine finds the end of the line and the last closing bracket of each sort on it.
func (r *redactor) startLine() {
	r.spaceSets, r.lineStart, r.depth, r.confName = r.as == AsSetting, true, 0, outsideName
	r.spans.next, r.spans.list, r.pending = 0, r.spans.list[:0], r.pending[:0]
	r.start, r.counted, r.confLine = r.i, 0, false
	// The body of a sendmsg is the argument.
	if r.i >= 2 && r.s[r.i-1] == '\n' && r.s[r.i-2] == '\n' {
		if r.sendmsg {
			r.confName = beforeName
		}
		if r.app != nil {
			r.hiddenUntil, r.hiddenName = len(r.s), r.app.Name
		}
	}
	r.end = len(r.s)
	defer func() { r.work += r.end - r.i }()
	r.last.brace, r.last.bracket, r.last.angle = -1, -1, -1
	for j := r.i; j < len(r.s); j++ {
		switch r.s[j] {
		case '}':
			r.last.brace = j
		case ']':
			r.last.bracket = j
		case '>':
			r.last.angle = j
		case '\n', '\r':
			r.end = j
			return
		}
	}
}

// mark handles a byte that is not part of a name.
func (r *redactor) mark(c byte) {
	r.work++
	switch c {
	case ' ', '\t', escapedBlank:
		r.confName = r.confName.afterBlank()
		return
	case '{':
		r.push('}', r.last.brace)
	case '[':
		r.push(']', r.last.bracket)
	case '<':
		if !r.tag() && r.raw[r.src(r.i)] == c { // &lt; does not begin variables
			r.push('>', r.last.angle)
		}
	case '}', ']', '>':
		if r.depth > 0 && r.depth <= maxDepth && r.open[r.depth-1] == c {
			r.depth--
		}
		if c == '>' {
			r.element()
		}
	case ':':
		r.userinfo()
	case '+':
		r.pin()
	}
	r.lineStart = false
}

// push opens a bracket if it is closed on this line.
func (r *redactor) push(closer byte, last int) {
	if last < r.i {
		return
	}
	if r.depth < maxDepth {
		r.open[r.depth] = closer
		r.ownSeparator &^= 1 << r.depth
		if strings.HasPrefix(strings.TrimLeft(r.s[r.i+1:min(r.i+maxLead, r.end)], " \t"), "^^") {
			r.ownSeparator |= 1 << r.depth
		}
	}
	// Beyond maxDepth no bracket is closed either, so the rest of the line has no brackets.
	r.depth = min(r.depth+1, maxDepth+1)
}
