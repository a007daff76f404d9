package event_test

import (
	"fmt"
	"strings"
	"testing"

	"eslguard/event"
)

// badJSON are texts that FreeSWITCH does not write.
var badJSON = []string{
	"", " ", "{", "}", "[]", "null", `"a"`, "{}}", "{} ", " {}", "{}\n", "{ }", `{"a"}`, `{"a":}`, `{"a":"b"`,
	`{"a":"b",}`, `{"a":"b"}x`, `{,"a":"b"}`, `{"a":"b" }`, `{"a": "b"}`, `{"a" :"b"}`, `{a:"b"}`, `{"a":b}`,
	`{"a":1}`, `{"a":null}`, `{"a":true}`, `{"a":{}}`, `{"a":{"b":"c"}}`, `{"a":[]}`, `{"a":["b",]}`, `{"a":[,"b"]}`,
	`{"a":["b" ]}`, `{"a":["b""c"]}`, `{"a":["b"`, `{"a":["b",`, `{"a":[`, `{"a":["b"}`, `{"a":["b"]`, `{"a":[["b"]]}`, `{"a":[1]}`,
	`{"a":"b""c":"d"}`, `{"a":"b";"c":"d"}`, `{"a":"b`, `{"a":"`, `{"a`, `{"`, `{"a":"b\"}`, `{"a":"\"}`,
	`{"a":"\/"}`, `{"a":"\u0041"}`, `{"a":"\u0000"}`, `{"a":"\u000a"}`, `{"a":"\u000A"}`, `{"a":"\u001F"}`, `{"a":"\u0020"}`,
	`{"a":"\u1001"}`, `{"a":"\u00"}`, `{"a":"\u0"}`, `{"a":"\x"}`, `{"a":"\`, `{"\a":"b"}`, `{"a":["\v"]}`,
	"{\"a\":\"\n\"}", "{\"a\":\"\x00\"}", "{\"a\":\"\t\"}", "{\"a\x1f\":\"b\"}", "{\"a\":\"long enough for a word\x1f\"}",
	`{"a":"b"}{"a":"b"}`, `{"a":'b'}`,
}

func TestParseRefuses(t *testing.T) {
	var e event.Event
	for _, json := range badJSON {
		if err := checkForms(t, &e, json); err == nil {
			t.Errorf("Parse(%q) accepts it", json)
		} else if !strings.HasPrefix(err.Error(), "event: ") || strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("Parse(%q): %q", json, err)
		}
	}
}

func TestParseBoundsHeaders(t *testing.T) {
	var e event.Event
	members := strings.Repeat(`"a":"b",`, event.MaxHeaders-1) + `"c":"d"`
	if err := e.Parse([]byte("{" + members + "}")); err != nil {
		t.Errorf("%d headers: %v", event.MaxHeaders, err)
	}
	if err := e.Parse([]byte("{" + members + `,"e":"f"}`)); err == nil {
		t.Errorf("%d headers are accepted", event.MaxHeaders+1)
	}
	if _, ok := e.Get("a"); ok {
		t.Error("a refused event has headers")
	}
}

func TestType(t *testing.T) {
	for _, tt := range []struct {
		json     string
		want     string // "" if the type is not known
		subclass string // "-" if there is none
	}{
		{`{}`, "", "-"},
		{`{"Event-Name":"HEARTBEAT"}`, "HEARTBEAT", "-"},
		{`{"Event-Name":"DTMF","Event-Name":"API"}`, "API", "-"},
		{`{"Event-Name":"API","event-name":"DTMF"}`, "API", "-"},
		{`{"Event-Name":"API","Event-Name":["DTMF","X"]}`, "", "-"},
		{`{"Event-Name":"api"}`, "", "-"},
		{`{"Event-Name":"ALL"}`, "", "-"},
		{`{"Event-Name":"BRAND_NEW"}`, "", "-"},
		{`{"Event-Name":"CUSTOM"}`, "CUSTOM", "-"},
		{`{"Event-Subclass":"a::b","Event-Name":"CUSTOM"}`, "CUSTOM", "a::b"},
		{`{"Event-Subclass":"a\"b","Event-Name":"CUSTOM"}`, "CUSTOM", `a"b`},
		{`{"Event-Subclass":["a","b"],"Event-Name":"CUSTOM"}`, "CUSTOM", "ARRAY::a|:b"},
		{`{"Event-Subclass":"","Event-Name":"CUSTOM"}`, "CUSTOM", ""},
		{`{"event-subclass":"a::b","Event-Name":"CUSTOM"}`, "CUSTOM", "-"},
		{`{"Event-Name":"CUSTOM","Event-Subclass":"a::b"}`, "CUSTOM", "-"},
		{`{"Event-Subclass":"a::b","Event-Name":"API"}`, "API", "-"},
		{`{"Event-Subclass":"a::b","Event-Name":"BRAND_NEW"}`, "", "-"},
	} {
		var e event.Event
		if err := e.Parse([]byte(tt.json)); err != nil {
			t.Fatal(err)
		}
		got := ""
		if typ, ok := e.Type(); ok {
			got = typ.String()
		}
		subclass := "-"
		if s := e.Subclass(); s != nil {
			subclass = string(s)
		}
		if got != tt.want || subclass != tt.subclass {
			t.Errorf("%s: type %q, subclass %q; want %q, %q", tt.json, got, subclass, tt.want, tt.subclass)
		}
	}
}

// TestSubclassLasts checks that a decoded subclass does not change with later calls.
func TestSubclassLasts(t *testing.T) {
	var e event.Event
	if err := e.Parse([]byte(`{"Event-Subclass":"a\"b","Event-Name":"CUSTOM","A":"\n\n\n\n","Content-Length":"4","_body":"\t\t\t\t"}`)); err != nil {
		t.Fatal(err)
	}
	subclass := e.Subclass()
	e.Get("A")
	e.Body()
	e.First()
	e.AppendFrame(nil, event.XML)
	if string(subclass) != `a"b` {
		t.Errorf("%q", subclass)
	}
}

func TestZeroEvent(t *testing.T) {
	var e event.Event
	name, value := e.First()
	_, ok := e.Get("Event-Name")
	_, hasBody := e.Body()
	_, known := e.Type()
	if name != nil || value != nil || ok || hasBody || known || e.Subclass() != nil {
		t.Error("the zero Event has something")
	}
}

// TestParseIsLinear checks that many escapes in one value do not make Parse search the rest of the
// text for each. If they did, this test would take minutes.
func TestParseIsLinear(t *testing.T) {
	for _, piece := range []string{`\n`, `\"`, `\\`, `\u0001`, `x`, `\\\\\"`} {
		var e event.Event
		json := fmt.Sprintf(`{"A":"%s","B":["%[1]s","%[1]s"]}`, strings.Repeat(piece, 1<<17))
		if err := e.Parse([]byte(json)); err != nil {
			t.Fatal(err)
		}
		if got, ok := e.Get("B"); !ok || len(got) < 2<<17 {
			t.Errorf("%s: %d bytes, %v", piece, len(got), ok)
		}
		for f := range event.XML + 1 {
			e.AppendFrame(nil, f)
		}
	}
}
