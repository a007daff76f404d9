package auditcmd

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/audit"
	"eslguard/audit/export"
	"eslguard/audit/trail"
	"eslguard/catalog"
	"eslguard/internal/cli/console"
	"eslguard/policy"
)

// counted returns the records of one denial of "event plain ALL" and of 41 more, as the guard
// writes them.
func counted() []trail.Record {
	events := len(catalog.EventNames())
	r := trail.Record{
		Kind: "command", Session: "s", Client: "c", Verb: "event", Command: "event plain ALL", CommandBytes: 15, Decision: "deny", ID: "k3v9q2xa",
		Effects:      []trail.Effect{{Kind: "subscribe", Name: audit.AllEvents, Path: "event"}},
		EffectsTotal: events, EffectsDenied: events, Seq: 7,
	}
	more := r
	more.Seq, more.Times = 8, 41
	return []trail.Record{r, more}
}

// TestTryCountsWhatIsCounted checks that a record of several commands counts as that many, and that
// the one effect for all events is all of them.
func TestTryCountsWhatIsCounted(t *testing.T) {
	for _, tt := range []struct {
		name, rule string
		changed    int
	}{
		{"all are allowed", `"subscribe *", "subscribe CUSTOM **", "subscribe API|BACKGROUND_JOB|LOG"`, 42},
		{"all but one", `"subscribe *", "subscribe CUSTOM **", "subscribe API|BACKGROUND_JOB"`, 0},
	} {
		// If the session's first record is in the audit, the text is parsed again.
		for _, known := range []bool{true, false} {
			file := filepath.Join(t.TempDir(), "policy.json")
			text := `{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
				"roles": {"r": {"allow": [` + tt.rule + `]}},
				"clients": {"c": {"from": ["127.0.0.1/32"], "auth": {"password": ["sha256:` + strings.Repeat("0", 64) + `"]}, "roles": ["r"]}}}`
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			pol, err := policy.Load(file)
			if err != nil {
				t.Fatal(err)
			}
			tr := newTrial(pol)
			if known {
				tr.record(&trail.Record{Kind: "session", Session: "s"}, true)
			}
			list := counted()
			for i := range list {
				tr.record(&list[i], true)
			}
			r := tr.report()
			if r.Commands != 42 || r.Decided != 42 || r.Changed != tt.changed {
				t.Errorf("%s, known %v: %d commands, %d decided, %d changed; want 42, 42, %d", tt.name, known, r.Commands, r.Decided, r.Changed, tt.changed)
			}
			if tt.changed > 0 && (len(r.Changes) != 1 || r.Changes[0].Count != tt.changed || r.Changes[0].Example != 7) {
				t.Errorf("%s, known %v: changes %+v", tt.name, known, r.Changes)
			}
		}
	}
}

// TestCountedIsShown checks that every form of a record shows how many commands it counts.
func TestCountedIsShown(t *testing.T) {
	more := counted()[1]
	for form, text := range map[string]string{
		"show": summary(&more), "replay": scene(&more, false, true), "CEF": string(export.AppendCEF(nil, &more, "1")),
	} {
		if !strings.Contains(text, "41 more") && !strings.Contains(text, " cnt=41 ") {
			t.Errorf("%s: %q", form, text)
		}
	}
	if e, ok := export.OCSF(&more); !ok || e.Count != 41 {
		t.Errorf("OCSF counts %d", e.Count)
	}
	if first := counted()[0]; strings.Contains(summary(&first), "more") {
		t.Errorf("show: %q", summary(&first))
	}
}

// TestFastRetirementIsLoud checks that verify warns of records that were retired unusually fast.
func TestFastRetirementIsLoud(t *testing.T) {
	var out strings.Builder
	p := &program{Console: &console.Console{Stdout: &out, LookupEnv: func(string) (string, bool) { return "", false }}}
	r := &trail.Report{RetiredFast: 70, Warnings: []trail.Finding{{Fault: trail.WarnFast, Text: "70 records were retired"}}}
	if err := p.showReport(r, &verifyOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"WARNING      70 records were retired\n", "70 records were RETIRED UNUSUALLY FAST"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

// TestShowTellsWhatWasObserved checks that the end of a session shows how much observe mode let
// through.
func TestShowTellsWhatWasObserved(t *testing.T) {
	r := trail.Record{Kind: "end", Reason: "done", Commands: 9, Denied: 2, TookUS: 1500}
	for observed, want := range map[uint64]string{
		0: "done (9 commands, 2 denied, 1.5ms)", 3: "done (9 commands, 2 denied, 3 let through by observe mode, 1.5ms)",
	} {
		r.Observed = observed
		if got := summary(&r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestTryOrder checks that commands that reached the switch and would be denied now come first,
// however few they are, and are listed even if there are too many other groups.
func TestTryOrder(t *testing.T) {
	tr := newTrial(&policy.Policy{})
	for i := range maxGroups + 5 {
		tr.note(change{Client: "c", Effect: fmt.Sprint(i), Was: "deny", Is: "allow"}, 1, 3)
	}
	tr.note(change{Was: "allow", Is: "observe"}, 2, 4)
	tr.note(change{Was: "observe", Is: "deny"}, 3, 1)
	tr.note(change{Was: "allow", Is: "refuse"}, 4, 2)
	r := tr.report()
	if r.NowDenied != 3 || r.NowForwarded != 3*(maxGroups+5) || r.Changed != 3*(maxGroups+5)+7 || r.Left != 15 {
		t.Errorf("%d denied now, %d forwarded now, %d changed, %d left", r.NowDenied, r.NowForwarded, r.Changed, r.Left)
	}
	if r.Changes[0].Is != "refuse" || r.Changes[1].Is != "deny" || r.Changes[2].Is != "allow" || r.Changes[len(r.Changes)-1].Is != "observe" {
		t.Errorf("the order is %v %v %v … %v", r.Changes[0], r.Changes[1], r.Changes[2], r.Changes[len(r.Changes)-1])
	}
	var out strings.Builder
	p := &program{Console: &console.Console{Stdout: &out, LookupEnv: func(string) (string, bool) { return "", false }}}
	if err := p.showTrial(r); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	if lines[1] != "reached the switch, would now be denied: 3" || lines[4] != fmt.Sprintf("did not reach the switch, would now: %d", r.NowForwarded) ||
		!strings.Contains(out.String(), "\nthe same for the switch: 4\n") {
		t.Errorf("it prints %q", lines[:6])
	}
}

// TestAllIsFoundByName checks that the filter for one event finds subscriptions to all events.
func TestAllIsFoundByName(t *testing.T) {
	r := counted()[0]
	for name, want := range map[string]bool{"channel_create": true, "ALL": true, "originate": false, "CHANNEL": false} {
		if got := (&trail.Filter{Name: name}).Wants(&r); got != want {
			t.Errorf("--name %s: found %v, want %v", name, got, want)
		}
	}
}
