package redact

import (
	"slices"
	"strings"

	"eslguard/command"
)

// Redacted stands in the place of what must not be told. In a record it is redactedAs, a token and
// redactedEnd, so that equal secrets of a run can be joined.
const (
	Redacted    = "[redacted]"
	redactedAs  = "[redacted:"
	redactedEnd = "]"
)

// Redact replaces the values in s that look like secrets by Redacted:
//
//   - all that follows auth or userauth at the beginning of s, or as a word of its own at the
//     beginning of another line;
//   - the value after a name that looks like a secret's and = or :, blanks and a quote, also an escaped one,
//     allowed before these. It reaches to the end of the line, for only the program that reads it knows where
//     it ends. Inside {…}, […] or <…> it ends at the next comma or at the closing
//     bracket, if no quote, escape or other bracket makes that doubtful; in the query of a URL at the next &;
//   - in XML the quoted value of an attribute of such a name, and of value= or data= in a tag that has such a name as an
//     attribute's value, <param name="password" value="…"/>, in either order; and all within an element that
//     has such a name or attribute, also on further lines, up to the next closing tag. JSON's "name":"password","value":"…" likewise;
//   - the rest of a line after such a name and a blank, where a word before it holds "setvar" or is
//     "conference", "memcache", "hiredis_raw" or "filter" (uuid_setvar UUID NAME VALUE), or the name is an option (--password);
//   - what commands take by its place, wherever their names stand: passwords and digits
//     ([command.Catalog.SecretPlaces]), the argument in a variable whose application takes one or
//     is not told (exec_after_bridge_arg), the value of an insert/REALM/KEY/VALUE whose realm or
//     key looks like a secret's, the PIN in conference NAME@PROFILE+PIN;
//   - the digits behind "sent DTMF", "received DTMF", "recv DTMF" and "detected DTMF", up to the
//     end of the line, and a digit=X, as FreeSWITCH writes them;
//   - the password of a URL, scheme://user:password@host, or of sip:user:password@host;
//   - the key after SDP's inline:, what follows Bearer, if it looks like no word, a JSON web token, the lines of a private key
//     in PEM.
//
// A name looks like a secret's if it holds, in any case, one of secretParts, or as a whole word one
// of secretWords, two of secretPairs, or key behind another word (access_key), unless that is one
// of plainKeys. A name is also recognised where its letters, or what
// follows it, are escaped: %70, \u0070, \x70, &#x70;. Redact errs towards replacing too much. It
// cannot find a secret that no such sign announces: what a dialplan passes by position, a value
// encoded in some way. It looks at every byte maxLooks times at most, and holds at most six bytes
// for each of them besides what it returns.
func Redact(s string) string {
	return builtin.Redact(s, AsCommand, nil)
}

// builtin know what Redact knows.
var builtin Secrets

// secrets say what is one. The zero secrets know what Redact knows.
type Secrets struct {
	names []string                   // further parts of names, in lower case
	token func(secret string) string // nil: none
	// places are where commands take secrets by their place, nil for those of FreeSWITCH's own
	// tree; own are those of them that a policy marks.
	Places, policyPlaces []command.SecretPlace
}

// New returns secrets that know further parts of names, in lower case, beside what Redact
// knows. token makes the token that stands for a secret; nil for none.
func New(names []string, token func(secret string) string) *Secrets {
	return &Secrets{names: names, token: token}
}

// Marking returns k without its token, and with the places of secrets that c marks.
func (k *Secrets) Marking(c *command.Catalog) Secrets {
	marked := Secrets{names: k.names}
	marked.Use(c)
	return marked
}

// name reports whether w looks like the name of a secret.
func (k *Secrets) isSecretName(w string) bool {
	return secretName(w) || k.containsName(w)
}

// named reports whether s holds one of the further parts of names.
func (k *Secrets) containsName(s string) bool {
	return slices.ContainsFunc(k.names, func(part string) bool { return containsFold(s, part) })
}

// harmless is a quick first look: redact would return s as it is.
func (k *Secrets) Harmless(s string) bool {
	return !suspicious(s) && !k.containsName(s) && !k.containsPolicyName(s) && !hasEscape(s)
}

