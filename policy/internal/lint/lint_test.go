package lint

import (
	"strings"
	"testing"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
)

// compiled compiles a rule, a deny if it begins so.
func compiled(t *testing.T, text string) *rule.Rule {
	t.Helper()
	text, deny := strings.CutPrefix(text, "deny ")
	rc := rule.Compiler{Vocab: rule.NewVocabulary(catalog.Builtin())}
	r, fault := rc.Compile(text, "r", deny)
	if fault != nil {
		t.Fatalf("%s: %s (%s)", text, fault.Text, fault.Hint)
	}
	return r
}

// TestDialsAnything: rules that leave open what is dialled, or which number of a trunk, and those
// by which another host may be dialled.
func TestDialsAnything(t *testing.T) {
	for _, tt := range []struct {
		rule           string
		anything, host bool
	}{
		{"dial **", true, false},
		{"dial user/*", false, false},
		{"dial user/1000", false, false},
		{"dial sofia/gateway/a/*", true, false},
		{"dial sofia/gateway/a/49*", false, false},
		{"dial sofia/gateway/a/+*", true, false},
		{"dial sofia/gateway/a/???????", true, false},
		{"dial sofia/gateway/a/??????", false, false},
		{"dial sofia/gateway/a/<digits>", true, false},
		{"dial sofia/gateway/a/<digits 6>", false, false},
		{"dial sofia/internal/*@x", true, false},
		{"dial /sofia/gateway/a/[0-9]+/", true, false},
		{"dial /sofia/gateway/a/49[0-9]+/", false, false},
		{"dial /sofia/gateway/a/[0-9]{7}/", true, false},
		{"dial /sofia/gateway/a/[0-9]{6}/", false, false},
		{"dial /sofia/gateway/a/.*/", true, true},
		{"dial /user/.+/", false, true},
		{"dial /user/[^@]+/", false, false},
		{"dial /user/[a-z@]/", false, false}, // one character is no host
		{"deny dial **", false, false},
		{"api **", false, false},
	} {
		r := compiled(t, tt.rule)
		if got := dialsAnything(r); got != tt.anything {
			t.Errorf("%s dials anything: %v, want %v", tt.rule, got, tt.anything)
		}
		if got := matchesAnyHost(r); got != tt.host {
			t.Errorf("%s matches any host: %v, want %v", tt.rule, got, tt.host)
		}
	}
}

// TestRulesMayMeet: whether an effect may fall under both rules, the first of which matches as
// broadly as a deny.
func TestRulesMayMeet(t *testing.T) {
	v := rule.NewVocabulary(catalog.Builtin())
	for _, tt := range []struct {
		limit, allow string
		want         bool
	}{
		{"api status **", "api status", true}, {"api status **", "api version", false}, {"api **", "api version", true}, {"api status **", "app park", false},
		{"api @status **", "api status", true}, {"api @status **", "api shutdown", false}, {"api @status **", "api @status", true},
		{"dial sofia/* **", "dial user/*", false}, {"dial sofia/* **", "dial /sofia.*/", true}, {"dial sofia/* **", "dial /user.*/", false},
		{"dial a-leg ** **", "dial b-leg user/1", false}, {"dial b-leg ** **", "dial other-leg user/1", true}, {"dial a-leg ** **", "dial user/1", true},
		{"log INFO", "log ERR", true},
	} {
		text := strings.TrimSuffix(tt.limit, " ** **")
		if text != tt.limit {
			text += " **"
		}
		if got := rulesMayMeet(v, compiled(t, "deny "+text), compiled(t, tt.allow)); got != tt.want {
			t.Errorf("%s may meet %s: %v, want %v", tt.limit, tt.allow, got, tt.want)
		}
	}
}

// TestRuleWarnings: one rule for each warning about a rule by itself, and one beside it that is
// meant.
func TestRuleWarnings(t *testing.T) {
	v := rule.NewVocabulary(catalog.Builtin())
	for _, tt := range []struct{ rule, warning, fine string }{
		{"app no_such_app", "has no application", "app park"},
		{"deny api uuid_kill", "the deny holds only without arguments", "deny api uuid_kill **"},
		{"deny api uuid_kill *", "the deny holds only with exactly 1 argument", "deny api uuid_kill * **"},
		{"api **", "which runs programs or scripts", "api @status"},
		{"dial /user/.*/", "it matches @, too", "dial /user/[0-9]*/"},
		{"dial user/1XXX", "the letters and signs of", "dial user/1<digits 3>"},
		{"dial user/1???", "matches letters, too", "dial user/1<digits 3>"},
		{"deny dial */1900<digits 4>", "a number with letters, with more digits or with a suffix", "deny dial */1900*"},
		{"deny dial */+1900*", "does not deny the number in plain digits", "deny dial */1900*"},
		{"deny dial */1900|*/1976*", "denies that number alone", "deny dial */1900*|*/1976*"},
		{"dial sofia/gateway/4930*", "stands where the gateway's name does", "dial sofia/gateway/acme/4930*"},
		{"dial nothing/1000", "begins with no type of leg", "dial user/1000"},
		{"dial sofia/internal/1000@pbx.*", "has no end", "dial sofia/internal/1000@*.example.org"},
		{"var channel **", "it allows every variable whose value does not act", "var channel a *"},
		{"app playback *", "it leaves open which file", "app playback /var/sounds/*"},
		{"deny var channel a *", "a variable can be set in three scopes", "deny var channel|originate|global a *"},
		{"dialplan CML default 1000", "has no dialplan", "dialplan XML default 1000"},
		{"var channel a=b *", "holds a sign of equality", "var channel a b"},
		{"api uuid_kill", "it allows uuid_kill without arguments only", "api uuid_kill <uuid>"},
		{"inject *", "it lets the client send any event", "inject NOTIFY **"},
	} {
		texts := func(text string) (out string) {
			for _, fault := range Rule(v, compiled(t, text)) {
				out += fault.Text + "\n"
			}
			return out
		}
		if got := texts(tt.rule); !strings.Contains(got, tt.warning) {
			t.Errorf("%s: %q, want a warning of %q", tt.rule, got, tt.warning)
		}
		if got := texts(tt.fine); got != "" {
			t.Errorf("%s: %q, want no warning", tt.fine, got)
		}
	}
}

func TestMayMatchTypes(t *testing.T) {
	for _, tt := range []struct {
		glob string
		typ  argument.Type
		want bool
	}{
		{"*", argument.TypeText, true}, {"*", argument.TypeNever, false}, {"sip:*", argument.TypeURI, false}, {"sip:*@x", argument.TypeURI, true},
		{"*", argument.TypeURL, false}, {"http://x/*", argument.TypeURL, true}, {"http://*", argument.TypeURL, false},
	} {
		globs, fault := pattern.ParseAlternative(tt.glob, nil)
		if fault != nil {
			t.Fatal(fault)
		}
		if got := mayMatchTypes(&globs[0], argument.TypeSet(1<<tt.typ)); got != tt.want {
			t.Errorf("%s matches a %v: %v, want %v", tt.glob, tt.typ, got, tt.want)
		}
	}
}
