package recorded

import (
	"slices"
	"strings"
	"testing"

	"eslguard/audit/trail"
	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
)

// TestRebuildTellsAllThatRulesSee checks that an effect made from its record equals the one that
// was recorded.
func TestRebuildTellsAllThatRulesSee(t *testing.T) {
	seen := map[effect.Kind]int{}
	for _, text := range []string{
		"api status", "api show channels as json", "api uuid_kill 8fd3 USER_BUSY", "api callcenter_config queue list", "api nothing a  b",
		"bgapi originate {a=b}user/1000,sofia/gateway/x/1 &park", "bgapi expand originate user/1000 &system(id)", "api sched_api +5 none status",
		"api sched_api @5 none status", "event plain CHANNEL_CREATE", "event plain CUSTOM a::b c::d", "filter A /x/", "log 7", "myevents 8fd3",
		"sendmsg 8fd3\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /a b.wav",
		"sendmsg 8fd3\ncall-command: execute\nexecute-app-name: socket\nexecute-app-arg: 10.0.0.1:8084", "sendevent HEARTBEAT",
		"sendmsg 8fd3\ncall-command: unicast\nremote-ip: 10.0.0.5", "sendmsg 8fd3\ncall-command: nomedia\nnomedia-uuid: 9a",
		"api uuid_setvar 8fd3 a b c", "api lua x.lua",
	} {
		f, err := codec.NewClientReader(strings.NewReader(text+"\n\n"), codec.Limits{}).Next()
		if err != nil {
			t.Fatal(err)
		}
		cmd, err := command.Parse(catalog.Builtin(), nil, f)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		for i := range cmd.Effects {
			want := &cmd.Effects[i]
			got, ok := Rebuild(catalog.Builtin(), &trail.Effect{
				Kind: want.Kind.String(), Name: want.Name, Args: want.Args, Path: want.Path, Later: want.Later.String(), Leg: want.Leg.String(),
			})
			if !ok {
				t.Errorf("%q: %s cannot be rebuilt", text, want)
				continue
			}
			seen[want.Kind]++
			if got.Kind != want.Kind || got.Name != want.Name || got.Args != want.Args || got.Fold != want.Fold || got.Class != want.Class ||
				got.Later != want.Later || got.Leg != want.Leg || got.Path != want.Path || !slices.Equal(got.Tokens, want.Tokens) {
				t.Errorf("%q: rebuilt it is\n%+v, was\n%+v", text, got, *want)
			}
		}
	}
	for _, k := range kinds {
		if seen[k] == 0 {
			t.Errorf("no effect of the kind %s was tried", k)
		}
	}
}

func TestRebuildRefusesWhatIsNotWhole(t *testing.T) {
	for _, e := range []trail.Effect{
		{Kind: "dialplan", Name: "XML", Args: "1000"},            // without its context
		{Kind: "inject", Name: "NOTIFY", Args: "internal 1000 "}, // its tokens may contain blanks
		{Kind: "channel", Name: "unicast", Args: "8fd3"},         // without its target
		{Kind: "opaque", Name: "expansion"},                      // without what it is expanded to
		{Kind: "invalid"}, {Kind: "other"}, {},
	} {
		if got, ok := Rebuild(catalog.Builtin(), &e); ok {
			t.Errorf("%+v is rebuilt as %+v", e, got)
		}
	}
}

func TestLater(t *testing.T) {
	for _, l := range []effect.Later{effect.Now, effect.Once, effect.Repeating} {
		if got := Later(l.String()); got != l {
			t.Errorf("%v is read from its word as %v", l, got)
		}
	}
	if got := Later("monthly"); got != effect.Repeating {
		t.Errorf("a word that is not known is %v, want %v", got, effect.Repeating)
	}
}
