package policy

import (
	"strings"

	"eslguard/command"
)

// near says of an effect that no rule allows which rule fits it but for values that are not harmless, and why it does not
// match them. It returns "" where there is no such rule.
func (c *Client) near(e *command.Effect) string {
	for _, role := range c.roles {
		r := role.allow.findNear(&subject{effect: e})
		if r == nil {
			continue
		}
		if why := r.harm(e); why != "" {
			return "; " + quote(r.text) + " does not match: " + why
		}
	}
	return ""
}

// harm says which of the effect's values the wildcards of an allow rule do not match, and why. It returns "" where they
// match all, or the rule does not fit at all.
func (r *rule) harm(e *command.Effect) string {
	s := &subject{effect: e}
	for i := range e.Tokens {
		why := ""
		if i < len(r.args) {
			why = r.args[i].harm(e.Tokens[i], r.how(s, i, false))
		} else if r.rest {
			why = restHarm(s, i)
		}
		if why != "" {
			return why
		}
	}
	switch {
	case r.kind == command.KindDial:
		return "a wildcard of a dial matches letters, digits and + # . _ - only"
	case namedOnly(e):
		return "no wildcard covers this name, which must be spelled"
	}
	return ""
}

// harm says why no alternative of the pattern matches a token that one would match if every value were harmless.
func (p *pattern) harm(token string, h how) string {
	if p.match(token, h) {
		return ""
	}
	broad := h
	broad.broad = true
	why := ""
	for i := range p.globs {
		var m matched
		g := &p.globs[i]
		if !g.wild || !g.matchText(token, broad, &m) {
			continue
		}
		if h.acts {
			return actingName
		}
		if why = g.harm(token, h, &m); why != "" {
			return wildcardName(g) + why
		}
	}
	return why
}

// wildcardName says which wildcard a glob has, to begin a reason with.
func wildcardName(g *glob) string {
	var names []string
	for _, el := range g.elems {
		switch el.kind {
		case elemStar:
			names = append(names, "*")
		case elemOne:
			names = append(names, "?")
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "not matched by " + strings.Join(names[:1], "") + ": "
}
