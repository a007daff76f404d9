package policy

import (
	"eslguard/command"
	"eslguard/policy/internal/pattern"
)

// Covers reports whether a rule that denies surely matches all that an allow rule matches. Where that is
// not plain it says no.
func covers(deny, allow *rule) bool {
	if deny.kind != allow.kind || deny.repeating && !allow.repeating ||
		!coversLeg(deny, allow) || !coversName(deny, allow) {
		return false
	}
	if len(allow.args) < len(deny.args) || !deny.rest && (allow.rest || len(allow.args) > len(deny.args)) {
		return false
	}
	for i := range deny.args {
		if !deny.args[i].Covers(&allow.args[i], pattern.Options{Deny: true}) {
			return false
		}
	}
	return true
}

func coversName(deny, allow *rule) bool {
	switch {
	case deny.anyName:
		return true
	case allow.anyName:
		return false
	case deny.kind == command.KindLog:
		return deny.level == 0 // an allow rule begins with the quietest one
	case deny.classes != 0 || allow.classes != 0:
		of := allow.classes | allow.nameClasses
		return of != 0 && of&^deny.classes == 0
	}
	return deny.name.Covers(&allow.name, pattern.Options{Fold: foldsKey(deny.kind, true), Deny: true})
}
