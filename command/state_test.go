package command_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
)

func TestLasting(t *testing.T) {
	most := func(without ...string) []string {
		var list []string
		for _, name := range catalog.EventNames() {
			if !slices.Contains(without, name) {
				list = append(list, "subscribe "+name)
			}
		}
		return list
	}
	tests := []struct {
		name string
		sent []string
		want []string
	}{
		{"nothing", []string{"api status", "exit"}, nil},
		{"subscriptions add up", []string{"event DTMF", "event json API CUSTOM b::b a::a"}, []string{"subscribe API", "subscribe DTMF", "subscribe CUSTOM a::a", "subscribe CUSTOM b::b"}},
		{"nixevent takes one", []string{"event DTMF API", "nixevent API"}, []string{"subscribe DTMF"}},
		{"nixevent takes a subclass", []string{"event CUSTOM a::a b::b", "nixevent CUSTOM a::a"}, []string{"subscribe CUSTOM b::b"}},
		{"nixevent CUSTOM takes none", []string{"event CUSTOM", "nixevent CUSTOM"}, []string{"subscribe CUSTOM"}},
		{"all but one", []string{"event ALL", "nixevent API"}, most("API")},
		{"ALL leaves its subclasses behind", []string{"event ALL", "nixevent ALL"}, []string{"subscribe CUSTOM"}},
		{"ALL outlives a nixed subclass", []string{"event ALL", "nixevent CUSTOM a::a"}, most()},
		{"noevents takes all", []string{"event ALL CUSTOM a::a", "noevents"}, nil},
		{"unknown names are not remembered", []string{"event NOSUCH"}, nil},
		{"the log level", []string{"log 4"}, []string{"log WARNING"}},
		{"the last log level", []string{"log 4", "log"}, []string{"log DEBUG"}},
		{"nolog", []string{"log 4", "nolog"}, nil},
		{"the channel", []string{"myevents u1"}, []string{"channel myevents u1"}},
		{"noevents leaves the channel", []string{"myevents u1", "noevents"}, []string{"channel myevents u1"}},
		{"a refused channel is none", []string{"myevents u1", "myevents u2"}, []string{"channel myevents u1"}},
		{"only regular expressions", []string{"filter a b", "filter c /d/"}, []string{"filter regex c"}},
		{"a deleted filter", []string{"filter c /d/", "filter delete C"}, nil},
		{"another filter deleted", []string{"filter c /d/", "filter delete c /e/"}, []string{"filter regex c"}},
		{"all filters deleted", []string{"filter c /d/", "filter delete all"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			st := after(t, tt.sent...)
			list := st.Lasting()
			if got := effects(list); !slices.Equal(got, tt.want) {
				t.Errorf("after %q: %q, want %q", tt.sent, got, tt.want)
			}
		})
	}
}

func TestAttached(t *testing.T) {
	if got := new(command.State).Attached(); got != "" {
		t.Errorf("a new session is attached to %q", got)
	}
	if got := after(t, "myevents u1 json").Attached(); got != "u1" {
		t.Errorf("attached to %q, want u1", got)
	}
}

// TestParseLeavesState checks that a command which was only parsed, and perhaps denied, changes no
// state.
func TestParseLeavesState(t *testing.T) {
	st := new(command.State)
	for _, send := range []string{"event ALL CUSTOM a::a", "myevents u1", "log", "filter a /b/"} {
		if _, err := command.Parse(catalog.Builtin(), st, frame(send)); err != nil {
			t.Fatal(err)
		}
	}
	if got := st.Lasting(); got != nil || st.Attached() != "" {
		t.Errorf("Parse alone left %q behind, attached to %q", effects(got), st.Attached())
	}
}

// TestFiltersFreed checks that the places of deleted filters can be used again.
func TestFiltersFreed(t *testing.T) {
	sent := slices.Repeat([]string{"filter a b"}, command.DefaultFilters)
	sent = append(sent, "filter delete a", "filter c d")
	after(t, sent...)
}

