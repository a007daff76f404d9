package policy_test

import (
	"strings"
	"testing"
)

// TestRulesThatNeverMatch: a rule that no effect can match is an error, in an allow and in a deny,
// and its hint leads to a rule that can match.
func TestRulesThatNeverMatch(t *testing.T) {
	for _, tt := range []struct {
		rule  string
		lists string // "a": in an allow, "d": in a deny, "ad": in both
		want  string
	}{
		{"dial 1900*", "d", "write */1900*"},
		{"dial */1900|1976*", "d", "a bar separates alternatives of the whole token: write */1900*|*/1976*"},
		{"dial sofia/gateway/acme/1900|1976*", "a", "a bar separates alternatives of the whole token: write sofia/gateway/acme/1900|sofia/gateway/acme/1976*"},
		{"dial 1900*|1976*", "d", "a bar separates alternatives of the whole token: write each alternative in full"},
		{"dial 1XXX", "d", "write */1*"},
		{"dial [2-9]*", "d", "write /.*/[2-9].*/"},
		{"dial [2-9]*", "a", "write /user/[2-9][0-9]*/"},
		{"dial _1900.", "d", "write */1900*"},
		{"dial /[2-9].*/", "ad", "what is dialled is TYPE/DATA, such as user/1000, so it never begins as /[2-9].*/ does"},
		{"dial /(1900|\\+49|[0-3]?976).*/", "ad", "what is dialled is TYPE/DATA"},
		{"dial /1900.*|sofia\\/.*/", "ad", "what is dialled is TYPE/DATA"},
		{"dial 1900*", "a", "write sofia/gateway/NAME/1900* or user/1900*"},
		{"dial +49*", "ad", "what is dialled is TYPE/DATA"},
		{"dial 1000", "ad", "what is dialled is TYPE/DATA"},
		{"dial $premium", "ad", "what is dialled is TYPE/DATA"},
		{"dial user/1000|1001", "ad", "what is dialled is TYPE/DATA"},
		{"dial <1000-1099>", "a", "user/<1000-1099>"},
		{"dial <1000-1099>", "d", "write */<1000-1099>"},
		{"dial <digits 11>", "ad", "what is dialled is TYPE/DATA"},
		{"dial /1900[0-9]+/", "ad", "what is dialled is TYPE/DATA"},
		{"dial Sofia/gateway/acme/*", "a", "the type of a leg is in lower case, however it was written (write sofia/gateway/acme/*)"},
		{"dial sofia/gateway/acme/" + strings.Repeat("1", 300), "ad", "a name of more than 256 bytes is denied"},

		{"dialplan inline default *", "ad", "an inline dialplan has the effects of its applications"},
		{"dialplan INLINE * *", "ad", "write a rule of the kind app"},

		{"var channel nolocal:x *", "ad", `leave nolocal: out`},
		{"var originate _nolocal_x *", "ad", `leave _nolocal_ out`},
		{"var channel x[0] *", "ad", "a bracket is no part of a variable's name"},
		{"var Channel x *", "ad", `did you mean "channel"?`},

		{"subscribe BACKGROUND_*", "a", "write BACKGROUND_JOB in full"},
		{"subscribe HEARTBEAT|LO*", "a", "write LOG in full"},
		{"subscribe CUSTO?", "a", "write CUSTOM in full"},
		{"subscribe /API/", "ad", "nothing special in it"},
		{"subscribe /AP[I]/", "a", "write API in full"},
		{`subscribe CUSTOM a\sb`, "ad", `"a b" is never a subclass`},
		{"inject SHUTDOWN*", "a", "no wildcard of an allow matches"},
		{"inject RELOAD* **", "a", "write RELOADXML in full"},
		{"inject NOTIFY internal 1000", "a", "NOTIFY has 5 tokens: profile user host to-uri event-string"},
		{"inject NOTIFY|SEND_MESSAGE * *", "a", "SEND_MESSAGE has 4 tokens"},
		{"inject NOTIFY * * * * * subject=*", "ad", `NOTIFY has no token "subject=*" here`},
		{"inject NOTIFY * * * * * from-uri=* call-id=*", "ad", "in this order: contact-uri call-id uuid from-uri"},
		{"inject CUSTOM SMS::SEND_MESSAGE sip * * sip_h_X=1", "ad", `CUSTOM has no token "sip_h_X=1" here`},
		{"inject MESSAGE hello", "ad", `MESSAGE has no token "hello" here`},
		{"inject PRESENCE_IN a b c=d status=x rpid=x force-status=x presence-data-cols=y z=x", "ad", "at most"},

		{"channel hangup a/b", "ad", `"a/b" is never a channel's uuid`},
		{`channel hangup \*`, "ad", `"*" is never a channel's uuid`},
		{"channel foo *", "ad", "there is no channel verb"},
		{"filter regex Caller\\sName", "ad", `"Caller Name" is never the name of a header`},
		{"filter regex a[0]*", "ad", "is never the name of a header"},
		{"filter Regex x", "ad", `did you mean "regex"?`},

		{"log FOO", "ad", "there is no log level"},
		{"log DEBUG3", "d", "write log DEBUG"},

		{"handover 10.0.0.1", "a", "handover 10.0.0.1:8040"},
		{"handover 10.0.0.1", "d", "HOST:PORT"},
		{"handover 10.0.0.1:x", "ad", "HOST:PORT"},
		{"handover 10.0.0.1:70000", "ad", "HOST:PORT"},
		{"handover 10.0.0.1:", "ad", "HOST:PORT"},
		{"handover [fd00::1]:8040", "ad", "the application socket takes no address in brackets"},
		{"handover [fd00:*", "d", "the application socket takes no address in brackets"},

		{"opaque Script", "ad", `did you mean "script"?`},
		{"app @status", "ad", "no application is of that class"},
		{"repeating subscribe HEARTBEAT", "ad", "leave the word repeating out"},
		{"repeating log INFO", "ad", "leave the word repeating out"},
		{"repeating channel hangup *", "ad", "leave the word repeating out"},
		{"repeating filter regex *", "ad", "leave the word repeating out"},

		{"subscribe ALL", "ad", "write subscribe **, and subscribe API|BACKGROUND_JOB|LOG|CUSTOM"},
		{"subscribe SWITCH_EVENT_HEARTBEAT", "ad", "write HEARTBEAT"},
		{"subscribe sofia::register", "ad", "write subscribe CUSTOM sofia::register"},
		{"subscribe plain", "ad", "leave the format out"},
		{"api show\\schannels", "ad", "one space separates the name from its arguments"},

		{"api system ls -l", "ad", `write \s for each space`},
		{"var originate x=1", "ad", "without a sign of equality"},
		{"channel hangup", "a", "a rule is channel VERB UUID"},
	} {
		for list, text := range map[string]string{"a": withRules([]string{tt.rule}, nil), "d": withRules(nil, []string{tt.rule})} {
			if !strings.Contains(tt.lists, list) {
				continue
			}
			if ps := problems(t, text); len(ps) != 1 || !strings.Contains(ps[0].String(), tt.want) {
				t.Errorf("%q, list %s: got %v, want %q", tt.rule, list, ps, tt.want)
			}
		}
	}
}

