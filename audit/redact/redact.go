package redact

import (
	"slices"
	"strings"

	"eslguard/catalog"
	"eslguard/fstext/ascii"
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
//     ([catalog.Catalog.SecretPlaces]), the argument in a variable whose application takes a secret
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

// builtin are the Secrets that Redact recognises.
var builtin Secrets

// Secrets recognise and replace secrets. The zero Secrets recognise what the function Redact
// recognises. They must not be changed by Use while they are in use.
type Secrets struct {
	names []string                   // further parts of names, in lower case
	token func(secret string) string // nil: secrets are replaced by Redacted
	// Places are the places at which commands take secrets. Nil means those of FreeSWITCH's own
	// tree. policyPlaces are those of them that a policy marks.
	Places, policyPlaces []catalog.SecretPlace
}

// New returns Secrets that also recognise names that contain one of the given parts, which are in
// lower case and have at least two bytes. token returns the token for a secret, with which
// [redacted:TOKEN] replaces it. If token is nil, Redacted replaces secrets.
func New(names []string, token func(secret string) string) *Secrets {
	return &Secrets{names: names, token: token}
}

// Marking returns a copy of k that replaces secrets by Redacted and also recognises those in the
// places that c marks. A nil c marks those of FreeSWITCH's own tree.
func (k *Secrets) Marking(c *catalog.Catalog) Secrets {
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
	return slices.ContainsFunc(k.names, func(part string) bool { return ascii.IndexFold(s, part) >= 0 })
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

// Redact is like the function Redact, for a text that is read as the given kind. It calls onRedact,
// unless that is nil, with the name of each secret.
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

// AllPlaces returns the places of secrets that k recognises. The list is shared and must not be
// changed.
func (k *Secrets) AllPlaces() []catalog.SecretPlace {
	if k.Places == nil {
		return (*catalog.Catalog)(nil).SecretPlaces()
	}
	return k.Places
}

// containsPolicyName reports whether s contains the name of an API for which a policy marks places.
func (k *Secrets) containsPolicyName(s string) bool {
	for i := range k.policyPlaces {
		if ascii.IndexFold(s, k.policyPlaces[i].Name) >= 0 {
			return true
		}
	}
	return false
}

// NeedsName reports whether secrets in the arguments of the command name, in any case, are
// recognised only if the name precedes them in the text.
func (k *Secrets) NeedsName(name string) bool {
	if ascii.EqualFold(name, "conference") {
		return true
	}
	list := k.AllPlaces()
	for i := range list {
		if ascii.EqualFold(name, list[i].Name) {
			return true
		}
	}
	return false
}

// Use makes k recognise secrets in the places that c marks. A nil Catalog marks those of
// FreeSWITCH's own tree.
func (k *Secrets) Use(c *catalog.Catalog) {
	k.Places, k.policyPlaces = c.SecretPlaces(), c.OwnSecretPlaces()
}
