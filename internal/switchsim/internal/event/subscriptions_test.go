package event

import (
	"testing"

	"eslguard/internal/switchsim/frame"
)

func TestLookup(t *testing.T) {
	for word, want := range map[string]string{
		"HEARTBEAT":              "HEARTBEAT",
		"heartbeat":              "HEARTBEAT",
		"SWITCH_EVENT_HEARTBEAT": "HEARTBEAT",
		"xxxxxxxxxxxxxHeartbeat": "HEARTBEAT", // any 13 characters
		"xxxxxxxxxxxxHEARTBEAT":  "",
		"SWITCH_EVENT_":          "",
		"all":                    "ALL",
		"CHANNEL_CREATE ":        "",
		"":                       "",
		"BOGUS":                  "",
	} {
		if got, ok := Lookup(word); got != want || ok != (want != "") {
			t.Errorf("Lookup(%q) = %q, %v", word, got, ok)
		}
	}
	for word, want := range map[string]Format{"plain": Plain, "JSON": JSON, "Xml": XML} {
		if got, ok := LookupFormat(word); got != want || !ok {
			t.Errorf("LookupFormat(%q) = %q, %v", word, got, ok)
		}
	}
	if _, ok := LookupFormat("text"); ok {
		t.Error("text is a form")
	}
	if got := Plain.String() + " " + JSON.String() + " " + XML.String(); got != "plain json xml" {
		t.Errorf("the forms are %s", got)
	}
}

