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

// An Action is what happens to a command. The zero Action denies it.
type Action uint8

// The actions.
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

// A Decision is an Action and its explanation.
type Decision struct {
	Action Action
	// Client is the client's name. Rule is the rule that decided, as it is written in the file, and
	// Role the role that has it. If a command with several effects is allowed, they are those of
	// the first effect. Both are empty if no rule matched, or if there was no effect to decide.
	Client, Role, Rule string
	// Revision is the policy's revision.
	Revision string
	// Reason is a sentence for the client and the record. It contains no arguments and no values,
	// except for a few bytes that a wildcard does not match. Of a rule that did not decide it
	// reveals only how many arguments the rule allows. It is one line, without a colon followed by
	// a space, because some clients cut a reply there.
	Reason string
	// Near is the rule that comes nearest if no rule allows the effect, as it is written in the
	// file: the rule that would allow the effect if all of its values were harmless, or else a rule
	// of the same name that differs in few tokens. Reason says what differs. Near is for the
	// operator and not for the client. It is empty if there is no such rule.
	Near string
	// Lacks is true if rules allow the effect, but the effect lacks what Role requires. Rule is
	// then that requirement.
	Lacks bool
	// Effect is the index of the effect that decided, or -1 if there was none.
	Effect int
}

// The reasons for allowing a command.
const (
	reasonAllowed = "allowed"
	reasonOwn     = "touches only its own session"
)

// reasonUnlisted says why no rule allows an API that no catalogue has, and what to do. No reason
// contains a colon followed by a space, because some clients cut a reply there.
const reasonUnlisted = `no catalogue has an API of that name, so check its spelling, or describe it in "apis" of the policy`

// reasonAllEvents says why one event of `event ALL` is denied, and what to do. The client did not
// name that event, so the event's name alone would not explain the denial.
const reasonAllEvents = "event ALL asks for every event, so ask by name for those that the client needs"

// ReasonLimited is the reason for denying a command over a limit. It is also the text after "-ERR "
// in its reply.
const ReasonLimited = "rate limited"

// Decide decides the effects of a command, which is allowed only if every effect is. A command
// without effects is allowed. Decide does not allocate if it allows. A nil client is denied
// everything.
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

// DecideAt decides effect i alone. What is required of it may be in any of the command's effects. A
// nil client is denied everything, and an i that is out of range is denied.
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

// denial explains why effect i is not allowed. r is the rule that denies it, or nil if no rule
// allows it. left is how much work matching may still do; it is negative if there was too much.
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
			why = e.Why // bounded and safe to print
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
	if strings.Contains(e.Path, effect.PathSeparator) {
		d.Reason += " (" + words.Printable(e.Path) + ")"
	}
	if e.Later == effect.Repeating {
		d.Reason += ", repeating"
	}
	d.Reason = withoutCuts(d.Reason)
	return d
}

// lacking explains why effect i is not allowed though rules allow it. l is what it lacks.
func (c *Client) lacking(e *effect.Effect, i int, l role.Lack) Decision {
	d := Decision{Client: c.Name, Revision: c.revision, Effect: i, Role: l.Requirement.Role, Rule: l.Requirement.Need.Text, Lacks: true}
	if c.observe {
		d.Action = Observed
	}
	d.Reason = fmt.Sprintf("%s is not allowed to %s unless %s is set for it", effectName(e), words.Printable(c.Name), words.Printable(l.Requirement.Need.Text))
	if l.Why != "" {
		d.Reason += "; " + l.Why
	}
	if strings.Contains(e.Path, effect.PathSeparator) {
		d.Reason += " (" + words.Printable(e.Path) + ")"
	}
	return d
}

// withoutCuts replaces each colon followed by a space with a comma and a space: some client
// libraries take such a colon for the end of a header's name.
func withoutCuts(text string) string { return strings.ReplaceAll(text, ": ", ", ") }

// effectName returns an effect as "kind name", bounded and printable.
func effectName(e *effect.Effect) string {
	if e.Name == "" {
		return e.Kind.String()
	}
	return e.Kind.String() + " " + words.Printable(e.Name)
}

// detail returns those tokens of e that a rule would have to name and that cannot be secret, each
// after a space: the variable, the header of a filter, the subclass of an event, the extension and
// the context. It returns "" for other effects.
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

// maxDenied is how many effects Denied examines. Commands rarely have more than a few.
const maxDenied = 1024

// Denied lists the effects that are not allowed. d is what Decide returned for effects. Denied
// examines at most 1024 effects, starting with the one that decided d. It returns the first most of
// them that are not allowed, and the number of all of them. If no effect is allowed, it returns
// effects itself, even if that is longer than most. It returns nil and 0 if no effect decided d,
// and for a nil client.
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
