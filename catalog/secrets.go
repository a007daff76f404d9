package catalog

import (
	"eslguard/effect"
	"eslguard/fstext/ascii"
)

// A SecretPlace says which tokens in the argument of an API or application are secrets only because
// of their place: no name before them, such as password=, says so.
type SecretPlace struct {
	// Name is the API or application, in lower case.
	Name string
	// After is the subcommand, in lower case, after which the tokens are counted, wherever it is in
	// the argument. If it is "", they are counted from the beginning of the argument.
	After string
	// Tokens are the indexes of the secrets, from 0 and sorted. There is at least one.
	Tokens []int
	// Last is the index of the last token that there can be. It contains all the rest of the
	// argument.
	Last int
	// Sep separates the tokens. Zero means that the argument is one token.
	Sep byte
	// Fixed reports whether Sep is the separator even if the argument begins with ^^X, which
	// otherwise makes X the separator.
	Fixed bool
}

// builtinPlaces are those of FreeSWITCH's own tree: passwords (mod_voicemail.c,
// voicemail_fsdb_auth_login and vm_fsdb_pref_password_set), texts that are hashed (mod_commands.c,
// md5_function), and digits that are sent or treated as received, which are often PINs and card
// numbers (mod_commands.c, uuid_send_dtmf_function and uuid_recv_dtmf_function; mod_dptools.c,
// send_dtmf_function and queue_dtmf_function; mod_fsk.c, fsk_send_function; conference_api.c,
// conference_api_sub_dtmf; mod_alsa.c, dtmf_call).
var builtinPlaces = []SecretPlace{
	{Name: "vm_fsdb_auth_login", Tokens: []int{3}, Last: 3, Sep: ' '},
	{Name: "vm_fsdb_pref_password_set", Tokens: []int{3}, Last: 3, Sep: ' '},
	{Name: "md5", Tokens: []int{0}},
	{Name: "uuid_send_dtmf", Tokens: []int{1}, Last: 1, Sep: ' '},
	{Name: "uuid_recv_dtmf", Tokens: []int{1}, Last: 1, Sep: ' '},
	{Name: "send_dtmf", Tokens: []int{0}},
	{Name: "queue_dtmf", Tokens: []int{0}},
	{Name: "fsk_send", Tokens: []int{0}},
	{Name: "conference", After: "dtmf", Tokens: []int{1}, Last: 1, Sep: ' '},
	{Name: "alsa", After: "dtmf", Tokens: []int{0}},
}

// SecretPlaces returns the places of secrets in the arguments of APIs and applications: first those
// of FreeSWITCH's own tree, which every catalogue has, then those that a policy marks. A nil
// Catalog has those of the tree. The list is shared and must not be changed.
func (c *Catalog) SecretPlaces() []SecretPlace {
	if c == nil || c.places == nil {
		return builtinPlaces
	}
	return c.places
}

// OwnSecretPlaces returns the places that a policy marks. It is empty if there are none, and for a
// nil Catalog.
func (c *Catalog) OwnSecretPlaces() []SecretPlace { return c.SecretPlaces()[len(builtinPlaces):] }

// SecretTokens returns the indexes of the tokens of an api or app effect that are secrets because
// of their place ([Catalog.SecretPlaces]), from 0 and sorted. It does not find secrets that a name
// announces, such as password= in a token. A nil Catalog finds those of FreeSWITCH's own tree. It
// returns nil if there are none, and for effects of other kinds.
func (c *Catalog) SecretTokens(e *effect.Effect) (tokens []int) {
	if e.Kind != effect.KindAPI && e.Kind != effect.KindApp {
		return nil
	}
	for i := range e.Tokens {
		for _, p := range c.SecretPlaces() {
			if ascii.EqualFold(p.Name, e.Name) && p.contains(e.Tokens, i) {
				tokens = append(tokens, i)
				break
			}
		}
	}
	return tokens
}

// contains reports whether token i is a secret at this place.
func (p *SecretPlace) contains(tokens []string, i int) bool {
	if p.After == "" {
		return p.counts(i)
	}
	for j := range i {
		if ascii.EqualFold(tokens[j], p.After) && p.counts(i-j-1) {
			return true
		}
	}
	return false
}

// counts reports whether token n after the name or the subcommand, from 0, is a secret.
func (p *SecretPlace) counts(n int) bool {
	for _, t := range p.Tokens {
		if n == t || n > t && t == p.Last {
			return true
		}
	}
	return false
}
