package redact_test

import (
	"strings"
	"testing"

	"eslguard/audit/redact"
)

// TestDigitsInAnswersAndLogs checks that digits that were sent or received are redacted in
// FreeSWITCH's own words about them, also without a command next to them.
func TestDigitsInAnswersAndLogs(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"+OK 8fd3 sent DTMF §.\nkept", "+OK 8fd3 sent DTMF [redacted]\nkept"},
		{"+OK 8fd3 sent DTMF w§@1000 extra.", "+OK 8fd3 sent DTMF [redacted]"},
		{"+OK 8fd3 received DTMF §.", "+OK 8fd3 received DTMF [redacted]"},
		{"switch_channel.c:529 RECV DTMF §:2000", "switch_channel.c:529 RECV DTMF [redacted]"},
		{"RTP RECV DTMF §:2000\nkept", "RTP RECV DTMF [redacted]\nkept"},
		{"Queue speech detected dtmf §", "Queue speech detected dtmf [redacted]"},
		{"sofia/a send dtmf\ndigit=§ ms=100 samples=800", "sofia/a send dtmf\ndigit=[redacted] ms=100 samples=800"},
		{"sofia/a Queue dtmf\ndigit=§ ms=100 samples=800", "sofia/a Queue dtmf\ndigit=[redacted] ms=100 samples=800"},
		{"variable_digits_dialed: §\nkept: k", "variable_digits_dialed: [redacted]\nkept: k"},
		{"variable_null_channel_dtmf_queued: §\nkept: k", "variable_null_channel_dtmf_queued: [redacted]\nkept: k"},
		{"variable_last_dtmf_duration: 2000", "variable_last_dtmf_duration: 2000"},
		{"Dropping filtered DTMF received on sofia/a", "Dropping filtered DTMF received on sofia/a"},
		{"Set 2833 dtmf send payload to 101 recv payload to 101", "Set 2833 dtmf send payload to 101 recv payload to 101"},
		{"event sent DTMF", "event sent DTMF"},
	} {
		if got := redact.Redact(strings.ReplaceAll(tt.in, "§", planted)); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}