// TestWants is the table of which event a session with some subscriptions is sent.
func TestWants(t *testing.T) {
	channel := &Event{Name: "CHANNEL_CREATE", Headers: []frame.Header{{Name: "Unique-ID", Value: "u1"}}}
	custom := &Event{Name: "CUSTOM", Subclass: "a::b"}
	bare := &Event{Name: "CUSTOM"}
	job := &Event{Name: "BACKGROUND_JOB", Headers: []frame.Header{{Name: "Unique-ID", Value: "u2"}, {Name: "Job-Owner-UUID", Value: "u1"}}}
	heartbeat := &Event{Name: "HEARTBEAT"}
	all := func(names ...string) map[string]bool {
		m := map[string]bool{}
		for _, name := range names {
			m[name] = true
		}
		return m
	}
	for _, c := range []struct {
		name string
		subs Subscriptions
		e    *Event
		want bool
	}{
		{"nothing", Subscriptions{}, channel, false},
		{"events off", Subscriptions{Names: all("ALL")}, channel, false},
		{"by name", Subscriptions{Events: true, Names: all("CHANNEL_CREATE")}, channel, true},
		{"another name", Subscriptions{Events: true, Names: all("HEARTBEAT")}, channel, false},
		{"all", Subscriptions{Events: true, Names: all("ALL")}, channel, true},
		{"CUSTOM without the subclass", Subscriptions{Events: true, Names: all("CUSTOM")}, custom, false},
		{"CUSTOM with the subclass", Subscriptions{Events: true, Names: all("CUSTOM"), Custom: all("a::b")}, custom, true},
		{"a subclass in another case", Subscriptions{Events: true, Names: all("CUSTOM"), Custom: all("A::B")}, custom, false},
		{"no subclass", Subscriptions{Events: true, Names: all("CUSTOM")}, bare, true},
		{"all with a subclass", Subscriptions{Events: true, Names: all("ALL")}, custom, true},
		{"my channel", Subscriptions{Events: true, Names: all("ALL"), Mine: true, UUID: "u1"}, channel, true},
		{"another channel", Subscriptions{Events: true, Names: all("ALL"), Mine: true, UUID: "u2"}, channel, false},
		{"my job", Subscriptions{Events: true, Names: all("ALL"), Mine: true, UUID: "u1"}, job, true},
		{"any channel", Subscriptions{Events: true, Names: all("ALL"), Mine: true}, channel, true},
		{"no channel", Subscriptions{Events: true, Names: all("ALL"), Mine: true}, heartbeat, false},
	} {
		if got := c.subs.Wants(Play(c.e)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestFilters is the table of which filters let an event pass that has A: b and C: ddd.
func TestFilters(t *testing.T) {
	e := &Event{Name: "HEARTBEAT", Headers: []frame.Header{{Name: "A", Value: "b"}, {Name: "C", Value: "ddd"}}}
	for _, c := range []struct {
		name    string
		filters [][2]string
		want    bool
	}{
		{"none", nil, true},
		{"a match", [][2]string{{"A", "b"}}, true},
		{"in any case", [][2]string{{"a", "B"}}, true},
		{"another value", [][2]string{{"A", "c"}}, false},
		{"no such header", [][2]string{{"X", "b"}}, false},
		{"one of two", [][2]string{{"A", "c"}, {"C", "ddd"}}, true},
		{"a plus", [][2]string{{"A", "+b"}}, true},
		{"a minus", [][2]string{{"A", "-b"}}, false},
		{"a minus that does not match", [][2]string{{"A", "-c"}}, false},
		{"a minus after a match", [][2]string{{"A", "b"}, {"C", "-ddd"}}, false},
		{"a minus after a match, not matching", [][2]string{{"A", "b"}, {"C", "-d"}}, true},
		{"blanks", [][2]string{{"A", "  + b"}}, true},
		{"the last sign counts", [][2]string{{"A", "-+b"}}, true},
		{"a pattern", [][2]string{{"C", "/^d+$/"}}, true},
		{"a pattern without case", [][2]string{{"C", "/^D+$/i"}}, true},
		{"a pattern with case", [][2]string{{"C", "/^D+$/"}}, false},
		{"a pattern without an end", [][2]string{{"C", "/^dd"}}, false},
		{"an invalid pattern", [][2]string{{"C", "/(/"}}, false},
	} {
		s := Subscriptions{Events: true, Names: map[string]bool{"ALL": true}}
		for _, f := range c.filters {
			s.Filter.Add(f[0], f[1])
		}
		if got := s.Wants(Play(e)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestAddSubscription(t *testing.T) {
	s := Subscriptions{Names: map[string]bool{}, Custom: map[string]bool{}}
	s.Add("HEARTBEAT", map[string]bool{"a::b": true})
	if len(s.Names) != 1 || len(s.Custom) != 0 {
		t.Errorf("HEARTBEAT gives %v and %v", s.Names, s.Custom)
	}
	s.Add("ALL", map[string]bool{"a::b": true})
	if len(s.Names) != len(Names) || !s.Custom["a::b"] {
		t.Errorf("ALL gives %d names and %v", len(s.Names), s.Custom)
	}
}

// TestText is the table of headers and bodies that the recordings do not have.
func TestText(t *testing.T) {
	var l frame.HeaderList
	l.Add("A", "ARRAY::x y|:z")
	for _, c := range []struct {
		name             string
		e                Event
		plain, json, xml string
	}{
		{"nothing", Event{}, "\n", "{}", "<event>\n  <headers></headers>\n</event>\n"},
		{"a list", Event{Headers: []frame.Header{*l.Headers[0]}}, "A: ARRAY%3A%3Ax%20y%7C%3Az\n\n", `{"A":["x y","z"]}`,
			"<event>\n  <headers>\n    <A>x%20y</A>\n    <A>z</A>\n  </headers>\n</event>\n"},
		{"an empty value", Event{Headers: []frame.Header{{Name: "A"}}}, "A: _undef_\n\n", `{"A":""}`,
			"<event>\n  <headers>\n    <A></A>\n  </headers>\n</event>\n"},
		{"a body", Event{Body: "<x>\n", HasBody: true}, "Content-Length: 4\n\n<x>\n", `{"Content-Length":"4","_body":"<x>\n"}`,
			"<event>\n  <headers></headers>\n  <Content-Length>4</Content-Length>\n  <body>&lt;x&gt;\n  </body>\n</event>\n"},
		{"an empty body", Event{HasBody: true}, "\n", `{"Content-Length":"0","_body":""}`, "<event>\n  <headers></headers>\n</event>\n"},
	} {
		if got := c.e.Text(Plain); got != c.plain {
			t.Errorf("%s as plain: %q", c.name, got)
		}
		if got := c.e.Text(JSON); got != c.json {
			t.Errorf("%s as JSON: %s", c.name, got)
		}
		if got := c.e.Text(XML); got != c.xml {
			t.Errorf("%s as XML: %q", c.name, got)
		}
	}
	e := Event{Headers: []frame.Header{{Name: "A", Value: "b"}}}
	if got := string(Play(&e).Frame(JSON)); got != "Content-Length: 9\nContent-Type: text/event-json\n\n{\"A\":\"b\"}" {
		t.Errorf("the frame is %q", got)
	}
}
