package nested_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/fstext"
)

// effectsOf returns the effects of a command as rules spell them. After a # is the path of an
// effect without its first step.
func effectsOf(t *testing.T, text string) []string {
	t.Helper()
	c := parse(t, text)
	var out []string
	for i := range c.Effects {
		e := &c.Effects[i]
		s := e.String()
		if _, path, ok := strings.Cut(e.Path, " > "); ok {
			s += " # " + path
		}
		out = append(out, s)
	}
	return out
}

// An effectsTest is a command and its effects, without its own.
type effectsTest struct {
	name, send string
	want       []string
}

func runEffects(t *testing.T, tests []effectsTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := effectsOf(t, tt.send)[1:]
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s\ngot  %s\nwant %s", tt.send, strings.Join(got, "\n     "), strings.Join(tt.want, "\n     "))
			}
		})
	}
}

func TestOriginateEffects(t *testing.T) {
	runEffects(t, []effectsTest{
		{"an application", "api originate user/1000 &park()", []string{"dial user/1000", "app park # app park"}},
		{"without parentheses", "api originate user/1000 &park", []string{"dial user/1000", "app park # app park"}},
		{"with an argument", "api originate user/1000 '&log(INFO z)'", []string{"dial user/1000", "app log INFO z # app log"}},
		{"with two colons", "api originate user/1000 &log::INFO", []string{"dial user/1000", "app log INFO # app log"}},
		{"the first parenthesis ends it", "api originate user/1000 '&log(a)b)'", []string{"dial user/1000", "app log a # app log"}},
		{"the type folded", "api originate USER/Bob &park", []string{"dial user/Bob", "app park # app park"}},
		{"only an ampersand", "api originate user/1 &", []string{"dial user/1", "dialplan XML default &"}},
		{"an extension", "api originate user/1 park", []string{"dial user/1", "dialplan XML default park"}},
		{"with its dialplan", "api originate user/1 9 xml ctx", []string{"dial user/1", "dialplan XML ctx 9"}},
		{"undef", "api originate user/1 9 undef UNDEF undef undef 5", []string{"dial user/1", "dialplan XML default 9"}},
		{"an empty extension", "api originate user/1 ''", []string{"dial user/1", "dialplan XML default service"}},
		{"caller id", "api originate user/1 9 XML c 'J D' 55 10", []string{
			"dial user/1", "var originate origination_caller_id_name J D", "var originate origination_caller_id_number 55", "dialplan XML c 9"}},
		{"inline", "api originate user/1 'log:INFO q,park' inline", []string{
			"dial user/1", "app log INFO q # dialplan inline > app log", "app park # dialplan inline > app park"}},
		{"inline in the dialplan", "api originate user/1 nobody INLINE:log:INFO", []string{
			"dial user/1", "app log INFO # dialplan inline > app log"}},
		{"inline with a separator", "api originate user/1 'm:;:log:a,b;park' inline", []string{
			"dial user/1", "app log a,b # dialplan inline > app log", "app park # dialplan inline > app park"}},
		{"several dialplans", "api originate user/1 9 XML,inline:park", []string{
			"dial user/1", "dialplan XML default 9", "app park # dialplan inline > app park"}},
		{"a script", "api originate user/1 9 LUA x.lua", []string{"dial user/1", "dialplan LUA x.lua 9", "opaque script"}},
		{"a file", "api originate user/1 9 XML:/tmp/x.xml", []string{"dial user/1", "dialplan XML default 9", "opaque script"}},
		{"a dialplan not of the tree", "api originate user/1 9 other", []string{"dial user/1", "dialplan other default 9"}},
		{"all said", "api originate {a=1}[b=2]user/1,user/2|user/3 &park", []string{
			"var originate a 1", "var originate b 2", "dial user/1", "dial user/2", "dial user/3", "app park # app park"}},
		{"enterprise", "api originate <a=1>user/1:_:{b=2}user/2 &park", []string{
			"var originate a 1", "dial user/1", "var originate b 2", "dial user/2", "app park # app park"}},
		{"a mark at the end", "api originate <a=b>[leg_timeout=20]sofia/gateway/acme/1212:_: &park", []string{
			"var originate a b", "var originate leg_timeout 20", "dial sofia/gateway/acme/1212", "app park # app park"}},
		{"an application that dials", "api originate user/1 &bridge(sofia/gateway/acme/1,user/3)", []string{
			"dial user/1", "app bridge sofia/gateway/acme/1,user/3 # app bridge",
			"dial sofia/gateway/acme/1 # app bridge", "dial user/3 # app bridge"}},
		{"one token", "api originate user/1", nil}, // FreeSWITCH answers how it is used
		{"too many tokens", "api originate user/1 9 XML c n m 5 x", []string{"opaque unknown-syntax"}},
		{"a brace not closed", "api originate {a=1user/1 9", []string{"opaque unknown-syntax"}},
		{"a broken leg", "api originate user/1,[a=1 9", []string{"dial user/1", "opaque unknown-syntax", "dialplan XML default 9"}},
		{"blocks with a space between", "api originate '{a=1} {b=2}user/1' 9", []string{"opaque unknown-syntax"}},
	})
}