// TestTooManyFilters checks that the limit is that of the state, and that the refusal names the
// setting.
func TestTooManyFilters(t *testing.T) {
	for most, sent := range map[int]int{0: command.DefaultFilters, 3: 3, 300: 300} {
		st := &command.State{MaxFilters: most}
		for range sent {
			cmd, err := command.Parse(catalog.Builtin(), st, frame("filter a b"))
			if err != nil {
				t.Fatal(err)
			}
			st.Apply(cmd)
		}
		_, err := command.Parse(catalog.Builtin(), st, frame("filter a b"))
		var refusal *codec.Refusal
		want := fmt.Sprintf(`-ERR refused, too-many-filters, "filters" of the client in the policy allows %d in a session`, sent)
		if !errors.As(err, &refusal) || refusal.Reason != command.ReasonTooManyFilters || refusal.ReplyText() != want {
			t.Errorf("%d filters, the bound is %d: %v, want %s", sent, most, err, want)
		}
		st.MaxFilters = sent + 1
		if _, err := command.Parse(catalog.Builtin(), st, frame("filter a b")); err != nil {
			t.Errorf("%d filters, the bound is %d: %v", sent, sent+1, err)
		}
	}
}

// TestFilterExpressions checks that filters that RE2 cannot compile are refused if, and only if,
// eslguard matches them.
func TestFilterExpressions(t *testing.T) {
	const why = "events are shared, so expressions are those of RE2, without look-around and backreferences"
	for _, tt := range []struct {
		filter, reply string // "" if it is not refused
	}{
		{"Unique-ID /^a.*b$/i", ""},
		{"Unique-ID (?<=a)b", ""},
		{"Unique-ID -/(?<=a)b/", ""}, // text, since its first byte is no slash
		{"add Unique-ID /(?=a)b/", "-ERR refused, filter-expression, RE2 cannot compile the regular expression, invalid or unsupported Perl syntax, `(?=` (" + why + ")"},
		{`Unique-ID /(a)\1/`, "-ERR refused, filter-expression, RE2 cannot compile the regular expression, invalid escape sequence, `\\\\1` (" + why + ")"},
		{"delete Unique-ID /(?<=a)b/", ""},
	} {
		for _, session := range []struct {
			name  string
			state *command.State
			reply string
		}{
			{"shared", &command.State{SharedEvents: true}, tt.reply},
			{"own", new(command.State), ""},
			{"attached", sharedAfter(t, "myevents u1"), ""},
		} {
			_, err := command.Parse(catalog.Builtin(), session.state, frame("filter "+tt.filter))
			reply := ""
			var refusal *codec.Refusal
			if errors.As(err, &refusal) && refusal.Reason == command.ReasonFilterExpression {
				reply = refusal.ReplyText()
			} else if err != nil {
				t.Errorf("%s, filter %s: %v", session.name, tt.filter, err)
			}
			if reply != session.reply {
				t.Errorf("%s, filter %s: the reply is %q, want %q", session.name, tt.filter, reply, session.reply)
			}
		}
	}
}

// sharedAfter returns the state of a session with shared events that has sent one command.
func sharedAfter(t *testing.T, sent string) *command.State {
	t.Helper()
	st := after(t, sent)
	st.SharedEvents = true
	return st
}

// TestFilterExpressionIsBounded checks that the reply to a long expression has a bound, and no
// place where clients cut it.
func TestFilterExpressionIsBounded(t *testing.T) {
	for _, expression := range []string{strings.Repeat("\xff", 250), strings.Repeat(": ", 120), strings.Repeat("\\", 248) + "v", "a{1000}{1000}"} {
		_, err := command.Parse(catalog.Builtin(), &command.State{SharedEvents: true}, frame("filter a /("+expression+"/"))
		var refusal *codec.Refusal
		if !errors.As(err, &refusal) || refusal.Reason != command.ReasonFilterExpression {
			t.Fatalf("%q: %v", expression, err)
		}
		if reply := refusal.ReplyText(); len(reply) > 300 || strings.Contains(reply, ": ") || !strings.HasSuffix(reply, "backreferences)") || len(refusal.Detail) > 256 {
			t.Errorf("%q: detail of %d bytes, the reply has %d: %q", expression, len(refusal.Detail), len(reply), reply)
		}
	}
}

