package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy"
)

// anywhere are values that are harmful at every position whose type is not nested.
var anywhere = []string{"a\nb", "a\rb", "\n", "a\x00b", "a\x01b", "a\x1bb", "a\x7fb", "a\tb", "a\u009bb", "a\u0085b", "a\u2028b", "a\u202eb"}

// quoting are values with a special meaning in a list, a block, a quote, a shell or an expansion.
var quoting = []string{"a'b", `a"b`, "a;b", "a`b", "a${b}", "a$(b)", `a\b`, "a{b}", "a[b]", "a<b>", "a&b", "a!b", "a^^:b"}

// harmful has, for each type, values that no wildcard of an allow rule may match.
var harmful = map[argument.Type][]string{
	argument.TypeText:       nil,
	argument.TypeWord:       append([]string{"a b", "a,b", "a|b", "a/b", "../a", strings.Repeat("a", 257)}, quoting...),
	argument.TypeWords:      quoting,
	argument.TypeVariable:   append([]string{"a b", "a:b", "a/b", "a=b", "a@b"}, quoting...),
	argument.TypeNumber:     append([]string{"x", "1e9", "0x10", "1 2", "1-2", "1,2", "%31", strings.Repeat("9", 33)}, quoting...),
	argument.TypeTime:       append([]string{"now", "1 2", "1,2"}, quoting...),
	argument.TypeChannel:    append([]string{"all", "ALL", "a b", "a/b", "a:b", "a,b"}, quoting...),
	argument.TypeExtension:  append([]string{"a b", "a,b", "a:b", "system:id", "a/b", "%31", "a;b=c"}, quoting...),
	argument.TypeAddress:    append([]string{"a b", "a,b", "a|b", "a;b", "%31"}, quoting...),
	argument.TypeHost:       {"a b", "a,b", "a@b", "%31", "a'b", `a"b`, "a;b", "a${b}", "a{b}", "a<b>", "a&b"},
	argument.TypeURI:        append([]string{"sip:a@b.example", "a@b.example", "b.example", "10.0.0.1", "<sip:a@b>", "a;x=y", "a?x=y", "a%40b"}, quoting...),
	argument.TypeDialString: append([]string{"a,b", "a|b", "{x=y}user/1", "a:_:b", "sofia/x/sip:1@b"}, quoting...),
	argument.TypeURL: append([]string{"http://b.example/", "b.example/x", "/etc/passwd", "file:///etc/passwd", "a@b", "a?x=y", "%2e%2e/x",
		"http_cache://http://b/x"}, quoting...),
	argument.TypeFile: append([]string{"../a.wav", "a/../../b.wav", "a//b.wav", "a/./b.wav", "..", "/etc/passwd", "a.file", "a.file_string", "a.shell_stream", "a.tts",
		"a.http", "a.https", "a.http_cache", "a.httapi", "a.local_stream", "a.tone_stream", "a.silence_stream", "a.memcache", "a.vlc", "a.av", "a.rtmp", "a.portaudio_stream",
		"a.a_stream_of_tomorrow", "a.", "a.WAV2", "http://b/x.wav", "file:///etc/x.wav", "shell_stream://id", "file_string://a!b", "tone_stream://%(1,1,1)", "local_stream://moh",
		"say:x", "phrase:x", "silence_stream://-1", "{x=y}a.wav", "a%2e%2e.wav", "a%00.wav", "a;id;#.wav", "a b.wav", "a@@1.wav", "a|b", "app::args"}, quoting...),
	argument.TypeFolder: append([]string{"../a", "a/../b", "a//b", "a/./b", "/etc", "/", "a b", "%2e%2e", "file://a"}, quoting...),
	argument.TypeHeader: {"a%0d%0ab", "a%0Ab", "a%250d%250ab", "a%az", "50% az"},
	argument.TypeName:   {"a%0d%0ab", "a%0D%0AX-Y%3A 1", "a%250db", "a%Dz", "50% az", "a%+Az", `a"b`, "a%22b", "a<b", "a>b", "a%3Cb", `a\b`},
	argument.TypeTemplate: append([]string{"a,b", "a|b", "a:_:b", "a(b", "a)b", "x,api_on_answer=y", "'x", "a%2cb", "a%27b", "a%5db", "a%0ab", "a%252cb"},
		slices.DeleteFunc(slices.Clone(quoting), func(s string) bool { return s == "a;b" || s == "a&b" || s == "a!b" })...),
	argument.TypeSQL:   append([]string{"a b", "a,b", "a)b", "a-b", "a--b", "a=b", "a/b", "%27"}, quoting...),
	argument.TypeXML:   {"a<b", "a>b", "a&b", `a"b`, "a'b", "<!--#set x=y-->", "<X-PRE-PROCESS cmd=a/>"},
	argument.TypeRegex: append([]string{"a.b", "a*", "(a+)+", "a|b", "^a", "a$", "[a]", "a?", "a{1,9}"}, quoting...),
	argument.TypeNever: {"x", "1"},
}

