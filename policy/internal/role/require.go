package role

import (
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// maxRequirements is the largest number of requirements of one role. Each is checked for every
// command that dials.
const maxRequirements = 64

// A Requirement is a variable that legs must have.
type Requirement struct {
	// Key names the legs, as in the policy: KIND or KIND NAME.
	Key string
	// About matches the legs, or the APIs and applications whose legs are meant, as broadly as a
	// deny rule.
	About *rule.Rule
	// Need matches the variable with a value that meets the requirement, and nothing else.
	Need *rule.Rule
	// name is the name of the variable, folded.
	name string
	// Role is the name of the role that has the requirement, and At the position of Need.
	Role string
	At   document.Pos
}

// String returns the requirement as it is in the policy, "KEY: NEED".
func (q *Requirement) String() string { return q.Key + ": " + q.Need.Text }

const (
	requireHint    = `"require": { "dial sofia/gateway/acme/*": "var originate origination_caller_id_number 12125550100" }`
	requireKeyHint = `the legs, such as "dial", "dial b-leg sofia/gateway/acme/*", or what dials them, such as "api originate", "app bridge"`
)

// compileRequire compiles one entry of "require", a key and one or more rules for variables, and
// reports what is wrong with it.
func (rc *Compiler) compileRequire(role string, d document.Require) (out []Requirement) {
	about, err := rc.Rules.CompileKey(d.Key.Text, "a requirement")
	if err == nil && !mayDial(about, rc.Rules.Vocab.Catalog) {
		err = pattern.Faultf(requireKeyHint, "it dials nobody, so no leg of it can have a variable")
	}
	if err != nil {
		rc.Rep.Errorf(d.Key.Pos, err.Hint, "%s: %s", words.Quote(d.Key.Text), err.Text)
		return nil
	}
	for _, v := range d.Values {
		need, err := rc.Rules.Compile(v.Text, role, false)
		if err == nil {
			err = checkNeed(need)
		}
		if err != nil {
			rc.Rep.Errorf(v.Pos, err.Hint, "%s: %s", words.Quote(v.Text), err.Text)
			continue
		}
		name, _ := need.Args[0].Globs[0].Literal()
		out = append(out, Requirement{Key: d.Key.Text, About: about, Need: need, name: ascii.ToLower(name), Role: role, At: v.Pos})
	}
	return out
}

// mayDial reports whether the rule matches legs, or an API or application that dials legs.
func mayDial(r *rule.Rule, cat *catalog.Catalog) bool {
	switch r.Kind {
	case effect.KindDial:
		return true
	case effect.KindAPI, effect.KindApp:
	default:
		return false
	}
	names := cat.APINames()
	if r.Kind == effect.KindApp {
		names = cat.AppNames()
	}
	for _, name := range names {
		if class, _ := cat.Class(r.Kind, name); class == effect.ClassOriginate {
			if e := (effect.Effect{Kind: r.Kind, Name: name, Class: class}); r.Names(&e) {
				return true
			}
		}
	}
	return false
}

// checkNeed checks the rule for a variable that legs must have. It returns nil if the rule names
// one variable of an originate, and its value.
func checkNeed(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindVar || r.AnyName || r.Name.Regex != nil || len(r.Name.Globs) != 1 || r.Rest || r.Repeating || len(r.Args) != 2 {
		return pattern.Faultf(requireHint, "a requirement has the form var originate NAME VALUE")
	}
	if scope, literal := r.Name.Globs[0].Literal(); !literal || !words.EqualFold(scope, "originate") {
		return pattern.Faultf(requireHint, "a leg gets its variables from the dial string, so the scope must be originate")
	}
	if r.Args[0].Regex != nil || len(r.Args[0].Globs) != 1 || r.Args[0].Globs[0].Wild {
		return pattern.Faultf(requireHint, "the name of the variable must be spelled, one in each requirement")
	}
	return nil
}

// A Lack is a requirement that a leg does not meet. The zero Lack means that the leg lacks nothing.
type Lack struct {
	Requirement *Requirement
	// Why is the reason. It is "" if the variable is not set.
	Why string
}

// Lacks returns the first requirement that effect i does not meet, and the zero Lack if it meets
// all. The slice must have all effects of the command, since other effects set the variables. An
// opaque effect lacks every requirement for what causes it: it could dial legs that eslguard does
// not see. Effects of other kinds lack nothing. Lacks counts its work.
func (rs *Set) Lacks(effects []effect.Effect, i int, work *pattern.Meter) Lack {
	e := &effects[i]
	if len(rs.Requires) == 0 || e.Kind != effect.KindDial && e.Kind != effect.KindOpaque {
		return Lack{}
	}
	var within *effect.Effect
	for k := i - 1; k >= 0 && within == nil; k-- {
		o := &effects[k]
		if (o.Kind == effect.KindAPI || o.Kind == effect.KindApp) && o.Path == e.Path {
			within = o
		}
	}
	work.Spend(i)
	for k := range rs.Requires {
		q := &rs.Requires[k]
		about := q.About.Kind == e.Kind && q.About.Matches(e) || within != nil && q.About.Kind == within.Kind && q.About.Matches(within)
		if !about {
			continue
		}
		if e.Kind == effect.KindOpaque {
			return Lack{q, "it cannot be told whether it is"}
		}
		if why, ok := q.met(effects, e, work); !ok {
			return Lack{q, why}
		}
	}
	return Lack{}
}

// met reports whether the variable is set for a leg and every value that is set for it meets the
// requirement: which one of several values FreeSWITCH takes differs from variable to variable. why
// is as in Lack.
func (q *Requirement) met(effects []effect.Effect, leg *effect.Effect, work *pattern.Meter) (why string, ok bool) {
	for i := range effects {
		v := &effects[i]
		if v.Kind != effect.KindVar || !v.Block.Contains(leg.Block) || len(v.Tokens) != 2 || !words.EqualFold(v.Tokens[0], q.name) {
			continue
		}
		set := *v
		set.Later = effect.Now // how often it is set does not matter here
		s := rule.Subject{Effect: &set, Work: *work}
		will := q.Need.MatchRest(&s, false) && q.Need.MatchName(&q.Need.Name.Globs[0], &s, v.Name, false)
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
