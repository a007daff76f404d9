package rule

import (
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

// Covers reports whether a deny rule certainly matches everything that an allow rule matches. It
// returns false if it cannot tell.
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
		return deny.level == 0 // an allow rule includes the least verbose level
	case deny.Classes != 0 || allow.Classes != 0:
		of := allow.Classes | allow.nameClasses
		return of != 0 && of&^deny.Classes == 0
	}
	return deny.Name.Covers(&allow.Name, pattern.Options{Fold: FoldsKey(deny.Kind, true), Deny: true})
}

// coversLeg reports whether a deny rule applies to every place to which an allow rule applies.
func coversLeg(deny, allow *Rule) bool {
	return deny.Leg == effect.LegUnknown || allow.Leg != effect.LegUnknown && deny.MatchLeg(allow.Leg)
}