func TestDialEffects(t *testing.T) {
	runEffects(t, []effectsTest{
		{"loopback", "api originate loopback/9 &park", []string{
			"dial loopback/9", "dialplan XML default 9 # dial loopback", "app park # app park"}},
		{"loopback with all", "api originate loopback/9/ctx/LUA &park", []string{
			"dial loopback/9/ctx/LUA", "dialplan LUA ctx 9 # dial loopback", "opaque script # dial loopback", "app park # app park"}},
		{"loopback inline", "api originate 'Loopback/log:INFO/default/inline' &park", []string{
			"dial loopback/log:INFO/default/inline", "app log INFO # dial loopback > dialplan inline > app log", "app park # app park"}},
		{"loopback to an application", "api originate loopback/app=log:INFO &park", []string{
			"dial loopback/app=log:INFO", "app log INFO # dial loopback > app log", "app park # app park"}},
		{"loopback to nothing", "api originate loopback &park", []string{
			"dial loopback", "dialplan XML default  # dial loopback", "app park # app park"}},
		{"a comma parts legs", "api originate loopback/log:INFO,park/default/inline &park", []string{
			"dial loopback/log:INFO", "dialplan XML default log:INFO # dial loopback", "dial park/default/inline", "app park # app park"}},
		{"a channel's own context", execute("bridge", "loopback/9"), []string{
			"dial loopback/9 # app bridge", "dialplan XML  9 # app bridge > dial loopback"}},
		{"a context", execute("bridge", "loopback/9/ctx"), []string{
			"dial loopback/9/ctx # app bridge", "dialplan XML ctx 9 # app bridge > dial loopback"}},
		{"a channel's own dialplan could be inline", execute("bridge", "loopback/log:INFO/ctx"), []string{
			"dial loopback/log:INFO/ctx # app bridge", "dialplan XML ctx log:INFO # app bridge > dial loopback",
			"app log INFO # app bridge > dial loopback > dialplan inline > app log"}},
		{"an extension of its own dialplan", execute("execute_extension", "9"), []string{"dialplan XML  9 # app execute_extension"}},
		{"an extension that could be inline", execute("execute_extension", "park"), []string{
			"dialplan XML  park # app execute_extension", "app park # app execute_extension > dialplan inline > app park"}},
		{"an extension that is not", execute("execute_extension", "park XML default"), []string{
			"dialplan XML default park # app execute_extension"}},
		{"a transfer never goes to the channel's inline", execute("transfer", "park"), []string{"dialplan XML  park # app transfer"}},
		{"a group", execute("bridge", "group/sales@example.com"), []string{"dial group/sales@example.com # app bridge"}},
		{"a group that is no name", execute("bridge", "group/x)}y"), []string{
			"dial group/x)}y # app bridge", "opaque expansion # app bridge"}},
		{"a user that is no name", execute("bridge", "'user/1;2'"), []string{
			"dial user/1;2 # app bridge", "opaque expansion # app bridge"}},
		{"variables", execute("bridge", "{a=1,b='x y'}[c=2]user/1"), []string{
			"var originate a 1 # app bridge", "var originate b x y # app bridge", "var originate c 2 # app bridge", "dial user/1 # app bridge"}},
		{"hooks", execute("bridge", "{execute_on_answer='log INFO b'}user/1"), []string{
			"var originate execute_on_answer log INFO b # app bridge",
			"app log INFO b # app bridge > var execute_on_answer > app log", "dial user/1 # app bridge"}},
		{"not understood", execute("bridge", "{a=1user/1"), []string{"opaque unknown-syntax # app bridge"}},
		{"a value that mentions an API", "api originate {a=${status()}}user/1 9", []string{
			"var originate a ${status()}", "api status # api status", "dial user/1", "dialplan XML default 9"}},
		{"a destination that mentions an API", "api originate null/${hostname()} 9", []string{
			"dial null/${hostname()}", "api hostname # api hostname", "dialplan XML default 9"}},
		{"an extension that mentions an API", "api originate null/x ${hostname()}", []string{
			"dial null/x", "dialplan XML default ${hostname()}", "api hostname # api hostname"}},
		{"a dialplan that mentions an API", "api originate null/x 9 ${hostname()}", []string{
			"dial null/x", "api hostname # api hostname", "opaque expansion", "dialplan ${hostname()} default 9"}},
		{"a dialplan that mentions a variable", "api originate null/x 9 ${dp}", []string{
			"dial null/x", "opaque expansion", "dialplan ${dp} default 9"}},
		{"att_xfer", execute("att_xfer", "user/1"), []string{"dial user/1 # app att_xfer"}},
		{"conference", "api conference c dial {a=1}user/1", []string{
			"var originate a 1", "dial user/1", "app conference c # app conference"}},
		{"too many legs", "api originate " + strings.Repeat("user/1,", 100) + "user/2|" + strings.Repeat("user/1,", 30) + " &park",
			[]string{"opaque depth", "app park # app park"}},
	})
}

