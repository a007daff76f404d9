package command

import (
	"eslguard/effect"
	"eslguard/internal/ascii"
)

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
			if ascii.EqualFold(p.Name, e.Name) && p.holds(e.Tokens, i) {
				tokens = append(tokens, i)
				break
			}
		}
	}
	return tokens
}

// holds reports whether token i is at the place.
func (p *SecretPlace) holds(tokens []string, i int) bool {
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
