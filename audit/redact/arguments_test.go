package redact

import (
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
)

// TestArgs checks the arguments of effects, which do not contain the name of their command.
func TestArgs(t *testing.T) {
	api := func(name string) effect.Effect { return effect.Effect{Kind: effect.KindAPI, Name: name} }
	app := func(name string) effect.Effect { return effect.Effect{Kind: effect.KindApp, Name: name} }
	for _, tt := range []struct {
		f          effect.Effect
		args, want string
		names      []string
	}{
		{api("status"), "", "", nil},
		{api("show"), "channels as json", "channels as json", nil},
		{api("uuid_send_dtmf"), "8fd3 123", "8fd3 [redacted]", []string{"uuid_send_dtmf"}},
		{app("send_dtmf"), "123", "[redacted]", []string{"send_dtmf"}},
		{app("conference"), "3000@default+123", "3000@default+[redacted]", []string{"conference"}},
		{api("uuid_setvar"), "8fd3 my_pin 123", "8fd3 my_pin [redacted]", []string{"my_pin"}},
		{api("uuid_transfer"), "8fd3 my_pin 123", "8fd3 my_pin 123", nil}, // not a setter
		{api("system"), "md5 /etc/passwd", "md5 [redacted]", []string{"md5"}},
		{api("${x}"), "a b", "[redacted]", []string{"expansion"}}, // it may be any API
		{app("a${x}"), "a b", "[redacted]", []string{"expansion"}},
		{effect.Effect{Kind: effect.KindVar, Name: "channel"}, "my_pin 123", "my_pin [redacted]", []string{"my_pin"}},
		{effect.Effect{Kind: effect.KindVar, Name: "channel"}, "my_colour 123", "my_colour 123", nil},
		{effect.Effect{Kind: effect.KindDial, Name: "md5"}, "a", "a", nil},
	} {
		var names []string
		got := new(Secrets).Args(&tt.f, tt.args, func(name string) { names = append(names, name) })
		if got != tt.want || !slices.Equal(names, tt.names) {
			t.Errorf("%s %q: got %q with the names %q, want %q with %q", tt.f.String(), tt.args, got, names, tt.want, tt.names)
		}
		if again := new(Secrets).Args(&tt.f, tt.args, nil); again != got {
			t.Errorf("%s %q: without a function, got %q", tt.f.String(), tt.args, again)
		}
	}
}

func TestTakesSecret(t *testing.T) {
	for _, tt := range []struct {
		kind effect.Kind
		name string
		want bool
	}{
		{effect.KindAPI, "md5", true},
		{effect.KindAPI, "conference", true},
		{effect.KindApp, "send_dtmf", true},
		{effect.KindAPI, "${x}", true},
		{effect.KindAPI, "status", false},
		{effect.KindAPI, "mine", false},
		{effect.KindDial, "md5", false},
		{effect.KindVar, "${x}", false},
	} {
		f := effect.Effect{Kind: tt.kind, Name: tt.name}
		if got := new(Secrets).TakesSecret(&f); got != tt.want {
			t.Errorf("%s: %v, want %v", f.String(), got, tt.want)
		}
	}
}

// TestFurtherNames checks Secrets that know further parts of names and replace secrets by tokens.
func TestFurtherNames(t *testing.T) {
	k := New([]string{"iban", "my_code"}, func(secret string) string { return strings.ToUpper(secret) })
	for _, tt := range []struct{ in, want string }{
		{"{IBAN=de12,a=b}", "{IBAN=[redacted:DE12],a=b}"},
		{"{x_my_code_2=abc}", "{x_my_code_2=[redacted:ABC]}"},
		{"{mycode=abc}", "{mycode=abc}"},
		{"{pin=abc}", "{pin=[redacted:ABC]}"},
		{"pin: ' a '", "pin: [redacted: A ]"}, // without its quotes
		{"{pin='a b',c=d}", "{pin=[redacted:A B],c=d}"},
		{"uuid_setvar x pin \ta \t", "uuid_setvar x pin \t[redacted:A]"}, // without the blanks
		{`pin="`, `pin=[redacted:"]`},
	} {
		if got := k.Redact(tt.in, AsCommand, nil); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
	marked := k.Marking(nil)
	if got := marked.Redact("{iban=de12}", AsCommand, nil); got != "{iban=[redacted]}" {
		t.Errorf("Marking keeps the token, or loses the names: %q", got)
	}
	if !k.Harmless("iba n=x") || k.Harmless("xIBANx") {
		t.Error("Harmless does not know further names")
	}
}

// TestReadings checks texts that are read differently by what they are.
func TestReadings(t *testing.T) {
	for _, tt := range []struct {
		as       Reading
		in, want string
	}{
		{AsCommand, "authClueCon", "auth[redacted]"},
		{AsText, "authClueCon", "authClueCon"},
		{AsText, "my_pin 123", "my_pin 123"},
		{AsSetting, "my_pin 123", "my_pin [redacted]"},
		{AsText, "md5 *", "md5 [redacted]"},
		{AsWords, "md5 *", "md5 *"},
		{AsWords, "md5 a", "md5 [redacted]"},
		{AsWords, "api md5 is not allowed to wallboard", "api md5 is not allowed to wallboard"},
		{AsText, "api md5 is not allowed to wallboard", "api md5 [redacted]"},
	} {
		if got := new(Secrets).Redact(tt.in, tt.as, nil); got != tt.want {
			t.Errorf("%q read as %d: got %q, want %q", tt.in, tt.as, got, tt.want)
		}
	}
}

func TestUse(t *testing.T) {
	c, err := catalog.Builtin().With([]catalog.Module{{Name: "mine", Secret: []int{0}}})
	if err != nil {
		t.Fatal(err)
	}
	var k Secrets
	for _, tt := range []struct {
		c     *catalog.Catalog
		needs bool
	}{{nil, false}, {c, true}, {catalog.Builtin(), false}} {
		k.Use(tt.c)
		if got := k.NeedsName("MINE"); got != tt.needs {
			t.Errorf("the name is needed: %v, want %v", got, tt.needs)
		}
		if !k.NeedsName("md5") || !k.NeedsName("Conference") || k.NeedsName("status") {
			t.Error("the commands of FreeSWITCH's own tree are not known")
		}
		if got := k.Harmless("mine x"); got == tt.needs {
			t.Errorf("harmless: %v", got)
		}
	}
}

func TestIsName(t *testing.T) {
	const name = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
	for c := range 256 {
		if got := IsName(byte(c)); got != (strings.IndexByte(name, byte(c)) >= 0) {
			t.Errorf("IsName(%q) = %v", byte(c), got)
		}
	}
}