// marker is what stands in the place of a secret.
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

// A reading is what a text is taken for.
type Reading uint8

const (
	// asCommand: a frame's text, which may be a login that went wrong.
	AsCommand Reading = iota
	// asText: a part of a command, or words about one.
	AsText
	// asWords: a rule, or words about a command: a pattern may stand in a secret's place.
	AsWords
	// asSetting: arguments in which a name and its value are parted by a blank only.
	AsSetting
)

// redact is Redact for texts of other sorts, too. It tells left, unless that is nil, the name of
// each secret.
func (k *Secrets) Redact(s string, as Reading, left func(name string)) string {
	if k.Harmless(s) {
		return s
	}
	plain, at := decoded(s)
	if at != nil && !suspicious(plain) && !k.containsName(plain) && !k.containsPolicyName(plain) {
		return s
	}
	r := redactor{Secrets: k, onRedact: left, raw: s, s: plain, at: at, as: as}
	return r.walk()
}

// walk goes once over the text and returns it without its secrets.
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
		case r.nextSpanAt > 0 && r.i >= r.nextSpanAt:
			r.hideSpan()
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

// maxDepth is how deep brackets are told apart. Deeper ones are not: a value there goes to the end of the line.
const maxDepth = 16

// maxLead is how far behind a bracket its ^^ may stand, in bytes.
const maxLead = 64

// maxLooks is how often a byte of a text is looked at, on the average, at most.
const maxWork = 16

// A redactor walks once over a text.
type redactor struct {
	*Secrets
	onRedact func(name string)
	// raw is the text, s the same decoded, and at says where in raw each byte of s stands; nil:
	// they are alike.
	raw, s string
	at     []int32
	i      int    // the next byte of s to look at
	kept   int    // what of raw is before it is in out
	out    []byte // the text so far, without its secrets
	end    int    // of the line
	work   int    // how many bytes were looked at
	as     Reading
	// fresh: nothing but blanks yet in this line. set: names and values may be parted by a blank.
	lineStart, spaceSets bool
	// open holds the closers of the brackets that the next byte is in; last is where each
	// closer stands last in the line.
	open [maxDepth]byte
	// own has a bit for each of these brackets that begins with ^^ and so names its own comma.
	ownSeparator uint32
	depth        int
	last         struct{ brace, bracket, angle int }

	markup
	// room says where the name of a conference is awaited. inConference: the line names the
	// command.
	confName nameState
	confLine bool
	// spans are the secrets of this line by their place, the next of which begins at place, unless
	// that is 0. awaits are the places that wait for a subcommand.
	nextSpanAt int
	spans      []span
	// exec: a colon stands before the name at hand.
	afterColon bool
	// start is where the line begins, and counted how many of its bytes were looked at to count
	// tokens.
	start, counted int
	pending        []pendingPlace
	// sendmsg: the text is a sendmsg that may execute conference. app: it executes this one.
	sendmsg bool
	app     *command.SecretPlace
	// json: the value of the key arg is a secret.
	isJSONRequest bool
	// pairings are what the text tells of applications in variables.
	pairings pairings
	// noAt: up to there no @ follows.
	noAt int
}

// startLine finds where the line ends and its last closing brackets stand.
func (r *redactor) startLine() {
	r.spaceSets, r.lineStart, r.depth, r.confName = r.as == AsSetting, true, 0, outsideName
	r.nextSpanAt, r.spans, r.pending = 0, r.spans[:0], r.pending[:0]
	r.start, r.counted, r.confLine = r.i, 0, false
	if r.i >= 2 && r.s[r.i-1] == '\n' && r.s[r.i-2] == '\n' { // the body is the argument
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

// mark takes note of a byte that is no part of a name.
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
		if !r.tag() && r.raw[r.src(r.i)] == c { // no &lt; begins variables
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

// push opens a bracket, if it is closed on this line.
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
	// Past maxDepth nothing is popped either, so the rest of the line has no brackets.
	r.depth = min(r.depth+1, maxDepth+1)
}