func TestEveryTypeHasHarmfulValues(t *testing.T) {
	for _, typ := range argument.Types() {
		if _, ok := harmful[typ]; !ok && typ != argument.TypeNested && typ != argument.TypePlay {
			t.Errorf("no harmful value of the type %s is tried", typ)
		}
		if typ.Harmless() == "" || typ.String() == "" {
			t.Errorf("type %d has no name or no sentence", typ)
		}
	}
}

// valuesOf returns the harmful values of a type. Those of TypePlay are those of a file.
func valuesOf(t argument.Type) []string {
	if t == argument.TypeNested {
		return nil // the policy decides on the effects of what it contains
	}
	if t != argument.TypePlay {
		return append(slices.Clone(anywhere), harmful[t]...)
	}
	values := append(slices.Clone(anywhere), harmful[argument.TypeFile]...)
	return slices.DeleteFunc(values, func(v string) bool { return v == "app::args" })
}

// ruled returns a client with one role that has these allow rules.
func ruled(t *testing.T, rules ...string) *policy.Client {
	t.Helper()
	list := make([]string, len(rules))
	for i, r := range rules {
		list[i] = fmt.Sprintf("%q", r)
	}
	text := `{"version":1,"upstreams":{"pbx":{"address":"127.0.0.1:8021","password":{"env":"X"}}},"roles":{"r":{"allow":[` + strings.Join(list, ",") +
		`]}},"clients":{"c":{"from":["127.0.0.1/32"],"auth":{"password":["sha256:` + strings.Repeat("0", 64) + `"]},"roles":["r"]}}}`
	p, err := policy.Parse("p.json", []byte(text))
	if err != nil {
		t.Fatalf("%q: %v", rules, err)
	}
	return p.Client("c")
}

// effectOf returns an effect with the given value at a position.
func effectOf(at catalog.Position, value string) effect.Effect {
	tokens := slices.Clone(at.Tokens)
	if name, _, pair := strings.Cut(tokens[at.Index], "="); pair && at.Kind == effect.KindInject {
		value = name + "=" + value
	}
	tokens[at.Index] = value
	e := effect.Effect{Kind: at.Kind, Name: at.Name, Tokens: tokens}
	if e.Name == "*" {
		e.Name = map[effect.Kind]string{effect.KindChannel: "hangup", effect.KindDialplan: "XML", effect.KindInject: "HEARTBEAT"}[at.Kind]
	}
	return e
}

