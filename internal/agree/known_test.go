package agree_test

import "regexp"

// known are the disagreements that are reported but not fixed, each with the reason. Now there are
// none. Fixed ones are removed.
var known = []struct {
	why        string
	fault, log *regexp.Regexp // both must match
}{}

// isKnown returns the reason of the known disagreement to which a fault belongs, or "".
func isKnown(fault, log string) string {
	for _, k := range known {
		if k.fault.MatchString(fault) && k.log.MatchString(log) {
			return k.why
		}
	}
	return ""
}
