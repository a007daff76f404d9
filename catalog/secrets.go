package catalog

import (
	"eslguard/effect"
	"eslguard/internal/ascii"
)

// A SecretPlace says which tokens of an API's or application's argument are secrets, though no name
// announces them.
type SecretPlace struct {
	// Name is the API or application, in lower case.
	Name string
	// After is the subcommand, in lower case, behind which the tokens are counted, wherever it
	// stands in the argument. Empty: they are counted behind the name.
	After string
	// Tokens are the places, from 0, sorted. There is at least one.
	Tokens []int
	// Last is the last token that there can be: it takes all the rest.
	Last int
	// Sep parts the tokens. Zero: nothing does, the argument is one token.
	Sep byte
	// Fixed: ^^X at the argument's beginning does not put X in the place of Sep.
	Fixed bool
}

// builtinPlaces are those of FreeSWITCH's own tree: passwords (mod_voicemail.c,
// voicemail_fsdb_auth_login and vm_fsdb_pref_password_set), what a hash of a password is made of
// (mod_commands.c, md5_function), and digits that are sent or taken for sent, which are often PINs
// and card numbers (mod_commands.c, uuid_send_dtmf_function and uuid_recv_dtmf_function;
// mod_dptools.c, send_dtmf_function and queue_dtmf_function; mod_fsk.c, fsk_send_function;
// conference_api.c, conference_api_sub_dtmf; mod_alsa.c, dtmf_call).
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

// SecretPlaces lists where APIs and applications take secrets by their place: first those of
// FreeSWITCH's own tree, which every catalogue has, then those that a policy marks. The list is
// shared: never change it. A nil catalogue has those of the tree.
func (c *Catalog) SecretPlaces() []SecretPlace {
	if c == nil || c.places == nil {
		return builtinPlaces
	}
	return c.places
}

// OwnSecretPlaces lists those that a policy marks; nil without one.
func (c *Catalog) OwnSecretPlaces() []SecretPlace { return c.SecretPlaces()[len(builtinPlaces):] }

// SecretTokens returns which tokens of an API's or application's effect its place alone makes a
// secret ([Catalog.SecretPlaces]), from 0 and sorted. It returns nil where there are none. A nil
// catalogue knows those of FreeSWITCH's own tree. What a name announces, such as a password= in a
// token, is not among them.
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

// contains reports whether token i is at the place.
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

// counts reports whether the n-th token behind the name or the subcommand is a secret.
func (p *SecretPlace) counts(n int) bool {
	for _, t := range p.Tokens {
		if n == t || n > t && t == p.Last {
			return true
		}
	}
	return false
}