// TestWildcardsMatchHarmlessValuesOnly checks at every position of the catalogue that a wildcard
// matches a harmless value of the position's type and no harmful one.
func TestWildcardsMatchHarmlessValuesOnly(t *testing.T) {
	tried := 0
	for _, at := range catalog.Positions() {
		if at.Type == argument.TypeNested {
			continue
		}
		e := effectOf(at, "")
		clients := map[string]*policy.Client{"kind **": ruled(t, at.Kind.String()+" **"), "name **": ruled(t, at.Kind.String()+" "+e.Name+" **")}
		if stars := starred(at, e.Name); stars != "" {
			clients[stars] = ruled(t, stars)
		}
		for rule, c := range clients {
			plain := effectOf(at, catalog.PlainValue(at.Type))
			if d := c.Decide([]effect.Effect{plain}); d.Action != policy.Allow && at.Type != argument.TypeNever && at.Type != argument.TypeURI && at.Type != argument.TypeURL && !isSetUpByURL(plain) && !isSwitchOnly(plain, rule) {
				t.Errorf("%s: %q is not allowed: %s", rule, plain.String(), d.Reason)
			}
			for _, value := range valuesOf(at.Type) {
				bad := effectOf(at, value)
				if value == "" {
					continue
				}
				if d := c.Decide([]effect.Effect{bad}); d.Action == policy.Allow {
					t.Errorf("%s: %q is allowed, with %q for a %s", rule, bad.String(), value, at.Type)
				}
				tried++
			}
		}
	}
	if tried < 50_000 {
		t.Errorf("only %d values were tried", tried)
	}
}

// isSwitchOnly reports whether e is an event with which the switch reports about itself. A rule has
// to spell the name of such an event.
func isSwitchOnly(e effect.Effect, rule string) bool {
	return e.Kind == effect.KindInject && rule == "kind **" && strings.HasSuffix(e.Name, "_SCHEDULE")
}

// isSetUpByURL reports whether a token of e has a type for which a wildcard alone matches no value.
func isSetUpByURL(e effect.Effect) bool {
	form := catalog.FormOf(&e)
	for i := range e.Tokens {
		if s := form.Types(i); e.Tokens[i] != "" && (s.Has(argument.TypeURL) || s.Has(argument.TypeURI) || s.Has(argument.TypeNever)) {
			return true
		}
	}
	return false
}

// starred returns a rule with a * for each token, and "" if an effect cannot have that many tokens.
func starred(at catalog.Position, name string) string {
	if slots := catalog.Builtin().Slots(at.Kind, name); (at.Kind == effect.KindAPI || at.Kind == effect.KindApp) && slots < len(at.Tokens) {
		return ""
	}
	if at.Kind == effect.KindChannel || at.Kind == effect.KindDialplan && len(at.Tokens) != 2 || at.Kind == effect.KindInject && name == "CUSTOM" {
		return ""
	}
	return at.Kind.String() + " " + name + strings.Repeat(" *", len(at.Tokens))
}

// TestVariablesMatchHarmlessValuesOnly is like TestWildcardsMatchHarmlessValuesOnly, for every
// variable in the catalogue in each scope.
func TestVariablesMatchHarmlessValuesOnly(t *testing.T) {
	for name, typ := range catalog.Variables() {
		if typ == argument.TypeNested {
			continue
		}
		for _, scope := range []string{"channel", "originate", "global"} {
			c := ruled(t, "var "+scope+" "+name+" *", "var "+scope+" "+name+" **")
			for _, value := range valuesOf(typ) {
				e := effect.Effect{Kind: effect.KindVar, Name: scope, Tokens: []string{name, value}}
				if d := c.Decide([]effect.Effect{e}); d.Action == policy.Allow {
					t.Errorf("%q is allowed, with a harmful %s", e.String(), typ)
				}
			}
			plain := effect.Effect{Kind: effect.KindVar, Name: scope, Tokens: []string{name, catalog.PlainValue(typ)}}
			if d := c.Decide([]effect.Effect{plain}); d.Action != policy.Allow && typ != argument.TypeNever && scope != "global" {
				t.Errorf("%q is not allowed: %s", plain.String(), d.Reason)
			}
		}
	}
}

