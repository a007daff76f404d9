package export

import (
	"slices"
	"strings"
	"testing"

	"eslguard/audit/trail"
)

func TestPrinted(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		"plain é":                             "plain é",
		"a\x1b[2J":                            "a<U+001B>[2J",
		"a\u202eb":                            "a<U+202E>b",
		"a\tb":                                "a<U+0009>b",
		"a\r\nb":                              "a\r\nb",
		"\xff":                                "�",
		strings.Repeat("x", maxCEFText):       strings.Repeat("x", maxCEFText),
		strings.Repeat("x", maxCEFText+1):     strings.Repeat("x", maxCEFText) + "…",
		strings.Repeat("é", maxCEFText):       strings.Repeat("é", maxCEFText/2) + "…",
		"x" + strings.Repeat("é", maxCEFText): "x" + strings.Repeat("é", maxCEFText/2-1) + "…",
	} {
		if got := printed(in); got != want {
			t.Errorf("%.40q: %.80q, want %.80q", in, got, want)
		}
	}
}

func TestSeverityAndSignature(t *testing.T) {
	for _, tt := range []struct{ kind, decision, severity, signature string }{
		{"command", "allow", "1", "command.allow"},
		{"command", "deny", "6", "command.deny"},
		{"login", "refuse", "6", "login.refuse"},
		{"command", "observe", "4", "command.observe"},
		{"end", "", "1", "end"},
	} {
		r := &trail.Record{Kind: tt.kind, Decision: tt.decision}
		if s, g := severity(r.Decision), signature(r); s != tt.severity || g != tt.signature {
			t.Errorf("%s %s: %s, %s", tt.kind, tt.decision, s, g)
		}
	}
}

func TestEffects(t *testing.T) {
	got := effects([]trail.Effect{{Kind: "api", Name: "status"}, {Kind: "dial", Name: "user/1", Args: "x y"}})
	if !slices.Equal(got, []string{"api status", "dial user/1 x y"}) {
		t.Errorf("%q", got)
	}
	if got := effects(nil); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func TestSource(t *testing.T) {
	for _, tt := range []struct {
		r    trail.Record
		want endpoint
	}{
		{trail.Record{Addr: "10.1.2.3:99"}, endpoint{IP: "10.1.2.3", Port: 99}},
		{trail.Record{Addr: "[::ffff:10.1.2.3]:99"}, endpoint{IP: "10.1.2.3", Port: 99}},
		{trail.Record{Addr: "[2001:db8::7]:5060"}, endpoint{IP: "2001:db8::7", Port: 5060}},
		{trail.Record{Addr: "10.1.2.0/24"}, endpoint{Name: "10.1.2.0/24"}},
		{trail.Record{Session: "s1"}, endpoint{Name: "session s1"}},
		{trail.Record{}, endpoint{Name: "unknown"}},
	} {
		if got := source(&tt.r); *got != tt.want {
			t.Errorf("%+v, want %+v", *got, tt.want)
		}
	}
}

func TestDecisions(t *testing.T) {
	for decision, want := range map[string]string{
		"allow":   "Allowed, Allowed, Informational, Success",
		"deny":    "Denied, Blocked, Medium, Failure",
		"refuse":  "Denied, Rejected, Medium, Failure",
		"observe": "Observed, Logged, Low, Success",
		"":        "Unknown, No Action, Informational, Success",
	} {
		var e Event
		e.decide(decision)
		if got := strings.Join([]string{e.Action, e.Disposition, e.Severity, e.Status}, ", "); got != want {
			t.Errorf("%q: %s, want %s", decision, got, want)
		}
	}
}

// TestOutcomeStatus checks which outcomes count as a failure.
func TestOutcomeStatus(t *testing.T) {
	for _, tt := range []struct {
		reply, reason, status, text string
	}{
		{"+OK", "", "Success", ""},
		{"", "", "Success", ""},
		{"-ERR no", "", "Failure", "-ERR no"},
		{"", "no reply came", "Failure", "no reply came"},
	} {
		e, ok := OCSF(&trail.Record{Kind: "reply", Of: 7, Reply: tt.reply, Reason: tt.reason})
		if !ok || e.Status != tt.status || e.API.Response.Error != tt.text || e.API.Request.UID != "7" {
			t.Errorf("%q, %q: %s, %q", tt.reply, tt.reason, e.Status, e.API.Response.Error)
		}
	}
}
