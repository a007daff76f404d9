package role

import (
	"fmt"
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A decidedValue is an expansion that a rule spells although the client may set its variable.
type decidedValue struct {
	// rule spells the expansion of variable, and by is the rule by which the client may set the
	// variable set, which decides its value.
	rule, by      *rule.Rule
	variable, set string
}

// DecidedExpansions returns the expansions that the client's rules spell, and of which the client
// may decide what they say.
func (rs *Set) DecidedExpansions() (out []decidedValue) {
	for _, role := range rs.Roles {
		for _, r := range role.Rules {
			for _, variable := range r.Variables {
				if by, set := rs.MaySet(variable); by != nil {
					out = append(out, decidedValue{rule: r, by: by, variable: variable, set: set})
				}
			}
		}
	}
	return out
}

// MaySet returns a rule by which the client may decide what the expansion of a variable, given
// folded, says, and the variable that it sets. It returns nil without one.
func (rs *Set) MaySet(variable string) (by *rule.Rule, set string) {
	if by := rs.sets(variable, false); by != nil || variable != uuidVariable {
		return by, variable
	}
	return rs.sets(argument.OriginationUUID, true), argument.OriginationUUID
}

// uuidVariable is the variable of a channel's uuid.
const uuidVariable = "uuid"

// sets returns a rule that lets the client set a variable, given folded, in any scope, and nil
// without one. freely says that a rule which leaves no choice but a uuid does not count.
func (rs *Set) sets(variable string, freely bool) *rule.Rule {
	for _, scope := range rule.VarScopes {
		e := effect.Effect{Kind: effect.KindVar, Name: scope, Tokens: []string{variable, ""}, Fold: 1}
		if rs.deniesVariable(&e) {
			continue
		}
		for _, role := range rs.Roles {
			for _, r := range role.Rules {
				if !r.Deny && r.SetsVariable(&e) && !(freely && r.AllowsOnlyUUID()) {
					return r
				}
			}
		}
	}
	return nil
}

// deniesVariable reports whether the client is denied to set the variable of e in its scope to
// anything.
func (rs *Set) deniesVariable(e *effect.Effect) bool {
	for _, role := range rs.Roles {
		for _, r := range role.Rules {
			if !r.Deny || r.Kind != effect.KindVar || r.Repeating || !r.Names(e) {
				continue
			}
			named := len(r.Args) == 0 || r.Args[0].Match(e.Tokens[0], r.MatchOptions(rule.Unmetered(e), 0, false))
			if named && (len(r.Args) < 2 && r.Rest || len(r.Args) == 2 && r.Args[1].MatchesAll()) {
				return true
			}
		}
	}
	return false
}

// CheckExpansions reports the rules that spell an expansion whose value who, the one with these
// roles, may decide. It is no error where everything that is expanded is allowed all the same. It
// leaves out the rules that reported has already, and adds the others to it.
func (rs *Set) CheckExpansions(who string, reported map[*rule.Rule]bool, rep *document.Report) {
	list := rs.DecidedExpansions()
	rs.Uncertain = len(list) > 0
	if rs.AllowsExpansion() {
		return
	}
	for _, d := range list {
		if reported[d.rule] {
			continue
		}
		reported[d.rule] = true
		hint := fmt.Sprintf(`write "var channel|originate|global %s *" among "deny"`, words.Clip(d.set))
		if d.set == argument.OriginationUUID {
			hint += ", or allow no value but <uuid>"
		}
		rep.Errorf(d.rule.Pos, hint, "%s: %s may set the variable %s by %s, so what is expanded from %s could be anything",
			words.Quote(d.rule.Text), who, words.Quote(d.set), words.Quote(d.by.Text), words.Quote(d.variable))
	}
}

// AllowsExpansion reports whether the client may use any expansion.
func (rs *Set) AllowsExpansion() bool {
	e := effect.Effect{Kind: effect.KindOpaque, Name: effect.OpaqueExpansion}
	return slices.ContainsFunc(rs.Roles, func(r *Role) bool {
		return slices.ContainsFunc(r.Rules, func(r *rule.Rule) bool { return !r.Deny && r.Kind == effect.KindOpaque && r.Matches(&e) })
	})
}

// maxExpansionsShown is how many expansions a reason names.
const maxExpansionsShown = 4

// UnspelledExpansions says, after a semicolon, why no rules cover an opaque effect that stands for
// expansions which a rule can name, in at most left steps. It is "" for any other effect.
func (rs *Set) UnspelledExpansions(e *effect.Effect, left int) string {
	if len(e.Expanded) == 0 || rs.Uncertain {
		return ""
	}
	work, spelled := pattern.Meter{Left: left}, true
	for i := range e.Expanded {
		spelled = spelled && rs.spelling(&e.Expanded[i], &work) != nil
	}
	if spelled {
		return "; a deny could match what is expanded in it"
	}
	var names []string
	add := func(text string) {
		for _, span := range argument.Expansions(text) {
			name := text[span.Start:span.End]
			if _, ok := argument.ExpansionVariable(name); ok && len(names) < maxExpansionsShown && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	for i := range e.Expanded {
		add(e.Expanded[i].Name)
		for _, token := range e.Expanded[i].Tokens {
			add(token)
		}
	}
	return "; it stands for " + words.Printable(strings.Join(names, ", ")) + ", which rules that spell it cover"
}
