package rule

import (
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

// compiler returns a Compiler for these tests, with the built-in catalogue and one set.
func compiler(t *testing.T) *Compiler {
	t.Helper()
	premium, fault := pattern.ParseAlternative("1900*", nil)
	if fault != nil {
		t.Fatal(fault)
	}
	return &Compiler{Vocab: NewVocabulary(catalog.Builtin()), Sets: map[string][]pattern.Glob{"premium": premium}}
}

// compiled compiles a rule, a deny rule if it begins with the word deny.
func compiled(t *testing.T, text string) *Rule {
	t.Helper()
	text, deny := strings.CutPrefix(text, "deny ")
	r, fault := compiler(t).Compile(text, "r", deny)
	if fault != nil {
		t.Fatalf("%s: %s (%s)", text, fault.Text, fault.Hint)
	}
	return r
}

// effectOf returns the effect of that kind, name and tokens, as far as package command would set it
// for these tests.
func effectOf(kind effect.Kind, words ...string) effect.Effect {
	e := effect.Effect{Kind: kind, Name: words[0], Tokens: words[1:]}
	e.Class, _ = catalog.Builtin().Class(kind, e.Name)
	return e
}

func TestMatches(t *testing.T) {
	leg := func(name string, at effect.Leg) effect.Effect {
		e := effectOf(effect.KindDial, name)
		e.Leg = at
		return e
	}
	repeating := effectOf(effect.KindAPI, "status")
	repeating.Later = effect.Repeating
	for _, tt := range []struct {
		rule   string
		effect effect.Effect
		want   bool
	}{
		{"api status", effectOf(effect.KindAPI, "status"), true},
		{"api STATUS", effectOf(effect.KindAPI, "status"), true},
		{"api status", effectOf(effect.KindApp, "status"), false},
		{"api status", effectOf(effect.KindAPI, "status", "x"), false},
		{"api show channels", effectOf(effect.KindAPI, "show"), false},
		{"api show **", effectOf(effect.KindAPI, "show", "channels", "as", "json"), true},
		{"api **", effectOf(effect.KindAPI, "anything"), true},
		{"api @status", effectOf(effect.KindAPI, "status"), true},
		{"api @status", effectOf(effect.KindAPI, "shutdown"), false},
		{"repeating api status", effectOf(effect.KindAPI, "status"), false},
		{"repeating api status", repeating, true},
		{"api status", repeating, false},
		{"deny api status", repeating, true},
		{"dial user/*", leg("user/1000", effect.LegA), true},
		{"dial user/*", leg("user/1000@x", effect.LegA), false},
		{"deny dial user/*", leg("USER/1000@x", effect.LegA), true},
		// no wildcard matches a slash
		{"dial */$premium", leg("sofia/gateway/a/19001", effect.LegUnknown), false},
		{"deny dial */$premium", leg("sofia/gateway/a/19001", effect.LegUnknown), true},
		{"dial a-leg user/1", leg("user/1", effect.LegA), true},
		{"dial a-leg user/1", leg("user/1", effect.LegB), false},
		{"dial a-leg user/1", leg("user/1", effect.LegUnknown), false},
		{"deny dial a-leg user/1", leg("user/1", effect.LegUnknown), true},
		{"deny dial b-leg user/1", leg("user/1", effect.LegOther), true},
		{"dial b-leg user/1", leg("user/1", effect.LegOther), false},
		{"log INFO", effectOf(effect.KindLog, "info"), true},
		{"log INFO", effectOf(effect.KindLog, "ERR"), true},
		{"log INFO", effectOf(effect.KindLog, "DEBUG"), false},
		{"log INFO", effectOf(effect.KindLog, "LOUD"), false},
		{"deny log INFO", effectOf(effect.KindLog, "DEBUG"), true},
		{"deny log INFO", effectOf(effect.KindLog, "ERR"), false},
		{"deny log INFO", effectOf(effect.KindLog, "LOUD"), true},
		{"subscribe *", effectOf(effect.KindSubscribe, "CHANNEL_CREATE"), true},
		{"subscribe *", effectOf(effect.KindSubscribe, "API"), false},
		{"subscribe **", effectOf(effect.KindSubscribe, "CUSTOM"), false},
		{"subscribe API", effectOf(effect.KindSubscribe, "API"), true},
		{"deny subscribe *", effectOf(effect.KindSubscribe, "API"), true},
		{"dialplan XML default 1000", effectOf(effect.KindDialplan, "XML", "", "1000"), false},
		// an empty context means the channel's own, which is unknown
		{"deny dialplan XML default 1000", effectOf(effect.KindDialplan, "XML", "", "1000"), true},
	} {
		if got := compiled(t, tt.rule).Matches(&tt.effect); got != tt.want {
			t.Errorf("%s matches %s at %v: %v, want %v", tt.rule, tt.effect.String(), tt.effect.Leg, got, tt.want)
		}
	}
}

// TestSetFindsWhatMatches checks that a set finds one of the rules that match when tried one by
// one.
func TestSetFindsWhatMatches(t *testing.T) {
	texts := []string{
		"api status", "api show channels", "api show|version **", "api uuid_* **", "api @message **", "api /s.*p/", "dial user/10*", "dial sofia/gateway/a/1*|user/2000",
		"dial ?ser/3000", "log INFO", "var channel a|b *", "api **",
	}
	effects := []effect.Effect{
		effectOf(effect.KindAPI, "status"), effectOf(effect.KindAPI, "show", "channels"), effectOf(effect.KindAPI, "show", "calls"), effectOf(effect.KindAPI, "version"),
		effectOf(effect.KindAPI, "uuid_dump", "x"), effectOf(effect.KindAPI, "chat", "a"), effectOf(effect.KindAPI, "strftime"), effectOf(effect.KindAPI, "sofia"),
		effectOf(effect.KindDial, "user/1000"), effectOf(effect.KindDial, "user/2000"), effectOf(effect.KindDial, "user/3000"), effectOf(effect.KindDial, "user/4000"),
		effectOf(effect.KindLog, "ERR"), effectOf(effect.KindLog, "DEBUG"), effectOf(effect.KindVar, "channel", "a", "1"), effectOf(effect.KindVar, "channel", "c", "1"),
		effectOf(effect.KindApp, "park"), {},
	}
	for drop := range len(texts) + 1 { // each rule has to be found without those before it
		var set Set
		var rules []*Rule
		for _, text := range texts[drop:] {
			r := compiled(t, text)
			set.Add(r)
			rules = append(rules, r)
		}
		for i := range effects {
			e := &effects[i]
			matches := slices.ContainsFunc(rules, func(r *Rule) bool { return r.Matches(e) })
			found := set.Find(Unmetered(e))
			if (found != nil) != matches || found != nil && !found.Matches(e) {
				t.Errorf("%d rules left out: for %s the set finds %v, and some rule matches: %v", drop, e.String(), found, matches)
			}
		}
	}
}

func TestCompileFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "a token is empty",
		"api":                       `the rule ends after "api"`,
		"ap status":                 `"ap" is not a kind of effect`,
		"api  status":               "a token is empty",
		"repeating":                 `"" is not a kind of effect`,
		"repeating log INFO":        "no log level is repeated by a schedule or by loops",
		"api statsu":                `there is no API "statsu"`,
		"api @nothing":              `there is no class "@nothing"`,
		"dial @status":              "only api and app have classes, dial has none",
		"api @status|show":          "a class and a name cannot be alternatives of one token",
		"log LOUD":                  `there is no log level "LOUD"`,
		"log INFO|ERR":              "a log rule names one level",
		"var channel a=b":           "such an effect has 2 tokens after its name, the rule has 1",
		"subscribe CHANEL_CREATE":   `there is no event "CHANEL_CREATE"`,
		"subscribe BACKGROUND_J*":   "no wildcard of an allow matches BACKGROUND_JOB, and it is the only event that this one could match",
		"dial 1900*":                "what is dialled is TYPE/DATA, such as user/1000, so it never begins as \"1900*\" does",
		"dial a-leg":                "it names the place of a leg, but no leg",
		"dial c-leg user/1":         `"c-leg" is not a place of a leg`,
		"handover *":                "the host of a handover must be spelled",
		"handover 10.0.0.1":         "the host of a handover must be spelled",
		"opaque *":                  "no wildcard covers opaque",
		"dialplan inline default 1": "an inline dialplan has the effects of its applications and none of its own",
		"api show \u202echannels":   "the rule contains a character that changes the direction of what is printed, U+202E",
	} {
		_, fault := compiler(t).Compile(text, "r", false)
		got := "no fault"
		if fault != nil {
			got = fault.Text
		}
		if got != want {
			t.Errorf("%q: %s\nwant %s", text, got, want)
		}
	}
}

