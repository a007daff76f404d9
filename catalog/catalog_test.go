package catalog

import (
	"slices"
	"strings"
	"testing"

	"eslguard/effect"
)

func TestBuiltinParses(t *testing.T) {
	apis, err := parseTable(apisTSV, "api")
	if err != nil {
		t.Fatal(err)
	}
	apps, err := parseTable(appsTSV, "app")
	if err != nil {
		t.Fatal(err)
	}
	if len(apis) != 292 || len(apps) != 222 {
		t.Errorf("%d APIs and %d applications, want 292 and 222", len(apis), len(apps))
	}
	if first := Builtin(); first != Builtin() {
		t.Error("two calls of Builtin return two catalogues")
	}
}

func TestEntry(t *testing.T) {
	tests := []struct {
		api, args string
		class     effect.Class
		tokens    []string
		fold      uint64
		uuids     []string
		reads     bool
		opaque    string
	}{
		{api: "status", class: effect.ClassStatus},
		{api: "STATUS", class: effect.ClassStatus},
		{api: "nosuch", args: "a b", class: effect.ClassNone, tokens: []string{"a b"}},
		{api: "show", args: "Channels as json", class: effect.ClassRead, tokens: []string{"Channels", "as", "json"}, fold: 0b11111},
		{api: "sofia", args: "status", class: effect.ClassConfig, tokens: []string{"status"}, fold: 1 | 1<<1 | 1<<3, reads: true},
		{api: "sofia", args: "profile internal restart", class: effect.ClassConfig, tokens: []string{"profile", "internal", "restart"}, fold: 1 | 1<<2 | 1<<3},
		{api: "sofia", args: "PROFILE internal GWLIST", class: effect.ClassConfig, tokens: []string{"PROFILE", "internal", "GWLIST"}, fold: 1 | 1<<2 | 1<<3, reads: true},
		{api: "fsctl", args: "sps", class: effect.ClassConfig, tokens: []string{"sps"}, fold: 0b11, reads: true},
		{api: "fsctl", args: "sps 5", class: effect.ClassConfig, tokens: []string{"sps", "5"}, fold: 0b11},
		{api: "conference", args: "room list", class: effect.ClassOriginate, tokens: []string{"room", "list"}, fold: 0b110, reads: true, opaque: effect.OpaqueWrapper},
		{api: "conference", args: "room dial x", class: effect.ClassOriginate, tokens: []string{"room", "dial", "x"}, fold: 0b110, opaque: effect.OpaqueWrapper},
		{api: "uuid_kill", args: "u1 NORMAL", class: effect.ClassCall, tokens: []string{"u1", "NORMAL"}, fold: 0b10, uuids: []string{"u1"}},
		{api: "uuid_bridge", args: "u1 u2", class: effect.ClassCall, tokens: []string{"u1", "u2"}, uuids: []string{"u1", "u2"}},
		{api: "uuid_hold", args: "off u1", class: effect.ClassCall, tokens: []string{"off", "u1"}, fold: 1, uuids: []string{"u1"}},
		{api: "uuid_hold", args: "u1", class: effect.ClassCall, tokens: []string{"u1"}, fold: 1, uuids: []string{"u1"}},
		{api: "uuid_media_reneg", args: "+u1", class: effect.ClassCall, tokens: []string{"+u1"}, uuids: []string{"u1"}},
		{api: "eval", args: "uuid:u1 x", class: effect.ClassNested, tokens: []string{"uuid:u1 x"}, uuids: []string{"u1"}, opaque: effect.OpaqueWrapper},
		{api: "system", args: "id -u", class: effect.ClassExec, tokens: []string{"id -u"}},
		{api: "managed", class: effect.ClassNone, opaque: effect.OpaqueScript},
		{api: "db", args: "select/a/b", class: effect.ClassConfig, tokens: []string{"select", "a", "b"}, fold: 1, reads: true},
		{api: "uuid_redirect", args: "u1 sip:x", class: effect.ClassOriginate, tokens: []string{"u1", "sip:x"}, uuids: []string{"u1"}, opaque: effect.OpaqueWrapper},
		{api: "sofia_username_of", args: "a/b@c", class: effect.ClassSecret, tokens: []string{"a/b@c"}},
	}
	for _, tt := range tests {
		t.Run(tt.api+" "+tt.args, func(t *testing.T) {
			e := Builtin().API(tt.api)
			tokens, _ := e.Split.Split(tt.args)
			fold := e.fold.of(tokens)
			if e.Class != tt.class {
				t.Errorf("class %v, want %v", e.Class, tt.class)
			}
			if !slices.Equal(tokens, tt.tokens) {
				t.Errorf("tokens %q, want %q", tokens, tt.tokens)
			}
			if fold != tt.fold {
				t.Errorf("fold %b, want %b", fold, tt.fold)
			}
			if got := e.uuid.of(tt.args, tokens); !slices.Equal(got, tt.uuids) {
				t.Errorf("uuids %q, want %q", got, tt.uuids)
			}
			if got := e.onlyReads(tokens, fold); got != tt.reads {
				t.Errorf("onlyReads %v, want %v", got, tt.reads)
			}
			if got := e.OpaqueReason(); got != tt.opaque {
				t.Errorf("opaque %q, want %q", got, tt.opaque)
			}
		})
	}
}

func TestParseEntryRefuses(t *testing.T) {
	for _, row := range []string{
		"", "a\tstatus", "a\tnoclass\twhole\t-\t-\t-\t-", "a\tstatus\twords\t-\t-\t-\t-",
		"a\tstatus\twhole\tx\t-\t-\t-", "a\tstatus\twhole\t64\t-\t-\t-", "a\tstatus\twhole\t-\tx\t-\t-",
		"a\tstatus\twhole\t-\t-\tmaybe\t-",
	} {
		if e, err := parseEntry(row, "api"); err == nil {
			t.Errorf("parseEntry(%q) = %+v, want an error", row, e)
		}
	}
}

func TestWith(t *testing.T) {
	c, err := Builtin().With([]Module{{Name: "UUID_audio_fork", Class: effect.ClassMedia, UUID: []int{0}, Split: "space"}})
	if err != nil {
		t.Fatal(err)
	}
	if !c.HasAPI("uuid_AUDIO_fork") || Builtin().HasAPI("uuid_audio_fork") {
		t.Error("With must add to the new catalogue and leave the old one alone")
	}
	if !c.HasAPI("status") || !c.HasApp("Park") {
		t.Error("the new catalogue lost what was built in")
	}
	if same, err := c.With(nil); err != nil || same != c {
		t.Errorf("With(nil) = %p, %v; want the catalogue itself, %p", same, err, c)
	}
	for want, mods := range map[string][]Module{
		"has it":         {{Name: "Status"}},
		"twice":          {{Name: "x1"}, {Name: "X1"}},
		"plain name":     {{Name: "a b"}},
		"split":          {{Name: "x1", Split: "words 0"}},
		"uuid token 64 ": {{Name: "x1", UUID: []int{64}}},
	} {
		if _, err := Builtin().With(mods); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("With(%+v): %v, want an error with %q", mods, err, want)
		}
	}
}
