package agree_test

import "regexp"

// known are the disagreements that have been reported and not yet mended, each with its reason:
// none now. What is mended is taken off.
var known = []struct {
	why        string
	fault, log *regexp.Regexp // both occur
}{}

// isKnown says why a fault of a trial is one of the known ones; "": it is none.
func isKnown(fault, log string) string {
	for _, k := range known {
		if k.fault.MatchString(fault) && k.log.MatchString(log) {
			return k.why
		}
	}
	return ""
}
