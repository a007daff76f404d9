package rule

import (
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

// TestDistance checks how near rules are: the smaller the distance, the nearer.
func TestDistance(t *testing.T) {
	repeating := effectOf(effect.KindAPI, "show", "channels")
	repeating.Later = effect.Repeating
	for _, tt := range []struct {
		rule   string
		effect effect.Effect
		want   int // -1 if the rule is not near
	}{
		{"api show channels", effectOf(effect.KindAPI, "show", "channels"), -1}, // it matches
		{"api show channels", effectOf(effect.KindAPI, "show", "calls"), 1},
		{"api show channels", effectOf(effect.KindAPI, "show"), 1},
		{"api show channels as json", effectOf(effect.KindAPI, "show", "calls", "as", "xml"), 2},
		{"api show channels", effectOf(effect.KindAPI, "show", "calls", "as", "xml"), 3},
		{"api show channels **", effectOf(effect.KindAPI, "show", "calls", "as", "xml"), 1},
		{"api show channels **", effectOf(effect.KindAPI, "show"), 1},
		{"api show channels", repeating, 1},
		{"api show calls", repeating, 2},
		{"api show channels", effectOf(effect.KindAPI, "status"), -1},
		{"api @status", effectOf(effect.KindAPI, "show"), -1},
		{"api @read x", effectOf(effect.KindAPI, "show"), 1},
		{"var channel a b", effectOf(effect.KindVar, "channel", "a", "c"), 1},
		{"var channel a b", effectOf(effect.KindVar, "channel", "x", "b"), -1}, // another variable
		{"log INFO", effectOf(effect.KindLog, "DEBUG"), len(LogLevels) - 7},
		{"log WARNING", effectOf(effect.KindLog, "DEBUG"), len(LogLevels) - 5},
		{"log DEBUG", effectOf(effect.KindLog, "INFO"), -1},
		{"dial user/1000", effectOf(effect.KindDial, "user/1001"), pattern.MaxName - len("user/100")},
		{"dial user/1000|user/1001", effectOf(effect.KindDial, "user/1001"), pattern.MaxName - len("user/1001")},
		{"dial user/1001|user/2", effectOf(effect.KindDial, "user/1001"), pattern.MaxName - len("user/1001")},
		{"dial */1000", effectOf(effect.KindDial, "user/1001"), -1}, // it begins with a wildcard
		{"dial sofia/a/1", effectOf(effect.KindDial, "user/1"), -1},
		{"dial user/1", effectOf(effect.KindDial, "user"), -1},
		{"handover h:1", effectOf(effect.KindHandover, "h:2"), pattern.MaxName - len("h:")},
		{"handover h:1", effectOf(effect.KindHandover, "i:1"), -1},
	} {
		s := Unmetered(&tt.effect)
		n, near := compiled(t, tt.rule).Near(s)
		if near != (tt.want >= 0) || near && n.Distance != tt.want {
			t.Errorf("%s is near %s: %v, %d, want %d", tt.rule, tt.effect.String(), near, n.Distance, tt.want)
		}
	}
	e := effectOf(effect.KindAPI, "show", "calls")
	if _, near := compiled(t, "api show channels").Near(&Subject{Effect: &e, Work: pattern.Meter{Left: 5}}); near {
		t.Error("a rule is near although its comparison takes too many steps")
	}
}

// TestRuleHarm checks what is said about values that wildcards do not match.
func TestRuleHarm(t *testing.T) {
	for _, tt := range []struct {
		rule   string
		effect effect.Effect
		want   string
	}{
		{"api uuid_record * start /rec/*", effectOf(effect.KindAPI, "uuid_record", "x", "start", "/rec/../a"), "argument 3 (file) is not matched by `*`, since it holds .."},
		{"api uuid_record * start **", effectOf(effect.KindAPI, "uuid_record", "x", "start", "/rec/../a"), "argument 3 (file) is not matched by `**`, since it holds .."},
		{"api uuid_record * start /rec/*", effectOf(effect.KindAPI, "uuid_record", "x", "start", "/rec/a.wav"), ""},
		// another rule
		{"api uuid_record * stop /rec/*", effectOf(effect.KindAPI, "uuid_record", "x", "start", "/other/../a"), ""},
		{"api uuid_kill *", effectOf(effect.KindAPI, "uuid_kill", "all"), "argument 1 (channel) is not matched by `*`, since it is the word all, which stands for every channel"},
		{"var channel sip_* x", effectOf(effect.KindVar, "channel", "sip_route_uri", "x"), "the name of the variable (variable) is not matched by `*`, since " + pattern.ActingName},
		{"var channel originate_timeout *", effectOf(effect.KindVar, "channel", "originate_timeout", "x"), "the value (number) is not matched by `*`, since it holds x, which is not plain in a number"},
		{"dial user/*", effectOf(effect.KindDial, "user/1@x"), "in what is dialled, `*` matches letters, digits and + # . _ - only"},
		{"subscribe *", effectOf(effect.KindSubscribe, "LOG"), "no wildcard covers this name, so it must be spelled"},
		{"subscribe *", effectOf(effect.KindSubscribe, "HEARTBEAT"), ""},
	} {
		if got := compiled(t, tt.rule).Harm(&tt.effect); got != tt.want {
			t.Errorf("%s for %s: %q\nwant %q", tt.rule, tt.effect.String(), got, tt.want)
		}
	}
}

func TestPlaceName(t *testing.T) {
	for _, tt := range []struct {
		effect effect.Effect
		i      int
		want   string
	}{
		{effectOf(effect.KindAPI, "uuid_kill", "x", "y"), 0, "argument 1 (channel)"},
		{effectOf(effect.KindAPI, "of_a_module", "x", "y"), 1, "argument 2 (text)"},
		{effectOf(effect.KindVar, "channel", "a", "b"), 0, "the name of the variable (variable)"},
		{effectOf(effect.KindVar, "channel", "a", "b"), 1, "the value (text)"},
		{effectOf(effect.KindVar, "global", "a", "b"), 1, "the value (text, xml)"},
		{effectOf(effect.KindDialplan, "XML", "a", "b"), 0, "the context (word)"},
		{effectOf(effect.KindDialplan, "XML", "a", "b"), 1, "the extension (extension)"},
		{effectOf(effect.KindFilter, "regex", "a"), 0, "argument 1 (text)"},
	} {
		if got := PlaceName(Unmetered(&tt.effect), tt.i); got != tt.want {
			t.Errorf("token %d of %s is %q, want %q", tt.i, tt.effect.String(), got, tt.want)
		}
	}
}

// TestNumberTexts checks in which token of a rule the telephone numbers are.
func TestNumberTexts(t *testing.T) {
	for text, want := range map[string]string{
		"dial user/1000|sofia/gateway/a/19*@h": "user/ 1000 |sofia/gateway/a/ 19* @h",
		"deny dial */1*":                       "*/ 1* ",
		"dialplan XML default 1000|2*":         " 1000 | 2* ",
		"dialplan XML **":                      "",
		"dialplan XML default **":              "",
		"dial **":                              "",
		"dial /user.1/":                        "",
		"api user_exists id 1000 x":            "",
	} {
		var parts []string
		for _, n := range compiled(t, strings.ReplaceAll(text, "@", `\@`)).NumberTexts() {
			parts = append(parts, pattern.NumberWildcards(n.Before+" "+n.Number+" "+n.After))
		}
		if got := strings.Join(parts, "|"); got != want {
			t.Errorf("%s has the numbers %q, want %q", text, got, want)
		}
	}
}

// TestForeignHint checks what to write in place of a number in a foreign notation.
func TestForeignHint(t *testing.T) {
	for text, want := range map[string]string{
		"dial user/1XXX":                 "write user/1<digits 3>",
		"dial user/[9-2]X":               "for digits write <digits 4> or <1000-1099>, or a regular expression",
		"deny dial */1XXX":               "write */1*",
		"deny dial */XXXX":               pattern.PrefixHint,
		"deny dial user/1NXX":            "write /user/1[2-9].*/",
		"deny dial user/1NXX|user/2":     "write a rule of its own for it, with /user/1[2-9].*/",
		"dial user/1XXX|user/2":          "write user/1<digits 3> in its place",
		"dialplan XML default 1XXX":      "write 1<digits 3>",
		"dialplan XML default 1XXX|2XXX": "write 1<digits 3> in its place",
		"dialplan XML|x default 1XXX":    "write 1<digits 3>",
		"deny dialplan XML default 1XXX": "write 1*",
	} {
		r := compiled(t, text)
		if got := r.ForeignHint(r.NumberTexts()[0]); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if got, want := compiled(t, "deny dial */$premium|user/1").WriteInstead("*/1*"), "change the entry of the set, so that the whole reads */1*"; got != want {
		t.Errorf("of a set: %s, want %s", got, want)
	}
}

// TestBarHint checks the hint for a bar that was meant for the number alone.
func TestBarHint(t *testing.T) {
	const general = "a bar separates alternatives of the whole token: write each alternative in full, such as */1900*|*/1976*"
	const write = "a bar separates alternatives of the whole token: write "
	for text, want := range map[string]string{
		"dial user/1000|1001": write + "user/1000|user/1001",
		// the star was meant for both
		"deny dial */1900|1976*":                         write + "*/1900*|*/1976*",
		"dial */1900|1976*":                              write + "*/1900|*/1976*",
		"deny dial */1900*|1976":                         write + "*/1900*|*/1976",
		"dial 1000|user/1001":                            general,
		"dial user/1|sofia/a/2|3":                        general,
		"dial user/1|user/2|3":                           write + "user/1|user/2|user/3",
		"dial user/1" + strings.Repeat("|2", maxBarHint): general,
	} {
		text, deny := strings.CutPrefix(text, "deny ")
		_, fault := compiler(t).Compile(text, "r", deny)
		if fault == nil || fault.Hint != want {
			t.Errorf("%s: %+v\nwant %s", text, fault, want)
		}
	}
}

// TestSpellsOutRule checks whether a rule spells all expansions of an effect that it matches.
func TestSpellsOutRule(t *testing.T) {
	for _, tt := range []struct {
		rule   string
		effect effect.Effect
		want   bool
	}{
		{`app playback /r/\${uuid}.wav`, effectOf(effect.KindApp, "playback", "/r/${uuid}.wav"), true},
		{`app playback /r/*`, effectOf(effect.KindApp, "playback", "/r/${uuid}.wav"), false},
		{`app playback /r/\${uuid}*`, effectOf(effect.KindApp, "playback", "/r/${uuid}.wav"), true},
		{`app playback **`, effectOf(effect.KindApp, "playback", "/r/${uuid}.wav"), false},
		// there is none
		{`app playback **`, effectOf(effect.KindApp, "playback", "/r/a.wav"), true},
		{`app playback /.*/`, effectOf(effect.KindApp, "playback", "/r/${uuid}.wav"), false},
		{`app say en \${uuid} **`, effectOf(effect.KindApp, "say", "en", "${uuid}", "${uuid}"), false},
		{`dial user/\${uuid}`, effectOf(effect.KindDial, "user/${uuid}"), true},
		{`dial user/*`, effectOf(effect.KindDial, "user/${uuid}"), false},
	} {
		if got := compiled(t, tt.rule).SpellsOut(Unmetered(&tt.effect)); got != tt.want {
			t.Errorf("%s spells the expansions of %s: %v, want %v", tt.rule, tt.effect.String(), got, tt.want)
		}
	}
}

// TestCouldMatchRule checks whether a deny rule could match what the expansions of an effect
// become.
func TestCouldMatchRule(t *testing.T) {
	expanded := func(kind effect.Kind, list ...string) effect.Effect {
		for i := range list {
			list[i] = pattern.ReplaceExpansions(list[i])
		}
		return effectOf(kind, list...)
	}
	repeating := expanded(effect.KindApp, "playback", "/r/${uuid}.wav")
	repeating.Later = effect.Repeating
	for _, tt := range []struct {
		rule   string
		effect effect.Effect
		want   bool
	}{
		{"deny app playback /etc/*", expanded(effect.KindApp, "playback", "/r/${uuid}.wav"), false},
		{"deny app playback /r/a*", expanded(effect.KindApp, "playback", "/r/${uuid}.wav"), true},
		{"deny app playback", expanded(effect.KindApp, "playback", "/r/${uuid}.wav"), false},
		{"deny app playback **", expanded(effect.KindApp, "playback", "/r/${uuid}.wav"), true},
		{"deny app record_session /r/a* *", expanded(effect.KindApp, "record_session", "/r/${uuid}.wav"), false},
		// it may become two tokens
		{"deny app record_session /r/a* *", expanded(effect.KindApp, "record_session", "/r/$${x}.wav"), true},
		{"deny app record_session /r/a *", expanded(effect.KindApp, "record_session", "/r/$${x}.wav"), true},
		{"deny app record_session /x/a* *", expanded(effect.KindApp, "record_session", "/r/$${x}.wav"), false},
		// yy may become any later token
		{"deny app say en zz", expanded(effect.KindApp, "say", "$${x}", "yy"), true},
		{"deny app say en zz", expanded(effect.KindApp, "say", "${x}", "yy"), false},
		{"deny app park", expanded(effect.KindApp, "playback", "${x}"), false},
		{"deny app park|x", expanded(effect.KindApp, "${x}"), true},
		{"deny app @media", expanded(effect.KindApp, "${x}"), true},
		{"deny dial */1900*", expanded(effect.KindDial, "user/${uuid}"), true},
		{"deny dial sofia/*", expanded(effect.KindDial, "user/${uuid}"), false},
		{"deny dial sofia/*", expanded(effect.KindDial, "SOFIA/a/1"), true},
		{"deny repeating app playback **", expanded(effect.KindApp, "playback", "/r/${uuid}.wav"), false},
		{"deny repeating app playback **", repeating, true},
	} {
		if got := compiled(t, tt.rule).CouldMatch(Unmetered(&tt.effect)); got != tt.want {
			t.Errorf("%s could match %q %q: %v, want %v", tt.rule, tt.effect.Name, tt.effect.Tokens, got, tt.want)
		}
	}
}

// TestVariablesOfRules checks which rules let a client set a variable, and to what.
func TestVariablesOfRules(t *testing.T) {
	e := effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{"campaign", ""}, Fold: 1}
	for text, want := range map[string]struct{ sets, originate, onlyUUID bool }{
		"var channel campaign x":                {true, false, false},
		"var channel CAMPAIGN x":                {true, false, false},
		"var channel camp* x":                   {true, false, false},
		"var channel other x":                   {false, false, false},
		"var originate campaign x":              {false, true, false},
		"var channel|originate campaign <uuid>": {true, true, true},
		"var channel campaign <uuid>|x":         {true, false, false},
		"var channel campaign x<uuid>":          {true, false, false},
		"var channel campaign /x+/":             {true, false, false},
		"var channel campaign **":               {true, false, false},
		"var channel **":                        {true, false, false},
		"var **":                                {true, true, false},
		"var /ch.*/ campaign <uuid>|<uuid>":     {true, false, true},
		"app set **":                            {false, false, false},
	} {
		r := compiled(t, text)
		if got := r.SetsVariable(&e); got != want.sets {
			t.Errorf("%s sets the variable: %v, want %v", text, got, want.sets)
		}
		if got := r.Kind == effect.KindVar && r.SetsOriginateVariable(); got != want.originate {
			t.Errorf("%s sets variables of an originate: %v, want %v", text, got, want.originate)
		}
		if got := r.AllowsOnlyUUID(); got != want.onlyUUID {
			t.Errorf("%s allows only a uuid: %v, want %v", text, got, want.onlyUUID)
		}
	}
	acting := effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{"sip_route_uri", ""}, Fold: 1}
	for text, want := range map[string]bool{"var channel **": false, "var channel * x": false, "var channel sip_route_uri x": true} {
		if got := compiled(t, text).SetsVariable(&acting); got != want {
			t.Errorf("%s sets a variable whose value acts: %v, want %v", text, got, want)
		}
	}
}

