package rule

import (
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

// Covers reports whether a rule that denies surely matches all that an allow rule matches. Where
// that is not plain it says no.
func Covers(deny, allow *Rule) bool {
	if deny.Kind != allow.Kind || deny.Repeating && !allow.Repeating ||
		!coversLeg(deny, allow) || !coversName(deny, allow) {
		return false
	}
	if len(allow.Args) < len(deny.Args) || !deny.Rest && (allow.Rest || len(allow.Args) > len(deny.Args)) {
		return false
	}
	for i := range deny.Args {
		if !deny.Args[i].Covers(&allow.Args[i], pattern.Options{Deny: true}) {
			return false
		}
	}
	return true
}

func coversName(deny, allow *Rule) bool {
	switch {
	case deny.AnyName:
		return true
	case allow.AnyName:
		return false
	case deny.Kind == effect.KindLog:
		return deny.level == 0 // an allow rule begins with the quietest one
	case deny.Classes != 0 || allow.Classes != 0:
		of := allow.Classes | allow.nameClasses
		return of != 0 && of&^deny.Classes == 0
	}
	return deny.Name.Covers(&allow.Name, pattern.Options{Fold: FoldsKey(deny.Kind, true), Deny: true})
}

// coversLeg reports whether a deny rule is about all places that an allow rule is about.
func coversLeg(deny, allow *Rule) bool {
	return deny.Leg == effect.LegUnknown || allow.Leg != effect.LegUnknown && deny.MatchLeg(allow.Leg)
}
