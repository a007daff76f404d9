package policy

import (
	"fmt"
	"strings"

	"eslguard/command"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// An Action is what becomes of a command. The zero Action denies.
type Action uint8

// What becomes of a command.
const (
	Deny     Action = iota
	Allow           // a rule allows every effect
	Observed        // a rule would deny, but the client is in observe mode: forward, and record it
)

// String returns "deny", "allow" or "observed".
func (a Action) String() string {
	switch a {
	case Allow:
		return "allow"
	case Observed:
		return "observed"
	default:
		return "deny"
	}
}

// A Decision is an Action and all that explains it.
type Decision struct {
	Action Action
	// Client, Role and Rule say who, by which role, by which rule as it stands in the file. Of a
	// command with several effects that is allowed, they are those of the first. Role and Rule are
	// empty when nothing matched, or when there was no effect to decide.
	Client, Role, Rule string
	// Revision is the policy's.
	Revision string
	// Reason is a sentence for the client and the record. It holds no arguments and no values, but
	// for a few bytes that a wildcard does not match, and of a rule that does not decide only how
	// many arguments it allows. It is one line without a colon that a blank follows: some clients
	// cut a reply there.
	Reason string
	// Near is, where no rule allows the effect, the rule that comes nearest, as it stands in the
	// file: the one that would allow it if all of its values were harmless, or else one of the same
	// name that differs in few tokens. Reason says what differs. Near is for the operator and not
	// for the client. It is empty where there is no such rule.
	Near string
	// Lacks says that rules allow the effect, and that Rule is not one of them but what Role
	// requires and the effect lacks.
	Lacks bool
	// Effect is the index of the effect that settled it, and -1 without one.
	Effect int
}

// The reasons of what is allowed.
const (
	reasonAllowed = "allowed"
	reasonOwn     = "touches only its own session"
)

// reasonUnlisted is why no rule allows an API that no catalogue has, and what to do. No reason
// holds a colon with a space behind it: some clients cut a reply there.
const reasonUnlisted = `no catalogue has an API of that name, so check its spelling, or describe it in "apis" of the policy`

// reasonAllEvents is why one event of `event ALL` is denied, and what to do: the client named no
// event, so the name of one alone would tell it nothing.
const reasonAllEvents = "event ALL asks for every event, so ask by name for those that the client needs"

// ReasonLimited is the reason, and the text after "-ERR ", of a command over a limit.
const ReasonLimited = "rate limited"

// Decide decides effects: allowed only when every one of them is. It allocates nothing when it
// allows. A nil client is denied everything.
func (c *Client) Decide(effects []effect.Effect) Decision {
	if c == nil {
		return Decision{Reason: role.ReasonNoClient, Effect: -1}
	}
	d := Decision{Action: Allow, Client: c.Name, Revision: c.revision, Reason: reasonOwn, Effect: -1}
	left := pattern.MaxWork
	for i := range effects {
		r, ok, rest := c.rights.Verdict(&effects[i], left)
		if left = rest; !ok {
			return c.denial(&effects[i], i, r, left)
		}
		if i == 0 {
			d.Role, d.Rule, d.Reason, d.Effect = r.Role, r.Text, reasonAllowed, 0
		}
	}
	if len(c.rights.Requires) == 0 {
		return d
	}
	work := pattern.Meter{Left: left}
	for i := range effects {
		if l := c.rights.Lacks(effects, i, &work); l.Requirement != nil {
			return c.lacking(&effects[i], i, l)
		}
	}
	return d
}

// DecideAt decides effect i alone, as one of the effects of its command: what is required of it is
// looked for among all of them. A nil client is denied everything, and so is an i that is none.
func (c *Client) DecideAt(effects []effect.Effect, i int) Decision {
	if c == nil {
		return Decision{Reason: role.ReasonNoClient, Effect: -1}
	}
	if i < 0 || i >= len(effects) {
		return Decision{Client: c.Name, Revision: c.revision, Reason: "there is no such effect", Effect: -1}
	}
	r, ok, left := c.rights.Verdict(&effects[i], pattern.MaxWork)
	if !ok {
		return c.denial(&effects[i], i, r, left)
	}
	if l := c.rights.Lacks(effects, i, &pattern.Meter{Left: left}); l.Requirement != nil {
		return c.lacking(&effects[i], i, l)
	}
	return Decision{Action: Allow, Client: c.Name, Revision: c.revision, Role: r.Role, Rule: r.Text, Reason: reasonAllowed, Effect: i}
}

// denial explains why effect i is not allowed. r is the rule that denies it, and nil when none
// allows it.
func (c *Client) denial(e *effect.Effect, i int, r *rule.Rule, left int) Decision {
	d := Decision{Client: c.Name, Revision: c.revision, Effect: i}
	if c.observe {
		d.Action = Observed
	}
	verb := " is not allowed to "
	if r != nil {
		d.Role, d.Rule = r.Role, r.Text
		verb = " is denied to "
	}
	d.Reason = effectName(e) + detail(e) + verb + words.Printable(c.Name)
	switch {
	case r != nil:
	case left < 0:
		d.Reason += "; " + rule.ReasonTooMuch
	case len(e.Name) > pattern.MaxName:
		d.Reason += fmt.Sprintf("; its name is longer than %d bytes", pattern.MaxName)
	default:
		near, why := c.rights.Near(e, left)
		d.Near = near
		switch {
		case e.Why != "":
			why = e.Why // which is bounded, and safe to print
		case e.Path == command.PathAllEvents:
			why = reasonAllEvents
		case why == "" && e.Unlisted:
			why = reasonUnlisted
		}
		if why != "" {
			d.Reason += "; " + why
		}
		d.Reason += c.rights.UnspelledExpansions(e, left)
	}
	if strings.Contains(e.Path, " > ") {
		d.Reason += " (" + words.Printable(e.Path) + ")"
	}
	if e.Later == effect.Repeating {
		d.Reason += ", repeating"
	}
	d.Reason = withoutCuts(d.Reason)
	return d
}

// lacking explains why effect i is not allowed though rules allow it: l is what it lacks.
func (c *Client) lacking(e *effect.Effect, i int, l role.Lack) Decision {
	d := Decision{Client: c.Name, Revision: c.revision, Effect: i, Role: l.Requirement.Role, Rule: l.Requirement.Need.Text, Lacks: true}
	if c.observe {
		d.Action = Observed
	}
	d.Reason = fmt.Sprintf("%s is not allowed to %s unless %s is set for it", effectName(e), words.Printable(c.Name), words.Printable(l.Requirement.Need.Text))
	if l.Why != "" {
		d.Reason += "; " + l.Why
	}
	if strings.Contains(e.Path, " > ") {
		d.Reason += " (" + words.Printable(e.Path) + ")"
	}
	return d
}

// withoutCuts returns text with a comma in the place of each colon that a blank follows: some
// client libraries take such a colon for the end of a header's name.
func withoutCuts(text string) string { return strings.ReplaceAll(text, ": ", ", ") }

// effectName returns an effect as "kind name", fit to be printed.
func effectName(e *effect.Effect) string {
	if e.Name == "" {
		return e.Kind.String()
	}
	return e.Kind.String() + " " + words.Printable(e.Name)
}

// detail returns, after a space, what a rule for e would have to name besides, and cannot be a
// secret: the variable, the header, the subclass, and the context with the extension. It is ""
// where there is no such thing.
func detail(e *effect.Effect) string {
	names := 0
	switch {
	case e.Kind == effect.KindVar, e.Kind == effect.KindFilter, e.Kind == effect.KindSubscribe:
		names = 1
	// The tokens of other dialplans may be programs.
	case e.Kind == effect.KindDialplan && words.EqualFold(e.Name, "xml"):
		names = 2
	}
	out := ""
	for _, token := range e.Tokens[:min(names, len(e.Tokens))] {
		if token == "" {
			out += " " + pattern.EmptyToken
			continue
		}
		out += " " + words.Printable(token)
	}
	return out
}

// maxDenied is how many effects Denied looks at. A command has rarely more than a few.
const maxDenied = 1024

// Denied explains a denial further: it returns those of effects that are not allowed, the one that
// settled d first and at most that many, and how many there are among the first 1024 from that one
// on. Where none is allowed, it returns effects itself. d is what Decide returned for effects; for
// one that nothing settled, and for a nil client, nothing is returned.
func (c *Client) Denied(effects []effect.Effect, d Decision, most int) (some []effect.Effect, all int) {
	if c == nil || d.Effect < 0 || d.Effect >= len(effects) {
		return nil, 0
	}
	left := pattern.MaxWork
	for i := d.Effect; i < len(effects) && i-d.Effect < maxDenied; i++ {
		_, ok, rest := c.rights.Verdict(&effects[i], left)
		if left = rest; ok {
			work := pattern.Meter{Left: left}
			l := c.rights.Lacks(effects, i, &work)
			if left = work.Left; l.Requirement == nil {
				continue
			}
		}
		if all++; len(some) < most {
			some = append(some, effects[i])
		}
	}
	if all == len(effects) {
		return effects, all
	}
	return some, all
}
