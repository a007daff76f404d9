package audit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"eslguard/audit"
	"eslguard/catalog"
	"eslguard/effect"
)

// many returns n different effects.
func many(n int) []effect.Effect {
	list := make([]effect.Effect, n)
	for i := range list {
		list[i] = effect.Effect{Kind: effect.KindAPI, Name: fmt.Sprintf("api%d", i)}
	}
	return list
}

// all returns the effects of event ALL.
func all() []effect.Effect {
	var list []effect.Effect
	for _, name := range catalog.EventNames() {
		list = append(list, effect.Effect{Kind: effect.KindSubscribe, Name: name, Path: "event"})
	}
	return list
}

// TestEffectsOfARecord checks that event ALL is one effect, that a denied command has few effects,
// and that the record says how many there were.
func TestEffectsOfARecord(t *testing.T) {
	custom := effect.Effect{Kind: effect.KindSubscribe, Name: "CUSTOM", Args: "a::b", Tokens: []string{"a::b"}, Path: "event"}
	events := len(all())
	for _, tt := range []struct {
		name          string
		r             audit.Record
		first         string
		listed, total int
		denied        float64
	}{
		{"allowed", audit.Record{Decision: audit.Allow, Effects: many(9)}, "api0", 9, 0, 0},
		{"allowed ALL", audit.Record{Decision: audit.Allow, Effects: all()}, "ALL", 1, events, 0},
		{"observed ALL and more", audit.Record{Decision: audit.Observe, Effects: append(all(), custom)}, "ALL", 2, events + 1, 0},
		{"nearly ALL", audit.Record{Decision: audit.Allow, Effects: all()[1:]}, "CLONE", events - 1, 0, 0},
		{"denied ALL", audit.Record{Decision: audit.Deny, Effects: all(), EffectsDenied: events}, "ALL", 1, events, float64(events)},
		{"denied one of one", audit.Record{Decision: audit.Deny, Effects: many(1), EffectsDenied: 1}, "api0", 1, 0, 0},
		{"denied one of three", audit.Record{Decision: audit.Deny, Effects: many(1), EffectsTotal: 3, EffectsDenied: 1}, "api0", 1, 3, 1},
		{"denied many", audit.Record{Decision: audit.Deny, Effects: many(900), EffectsDenied: 900}, "api0", audit.MaxDeniedEffects, 900, 900},
		{"refused many", audit.Record{Decision: audit.Refuse, Effects: many(900)}, "api0", audit.MaxDeniedEffects, 900, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, path := open(t)
			tt.r.Kind = audit.KindCommand
			if _, err := l.Write(&tt.r); err != nil {
				t.Fatal(err)
			}
			lines := bytes.Split(bytes.TrimSpace(file(t, path)), []byte("\n"))
			last := lines[len(lines)-1]
			if tt.r.Size != len(last)+1 {
				t.Errorf("the record is said to take %d bytes, and takes %d", tt.r.Size, len(last)+1)
			}
			var got struct {
				Effects []struct{ Name string }
				Total   int     `json:"effects_total"`
				Denied  float64 `json:"effects_denied"`
			}
			if err := json.Unmarshal(last, &got); err != nil {
				t.Fatal(err)
			}
			if len(got.Effects) != tt.listed || got.Effects[0].Name != tt.first || got.Total != tt.total || got.Denied != tt.denied {
				t.Errorf("got %s", last)
			}
		})
	}
}

// TestLegOfARecord checks that only the effects of a dial have a leg.
func TestLegOfARecord(t *testing.T) {
	l, path := open(t)
	effects := []effect.Effect{
		{Kind: effect.KindAPI, Name: "originate"},
		{Kind: effect.KindDial, Name: "user/1", Leg: effect.LegA},
		{Kind: effect.KindDial, Name: "user/2", Leg: effect.LegB},
		{Kind: effect.KindDial, Name: "user/3", Leg: effect.LegOther},
		{Kind: effect.KindDial, Name: "user/4"},
	}
	if _, err := l.Write(&audit.Record{Kind: audit.KindCommand, Decision: audit.Allow, Effects: effects}); err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(file(t, path)), []byte("\n"))
	var rec struct {
		Effects []map[string]any `json:"effects"`
	}
	if err := json.Unmarshal(lines[len(lines)-1], &rec); err != nil || len(rec.Effects) != len(effects) {
		t.Fatalf("%v: %v", err, rec)
	}
	for i, want := range []any{nil, "a-leg", "b-leg", "other-leg", nil} {
		if got := rec.Effects[i][audit.FieldEffectLeg]; got != want {
			t.Errorf("effect %d has the place %v, want %v", i, got, want)
		}
	}
}