// TestImpossibleForms checks the tokens of injected events, as far as the tests of package policy
// do not.
func TestImpossibleForms(t *testing.T) {
	for rule, want := range map[string]string{
		"inject NOTIFY * * * * *":                      "",
		"inject NOTIFY **":                             "",
		"inject NOTIFY * **":                           "",
		"inject NOTIFY *":                              "NOTIFY has 5 tokens: profile user host to-uri event-string",
		"inject NOTIFY * * * * * **":                   "",
		"inject NOTIFY * * * * * uuid=x contact-uri=y": `NOTIFY has no token "contact-uri=y" here: what follows its first 5 is NAME=VALUE, of the headers that count`,
		"inject NOTIFY * * * * * contact-uri=y uuid=x": "",
		"inject NOTIFY * * * * * *":                    "",
		"inject NOTIFY * * * * * x":                    `NOTIFY has no token "x" here: what follows its first 5 is NAME=VALUE, of the headers that count`,
		"inject NOTIFY|HEARTBEAT *":                    "", // HEARTBEAT may have this token
		"inject NOTIF* *":                              "", // it may be another event
		"inject CUSTOM * *":                            "",
		"inject CUSTOM a::b x":                         `CUSTOM has no token "x" here`,
		"inject CUSTOM sms::send_message * * *":        "",
		"inject CUSTOM sms::send_message|a::b * * *":   "",
		"inject HEARTBEAT x=y":                         `HEARTBEAT has no token "x=y" here: what follows its first 0 is NAME=VALUE, of the headers that count`,
		"inject NOTIFY * * * * * uuid=* " + strings.Repeat("a=b ", 40) + "c": "NOTIFY has",
	} {
		_, fault := compiler(t).Compile(rule, "r", false)
		if got := faultText(fault); got != want && (want == "" || !strings.HasPrefix(got, want)) {
			t.Errorf("%s: %q, want %q", rule, got, want)
		}
	}
}

// TestHostPort checks what may be the name of a handover, in an allow and in a deny rule.
func TestHostPort(t *testing.T) {
	for name, want := range map[string][2]bool{ // allow, deny
		"h:1": {true, true}, "h:65535": {true, true}, "h:*": {true, true}, "h:<8000-9000>": {true, true}, "h:65536": {false, false}, "h:": {false, false}, "h:x": {false, false},
		"h": {false, false}, "h*": {false, true}, "*": {false, true}, "*:1": {false, true}, "[::1]:1": {false, false}, "[*": {false, false}, "h:1|i": {false, false}, "<uuid>": {false, false},
	} {
		for i, deny := range []bool{false, true} {
			if _, fault := compiler(t).Compile("handover "+name, "r", deny); (fault == nil) != want[i] {
				t.Errorf("handover %s, deny %v: %q", name, deny, faultText(fault))
			}
		}
	}
}