// TestRulesThatMayMatch: a rule that only looks as if it could not match is not an error.
func TestRulesThatMayMatch(t *testing.T) {
	for _, rule := range []string{
		"dial null", "dial */1900*", "dial deflect/sip:1@h", "dial mytype/1", "dialplan mine default *", "var channel|originate nolocal_x *",
		"subscribe CUST* a::b", "subscribe CUST* **", "subscribe CHANNEL_*|LOG", "inject CUSTOM", "inject CUSTOM a::b", "inject CUSTOM ** ", "inject *O*",
		"inject NOTIFY * * * * * call-id=* from-uri=*", "inject NOTIFY * * * * * **", "inject MESSAGE", "inject MESSAGE presence-data-cols=*",
		"inject NOTIFY * * * * * contact-uri=*|call-id=* uuid=*", "inject PRESENCE_IN sip *", "inject HEARTBEAT|NOTIFY",
		"inject CUSTOM SMS::SEND_MESSAGE smpp * * smpp_gateway=a call_id=<uuid> to_user=<digits 5-15> hint=* type=*",
		"channel sendevent a/b", "channel send* a/b", "channel myevents mine-1", "filter regex variable_*", "handover 10.0.0.1:*", "handover 10.0.0.1:<8000-8100>",
		"repeating dial user/1", "repeating opaque script", "repeating var channel x y", "repeating handover 10.0.0.1:8040", "app @read|@call", "api @read", "app nobodys *",
	} {
		rule = strings.TrimSpace(rule)
		load(t, withRules([]string{rule}, nil))
	}
	for _, rule := range []string{"log DEBUG", "handover *", "handover 10.*", "dial *1900*", "dial *", "dial USER/1*", `dial /\$\{.*/`, "dial /.*/1900.*/", "dial /(?i)[^u].*/", "subscribe LO*", "inject SHUT* **"} {
		load(t, withRules(nil, []string{rule}))
	}
}
