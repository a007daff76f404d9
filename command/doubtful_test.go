package command_test

import (
	"errors"
	"testing"

	"eslguard/codec"
	"eslguard/command"
)

// TestDoubtfulArguments: an argument that FreeSWITCH reads in more than one way refuses the frame, wherever it
// stands; those beside it pass.
func TestDoubtfulArguments(t *testing.T) {
	tests := []struct {
		run     string // as in nestedTest
		refused bool
	}{
		{"api coalesce a,b", false},
		{"api coalesce a,%d", true},
		{"api cond a == b ? c : d", false},
		{"api cond a == b ? c : d=", false},
		{"api cond a ==", true},
		{"api cond a == ", true},
		{"api cond 'a b' >=", true},
		{"api cond a <", true},
		{"api originate user/1 9", false},
		{"api originate user/1 9 undef undef undef undef", false},
		{"api originate user/1 'Undef'", true},
		{"api originate user/1 undef XML c n m 5 x", true},
		{"api originate undef 9", true},
		{"api originate undef", false},
		{"api sofia_username_of internal/1000@example.com", false},
		{"api sofia_username_of 1000@example.com", false},
		{"api sofia_username_of 1000", false},
		{"api sofia_username_of", false},
		{"api sofia_username_of internal/", true},
		{"api sofia_username_of internal/@example.com", true},
		{"api sofia_username_of @example.com", true},
		{"api strftime", false},
		{"api strftime %Y", false},
		{"api strftime 123|%Y", false},
		{"api strftime 123|", true},
		{"api uuid_media_params u1", false},
		{"api uuid_media_params u1 false", true},
		{`api json {"command":"callcenter_config","data":{"arguments":"agent list"}}`, false},
		{`api json {"command":"callcenter_config","data":{}}`, true},

		{"bgapi originate user/1 undef", true},
		{"api bgapi sched_api +1 g originate user/1 undef", true},
		{"api expand echo ${strftime(1|)}", true},
		{"api uuid_setvar u1 x ${cond(a ==)}", true},
		{"api uuid_setvar u1 api_hangup_hook originate user/1 undef", true},
		{"app set api_hangup_hook=originate user/1 undef", true},
	}
	for _, tt := range tests {
		c, err := command.Parse(command.Builtin(), nil, frame(nestedFrame(tt.run)))
		if !tt.refused {
			if err != nil {
				t.Errorf("%s: %v", tt.run, err)
			}
			continue
		}
		var r *codec.Refusal
		if c != nil || !errors.As(err, &r) || r.Reason != command.ReasonArgument || r.Fatal {
			t.Errorf("%s: %v, %v; want it refused for its argument", tt.run, c, err)
		}
	}
}
