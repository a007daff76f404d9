package event_test

import (
	"strings"
	"testing"

	"eslguard/event"
)

// withHeader returns an event of type API whose header A has that value.
func withHeader(tb testing.TB, value string) *event.Event {
	tb.Helper()
	e := new(event.Event)
	json := naiveEvent{headers: []naiveHeader{plainHeader("Event-Name", "API"), plainHeader("A", value)}}.json()
	if err := e.Parse([]byte(json)); err != nil {
		tb.Fatal(err)
	}
	return e
}

func TestFilterExpressions(t *testing.T) {
	for _, tt := range []struct {
		filter, value string
		want          bool
	}{
		{"/b/", "abc", true},
		{"/B/", "abc", false},
		{"/^b/", "abc", false},
		{"/B/i", "abc", true},
		{"/B/xi", "abc", true}, // other flags mean nothing
		{"/b/m", "abc", true},
		{"/^b/m", "a\nb", false},
		{"/a.b/", "a\nb", false},
		{"/a.b/s", "a\nb", true},
		{"/A.B/is", "a\nb", true},
		{"/a/b/", "a/b", true}, // the last slash ends the expression
		{"/usr/bin", "USR", true},
		{"/usr/lab", "USR", false},
		{"//", "anything", true},
		{"//", "", true},
		{"/b", "b", false},
		{"/b", "/b", false},
		{"/", "/", false},
		{"+/b/", "abc", false}, // text
		{"+/b/", "/B/", true},
		{"/a$/", "a", true},
		{"/a$/", "a\n", true},
		{"/a$/", "a\n\n", false},
		{"/a$|b$/i", "xB\n", true},
		{"/(a$)+/", "a\n", true},
		{`/a\z/`, "a\n", false},
		{"/^.$/", "é", false}, // two bytes
		{"/^..$/", "é", true},
		{"/^é$/", "é", true},
		{"/^[é][é]$/", "é", true},
		{"/^\xe9$/", "\xe9", true},
		{`/^\xe9$/`, "\xe9", true},
		{`/^[^a]$/`, "\xff", true},
		{"/^\xff$/", "\xfe", false},
		{"/^é$/i", "É", false},
		{`/^\w$/`, "\xe9", false},
		{"/^(?i:b)C$/", "BC", true},
		{`/^\Qa.b\E$/`, "a.b", true},
		{`/^\x{100}$/`, "\xc4\x80", false},
		{"/^(a|b){3}$/", "aba", true},
	} {
		var s event.Subscription
		apply(t, &s, "event plain ALL")
		apply(t, &s, "filter A "+tt.filter)
		if got := s.Wants(withHeader(t, tt.value)); got != tt.want {
			t.Errorf("%q on %q: %t", tt.filter, tt.value, got)
		}
	}
}

func TestFilterExpressionRefused(t *testing.T) {
	for filter, reason := range map[string]string{
		"/(?=a)/":                      "(?=",
		"/(?<!a)b/":                    "(?<",
		`/(a)\1/`:                      `\\1`,
		"/a++/":                        "++",
		"/(?>a)/":                      "(?>",
		`/\Z/`:                         `\\Z`,
		`/\v/`:                         `\v`,
		`/a\\\v/`:                      `\v`,
		"/(/":                          "missing closing )",
		"/a{1001}/":                    "repeat",
		"/(é/":                         "missing",
		"/((a{100}){10}){10}/":         "repeat",
		"/(abcdefghijklmnopqrst){60}/": "instructions",
		"/[\x01/":                      "missing closing ]",
		"/\xff(?=\x01)/":               "(?=",
		"/(*UTF8)a/":                   "missing argument",
		`/[\p{Greek/`:                  `\\p`,
		"/" + strings.Repeat("(", 200): "missing closing",
	} {
		if !strings.HasSuffix(filter, "/") {
			filter += "/"
		}
		c, err := event.ParseChange("filter A " + filter)
		if err == nil {
			t.Errorf("%q is accepted", filter)
			continue
		}
		text := err.Error()
		if !strings.Contains(text, reason) || !strings.Contains(text, "egular expression") || len(text) > 600 {
			t.Errorf("%q: %s", filter, text)
		}
		for _, b := range []byte(text) {
			if b < ' ' || b > '~' {
				t.Errorf("%q: %q is not plain text", filter, text)
			}
		}
		var s event.Subscription
		if reply := s.Apply(c); !strings.HasPrefix(reply, "-ERR") || s.Lines() != nil {
			t.Errorf("%q: the Change of an error: %q, %q", filter, reply, s.Lines())
		}
	}
}

