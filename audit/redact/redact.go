package redact

import (
	"slices"
	"strings"

	"eslguard/command"
)

// Redacted replaces a secret. In a record, redactedAs, a token and redactedEnd replace it, so that
// equal secrets of a run can be found.
const (
	Redacted    = "[redacted]"
	redactedAs  = "[redacted:"
	redactedEnd = "]"
)

// Redact replaces the values in s that look like secrets by Redacted:
//
//   - all text after auth or userauth at the beginning of s, or as a word of its own at the
//     beginning of another line;
//   - the value after a name that looks like that of a secret and = or :, with optional blanks and
//     a quote, also an escaped one, before these. The value extends to the end of the line, since
//     only the program that reads it knows where it ends. Inside {…}, […] or <…> it ends at the
//     next comma or at the closing bracket, unless a quote, escape or other bracket makes that
//     ambiguous; in the query of a URL it ends at the next &;
//   - in XML, the quoted value of an attribute with such a name, and of value= or data= in a tag
//     that has such a name as the value of an attribute, <param name="password" value="…"/>, in
//     either order; and the content of an element that has such a name or attribute, also on
//     further lines, up to the next closing tag. JSON's "name":"password","value":"…" likewise;
//   - the rest of a line after such a name and a blank, if a word before it contains "setvar" or is
//     "conference", "memcache", "hiredis_raw" or "filter" (uuid_setvar UUID NAME VALUE), or if the
//     name is an option (--password);
//   - what commands take by its place, wherever their names are: passwords and digits
//     ([command.Catalog.SecretPlaces]), the argument in a variable whose application takes a secret
//     or is not named (exec_after_bridge_arg), the value of an insert/REALM/KEY/VALUE whose realm
//     or key looks like that of a secret, the PIN in conference NAME@PROFILE+PIN;
//   - the digits after "sent DTMF", "received DTMF", "recv DTMF" and "detected DTMF", up to the end
//     of the line, and digit=X, as FreeSWITCH writes them;
//   - the password of a URL, scheme://user:password@host, or of sip:user:password@host;
//   - the key after SDP's inline:, what follows Bearer if it does not look like a word, a JSON web
//     token, and the lines of a private key in PEM.
//
// A name looks like that of a secret if it contains, in any case, one of secretParts, or as a whole
// word one of secretWords, two of secretPairs, or key after another word (access_key) that is not
// in plainKeys. A name is also recognised if its letters, or what follows it, are escaped: %70,
// \u0070, \x70, &#x70;. If in doubt, Redact replaces too much. It cannot find a secret without such
// a sign: one that a dialplan passes by position, or a value that is encoded in some way. It reads
// every byte at most maxWork times on average, and allocates at most six bytes for each of them in
// addition to its result.
func Redact(s string) string {
	return builtin.Redact(s, AsCommand, nil)
}

// builtin knows what Redact knows.
var builtin Secrets

// Secrets recognise secrets. The zero value knows what Redact knows.
type Secrets struct {
	names []string                   // further parts of names, in lower case
	token func(secret string) string // nil: secrets are replaced by Redacted
	// Places are the places at which commands take secrets, nil for those of FreeSWITCH's own tree.
	// policyPlaces are those of them that a policy marks.
	Places, policyPlaces []command.SecretPlace
}

// New returns Secrets that know further parts of names, in lower case, in addition to what Redact
// knows. token returns the token that replaces a secret. Nil: secrets are replaced by Redacted.
func New(names []string, token func(secret string) string) *Secrets {
	return &Secrets{names: names, token: token}
}

// Marking returns a copy of k without its token, which knows the places of secrets that c marks.
func (k *Secrets) Marking(c *command.Catalog) Secrets {
	marked := Secrets{names: k.names}
	marked.Use(c)
	return marked
}

// isSecretName reports whether w looks like the name of a secret.
func (k *Secrets) isSecretName(w string) bool {
	return secretName(w) || k.containsName(w)
}

// containsName reports whether s contains one of the further parts of names.
func (k *Secrets) containsName(s string) bool {
	return slices.ContainsFunc(k.names, func(part string) bool { return containsFold(s, part) })
}

// Harmless is a quick check: if it returns true, Redact returns s unchanged.
func (k *Secrets) Harmless(s string) bool {
	return !suspicious(s) && !k.containsName(s) && !k.containsPolicyName(s) && !hasEscape(s)
}

// marker returns the text that replaces a secret.
func (k *Secrets) marker(secret string) string {
	if k.token == nil {
		return Redacted
	}
	secret = strings.Trim(secret, " \t")
	if n := len(secret); n >= 2 && secret[0] == secret[n-1] && (secret[0] == '"' || secret[0] == '\'') {
		secret = secret[1 : n-1]
	}
	return redactedAs + k.token(secret) + redactedEnd
}

// A Reading says what kind of text is read.
type Reading uint8

const (
	// AsCommand is the text of a frame, which may be a login with an error in it.
	AsCommand Reading = iota
	// AsText is a part of a command, or words about one.
	AsText
	// AsWords is a rule, or words about a command: a pattern may be in the place of a secret.
	AsWords
	// AsSetting is arguments in which only a blank separates a name from its value.
	AsSetting
)

// Redact is like the function Redact, for the kind of text that as says. It calls onRedact, unless
// that is nil, with the name of each secret.
func (k *Secrets) Redact(s string, as Reading, onRedact func(name string)) string {
	if k.Harmless(s) {
		return s
	}
	plain, at := decoded(s)
	if at != nil && !suspicious(plain) && !k.containsName(plain) && !k.containsPolicyName(plain) {
		return s
	}
	r := redactor{cursor: cursor{Secrets: k, onRedact: onRedact, raw: s, s: plain, at: at, as: as}}
	return r.walk()
}

// walk reads the text once and returns it without its secrets.
func (r *redactor) walk() string {
	r.nextClose, r.nextPEM = unsought, unsought
	if hasPrefixFold(r.s, "sendmsg") {
		r.sendmsg, r.app = containsFold(r.s, "conference"), r.executedPlace()
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
	app     *command.SecretPlace
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
	if r.i >= 2 && r.s[r.i-1] == '\n' && r.s[r.i-2] == '\n' { // the body of a sendmsg is the argument
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
