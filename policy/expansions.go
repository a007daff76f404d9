package policy

import (
	"fmt"
	"slices"
	"strings"

	"eslguard/command"
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

// decided returns the expansions that the client's rules spell, and of which the client may decide
// what they say.
func (rs *roleSet) decided() (out []decidedValue) {
	for _, role := range rs.roles {
		for _, r := range role.rules {
			for _, variable := range r.Variables {
				if by, set := rs.setter(variable); by != nil {
					out = append(out, decidedValue{rule: r, by: by, variable: variable, set: set})
				}
			}
		}
	}
	return out
}

// setter returns a rule by which the client may decide what the expansion of a variable, given
// folded, says, and the variable that it sets. It returns nil without one.
func (rs *roleSet) setter(variable string) (by *rule.Rule, set string) {
	if by := rs.sets(variable, false); by != nil || variable != uuidVariable {
		return by, variable
	}
	return rs.sets(command.OriginationUUID, true), command.OriginationUUID
}

// uuidVariable is the variable of a channel's uuid.
const uuidVariable = "uuid"

// sets returns a rule that lets the client set a variable, given folded, in any scope, and nil
// without one. freely says that a rule which leaves no choice but a uuid does not count.
func (rs *roleSet) sets(variable string, freely bool) *rule.Rule {
	for _, scope := range rule.VarScopes {
		e := command.Effect{Kind: command.KindVar, Name: scope, Tokens: []string{variable, ""}, Fold: 1}
		if rs.deniesVariable(&e) {
			continue
		}
		for _, role := range rs.roles {
			for _, r := range role.rules {
				if !r.Deny && r.SetsVariable(&e) && !(freely && r.IsOfUUID()) {
					return r
				}
			}
		}
	}
	return nil
}

// deniesVariable reports whether the client is denied to set the variable of e in its scope to
// anything.
func (rs *roleSet) deniesVariable(e *command.Effect) bool {
	for _, role := range rs.roles {
		for _, r := range role.rules {
			if !r.Deny || r.Kind != command.KindVar || r.Repeating || !r.Names(e) {
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

// checkExpansions reports the rules that spell an expansion whose value a client, or anyone with a
// role, may decide.
func (b *builder) checkExpansions() {
	reported := make(map[*rule.Rule]bool)
	for _, name := range words.Keys(b.roles) {
		rs := newRoleSet([]*role{b.roles[name]})
		rs.checkExpansions("whoever has the role "+words.Quote(name), reported, b.rep)
	}
	for _, name := range words.Keys(b.clients) {
		b.clients[name].rights.checkExpansions("the client "+words.Quote(name), reported, b.rep)
	}
}

// checkExpansions reports the rules that spell an expansion whose value who, the one with these
// roles, may decide. It is no error where everything that is expanded is allowed all the same. It
// leaves out the rules that reported has already, and adds the others to it.
func (rs *roleSet) checkExpansions(who string, reported map[*rule.Rule]bool, rep *document.Report) {
	list := rs.decided()
	rs.uncertain = len(list) > 0
	if rs.allowsExpansion() {
		return
	}
	for _, d := range list {
		if reported[d.rule] {
			continue
		}
		reported[d.rule] = true
		hint := fmt.Sprintf(`write "var channel|originate|global %s *" among "deny"`, words.Clip(d.set))
		if d.set == command.OriginationUUID {
			hint += ", or allow no value but <uuid>"
		}
		rep.Errorf(d.rule.Pos, hint, "%s: %s may set the variable %s by %s, so what is expanded from %s could be anything",
			words.Quote(d.rule.Text), who, words.Quote(d.set), words.Quote(d.by.Text), words.Quote(d.variable))
	}
}

// allowsExpansion reports whether the client may use any expansion.
func (rs *roleSet) allowsExpansion() bool {
	e := command.Effect{Kind: command.KindOpaque, Name: command.OpaqueExpansion}
	return slices.ContainsFunc(rs.roles, func(r *role) bool {
		return slices.ContainsFunc(r.rules, func(r *rule.Rule) bool { return !r.Deny && r.Kind == command.KindOpaque && r.Matches(&e) })
	})
}

// maxExpansionsShown is how many expansions a reason names.
const maxExpansionsShown = 4

// unspelled says, after a semicolon, why no rules cover an opaque effect that stands for expansions
// which a rule can name, in at most left steps. It is "" for any other effect.
func (rs *roleSet) unspelled(e *command.Effect, left int) string {
	if len(e.Expanded) == 0 || rs.uncertain {
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
		for _, span := range command.Expansions(text) {
			name := text[span.Start:span.End]
			if _, ok := command.ExpansionVariable(name); ok && len(names) < maxExpansionsShown && !slices.Contains(names, name) {
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

// copying are the applications, folded, in which any expansion is allowed: they show it, or set a
// variable to exactly what it says.
var copying = [...]string{"set", "export", "bridge_export", "set_global", "log", "eval", "stop"}

// expansions notes rules that spell an expansion which no rule covers.
func (d *linter) expansions(h *roleSet) {
	anything := false
	h.eachAllow(func(r *rule.Rule) { anything = anything || r.Kind == command.KindOpaque })
	if anything {
		return
	}
	h.eachAllow(func(r *rule.Rule) {
		if d.warned[r] || r.Kind != command.KindApp || slices.ContainsFunc(copying[:], r.Spells) {
			return
		}
		r.SpelledExpansions(func(text string) {
			if _, ok := command.ExpansionVariable(text); ok || d.warned[r] {
				return
			}
			d.warned[r] = true
			d.rep.Warnf(r.Pos, `covered are \${uuid}, \${strftime(%Y%m%d)} and the like without any other sign than - and _, and \$${NAME} of the configuration`,
				"%s: no rule covers %s, since its value may be anything: such a command is denied as opaque expansion", words.Quote(r.Text), words.Quote(text))
		})
	})
}