// TestHostileSizes parses texts that would take long if any part of them were analysed more than a
// few times.
func TestHostileSizes(t *testing.T) {
	const n = 20_000
	for _, tt := range []struct{ name, args, last string }{
		{"square brackets", "null/x," + strings.Repeat("[", n) + " 9", "opaque unknown-syntax"},
		{"braces", strings.Repeat("{", n) + "null/x 9", "opaque unknown-syntax"},
		{"blocks", strings.Repeat("{}", n) + "null/x 9", "dialplan XML default 9"},
		{"variables", strings.Repeat("{a=b}", n) + "null/x 9", "opaque unknown-syntax"},
		{"hooks", strings.Repeat("{loopback_app=a,loopback_app_arg=b}", 511) + "null/x 9", "opaque depth"},
		{"an array", "{execute_on_answer=ARRAY::" + strings.Repeat("a|:", n) + "}null/x 9", "opaque depth"},
		{"inline", "null/x " + strings.Repeat("m:;:", n) + " inline", "opaque unknown-syntax"},
		{"bridges", "null/x " + strings.Repeat("&bridge(", n), "opaque depth"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := effectsOf(t, "api originate "+tt.args)
			last, _, _ := strings.Cut(got[len(got)-1], " # ")
			if len(got) > 1024+1 || !strings.HasPrefix(last, tt.last) {
				t.Errorf("%d effects, the last %.80q; want %.80q", len(got), last, tt.last)
			}
		})
	}
}

func TestHooksInHooks(t *testing.T) {
	got := effectsOf(t, "api originate '{api_on_answer="+strings.Repeat("uuid_setvar 1 api_on_answer ", 2*fstext.MaxDepth)+"status}null/x' 9")
	if len(got) > 100 || !slices.ContainsFunc(got, func(e string) bool { return strings.HasPrefix(e, "opaque depth") }) {
		t.Errorf("%d effects: %q", len(got), got)
	}
}

// BenchmarkOriginate parses a long originate: two legs, two alternatives, ten variables, one of
// them a hook.
func BenchmarkOriginate(b *testing.B) {
	f := &codec.Frame{Line: []byte("bgapi originate {origination_uuid=4e3a2f7c-86c8-4b44-9ac5-1bca26b3c8a3," +
		"origination_caller_id_name=Acme,origination_caller_id_number=15551234,ignore_early_media=true," +
		"originate_timeout=30,hangup_after_bridge=true,campaign_id=77,lead_id=123456," +
		"execute_on_answer='playback /var/sounds/acme/hello.wav'}[leg_timeout=15]sofia/gateway/acme/15551230001," +
		"[leg_timeout=20]sofia/gateway/acme/15551230002|sofia/gateway/backup/15551230003|user/1000@example.com " +
		"&playback(/var/sounds/acme/welcome.wav)")}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := command.Parse(catalog.Builtin(), nil, f); err != nil {
			b.Fatal(err)
		}
	}
}
