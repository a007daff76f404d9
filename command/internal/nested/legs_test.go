package nested_test

import (
	"slices"
	"testing"

	"eslguard/effect"
)

// legsOf returns the legs that a command dials, each after its kind.
func legsOf(t *testing.T, text string) (out []string) {
	t.Helper()
	c := parse(t, text)
	for i := range c.Effects {
		e := &c.Effects[i]
		if e.Kind == effect.KindDial {
			out = append(out, e.Leg.String()+" "+e.Name)
			continue
		}
		if e.Leg != effect.LegUnknown {
			t.Errorf("%s: the effect %s dials nothing, but has the leg %s", text, e, e.Leg)
		}
	}
	return out
}

// TestLegs checks which legs are an a-leg, a b-leg or another leg.
func TestLegs(t *testing.T) {
	const uuid = "5d1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a11"
	for _, tt := range []struct {
		name, send string
		want       []string
	}{
		{"an originate", "api originate user/1 &park", []string{"a-leg user/1"}},
		{"all of its alternatives", "bgapi originate user/1,user/2|user/3 &park", []string{"a-leg user/1", "a-leg user/2", "a-leg user/3"}},
		{"all of its parts", "bgapi originate user/1:_:user/2 &park", []string{"a-leg user/1", "a-leg user/2"}},
		{"what it bridges", "api originate user/1 '&bridge(sofia/g/1,sofia/g/2|sofia/g/3)'",
			[]string{"a-leg user/1", "b-leg sofia/g/1", "b-leg sofia/g/2", "b-leg sofia/g/3"}},
		{"all parts that it bridges", "api originate user/1 &bridge(sofia/g/1:_:sofia/g/2)", []string{"a-leg user/1", "b-leg sofia/g/1", "b-leg sofia/g/2"}},
		{"in an inline dialplan", "api originate user/1 'answer,bridge:sofia/g/1,bridge:sofia/g/2' inline",
			[]string{"a-leg user/1", "b-leg sofia/g/1", "b-leg sofia/g/2"}},
		{"behind a transfer", "api originate user/1 '&transfer(bridge:sofia/g/1 inline)'", []string{"a-leg user/1", "b-leg sofia/g/1"}},
		{"behind a transfer of the partner", "api originate user/1 '&transfer(-bleg bridge:sofia/g/1 inline)'", []string{"a-leg user/1", "other-leg sofia/g/1"}},
		{"and of both", "api originate user/1 '&transfer(-both bridge:sofia/g/1 inline)'", []string{"a-leg user/1", "other-leg sofia/g/1"}},
		{"behind an extension", "api originate user/1 '&execute_extension(bridge:sofia/g/1 inline)'", []string{"a-leg user/1", "b-leg sofia/g/1"}},
		{"by an application that keeps its channel busy", "api originate user/1 '&bind_meta_app(1 b s bridge::sofia/g/1)'", []string{"a-leg user/1", "other-leg sofia/g/1"}},
		{"by a fax detector", "api originate user/1 '&tone_detect(k 1 r 0 bridge sofia/g/1 1)'", []string{"a-leg user/1", "other-leg sofia/g/1"}},
		{"an attended transfer", "api originate user/1 &att_xfer(sofia/g/1)", []string{"a-leg user/1", "other-leg sofia/g/1"}},
		{"in a variable of the a-leg", "api originate {execute_on_answer='bridge sofia/g/1'}user/1 &park", []string{"other-leg sofia/g/1", "a-leg user/1"}},
		{"in a variable of the b-leg", "api originate user/1 '&bridge([execute_on_answer=bridge sofia/g/2]sofia/g/1)'",
			[]string{"a-leg user/1", "other-leg sofia/g/2", "b-leg sofia/g/1"}},
		{"an originate in a variable", "api originate {api_on_answer='originate user/2 &bridge(sofia/g/1)'}user/1 &park",
			[]string{"a-leg user/2", "b-leg sofia/g/1", "a-leg user/1"}},
		{"a loopback", "api originate loopback/app=bridge:sofia/g/1 &bridge(sofia/g/2)",
			[]string{"a-leg loopback/app=bridge:sofia/g/1", "other-leg sofia/g/1", "b-leg sofia/g/2"}},
		{"a loopback that is bridged", "api originate user/1 &bridge(loopback/app=bridge:sofia/g/1)",
			[]string{"a-leg user/1", "b-leg loopback/app=bridge:sofia/g/1", "other-leg sofia/g/1"}},
		{"by a schedule", "api sched_api +1 none originate user/1 &bridge(sofia/g/1)", []string{"a-leg user/1", "b-leg sofia/g/1"}},
		{"by another wrapper", "bgapi expand originate user/1 &bridge(sofia/g/1)", []string{"a-leg user/1", "b-leg sofia/g/1"}},
		{"a conference that dials", "bgapi conference c bgdial sofia/g/1", []string{"a-leg sofia/g/1"}},
		{"a conference that all are dialled into", "api originate user/1 'conference_set_auto_outcall:sofia/g/1,conference:c' inline",
			[]string{"a-leg user/1", "other-leg sofia/g/1"}},
		{"a conference of two", "api originate user/1 &conference(bridge:c:sofia/g/1)", []string{"a-leg user/1", "other-leg sofia/g/1"}},
		{"a page", "api page <a=1>user/1:_:user/2", []string{"a-leg user/1", "a-leg user/2"}},
		{"a page by an application", "api originate user/1 &page(user/2)", []string{"a-leg user/1", "a-leg user/2"}},
		{"on a channel", execute("bridge", "sofia/g/1"), []string{"other-leg sofia/g/1"}},
		{"on a channel by a path", "api uuid_broadcast " + uuid + " bridge::sofia/g/1", []string{"other-leg sofia/g/1"}},
		{"on a channel by a transfer", "api uuid_transfer " + uuid + " bridge:sofia/g/1 inline", []string{"other-leg sofia/g/1"}},
		{"on a channel in time", "api sched_transfer +1 " + uuid + " bridge:sofia/g/1 inline", []string{"other-leg sofia/g/1"}},
		{"in time on the a-leg", "api originate user/1 '&sched_transfer(+1 bridge:sofia/g/1 inline)'", []string{"a-leg user/1", "other-leg sofia/g/1"}},
		{"an agent's contact", "api callcenter_config agent set contact a sofia/g/1", []string{"other-leg sofia/g/1"}},
		{"a member of a queue", "api fifo_member add q sofia/g/1", []string{"other-leg sofia/g/1"}},
		{"a queue that calls out", "api fifo_add_outbound q sofia/g/1", []string{"other-leg sofia/g/1"}},
		{"a group", "api group insert:g:sofia/g/1", []string{"other-leg sofia/g/1"}},
		{"a deflection", "api uuid_deflect " + uuid + " sip:1@x.example", []string{"other-leg deflect/sip:1@x.example"}},
		{"two calls that are up", "api uuid_bridge " + uuid + " " + uuid, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := legsOf(t, tt.send); !slices.Equal(got, tt.want) {
				t.Errorf("%s\ngot  %q\nwant %q", tt.send, got, tt.want)
			}
		})
	}
}

// TestLegWords checks that ParseLeg reads what Leg.String returns, and nothing else.
func TestLegWords(t *testing.T) {
	for l := effect.LegA; l <= effect.LegOther; l++ {
		if got, ok := effect.ParseLeg(l.String()); got != l || !ok {
			t.Errorf("ParseLeg(%q) = %v, %v", l.String(), got, ok)
		}
	}
	for _, word := range []string{"", "A-leg", "leg", "c-leg"} {
		if got, ok := effect.ParseLeg(word); ok || got != effect.LegUnknown {
			t.Errorf("ParseLeg(%q) = %v, %v", word, got, ok)
		}
	}
	if got := effect.Leg(99).String(); got != "" {
		t.Errorf("an unknown leg is %q, want an empty text", got)
	}
}