// TestWork checks that the work of regular expressions is counted, and that a match that would be
// too much work is not tried.
func TestWork(t *testing.T) {
	var s event.Subscription
	apply(t, &s, "event plain ALL")
	apply(t, &s, "filter A abc")
	s.Wants(withHeader(t, "abcd"))
	if got := s.TakeWork(); got > 1 {
		t.Errorf("a comparison is %d", got)
	}
	apply(t, &s, "filter A /x[a-f]+$/")
	small := withHeader(t, strings.Repeat("x", 999))
	s.Wants(small)
	one := s.TakeWork()
	if one < 3000 || one > 20000 {
		t.Errorf("one match is %d", one)
	}
	if got := s.TakeWork(); got != 0 {
		t.Errorf("it is counted twice: %d", got)
	}
	s.Wants(small)
	s.Wants(small)
	if got := s.TakeWork(); got != 2*one {
		t.Errorf("two matches are %d, one is %d", got, one)
	}
	huge := withHeader(t, strings.Repeat("x", 1<<22)+"f")
	if s.Wants(huge) {
		t.Error("a match that is too much work was tried")
	}
	if got := s.TakeWork(); got <= event.MaxWork {
		t.Errorf("it is counted as %d", got)
	}
	apply(t, &s, "filter add Event-Name API")
	apply(t, &s, "filter add A /x[a-f]+$/")
	s.Wants(small)
	if got := s.TakeWork(); got != one {
		t.Errorf("an expression after a filter that matched is run: %d, one is %d", got, one)
	}
}

// TestWorkIsLimited checks that one event costs no more than MaxWork, or less with LimitWork,
// however many filters there are, and that looking headers up is work as well.
func TestWorkIsLimited(t *testing.T) {
	var s event.Subscription
	apply(t, &s, "event plain ALL")
	for range 200 {
		apply(t, &s, "filter A /x.{0,100}.{0,100}f/")
	}
	text := withHeader(t, strings.Repeat("x", 1<<15))
	if s.Wants(text) {
		t.Error("a match that is too much work was tried")
	}
	if got := s.TakeWork(); got <= event.MaxWork || got > 2*event.MaxWork {
		t.Errorf("the work of 200 expressions is %d", got)
	}
	s.LimitWork(1000)
	s.Wants(text)
	if got := s.TakeWork(); got <= 1000 || got > event.MaxWork {
		t.Errorf("the work within a limit of 1000 is %d", got)
	}
	s.LimitWork(0)

	apply(t, &s, "filter delete all")
	for range 100 {
		apply(t, &s, "filter A z")
		apply(t, &s, "filter a z")
	}
	s.Wants(withHeader(t, strings.Repeat(`\\`, 30_000)))
	if got := s.TakeWork(); got < 200*30_000/4 {
		t.Errorf("the work of decoding a value 200 times is %d", got)
	}
}

// TestMemoryOfExpressions checks that the regular expressions of a session are bounded in size.
func TestMemoryOfExpressions(t *testing.T) {
	if _, err := event.ParseChange(`filter A /^[acegikmoqsuwyACEGIKMOQSUWY]{400}$/`); err == nil {
		t.Error("an expression with 10,000 ranges is accepted")
	}
	var s event.Subscription
	change := func(line string) event.Change {
		c, err := event.ParseChange(line)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	large := change(`filter A /^\pL{150}\PL{150}$/`)
	n := 0
	for ; s.Check(large) == nil; n++ {
		if s.Apply(large); n > 100 {
			t.Fatal("100 large expressions are accepted")
		}
	}
	if n < 2 {
		t.Errorf("%d large expressions are accepted", n)
	}
	if err := s.Check(change("filter A text")); err != nil {
		t.Errorf("a filter without an expression: %v", err)
	}
	apply(t, &s, "filter delete A")
	if err := s.Check(large); err != nil {
		t.Errorf("after a filter delete: %v", err)
	}
}
