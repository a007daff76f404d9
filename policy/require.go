package policy

import (
	"fmt"
	"strings"

	"eslguard/command"
)

// maxRequirements is the most requirements of one role, since each is looked for in every command
// that dials.
const maxRequirements = 64

// A requirement is a variable that legs must have.
type requirement struct {
	// key says which legs, as the policy does: KIND or KIND NAME.
	key string
	// of matches, as broadly as a deny, the legs, or the APIs and applications whose legs are
	// meant.
	of *rule
	// need matches the variable with a value that will do, and nothing else.
	need *rule
	// name is the variable's, folded.
	name string
	role string
	at   pos
}

// String returns the requirement as the policy has it.
func (q *requirement) String() string { return q.key + ": " + q.need.text }

const (
	requireHint    = `"require": { "dial sofia/gateway/acme/*": "var originate origination_caller_id_number 12125550100" }`
	requireKeyHint = `the legs, such as "dial", "dial b-leg sofia/gateway/acme/*", or what dials them, such as "api originate", "app bridge"`
)

// compileRequire compiles one entry of "require": a key and one or more rules for variables.
func (b *builder) compileRequire(rc *ruleCompiler, role string, d requireDef) (out []requirement) {
	of, err := b.effectRule(d.key.text, "a requirement")
	if err == nil && !of.mayDial(b.lex.cat) {
		err = badRule(requireKeyHint, "it dials nobody, so no leg of it can have a variable")
	}
	if err != nil {
		b.rep.errorf(d.key.pos, err.hint, "%s: %s", quote(d.key.text), err.text)
		return nil
	}
	for _, v := range d.values {
		need, err := rc.compile(v.text, role, false)
		if err == nil {
			err = need.checkNeed()
		}
		if err != nil {
			b.rep.errorf(v.pos, err.hint, "%s: %s", quote(v.text), err.text)
			continue
		}
		name, _ := need.args[0].globs[0].literal()
		out = append(out, requirement{key: d.key.text, of: of, need: need, name: foldASCII(name), role: role, at: v.pos})
	}
	return out
}

// mayDial reports whether the rule is about legs, or about an API or application that dials some.
func (r *rule) mayDial(cat *command.Catalog) bool {
	switch r.kind {
	case command.KindDial:
		return true
	case command.KindAPI, command.KindApp:
	default:
		return false
	}
	names := cat.APINames()
	if r.kind == command.KindApp {
		names = cat.AppNames()
	}
	for _, name := range names {
		if class, _ := cat.Class(r.kind, name); class == command.ClassOriginate {
			if e := (command.Effect{Kind: r.kind, Name: name, Class: class}); r.names(&e) {
				return true
			}
		}
	}
	return false
}

// checkNeed says what is wrong with a rule as that for a variable that legs must have, nil for
// nothing.
func (r *rule) checkNeed() *ruleError {
	if r.kind != command.KindVar || r.anyName || r.name.regex != nil || len(r.name.globs) != 1 || r.rest || r.repeating || len(r.args) != 2 {
		return badRule(requireHint, "what a leg must have is var originate NAME VALUE")
	}
	if scope, literal := r.name.globs[0].literal(); !literal || !equalFold(scope, "originate") {
		return badRule(requireHint, "the variables of a dial string are those of var originate")
	}
	if r.args[0].regex != nil || len(r.args[0].globs) != 1 || r.args[0].globs[0].wild {
		return badRule(requireHint, "the name of the variable must be spelled, one name in each")
	}
	return nil
}

// A lack is what a leg lacks. The zero lack is nothing.
type lack struct {
	of *requirement
	// why says more than that the variable is not set; "" is that it is not.
	why string
}

// lacks returns what effect i, a leg or what may dial some unseen, lacks in the company of all
// effects of its command. It counts its work.
func (c *Client) lacks(effects []command.Effect, i int, work *meter) lack {
	e := &effects[i]
	if len(c.requires) == 0 || e.Kind != command.KindDial && e.Kind != command.KindOpaque {
		return lack{}
	}
	var within *command.Effect
	for k := i - 1; k >= 0 && within == nil; k-- {
		o := &effects[k]
		if (o.Kind == command.KindAPI || o.Kind == command.KindApp) && o.Path == e.Path {
			within = o
		}
	}
	work.spend(i)
	for k := range c.requires {
		q := &c.requires[k]
		about := q.of.kind == e.Kind && q.of.matches(e) || within != nil && q.of.kind == within.Kind && q.of.matches(within)
		if !about {
			continue
		}
		if e.Kind == command.KindOpaque {
			return lack{q, "it cannot be told whether it is"}
		}
		if why, ok := q.met(effects, e, work); !ok {
			return lack{q, why}
		}
	}
	return lack{}
}

// met reports whether the variable is set for a leg, and every value that is set for it will do:
// which of several FreeSWITCH takes differs from variable to variable. why is as that of a lack.
func (q *requirement) met(effects []command.Effect, leg *command.Effect, work *meter) (why string, ok bool) {
	for i := range effects {
		v := &effects[i]
		if v.Kind != command.KindVar || !v.Block.Contains(leg.Block) || len(v.Tokens) != 2 || !equalFold(v.Tokens[0], q.name) {
			continue
		}
		set := *v
		set.Later = command.Now // how often it is set does not matter here
		s := subject{effect: &set, work: *work}
		will := q.need.matchRest(&s, false) && q.need.matchName(&q.need.name.globs[0], &s, v.Name, false)
		*work = s.work
		if !will {
			return "it is set to something else", false
		}
		ok = ok || v.Block.Plain
	}
	if !work.spend(len(effects)) {
		return reasonTooMuch, false
	}
	return "", ok
}

// lacking explains why effect i is not allowed though rules allow it: l is what it lacks.
func (c *Client) lacking(e *command.Effect, i int, l lack) Decision {
	d := Decision{Client: c.Name, Revision: c.revision, Effect: i, Role: l.of.role, Rule: l.of.need.text, Lacks: true}
	if c.observe {
		d.Action = Observed
	}
	d.Reason = fmt.Sprintf("%s is not allowed to %s unless %s is set for it", effectName(e), printable(c.Name), printable(l.of.need.text))
	if l.why != "" {
		d.Reason += "; " + l.why
	}
	if strings.Contains(e.Path, " > ") {
		d.Reason += " (" + printable(e.Path) + ")"
	}
	return d
}