// TestNamesThatActAreSpelled checks that no wildcard matches the name of a variable whose value
// acts, or a name that is not plain.
func TestNamesThatActAreSpelled(t *testing.T) {
	names := append(catalog.ActingVariables(), "EXECUTE_ON_ANSWER_1", "api_on_x", "Sip_Route_URI", "a\nb", "a<b", "a b", "a:b", `a"b`, "my_dialplan")
	if len(names) < 300 {
		t.Fatalf("only %d variables act", len(names))
	}
	for _, scope := range []string{"channel", "originate", "global"} {
		c := ruled(t, "var "+scope+" **", "var "+scope+" * *", "var **")
		for _, name := range names {
			e := effect.Effect{Kind: effect.KindVar, Name: scope, Tokens: []string{name, "1"}, Fold: 1}
			if d := c.Decide([]effect.Effect{e}); d.Action == policy.Allow {
				t.Errorf("%q is allowed", e.String())
			}
		}
		for _, name := range []string{"my_var", "sip_h_X-Customer", "origination_uuid", "ignore_early_media"} {
			e := effect.Effect{Kind: effect.KindVar, Name: scope, Tokens: []string{name, "1"}, Fold: 1}
			if d := c.Decide([]effect.Effect{e}); d.Action != policy.Allow {
				t.Errorf("%q is not allowed: %s", e.String(), d.Reason)
			}
		}
	}
}

// TestGlobalsAreXML checks that the value of every global variable has to be XML text, since it can
// become part of the configuration.
func TestGlobalsAreXML(t *testing.T) {
	c := ruled(t, "var global my_var *", "var global sip_h_X *", "var channel my_var *")
	for _, e := range []effect.Effect{
		{Kind: effect.KindVar, Name: "global", Tokens: []string{"my_var", "<a/>"}},
		{Kind: effect.KindVar, Name: "global", Tokens: []string{"my_var", "a&b"}},
		{Kind: effect.KindVar, Name: "global", Tokens: []string{"sip_h_X", "a<b"}},
	} {
		if c.Decide([]effect.Effect{e}).Action == policy.Allow {
			t.Errorf("%q is allowed", e.String())
		}
	}
	e := effect.Effect{Kind: effect.KindVar, Name: "channel", Tokens: []string{"my_var", "<a/>"}}
	if d := c.Decide([]effect.Effect{e}); d.Action != policy.Allow {
		t.Errorf("%q is not allowed: %s", e.String(), d.Reason)
	}
}

// TestDirectoryValuesArePlain checks the values of variables that are set with a leg that
// FreeSWITCH looks up in its directory: they become part of a dial string.
func TestDirectoryValuesArePlain(t *testing.T) {
	c := ruled(t, "var originate my_var *", "var originate origination_caller_id_name *", "var originate call_timeout *")
	for _, value := range harmful[argument.TypeTemplate] {
		for _, name := range []string{"my_var", "origination_caller_id_name"} {
			e := effect.Effect{Kind: effect.KindVar, Name: "originate", Tokens: []string{name, value}, Directory: true}
			if c.Decide([]effect.Effect{e}).Action == policy.Allow {
				t.Errorf("%q is allowed", e.String())
			}
		}
	}
	for _, e := range []effect.Effect{
		{Kind: effect.KindVar, Name: "originate", Tokens: []string{"my_var", "a, b"}},
		{Kind: effect.KindVar, Name: "originate", Tokens: []string{"my_var", "pbx.example.org 50%"}, Directory: true},
		{Kind: effect.KindVar, Name: "originate", Tokens: []string{"call_timeout", "30"}, Directory: true},
	} {
		if d := c.Decide([]effect.Effect{e}); d.Action != policy.Allow {
			t.Errorf("%q is not allowed: %s", e.String(), d.Reason)
		}
	}
}

// TestEveryRowHasPositions checks that positions.tsv has a row for every API and application of the
// catalogue.
func TestEveryRowHasPositions(t *testing.T) {
	have := make(map[string]bool)
	for _, at := range catalog.Positions() {
		have[at.Kind.String()+" "+at.Name] = true
	}
	for _, name := range catalog.Builtin().APINames() {
		if !have["api "+name] {
			t.Errorf("positions.tsv has no row for the API %s", name)
		}
	}
	for _, name := range catalog.Builtin().AppNames() {
		if !have["app "+name] {
			t.Errorf("positions.tsv has no row for the application %s", name)
		}
	}
}
