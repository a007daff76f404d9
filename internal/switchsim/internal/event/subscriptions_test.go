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

// TestFilters is the table of which filters let an event pass.
func TestFilters(t *testing.T) {
	e := &Event{Name: "HEARTBEAT", Body: "text", Headers: []frame.Header{
		{Name: "A", Value: "b"}, {Name: "C", Value: "ddd"}, {Name: "D", Value: "1"}, {Name: "D", Value: "2"},
		{Name: "E", Value: "é"}, List("L", "x", "y"), {Name: "N", Value: "a\nb"}, {Name: "P", Value: "/x/y"}, {Name: "V"}, {Name: "T", Value: "text\n"}, {Name: "U", Value: "text\n\n"},
	}}
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
		{"a pattern of nothing", [][2]string{{"C", "//"}}, true},
		{"a slash", [][2]string{{"C", "/"}}, false},
		{"a sign before a pattern", [][2]string{{"C", "+/d/"}}, false},
		{"a slash in a pattern", [][2]string{{"P", "/^/x/y$/"}}, true},
		{"flags after a slash", [][2]string{{"P", "/^/X/Y$/xi"}}, true},
		{"a dot and a line end", [][2]string{{"N", "/^a.b$/"}}, false},
		{"a dot and a line end with a flag", [][2]string{{"N", "/^A.b$/si"}}, true},
		{"the end before a line end", [][2]string{{"T", "/^text$/"}}, true},
		{"the end before two line ends", [][2]string{{"U", "/^text$/"}}, false},
		{"a dot is a byte", [][2]string{{"E", "/^.$/"}}, false},
		{"two dots are two bytes", [][2]string{{"E", "/^..$/"}}, true},
		{"no byte over 127 has another case", [][2]string{{"E", "É"}}, false},
		{"the first of two", [][2]string{{"D", "2"}}, false},
		{"a list", [][2]string{{"L", "array::X|:y"}}, true},
		{"the text of a list", [][2]string{{"L", "ARRAY::X|:Y"}}, true},
		{"an element of a list", [][2]string{{"L", "x"}}, false},
		{"a filter that is a list", [][2]string{{"L", "ARRAY::x"}, {"L", "ARRAY::y"}}, true},
		{"the body", [][2]string{{"_body", "text"}}, true},
		{"the body in another case", [][2]string{{"_BODY", "text"}}, false},
		{"a value that is empty", [][2]string{{"V", "+"}}, true},
		{"an empty filter", [][2]string{{"A", "b"}, {"A", ""}}, true},
		{"a minus before a match", [][2]string{{"A", "-b"}, {"C", "ddd"}}, false},
		{"a minus that does not match and a match", [][2]string{{"A", "-c"}, {"C", "ddd"}}, true},
		{"a minus on a missing header", [][2]string{{"X", "-"}, {"C", "ddd"}}, true},
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
		{"names", Event{Headers: []frame.Header{{Name: `<a "b">&: %41é`, Value: "c"}}}, "<a \"b\">&: %41é: c\n\n",
			`{"<a \"b\">&: %41é":"c"}`, "<event>\n  <headers>\n    <<a \"b\">&: %41é>c</<a \"b\">&: %41é>\n  </headers>\n</event>\n"},
		{"values", Event{Headers: []frame.Header{{Name: "A", Value: "%41%4a é\xff\x01"}}}, "A: %41%254a%20%C3%A9%FF%01\n\n",
			"{\"A\":\"%41%4a é\xff\\u0001\"}", "<event>\n  <headers>\n    <A>%41%254a%20%C3%A9%FF%01</A>\n  </headers>\n</event>\n"},
		{"text like a list", Event{Headers: []frame.Header{{Name: "A", Value: "ARRAY::x|:y"}}}, "A: ARRAY%3A%3Ax%7C%3Ay\n\n",
			`{"A":"ARRAY::x|:y"}`, "<event>\n  <headers>\n    <A>ARRAY%3A%3Ax%7C%3Ay</A>\n  </headers>\n</event>\n"},
		{"a list of one", Event{Headers: []frame.Header{List("A", "x")}}, "A: x\n\n", `{"A":["x"]}`,
			"<event>\n  <headers>\n    <A>x</A>\n  </headers>\n</event>\n"},
		{"a list of nothing", Event{Headers: []frame.Header{List("A", "")}}, "A: _undef_\n\n", `{"A":[""]}`,
			"<event>\n  <headers>\n    <A></A>\n  </headers>\n</event>\n"},
		{"a Content-Length and a body", Event{Headers: []frame.Header{{Name: "Content-Length", Value: "3"}}, Body: "é\r", HasBody: true},
			"Content-Length: 3\nContent-Length: 3\n\né\r", `{"Content-Length":"3","Content-Length":"3","_body":"é\r"}`,
			"<event>\n  <headers>\n    <Content-Length>3</Content-Length>\n  </headers>\n  <Content-Length>3</Content-Length>\n" +
				"  <body>&#xE9;&#xD;</body>\n</event>\n"},
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