// TestFilterProtectionFirst checks that a filter that a protection refuses is refused for that,
// whether RE2 can compile it or not.
func TestFilterProtectionFirst(t *testing.T) {
	_, err := command.Parse(catalog.Builtin(), &command.State{SharedEvents: true}, frame(`filter a /(?=a)(b+)+/`))
	var refusal *codec.Refusal
	if !errors.As(err, &refusal) || refusal.Reason != command.ReasonProtection {
		t.Errorf("%v", err)
	}
}

func TestParseLogin(t *testing.T) {
	tests := []struct {
		line string
		want command.Login
		ok   bool
	}{
		{"auth ClueCon", command.Login{Password: "ClueCon"}, true},
		{"AUTH ClueCon", command.Login{Password: "ClueCon"}, true},
		{"auth  two words ", command.Login{Password: " two words "}, true},
		{"auth ", command.Login{}, true},
		{"userauth 1000@a.test:pw", command.Login{User: "1000", Domain: "a.test", Password: "pw", Userauth: true}, true},
		{"userauth 1000:pw@a.test", command.Login{User: "1000", Domain: "a.test", Password: "pw", Userauth: true}, true},
		{"userauth 1000@a.test:p:w@x", command.Login{User: "1000", Domain: "a.test", Password: "p:w@x", Userauth: true}, true},
		{"userauth 1000:one@a.test:two", command.Login{User: "1000", Domain: "a.test", Password: "one", Userauth: true}, true},
		{"userauth 1000:pw", command.Login{User: "1000", Password: "pw", Userauth: true}, true},
		{"userauth 1000@a.test:", command.Login{User: "1000", Domain: "a.test", Userauth: true}, true},
		{"auth", command.Login{}, false},
		{"authClueCon", command.Login{}, false},
		{"auth\tClueCon", command.Login{}, false},
		{"userauth", command.Login{}, false},
		{"api status", command.Login{}, false},
		{"exit", command.Login{}, false},
	}
	for _, tt := range tests {
		got, ok := command.ParseLogin(frame(tt.line))
		if got != tt.want || ok != tt.ok {
			t.Errorf("ParseLogin(%q) = %+v, %v; want %+v, %v", tt.line, got, ok, tt.want, tt.ok)
		}
	}
}

// TestNoPassword checks that a login sent in the middle of a session leaves no password in errors
// and texts.
func TestNoPassword(t *testing.T) {
	for _, send := range []string{"auth hunter2", "userauth a@b:hunter2", "authhunter2", "auth\thunter2", "Xauth:hunter2", "USERAUTHhunter2 x"} {
		c, err := command.Parse(catalog.Builtin(), nil, frame(send))
		if err != nil {
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%q: the error is %q", send, err)
			}
			continue
		}
		if strings.Contains(c.Text, "hunter2") || len(c.Upstream) > 0 {
			t.Errorf("%q: the text is %q, %d frames go up", send, c.Text, len(c.Upstream))
		}
	}
}

