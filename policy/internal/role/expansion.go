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

// A settableExpansion is an expansion that a rule spells although the client may set its variable.
type settableExpansion struct {
	// rule spells the expansion of variable. by allows the client to set the variable set, which
	// decides the value: the same variable, or one that FreeSWITCH derives it from.
	rule, by      *rule.Rule
	variable, set string
}

// settableExpansions returns the expansions that the client's rules spell although the client may
// decide their values. It returns nil if there are none.
func (rs *Set) settableExpansions() (out []settableExpansion) {
	for _, role := range rs.Roles {
		for _, r := range role.Rules {
			for _, variable := range r.Variables {
				if by, set := rs.MaySet(variable); by != nil {
					out = append(out, settableExpansion{rule: r, by: by, variable: variable, set: set})
				}
			}
		}
	}
	return out
}

// MaySet returns a rule that lets the client decide the value of a variable, given folded, and the
// variable that the client sets for that. It returns nil if there is no such rule.
func (rs *Set) MaySet(variable string) (by *rule.Rule, set string) {
	if by := rs.sets(variable, false); by != nil || variable != uuidVariable {
		return by, variable
	}
	return rs.sets(argument.OriginationUUID, true), argument.OriginationUUID
}

// uuidVariable is the variable with the uuid of a channel, in lower case.
const uuidVariable = "uuid"

// sets returns a rule that lets the client set a variable, given folded, in any scope, and nil if
// there is none. With freely, a rule does not count if it allows no value but a uuid.
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

// deniesVariable reports whether a deny rule forbids every value for the variable of e in the scope
// of e.
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

// SetUncertain sets Uncertain according to the rules.
func (rs *Set) SetUncertain() { rs.Uncertain = len(rs.settableExpansions()) > 0 }

// CheckExpansions sets Uncertain, and reports an error for each rule that spells an expansion whose
// value the client may decide. who names the client in the error. There is no error if a rule
// allows every expansion. CheckExpansions skips the rules in reported and adds those that it
// reports.
func (rs *Set) CheckExpansions(who string, reported map[*rule.Rule]bool, rep *document.Report) {
	list := rs.settableExpansions()
	rs.Uncertain = len(list) > 0
	if rs.AllowsExpansion() {
		return
	}
	for _, d := range list {
		if reported[d.rule] {
			continue
		}
		reported[d.rule] = true
		hint := fmt.Sprintf(`add "var channel|originate|global %s *" to "deny"`, words.Clip(d.set))
		if d.set == argument.OriginationUUID {
			hint += ", or allow no value but <uuid>"
		}
		rep.Errorf(d.rule.Pos, hint, "%s: %s may set the variable %s by %s, so what is expanded from %s could be anything",
			words.Quote(d.rule.Text), who, words.Quote(d.set), words.Quote(d.by.Text), words.Quote(d.variable))
	}
}

// AllowsExpansion reports whether a rule allows every expansion ("opaque expansion").
func (rs *Set) AllowsExpansion() bool {
	e := effect.Effect{Kind: effect.KindOpaque, Name: effect.OpaqueExpansion}
	return slices.ContainsFunc(rs.Roles, func(r *Role) bool {
		return slices.ContainsFunc(r.Rules, func(r *rule.Rule) bool { return !r.Deny && r.Kind == effect.KindOpaque && r.Matches(&e) })
	})
}

// maxExpansionsShown is the largest number of expansions that a reason names.
const maxExpansionsShown = 4

// UnspelledExpansions returns the reason, with a semicolon before it, why no rules cover an opaque
// effect that contains expansions. It takes at most left steps. It returns "" for an effect without
// expansions that a rule can name, and if Uncertain is true.
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