// TestCovers checks of a deny and an allow rule whether the deny rule certainly matches everything
// that the allow rule matches.
func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		deny, allow string
		want        bool
	}{
		{"api status", "api status", true}, {"api status", "app status", false}, {"api **", "api status", true}, {"api status **", "api status", true},
		{"api status", "api **", false}, {"api show", "api show **", false}, {"api show **", "api show channels", true}, {"api show *", "api show channels", true},
		{"api @status", "api status", true}, {"api @status", "api shutdown", false}, {"api @status|@read", "api @read", true}, {"api @read", "api @status|@read", false},
		{"dial **", "dial user/*", true}, {"dial a-leg **", "dial user/1", false}, {"dial a-leg **", "dial a-leg user/1", true},
		{"dial b-leg **", "dial other-leg user/1", true},
		{"dial */1*", "dial user/1*", false}, // it cannot tell
		{"repeating api status", "api status", false}, {"api status", "repeating api status", true},
		{"log DISABLE", "log INFO", true}, {"log INFO", "log INFO", false},
	} {
		if got := Covers(compiled(t, "deny "+tt.deny), compiled(t, tt.allow)); got != tt.want {
			t.Errorf("a deny of %s covers %s: %v, want %v", tt.deny, tt.allow, got, tt.want)
		}
	}
}

