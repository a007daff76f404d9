package event

import (
	"strings"
	"testing"

	"eslguard/internal/switchsim/frame"
)

// TestKinds is the table of who is subscribed to an event.
func TestKinds(t *testing.T) {
	header := func(name, value string) frame.Header { return frame.Header{Name: name, Value: value} }
	for _, c := range []struct {
		name           string
		f              *Fired
		kind, subclass string
	}{
		{"fired", Fire(&Event{Name: "DTMF", Headers: []frame.Header{header("Event-Name", "TALK")}}), "DTMF", "none"},
		{"fired with an empty subclass", Fire(&Event{Name: "CUSTOM", HasSubclass: true}), "CUSTOM", ""},
		{"fired with a subclass", Fire(&Event{Name: "CUSTOM", Subclass: "a", Headers: []frame.Header{header("Event-Subclass", "b")}}),
			"CUSTOM", "a"},
		{"fired without a subclass", Fire(&Event{Name: "CUSTOM", Headers: []frame.Header{header("Event-Subclass", "b")}}), "CUSTOM", "none"},
		{"played", Play(&Event{Headers: []frame.Header{header("Event-Name", "DTMF")}}), "DTMF", "none"},
		{"the last name", Play(&Event{Headers: []frame.Header{header("Event-Name", "A"), header("Event-Name", "B")}}), "B", "none"},
		{"the first header", Play(&Event{Headers: []frame.Header{header("Event-Subclass", "b"), header("Event-Subclass", "c")}}), "", "b"},
		{"another header", Play(&Event{Headers: []frame.Header{header("A", "b"), header("Event-Subclass", "c")}}), "", "none"},
		{"without headers", Play(&Event{Name: "CUSTOM", Subclass: "a"}), "CUSTOM", "a"},
	} {
		subclass := "none"
		if c.f.subclass != nil {
			subclass = *c.f.subclass
		}
		if c.f.name != c.kind || subclass != c.subclass {
			t.Errorf("%s: %q %q, want %q %q", c.name, c.f.name, subclass, c.kind, c.subclass)
		}
	}
}

