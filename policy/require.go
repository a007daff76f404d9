package policy

import (
	"eslguard/command"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
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
	of *rule.Rule
	// need matches the variable with a value that will do, and nothing else.
	need *rule.Rule
	// name is the variable's, folded.
	name string
	role string
	at   document.Pos
}

// String returns the requirement as the policy has it.
func (q *requirement) String() string { return q.key + ": " + q.need.Text }

const (
	requireHint    = `"require": { "dial sofia/gateway/acme/*": "var originate origination_caller_id_number 12125550100" }`
	requireKeyHint = `the legs, such as "dial", "dial b-leg sofia/gateway/acme/*", or what dials them, such as "api originate", "app bridge"`
)

// compileRequire compiles one entry of "require": a key and one or more rules for variables.
func (rc *roleCompiler) compileRequire(role string, d document.Require) (out []requirement) {
	of, err := rc.rules.CompileKey(d.Key.Text, "a requirement")
	if err == nil && !mayDial(of, rc.rules.Vocab.Catalog) {
		err = pattern.Faultf(requireKeyHint, "it dials nobody, so no leg of it can have a variable")
	}
	if err != nil {
		rc.rep.Errorf(d.Key.Pos, err.Hint, "%s: %s", words.Quote(d.Key.Text), err.Text)
		return nil
	}
	for _, v := range d.Values {
		need, err := rc.rules.Compile(v.Text, role, false)
		if err == nil {
			err = checkNeed(need)
		}
		if err != nil {
			rc.rep.Errorf(v.Pos, err.Hint, "%s: %s", words.Quote(v.Text), err.Text)
			continue
		}
		name, _ := need.Args[0].Globs[0].Literal()
		out = append(out, requirement{key: d.Key.Text, of: of, need: need, name: words.Fold(name), role: role, at: v.Pos})
	}
	return out
}

// mayDial reports whether the rule is about legs, or about an API or application that dials some.
func mayDial(r *rule.Rule, cat *command.Catalog) bool {
	switch r.Kind {
	case command.KindDial:
		return true
	case command.KindAPI, command.KindApp:
	default:
		return false
	}
	names := cat.APINames()
	if r.Kind == command.KindApp {
		names = cat.AppNames()
	}
	for _, name := range names {
		if class, _ := cat.Class(r.Kind, name); class == command.ClassOriginate {
			if e := (command.Effect{Kind: r.Kind, Name: name, Class: class}); r.Names(&e) {
				return true
			}
		}
	}
	return false
}

// checkNeed says what is wrong with a rule as that for a variable that legs must have, nil for
// nothing.
func checkNeed(r *rule.Rule) *pattern.Fault {
	if r.Kind != command.KindVar || r.AnyName || r.Name.Regex != nil || len(r.Name.Globs) != 1 || r.Rest || r.Repeating || len(r.Args) != 2 {
		return pattern.Faultf(requireHint, "what a leg must have is var originate NAME VALUE")
	}
	if scope, literal := r.Name.Globs[0].Literal(); !literal || !words.EqualFold(scope, "originate") {
		return pattern.Faultf(requireHint, "the variables of a dial string are those of var originate")
	}
	if r.Args[0].Regex != nil || len(r.Args[0].Globs) != 1 || r.Args[0].Globs[0].Wild {
		return pattern.Faultf(requireHint, "the name of the variable must be spelled, one name in each")
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
func (rs *roleSet) lacks(effects []command.Effect, i int, work *pattern.Meter) lack {
	e := &effects[i]
	if len(rs.requires) == 0 || e.Kind != command.KindDial && e.Kind != command.KindOpaque {
		return lack{}
	}
	var within *command.Effect
	for k := i - 1; k >= 0 && within == nil; k-- {
		o := &effects[k]
		if (o.Kind == command.KindAPI || o.Kind == command.KindApp) && o.Path == e.Path {
			within = o
		}
	}
	work.Spend(i)
	for k := range rs.requires {
		q := &rs.requires[k]
		about := q.of.Kind == e.Kind && q.of.Matches(e) || within != nil && q.of.Kind == within.Kind && q.of.Matches(within)
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
func (q *requirement) met(effects []command.Effect, leg *command.Effect, work *pattern.Meter) (why string, ok bool) {
	for i := range effects {
		v := &effects[i]
		if v.Kind != command.KindVar || !v.Block.Holds(leg.Block) || len(v.Tokens) != 2 || !words.EqualFold(v.Tokens[0], q.name) {
			continue
		}
		set := *v
		set.Later = command.Now // how often it is set does not matter here
		s := rule.Subject{Effect: &set, Work: *work}
		will := q.need.MatchRest(&s, false) && q.need.MatchName(&q.need.Name.Globs[0], &s, v.Name, false)
		*work = s.Work
		if !will {
			return "it is set to something else", false
		}
		ok = ok || v.Block.Plain
	}
	if !work.Spend(len(effects)) {
		return rule.ReasonTooMuch, false
	}
	return "", ok
}
