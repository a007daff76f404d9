package rule

import (
	"slices"
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

// TestNameAndRest checks the two halves of a match separately: the name, and everything else.
func TestNameAndRest(t *testing.T) {
	repeating := effectOf(effect.KindAPI, "show", "channels")
	repeating.Later = effect.Repeating
	scheduled := effectOf(effect.KindAPI, "show", "channels")
	scheduled.Later = effect.Once
	folded := effectOf(effect.KindAPI, "show", "CHANNELS")
	folded.Fold = 1
	for _, tt := range []struct {
		rule       string
		effect     effect.Effect
		name, rest bool
	}{
		{"api show channels", effectOf(effect.KindAPI, "show", "channels"), true, true},
		{"api show channels", effectOf(effect.KindAPI, "Show", "calls"), true, false},
		{"api show channels", effectOf(effect.KindAPI, "status", "channels"), false, true},
		{"api show channels", folded, true, true},
		{"api show channels", effectOf(effect.KindAPI, "show", "CHANNELS"), true, false},
		{"api show channels", effectOf(effect.KindAPI, "show"), true, false},
		{"api show channels", effectOf(effect.KindAPI, "show", "channels", "x"), true, false},
		{"api show channels **", effectOf(effect.KindAPI, "show", "channels"), true, true},
		{"api show channels **", effectOf(effect.KindAPI, "show", "channels", "x"), true, true},
		{"api show channels", scheduled, true, true},
		{"api show channels", repeating, true, false},
		{"deny api show channels", repeating, true, true},
		{"repeating api show channels", repeating, true, true},
		{"repeating api show channels", scheduled, true, false},
		{"deny repeating api show channels", scheduled, true, false},
		// wildcards and ** match only what is harmless
		{"api uuid_record * start *", effectOf(effect.KindAPI, "uuid_record", "x", "start", "/a/../b.wav"), true, false},
		{"api uuid_record * start **", effectOf(effect.KindAPI, "uuid_record", "x", "start", "/a/../b.wav"), true, false},
		{"api uuid_record * start **", effectOf(effect.KindAPI, "uuid_record", "x", "start", "/a/b.wav"), true, true},
		{"deny api uuid_record * start *", effectOf(effect.KindAPI, "uuid_record", "x", "start", "/a/../b.wav"), true, true},
		{"var channel sip_* *", effectOf(effect.KindVar, "channel", "sip_route_uri", "x"), true, false},
		{"var channel sip_route_uri x", effectOf(effect.KindVar, "channel", "sip_route_uri", "x"), true, true},
		{"deny var channel sip_* *", effectOf(effect.KindVar, "channel", "sip_route_uri", "x"), true, true},
		// names that need to be spelled
		{"subscribe *", effectOf(effect.KindSubscribe, "BACKGROUND_JOB"), false, true},
		{"subscribe /.*/", effectOf(effect.KindSubscribe, "LOG"), false, true},
		{"inject **", effectOf(effect.KindInject, "SHUTDOWN"), false, true},
		{"inject SHUTDOWN", effectOf(effect.KindInject, "shutdown"), true, true},
		{"deny inject **", effectOf(effect.KindInject, "SHUTDOWN"), true, true},
		{"deny opaque *", effectOf(effect.KindOpaque, effect.OpaqueScript), true, true},
		// classes
		{"api @read|@status", effectOf(effect.KindAPI, "status"), true, true},
		{"api @read", effectOf(effect.KindAPI, "nobody_knows_it"), false, true},
		// a class allows any arguments
		{"api @read", effectOf(effect.KindAPI, "show", "channels"), true, true},
		// a deny rule knows other spellings of a value, and of a leg
		{"deny dial */1900*", effectOf(effect.KindDial, "user/1-900-5"), false, true},
		{"deny dial USER/*", effectOf(effect.KindDial, "user/1"), true, true},
		{"dial user/*", effectOf(effect.KindDial, "USER/1"), false, true},
	} {
		r, s := compiled(t, tt.rule), Unmetered(&tt.effect)
		if got := r.MatchAnyName(s, tt.effect.Name); got != tt.name {
			t.Errorf("%s matches the name of %s: %v, want %v", tt.rule, tt.effect.String(), got, tt.name)
		}
		if got := r.Names(&tt.effect); got != tt.name {
			t.Errorf("%s names %s: %v, want %v", tt.rule, tt.effect.String(), got, tt.name)
		}
		if got := r.MatchRest(s, false); got != tt.rest {
			t.Errorf("%s matches the rest of %s: %v, want %v", tt.rule, tt.effect.String(), got, tt.rest)
		}
	}
}

// TestMatchBroadly checks that a broad match ignores only what is not harmless.
func TestMatchBroadly(t *testing.T) {
	for _, tt := range []struct {
		rule   string
		effect effect.Effect
		want   bool
	}{
		{"api uuid_record * start *", effectOf(effect.KindAPI, "uuid_record", "x", "start", "/a/../b.wav"), true},
		{"api uuid_record * start **", effectOf(effect.KindAPI, "uuid_record", "x", "start", "/a/../b.wav"), true},
		{"api uuid_record * stop *", effectOf(effect.KindAPI, "uuid_record", "x", "start", "/a/../b.wav"), false},
		{"subscribe *", effectOf(effect.KindSubscribe, "LOG"), true},
		{"dial user/*", effectOf(effect.KindDial, "user/1@x"), true},
		{"dial user/*", effectOf(effect.KindDial, "USER/1@x"), false},
	} {
		r, s := compiled(t, tt.rule), Unmetered(&tt.effect)
		g := &r.Name.Globs[0]
		if got := r.MatchRest(s, true) && r.MatchName(g, s, tt.effect.Name, true); got != tt.want {
			t.Errorf("%s matches %s broadly: %v, want %v", tt.rule, tt.effect.String(), got, tt.want)
		}
	}
}

// TestMatchSpends checks that a match without steps fails.
func TestMatchSpends(t *testing.T) {
	e := effectOf(effect.KindAPI, "show", "channels", "as", "json")
	r := compiled(t, "api show channels **")
	matches := func(left int) bool {
		s := &Subject{Effect: &e, Work: pattern.Meter{Left: left}}
		return r.MatchRest(s, false) && r.MatchAnyName(s, e.Name)
	}
	if !matches(len("showchannelsasjson")) || matches(len("showchannelsasjson")-1) {
		t.Error("a match does not take a step for each byte")
	}
	s := &Subject{Effect: &e, Work: pattern.Meter{Left: 3}}
	if got := RestHarm(s, 2); got != ReasonTooMuch {
		t.Errorf("without steps: %q, want %q", got, ReasonTooMuch)
	}
}

func TestRestHarm(t *testing.T) {
	for _, tt := range []struct {
		effect effect.Effect
		i      int
		want   string // a part of the reason, "" if the token is harmless
	}{
		{effectOf(effect.KindAPI, "show", "channels"), 0, ""},
		{effectOf(effect.KindAPI, "uuid_kill", someUUID), 0, ""},
		{effectOf(effect.KindAPI, "uuid_kill", "all"), 0, "stands for every channel"},
		{effectOf(effect.KindVar, "channel", "campaign", "x"), 0, ""},
		{effectOf(effect.KindVar, "channel", "sip_route_uri", "x"), 0, pattern.ActingName},
		{effectOf(effect.KindApp, "loop_playback", "+2 /a/../b.wav"), 0, "it holds .."},
		{effectOf(effect.KindInject, "NOTIFY", "p", "u", "h", "t", "e", "nothing=x"), 5, "must be spelled"},
	} {
		if got := RestHarm(Unmetered(&tt.effect), tt.i); got != tt.want && (tt.want == "" || !strings.Contains(got, tt.want)) {
			t.Errorf("a ** and token %d of %s: %q, want %q", tt.i, tt.effect.String(), got, tt.want)
		}
	}
}

// TestMatchOptions checks what narrows the wildcards of a token.
func TestMatchOptions(t *testing.T) {
	unicast := effectOf(effect.KindChannel, "unicast", someUUID, "10.0.0.5")
	module := effectOf(effect.KindAPI, "of_a_module", "x")
	module.Fold = 1
	far := effectOf(effect.KindAPI, append([]string{"of_a_module"}, slices.Repeat([]string{"x"}, effect.FoldBits+1)...)...)
	far.Fold = 1<<effect.FoldBits - 1
	for _, tt := range []struct {
		name   string
		rule   string
		effect effect.Effect
		i      int
		broad  bool
		want   pattern.Options // with Types where there are any
		types  string
	}{
		{"a literal needs no types", "channel unicast x **", unicast, 0, false, pattern.Options{}, ""},
		{"a wildcard has those of its position", "channel unicast * **", unicast, 0, false, pattern.Options{}, "channel"},
		{"a deny rule has none", "deny channel unicast * **", unicast, 0, false, pattern.Options{Deny: true}, ""},
		{"a broad match has none", "channel unicast * **", unicast, 0, true, pattern.Options{Broad: true}, ""},
		{"an unknown API may take a path", "app of_a_module *", effectOf(effect.KindApp, "of_a_module", "x"), 0, false, pattern.Options{Unknown: true}, "text"},
		{"case", "deny api * *", module, 0, false, pattern.Options{Fold: true, Deny: true}, ""},
		{"tokens without a bit have case", "deny api * " + strings.Repeat("* ", effect.FoldBits-3) + "*", far, effect.FoldBits - 3, false, pattern.Options{Fold: true, Deny: true}, ""},
		{"an acting variable", "var channel * *", effectOf(effect.KindVar, "channel", "sip_route_uri", "x"), 0, false, pattern.Options{Acts: true}, "variable"},
		{"the value of a variable", "var channel * *", effectOf(effect.KindVar, "channel", "originate_timeout", "x"), 1, false, pattern.Options{}, "number"},
		{"a value after its name", "inject NOTIFY * * * * * uuid=*", effectOf(effect.KindInject, "NOTIFY", "p", "u", "h", "t", "e", "uuid=x"), 5, false, pattern.Options{Offset: 5}, "channel"},
	} {
		s := Unmetered(&tt.effect)
		got := compiled(t, tt.rule).MatchOptions(s, tt.i, tt.broad)
		var types []string
		for _, typ := range got.Types.Types() {
			types = append(types, typ.String())
		}
		if got.Types == 0 {
			types = nil
		}
		if got.Work != &s.Work {
			t.Errorf("%s: the steps are not counted", tt.name)
		}
		got.Types, got.Work = 0, nil
		if got != tt.want || strings.Join(types, ",") != tt.types {
			t.Errorf("%s: %+v of the types %q, want %+v of %q", tt.name, got, types, tt.want, tt.types)
		}
	}
}

const someUUID = "5d1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a11"

// TestMatchLeg checks every place of a rule with every place of a leg.
func TestMatchLeg(t *testing.T) {
	places := []effect.Leg{effect.LegUnknown, effect.LegA, effect.LegB, effect.LegOther}
	for rule, want := range map[string][]bool{ // unknown, a-leg, b-leg, other-leg
		"dial a-leg x/*":          {false, true, false, false},
		"dial b-leg x/*":          {false, false, true, false},
		"dial other-leg x/*":      {false, false, false, true},
		"deny dial a-leg x/*":     {true, true, false, false},
		"deny dial b-leg x/*":     {true, false, true, true},
		"deny dial other-leg x/*": {true, false, false, true},
	} {
		r := compiled(t, rule)
		for i, place := range places {
			if got := r.MatchLeg(place); got != want[i] {
				t.Errorf("%s applies to %s: %v, want %v", rule, WithArticle(place), got, want[i])
			}
		}
	}
	for leg, want := range map[effect.Leg]string{
		effect.LegA: "an a-leg", effect.LegB: "a b-leg", effect.LegOther: "another leg (other-leg)", effect.LegUnknown: "a leg of which the place is not known",
	} {
		if got := WithArticle(leg); got != want {
			t.Errorf("%v is %q, want %q", leg, got, want)
		}
	}
}

func TestTakeLeg(t *testing.T) {
	for text, want := range map[string]struct {
		leg   effect.Leg
		fault string
	}{
		"dial user/1":             {effect.LegUnknown, ""},
		"dial a-leg user/1":       {effect.LegA, ""},
		"dial other-leg **":       {effect.LegOther, ""},
		"dial b-leg /user.1/":     {effect.LegB, ""},
		"dial b-leg":              {effect.LegUnknown, "it names the place of a leg, but no leg"},
		"dial B-leg user/1":       {effect.LegUnknown, `"B-leg" is not a place of a leg`},
		"dial user/1 **":          {effect.LegUnknown, ""},
		"dial user/1 user/2":      {effect.LegUnknown, "such an effect has 0 tokens at most after its name, the rule has 1"},
		"api show a-leg":          {effect.LegUnknown, ""},
		"repeating dial a-leg */": {effect.LegA, ""},
	} {
		r, fault := compiler(t).Compile(text, "r", false)
		if got := faultText(fault); got != want.fault || fault == nil && r.Leg != want.leg {
			t.Errorf("%s: %q, want %+v", text, got, want)
		}
	}
}

// faultText returns the text of a fault, "" for none.
func faultText(fault *pattern.Fault) string {
	if fault == nil {
		return ""
	}
	return fault.Text
}

// TestFindNear checks that a set finds an allow rule that only harmless values keep from matching.
func TestFindNear(t *testing.T) {
	var set Set
	for _, text := range []string{"api uuid_record * start *", "subscribe *", "dial user/*"} {
		set.Add(compiled(t, text))
	}
	for _, tt := range []struct {
		effect     effect.Effect
		find, near string
	}{
		{effectOf(effect.KindAPI, "uuid_record", "x", "start", "/a.wav"), "api uuid_record * start *", "api uuid_record * start *"},
		{effectOf(effect.KindAPI, "uuid_record", "x", "start", "/../a.wav"), "", "api uuid_record * start *"},
		{effectOf(effect.KindAPI, "uuid_record", "x", "stop", "/../a.wav"), "", ""},
		{effectOf(effect.KindSubscribe, "LOG"), "", "subscribe *"},
		{effectOf(effect.KindDial, "user/1@x"), "", "dial user/*"},
		{effectOf(effect.KindApp, "park"), "", ""},
	} {
		for near, want := range map[bool]string{false: tt.find, true: tt.near} {
			find := set.Find
			if near {
				find = set.FindNear
			}
			got := ""
			if r := find(Unmetered(&tt.effect)); r != nil {
				got = r.Text
			}
			if got != want {
				t.Errorf("%s, near %v: %q, want %q", tt.effect.String(), near, got, want)
			}
		}
	}
}

// TestSetIndex checks the ways in which a set finds a rule: by name, by prefixes of different
// lengths, without regard to case, and by other spellings of a leg.
func TestSetIndex(t *testing.T) {
	long := strings.Repeat("x", maxPrefix)
	for _, tt := range []struct {
		rule   string
		effect effect.Effect
		want   bool
	}{
		{"api STATUS|uuid_*", effectOf(effect.KindAPI, "Status"), true},
		{"api STATUS|uuid_*", effectOf(effect.KindAPI, "UUID_exists"), true},
		{"api STATUS|uuid_*", effectOf(effect.KindAPI, "uuid"), false},
		{"dial user/" + long + "y*", effectOf(effect.KindDial, "user/"+long+"y1"), true},
		{"dial user/" + long + "y*", effectOf(effect.KindDial, "user/"+long+"z1"), false},
		{"dial user/1*|user/10*|user/*", effectOf(effect.KindDial, "user/105"), true},
		{"deny dial User/1*", effectOf(effect.KindDial, "uSER/1"), true},
		{"deny dial user/1900*", effectOf(effect.KindDial, "user/1-900-1"), true},
		{"deny dial user/1900*", effectOf(effect.KindDial, "user/1-901-1"), false},
		{"api " + strings.Repeat("show|", 20) + "*_exists **", effectOf(effect.KindAPI, "uuid_exists", "x"), true},
		{"api **", effectOf(effect.KindAPI, strings.Repeat("n", 200)), true},
		{"log INFO", effectOf(effect.KindLog, "err"), true},
	} {
		deny := strings.HasPrefix(tt.rule, "deny ")
		set := Set{Deny: deny}
		set.Add(compiled(t, tt.rule))
		if got := set.Find(Unmetered(&tt.effect)) != nil; got != tt.want {
			t.Errorf("%s is found for %s: %v, want %v", tt.rule, tt.effect.String(), got, tt.want)
		}
	}
}

func TestOfKind(t *testing.T) {
	var set Set
	for _, text := range []string{"api show **", "app park", "api **", "api status"} {
		set.Add(compiled(t, text))
	}
	for kind, want := range map[effect.Kind]string{effect.KindAPI: "api show **, api **, api status", effect.KindApp: "app park", effect.KindDial: "", effect.KindInvalid: "", 99: ""} {
		var texts []string
		for _, r := range set.OfKind(kind) {
			texts = append(texts, r.Text)
		}
		if got := strings.Join(texts, ", "); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}

// TestSetSpends checks that a search ends when no steps are left, without a rule.
func TestSetSpends(t *testing.T) {
	var set Set
	for range 100 {
		set.Add(compiled(t, "api show x"))
	}
	set.Add(compiled(t, "api show *"))
	e := effectOf(effect.KindAPI, "show", "channels")
	for left, want := range map[int]bool{101*pattern.StepsPerRule + 2000: true, 50 * pattern.StepsPerRule: false, 0: false} {
		s := &Subject{Effect: &e, Work: pattern.Meter{Left: left}}
		if got := set.Find(s) != nil; got != want {
			t.Errorf("with %d steps: found %v, want %v", left, got, want)
		}
	}
}
