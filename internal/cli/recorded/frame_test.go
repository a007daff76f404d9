package recorded

import (
	"strings"
	"testing"

	"eslguard/audit"
	"eslguard/audit/trail"
	"eslguard/catalog"
)

func TestFrame(t *testing.T) {
	for _, c := range []struct{ text, line, body string }{
		{"api status", "api status", ""},
		{"sendmsg 8fd3\ncall-command: hangup", "sendmsg 8fd3", ""},
		{"sendevent NOTIFY\ncontent-type: text/plain\n\nthe body", "sendevent NOTIFY", "the body"},
		{"sendevent NOTIFY\n\n" + strings.Repeat("x", maxBody-1), "sendevent NOTIFY", strings.Repeat("x", maxBody-1)},
	} {
		f, err := Frame(c.text)
		if err != nil || string(f.Line) != c.line || string(f.Body) != c.body {
			t.Errorf("%.40q: %v, %+v", c.text, err, f)
		}
	}
	for _, text := range []string{"", "sendevent NOTIFY\n\n" + strings.Repeat("x", maxBody), "api status\x00"} {
		if f, err := Frame(text); err == nil {
			t.Errorf("%.40q is %+v, want an error", text, f)
		}
	}
}

func TestIsRedactedAndIsCut(t *testing.T) {
	for s, want := range map[string]bool{"": false, "a b": false, "a [redacted:k3v9]": true, "[redacted]": true, "redacted": false} {
		if got := IsRedacted(s); got != want {
			t.Errorf("%q is redacted: %v", s, got)
		}
	}
	for n, want := range map[int]bool{0: false, audit.MaxEffectArgs - 4: false, audit.MaxEffectArgs - 3: true, audit.MaxEffectArgs: true} {
		if got := IsCut(strings.Repeat("x", n)); got != want {
			t.Errorf("%d bytes are cut: %v", n, got)
		}
	}
}

func TestExpand(t *testing.T) {
	one := []trail.Effect{{Kind: "api", Name: "status"}, {Kind: "subscribe", Name: "HEARTBEAT"}}
	if got := Expand(one); len(got) != 2 {
		t.Errorf("without ALL: %+v", got)
	}
	all := []trail.Effect{{Kind: "api", Name: "status"}, {Kind: "subscribe", Name: audit.AllEvents, Path: "event"}, {Kind: "api", Name: "version"}}
	got := Expand(all)
	if n := len(catalog.EventNames()); len(got) != n+2 || got[0].Name != "status" || got[n+1].Name != "version" {
		t.Fatalf("%d effects, want %d", len(got), n+2)
	}
	for i, name := range catalog.EventNames() {
		if e := got[i+1]; e.Kind != "subscribe" || e.Name != name || e.Path != "event" {
			t.Errorf("%+v, want the subscription to %s", e, name)
		}
	}
}

// TestEffects checks that effects are taken from the command's text if it gives what was recorded,
// and otherwise from the record's effects.
func TestEffects(t *testing.T) {
	status := []trail.Effect{{Kind: "api", Name: "status", Path: "api"}}
	for _, c := range []struct {
		name  string
		r     trail.Record
		want  string
		whole bool
	}{
		{"the text is complete", trail.Record{Command: "api status", CommandBytes: 10, Effects: status, EffectsTotal: 1}, "api status", true},
		{"the text is cut", trail.Record{Command: "api sta", CommandBytes: 10, Effects: status, EffectsTotal: 1}, "api status", true},
		{"the text means something else", trail.Record{Command: "api version", CommandBytes: 11, Effects: status, EffectsTotal: 1}, "api status", true},
		{"effects are missing", trail.Record{Command: "api sta", CommandBytes: 10, Effects: status, EffectsTotal: 2}, "api status", false},
		{"an effect is unknown", trail.Record{Command: "api sta", CommandBytes: 10, Effects: []trail.Effect{{Kind: "new"}}, EffectsTotal: 1}, "", false},
		{"the arguments are cut", trail.Record{Effects: []trail.Effect{{Kind: "api", Name: "lua", Args: strings.Repeat("x", audit.MaxEffectArgs)}}, EffectsTotal: 1}, "", false},
	} {
		effects, whole := Effects(catalog.Builtin(), &c.r)
		var got []string
		for i := range effects {
			got = append(got, effects[i].Kind.String()+" "+effects[i].Name)
		}
		if strings.Join(got, "; ") != c.want || whole != c.whole {
			t.Errorf("%s: %q, whole %v, want %q, %v", c.name, got, whole, c.want, c.whole)
		}
	}
}