// TestCopies is the table of how the copy that a listener is sent differs from the event.
func TestCopies(t *testing.T) {
	for _, c := range []struct {
		name, subclass string
		headers        []frame.Header
		want           string
	}{
		{"in order", "", []frame.Header{{Name: "A", Value: "1"}, {Name: "a", Value: "2"}}, `{"A":"1","a":"2"}`},
		{"a subclass", "b", []frame.Header{{Name: "A", Value: "1"}, {Name: "Event-Subclass", Value: "c"}, {Name: "event-subclass", Value: "d"}},
			`{"Event-Subclass":"b","A":"1","event-subclass":"d"}`},
		{"a header of that name", "", []frame.Header{{Name: "A", Value: "1"}, {Name: "Event-Subclass", Value: "c"}},
			`{"A":"1","Event-Subclass":"c"}`},
		{"no value", "", []frame.Header{{Name: "A", Value: "1"}, {Name: "B"}}, `{"A":"1"}`},
		{"no value after another", "", []frame.Header{{Name: "A", Value: "1"}, {Name: "B", Value: "2"}, {Name: "a"}}, `{"B":"2"}`},
		{"a list", "", []frame.Header{List("A", "1", "", "2")}, `{"A":["1","","2"]}`},
		{"a list of one", "", []frame.Header{List("A", "1")}, `{"A":["1"]}`},
		{"an empty beginning", "", []frame.Header{List("A", "", "", "1")}, `{"A":["1"]}`},
		{"an empty list", "", []frame.Header{List("A", "")}, `{}`},
		{"text like a list", "", []frame.Header{{Name: "A", Value: "ARRAY::1|:2"}}, `{"A":["1","2"]}`},
		{"text like a list of one", "", []frame.Header{{Name: "A", Value: "ARRAY::1"}}, `{"A":["1"]}`},
		{"text like an empty list", "", []frame.Header{{Name: "A", Value: "ARRAY::"}}, `{}`},
		{"text like a list in a list", "", []frame.Header{List("A", "1", "ARRAY::2")}, `{"A":["1","ARRAY::2"]}`},
		{"a list after a value", "", []frame.Header{{Name: "A", Value: "1"}, List("A", "2", "3")}, `{"A":["1","2","3"]}`},
		{"a value after a list", "", []frame.Header{List("A", "1", "2"), {Name: "A", Value: "3"}}, `{"A":["1","2"],"A":"3"}`},
		{"the body", "", []frame.Header{{Name: "_body", Value: "1"}}, `{"_body":"1","Content-Length":"1","_body":"1"}`},
		{"a list as the body", "", []frame.Header{List("_body", "1", "23")}, `{"_body":["1","23"],"Content-Length":"2","_body":"23"}`},
		{"an empty body", "", []frame.Header{List("_body", "1", "")}, `{"_body":["1",""],"Content-Length":"0","_body":""}`},
	} {
		f := Fire(&Event{Name: "CUSTOM", Subclass: c.subclass, Headers: c.headers})
		if _, got, _ := strings.Cut(string(f.Frame(JSON)), "\n\n"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestParse checks that what FreeSWITCH writes is read back, and nothing else.
func TestParse(t *testing.T) {
	for _, text := range []string{
		`{}`,
		`{"":""}`,
		`{"A":"b","A":"c","a":""}`,
		`{"A":["b"],"B":["c","","d"]}`,
		`{"A\"\\\n":"\"\\\n\r\t\b\f\u0001\u001f/é` + "\xff\x7f" + `"}`,
		`{"A":"ARRAY::b","Content-Length":"1","_body":"x"}`,
		`{"Content-Length":"0","_body":""}`,
		`{"Content-Length":"2","_body":"x"}`, // headers, not a body
		`{"_body":"x"}`,
		`{"Content-Length":"3","Content-Length":"1","_body":"x"}`,
		`{"_body":"x","Content-Length":"1","_body":"x"}`,
	} {
		e, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := e.Text(JSON); got != text {
			t.Errorf("%s is read as %s", text, got)
		}
	}
	e, err := Parse(`{"A":["b","c"],"B":["d"],"Content-Length":"1","_body":"x"}`)
	if err != nil || len(e.Headers) != 2 || e.Headers[0].Value != "ARRAY::b|:c" || e.Headers[1].Value != "d" || e.Body != "x" || !e.HasBody {
		t.Errorf("%+v, %v", e, err)
	}
	for _, text := range []string{
		"", "{", "{}x", "{} ", `{"A"}`, `{"A":}`, `{"A":"b",}`, `{"A":"b"`, `{"A":"b}`, `{"A": "b"}`, `{"A":1}`, `{"A":null}`, `{"A":[]}`,
		`{"A":["b"}`, `{"A":["b",]}`, `{"A":["b"`, `{"A":[["b"]]}`, `{"A":"\x"}`, `{"A":"\u0020"}`, `{"A":"\u00e9"}`, `{"A":"\u1001"}`,
		`{"A":"\u00`, `{"A":"\`, `["A"]`,
	} {
		if e, err := Parse(text); err == nil {
			t.Errorf("%s is read as %+v", text, e)
		}
	}
}

func TestReserved(t *testing.T) {
	for sub, want := range map[string]bool{
		"SMS::DELIVERY_REPORT": true, "conference::maintenance": true, "sofia::bye_response": true, "sofia::unregister": true,
		"sofia::reinvite": true, "spandsp::txfaxresult": true, "websocket::stophook": true,
		"sofia::": false, "conference": false, "Conference::Maintenance": false, "crm::note": false,
	} {
		if Reserved()[sub] != want {
			t.Errorf("%s is reserved: %v", sub, !want)
		}
	}
	if n := len(Reserved()); n != 68 {
		t.Errorf("%d are reserved", n)
	}
}

// TestLongList checks that the plain form of a list loses what FreeSWITCH's buffer cannot contain.
func TestLongList(t *testing.T) {
	elements := make([]string, 1000)
	for i := range elements {
		elements[i] = "x"
	}
	full := "ARRAY%3A%3A" + strings.Repeat("x%7C%3A", len(elements))
	for _, c := range []struct {
		name    string
		headers []frame.Header
		want    int // the length of the value
	}{
		{"short elements", []frame.Header{List("A", elements...)}, 3998},
		{"after a large value", []frame.Header{{Name: "B", Value: strings.Repeat("y", 3000)}, List("A", elements...)},
			len(full) - len("%7C%3A")},
		{"in the first buffer", []frame.Header{List("A", elements[:300]...)}, 1534},
	} {
		text := (&Event{Headers: c.headers}).Text(Plain)
		_, value, _ := strings.Cut(text, "A: A")
		if got := "A" + strings.TrimSuffix(value, "\n\n"); len(got) != c.want || !strings.HasPrefix(full, got) {
			t.Errorf("%s: %d bytes, want %d: …%s", c.name, len(got), c.want, got[max(0, len(got)-20):])
		}
	}
}