func TestPathAndUUIDs(t *testing.T) {
	tests := []struct {
		sent  []string
		send  string
		path  string
		uuids []string
	}{
		{nil, "api status", "api status", nil},
		{nil, "bgapi status", "bgapi > api status", nil},
		{nil, "api status\nconsole_execute: true", "api console_execute > api status", nil},
		{nil, "api uuid_bridge u1 u2", "api uuid_bridge", []string{"u1", "u2"}},
		{nil, "event API", "event", nil},
		{nil, "event ALL", command.PathAllEvents, nil},
		{nil, "sendmsg u1\ncall-command: execute\nexecute-app-name: park", "sendmsg > app park", []string{"u1"}},
		{nil, "sendmsg u1\ncall-command: execute\nexecute-app-name: intercept\nexecute-app-arg: -bleg u2", "sendmsg > app intercept", []string{"u1", "u2"}},
		{nil, "sendmsg u1\ncall-command: nomedia\nnomedia-uuid: u2", "sendmsg", []string{"u1", "u2"}},
		{nil, "sendevent MESSAGE\nUnique-ID: u1", "sendevent", []string{"u1"}},
		{nil, "sendevent NOTIFY\nprofile: p\nuuid: u2", "sendevent", []string{"u2"}},
		{nil, "myevents u1", "myevents", []string{"u1"}},
		{[]string{attach}, "getvar x", "getvar > api uuid_getvar", []string{"u1"}},
		{[]string{attach}, "linger 5", "linger", []string{"u1"}},
	}
	for _, tt := range tests {
		t.Run(tt.send, func(t *testing.T) {
			c, err := command.Parse(catalog.Builtin(), after(t, tt.sent...), frame(tt.send))
			if err != nil {
				t.Fatal(err)
			}
			if e := &c.Effects[0]; e.Path != tt.path || !slices.Equal(e.UUIDs, tt.uuids) {
				t.Errorf("%v has path %q and uuids %q, want %q and %q", e, e.Path, e.UUIDs, tt.path, tt.uuids)
			}
		})
	}
}

func TestText(t *testing.T) {
	tests := []struct{ send, want string }{
		{"api status\nX: y", "api status"},
		{"bgapi status\njob-uuid: a\nX: y", "bgapi status\nJob-UUID: a"},
		{"sendmsg u1\nCall-Command: hangup\nX: y", "sendmsg u1\ncall-command: hangup"},
		{"sendevent CUSTOM\nX: y\n\n" + strings.Repeat("b", 2000), "sendevent CUSTOM\nX: y\n\n" + strings.Repeat("b", 1024)},
	}
	for _, tt := range tests {
		c, err := command.Parse(catalog.Builtin(), nil, frame(tt.send))
		if err != nil {
			t.Fatal(err)
		}
		if c.Text != tt.want {
			t.Errorf("%.80q: the text is %.80q, want %.80q", tt.send, c.Text, tt.want)
		}
	}
}

// TestDroppedIsBounded checks that a frame with many unknown headers does not make a long record.
func TestDroppedIsBounded(t *testing.T) {
	send := "api status" + strings.Repeat("\n"+strings.Repeat("x", 100)+": y", 100)
	c, err := command.Parse(catalog.Builtin(), nil, frame(send))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Dropped) != 32 || len(c.Dropped[0]) != 64 {
		t.Errorf("%d entries, the first of %d bytes; want 32 of 64", len(c.Dropped), len(c.Dropped[0]))
	}
}

// TestKeepsNothing checks that a Command does not change with the buffer of its frame.
func TestKeepsNothing(t *testing.T) {
	for _, send := range []string{
		"api echo abc", "bgapi echo a\nJob-UUID: j", "event CUSTOM a::b", "filter a b",
		"sendmsg u1\ncall-command: execute\nexecute-app-name: log\ncontent-type: text/plain\n\nINFO", "sendevent CUSTOM\nX: y\n\nbody",
	} {
		f := frame(send)
		c, err := command.Parse(catalog.Builtin(), nil, f)
		if err != nil {
			t.Fatal(err)
		}
		up, list := upstream(c), effects(c.Effects)
		for _, b := range append([][]byte{f.Line, f.Body}, bytesOf(f)...) {
			for i := range b {
				b[i] = '#'
			}
		}
		if got := upstream(c); !slices.Equal(got, up) {
			t.Errorf("%q: upstream became %q", send, got)
		}
		if got := effects(c.Effects); !slices.Equal(got, list) {
			t.Errorf("%q: effects became %q", send, got)
		}
	}
}
