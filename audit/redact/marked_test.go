package redact_test

import (
	"strings"
	"testing"

	"eslguard/audit/redact"
	"eslguard/catalog"
	"eslguard/effect"
)

// marking returns the catalogue of a policy that marks places.
func marking(t *testing.T) *catalog.Catalog {
	t.Helper()
	cat, err := catalog.Builtin().With([]catalog.Module{
		{Name: "uuid_audio_fork", Class: effect.ClassMedia, UUID: []int{0}, Split: "space", Secret: []int{5, 8}},
		{Name: "mine_char", Split: "char . 4", Secret: []int{1}},
		{Name: "mine_whole", Secret: []int{0}},
		{Name: "conference", Subcommands: []catalog.Subcommand{{Name: "tag", Secret: []int{3}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// TestMarkedPlaces checks that what a policy marks is redacted, and nothing else unless that is
// ambiguous.
func TestMarkedPlaces(t *testing.T) {
	secrets := new(redact.Secrets).Marking(marking(t))
	for _, tt := range []struct{ in, want string }{
		{"api uuid_audio_fork 8fd3 start wss://k mono 8k § a b § c", "api uuid_audio_fork 8fd3 start wss://k mono 8k [redacted] a b [redacted] c"},
		{"api uuid_audio_fork ^^|8fd3|start|wss://k|mono|8k|§|a|b|§|c", "api uuid_audio_fork ^^|8fd3|start|wss://k|mono|8k|[redacted]|a|b|[redacted]|c"},
		{"api uuid_audio_fork 8fd3  start wss://k mono 8k x a b §", "api uuid_audio_fork 8fd3  start wss://k mono 8k [redacted] a b [redacted]"},
		{`api uuid_audio_fork 8fd3 start wss://k mono '8k' § a b § c`, `api uuid_audio_fork 8fd3 start wss://k mono '8k' [redacted] a b [redacted] c`},
		{`api uuid_audio_fork ^^|8fd3|start|wss://k|mono|8k|§|'{"a": "b"}'|b|'§'|c`, `api uuid_audio_fork ^^|8fd3|start|wss://k|mono|8k|[redacted]|'{"a": "b"}'|b|[redacted]|c`},
		{`api uuid_audio_fork 8fd3 start wss://k mono it's § a b § c`, `api uuid_audio_fork 8fd3 start wss://k mono it's [redacted]`},
		{`api uuid_audio_fork 8fd3 start wss://k mono '8 k' § a b § c`, `api uuid_audio_fork 8fd3 start wss://k mono '8 [redacted]`},
		{`api originate {api_on_answer='uuid_audio_fork 8fd3 start wss://k mono 8k §'}user/1 &park`, `api originate {api_on_answer='uuid_audio_fork 8fd3 start wss://k mono 8k [redacted]`},
		{`api uuid_audio_fork 8fd3 start wss://k mono 8k 'a § b' c`, `api uuid_audio_fork 8fd3 start wss://k mono 8k [redacted]`},
		{`api uuid_audio_fork 8fd3 start wss://k mono 8k a\ §`, `api uuid_audio_fork 8fd3 start wss://k mono 8k [redacted]`},
		{"api expand uuid_audio_fork 8fd3 start wss://k mono 8k § a", "api expand uuid_audio_fork 8fd3 start wss://k mono 8k [redacted] a"},
		{"api uuid_audio_fork 8fd3 stop", "api uuid_audio_fork 8fd3 stop"},
		{"api mine_char a.§.b", "api mine_char a.[redacted].b"},
		{"api mine_char .§.b", "api mine_char .[redacted].b"},
		{"api mine_char (.§.b", "api mine_char (.[redacted].b"},
		{"api conference ^^|3000|tag||§|k", "api conference ^^|3000|tag||[redacted]|k"},
		{"api uuid_send_dtmf > §", "api uuid_send_dtmf > [redacted]"},
		{"api MINE_WHOLE a § b", "api MINE_WHOLE [redacted]"},
		{"api conference 3000 tag 5 § k", "api conference 3000 tag 5 [redacted] k"},
		{"api conference 3000 dtmf 5 §", "api conference 3000 dtmf 5 [redacted]"},
	} {
		in := strings.ReplaceAll(tt.in, "§", planted)
		if got := secrets.Redact(in, redact.AsCommand, nil); got != tt.want {
			t.Errorf("%s\ngot  %q\nwant %q", tt.in, got, tt.want)
		}
		if got := redact.Redact("api mine_whole kept"); got != "api mine_whole kept" {
			t.Errorf("without the policy: %q", got)
		}
	}
}