func TestNear(t *testing.T) {
	for _, tt := range []struct {
		rule   string
		effect effect.Effect
		why    string // "" for a rule that is not near
	}{
		{"api show channels", effectOf(effect.KindAPI, "show", "calls"), "argument 1 (word) is not one that the nearest rule allows"},
		{"api show channels", effectOf(effect.KindAPI, "show"), "the nearest rule allows 1 argument, and this has 0"},
		{"api status", effectOf(effect.KindAPI, "status", "x", "y"), "the nearest rule allows no arguments, and this has 2"},
		{"api uuid_kill * * **", effectOf(effect.KindAPI, "uuid_kill", "x"), "the nearest rule allows 2 arguments or more, and this has 1"},
		{"repeating api status", effectOf(effect.KindAPI, "status"), "the nearest rule is for what is repeated only"},
		{"api show channels", effectOf(effect.KindAPI, "status"), ""},
		{"log INFO", effectOf(effect.KindLog, "DEBUG"), "the nearest rule allows less of the log"},
		{"dial user/1000", effectOf(effect.KindDial, "user/1001"), "what follows its type is not what the nearest rule allows"},
		{"dial user/1000", effectOf(effect.KindDial, "user/+1000"), "the nearest rule allows the number only without its +"},
		{"dial user/+1000", effectOf(effect.KindDial, "user/1000"), "the nearest rule allows the number only with a + before it"},
		{"dial user/1000", effectOf(effect.KindDial, "user/1000@x"), "the nearest rule allows it only without what follows the @, which is another leg"},
		{"dial user/1000@x", effectOf(effect.KindDial, "user/1001"), "the nearest rule asks for an @ and a domain behind it, which makes another leg"},
		{"dial user/1000", effectOf(effect.KindDial, "sofia/a/1000"), ""},
		{"handover 10.0.0.1:8040", effectOf(effect.KindHandover, "10.0.0.1:8041"), "the nearest rule is for another host or port"},
		{"var channel a 1", effectOf(effect.KindVar, "channel", "a", "2"), "the value (text) is not one that the nearest rule allows"},
		{"var channel a 1", effectOf(effect.KindVar, "channel", "b", "1"), ""},
	} {
		s := Unmetered(&tt.effect)
		n, near := compiled(t, tt.rule).Near(s)
		got := ""
		if near {
			got = n.Why(&tt.effect)
		}
		if got != tt.why {
			t.Errorf("%s for %s: %q\nwant %q", tt.rule, tt.effect.String(), got, tt.why)
		}
	}
}

// TestSpell checks that the rule that spells an effect is written as expected.
func TestSpell(t *testing.T) {
	leg := effectOf(effect.KindDial, "user/1000")
	leg.Leg, leg.Later = effect.LegB, effect.Repeating
	for _, tt := range []struct {
		effect effect.Effect
		want   string // "" for none
	}{
		{effectOf(effect.KindAPI, "show", "a b", ""), `api show a\sb ""`},
		{effectOf(effect.KindAPI, "show", "*", "/x/"), `api show \* \/x/`},
		{effectOf(effect.KindAPI, "show", "a\nb"), `api show /a\x{a}b/`},
		{leg, "repeating dial b-leg user/1000"},
		{effectOf(effect.KindAPI, "show", "\xff"), ""},
		{effect.Effect{}, ""},
	} {
		if got, ok := Spell(&tt.effect); got != tt.want && ok || ok != (tt.want != "") {
			t.Errorf("%s: %s, %v, want %s", tt.effect.String(), got, ok, tt.want)
		}
	}
}

func TestLogLevel(t *testing.T) {
	for name, want := range map[string]int{"DISABLE": 0, "console": 1, "INFO": 7, "debug": 8, "DEBUG10": 18, "": -1, "LOUD": -1} {
		if got := LogLevel(name); got != want {
			t.Errorf("%q has the level %d, want %d", name, got, want)
		}
	}
}
