package agree_test

import "regexp"

// known are the disagreements that have been reported and not yet mended, each with its reason. What is mended is taken off.
var known = []struct {
	why        string
	fault, log *regexp.Regexp // both occur
}{
	{
		why: "a list of one before what is handed on in an event's header stands for its element",
		log: regexp.MustCompile(`ARRAY::`), fault: regexp.MustCompile(``),
	},
	{
		why: "no flag stands before the extension but for uuid_transfer, -bleg and -both",
		log: regexp.MustCompile(`(?i)(transfer|deflect).*[ ']-`), fault: regexp.MustCompile(``),
	},
	{
		why: "what deflect takes is cut at two single spaces, without quotes",
		log: regexp.MustCompile(`deflect`), fault: regexp.MustCompile(``),
	},
	{
		why: "an extension that is missing is service",
		log: regexp.MustCompile(``), fault: regexp.MustCompile(`^dialplan XML ".*service"`),
	},
	{
		why: "a value that is pushed to another makes a list, which some hooks read as one text",
		log: regexp.MustCompile(`(?i)push|unshift`), fault: regexp.MustCompile(`^dialplan .*ARRAY"`),
	},
	{
		why: "the dial string of a queue is expanded before it is dialled",
		log: regexp.MustCompile(`(?i)fifo_|callcenter`), fault: regexp.MustCompile(``),
	},
	{
		why: "hold music with a cause hangs up, too",
		log: regexp.MustCompile(`(?i)(hold_music|masking_file).*!`), fault: regexp.MustCompile(`^app hangup`),
	},
	{
		why: "a cause that is missing is normal_clearing",
		log: regexp.MustCompile(``), fault: regexp.MustCompile(`^app hangup "normal_clearing"`),
	},
	{
		why: "loopback without an extension looks up an empty one",
		log: regexp.MustCompile(``), fault: regexp.MustCompile(`^dialplan XML "(default |public )?"`),
	},
	{
		why: "the value of set, push, unshift and multiset is expanded twice",
		log: regexp.MustCompile(`(?i)(set|push|unshift).*\\\\`), fault: regexp.MustCompile(``),
	},
}

// isKnown says why a fault of a trial is one of the known ones; "": it is none.
func isKnown(fault, log string) string {
	for _, k := range known {
		if k.fault.MatchString(fault) && k.log.MatchString(log) {
			return k.why
		}
	}
	return ""
}
