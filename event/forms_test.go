package event_test

import (
	"strconv"
	"strings"
	"testing"

	"eslguard/event"
)

// checkForms parses the JSON of an event and compares all formats with what the naive event writes.
// It returns the error of Parse.
func checkForms(tb testing.TB, e *event.Event, json string) error {
	tb.Helper()
	want, ok := parseNaive(json)
	err := e.Parse([]byte(json))
	if ok != (err == nil) {
		tb.Fatalf("Parse(%.2000q) = %v, want that it is accepted: %t", json, err, ok)
	}
	if err != nil {
		if name, _ := e.First(); name != nil {
			tb.Fatalf("Parse(%.2000q) failed and left headers", json)
		}
		return err
	}
	for i, text := range []string{event.Plain: want.plain(), event.JSON: want.json(), event.XML: want.xml()} {
		format := event.Format(i)
		got := string(e.AppendFrame([]byte("before"), format))
		if frame := "before" + naiveFrame(format.String(), text); got != frame {
			tb.Fatalf("%.2000q in %v:\n%.4000q, want\n%.4000q", json, format, got, frame)
		}
	}
	checkHeaders(tb, e, want)
	return nil
}

// checkHeaders compares what the methods return.
func checkHeaders(tb testing.TB, e *event.Event, want naiveEvent) {
	tb.Helper()
	seen := map[string]bool{}
	for _, h := range want.headers {
		name := asciiLower(h.name)
		if seen[name] {
			continue
		}
		seen[name] = true
		if got, ok := e.Get(asciiUpper(h.name)); !ok || string(got) != h.text() {
			tb.Fatalf("Get(%q) = %.200q, %v; want %.200q", h.name, got, ok, h.text())
		}
	}
	if len(want.headers) > 0 {
		name, value := e.First()
		if first := want.headers[0]; string(name) != first.name || string(value) != first.text() {
			tb.Fatalf("First() = %q, %.200q; want %q, %.200q", name, value, first.name, first.text())
		}
	}
	body, ok := e.Body()
	if ok != (want.body != nil) || ok && string(body) != *want.body {
		tb.Fatalf("Body() = %.200q, %v", body, ok)
	}
}

func asciiLower(s string) string { return mapASCII(s, 'A', 'Z', 'a'-'A') }
func asciiUpper(s string) string { return mapASCII(s, 'a', 'z', -('a' - 'A')) }

func mapASCII(s string, from, to byte, by int) string {
	b := []byte(s)
	for i, c := range b {
		if from <= c && c <= to {
			b[i] = byte(int(c) + by)
		}
	}
	return string(b)
}

func text(s string) *string { return &s }

func plainHeader(name, value string) naiveHeader {
	return naiveHeader{name: name, values: []string{value}}
}

func listHeader(name string, values ...string) naiveHeader {
	return naiveHeader{name: name, values: values, list: true}
}

// oddEvents are events that the recordings lack.
var oddEvents = map[string]naiveEvent{
	"no headers":                 {},
	"no headers, but a body":     {body: text("hello")},
	"an empty body":              {headers: []naiveHeader{plainHeader("Event-Name", "API")}, body: text("")},
	"an empty value":             {headers: []naiveHeader{plainHeader("A", ""), listHeader("B", ""), plainHeader("", "")}},
	"%41 in a value":             {headers: []naiveHeader{plainHeader("A", "%41%4a%zz%%4%1"), plainHeader("B", "%"), plainHeader("C", "%4"), plainHeader("D", "%4F"), listHeader("E", "%4", "1")}},
	"%41 before an escape":       {headers: []naiveHeader{plainHeader("A", "%4\n%\n4%44\n")}},
	"a text that is like a list": {headers: []naiveHeader{plainHeader("A", "ARRAY::a|:b")}},
	"a list of one":              {headers: []naiveHeader{listHeader("A", "a b")}},
	"a list like another":        {headers: []naiveHeader{listHeader("A", "ARRAY::a", "|:", "", `"\`)}},
	"a list that is cut":         {headers: []naiveHeader{listHeader("A", strings.Split(strings.Repeat("é é,", 200), ",")...)}},
	"a list that is cut in %41": {headers: []naiveHeader{listHeader("A", strings.Split(strings.Repeat("%41:,", 300), ",")...),
		listHeader("B", strings.Split("x"+strings.Repeat("%41:,", 300), ",")...)}},
	"a list after a long value":      {headers: []naiveHeader{plainHeader("L", strings.Repeat("x", 900)), listHeader("A", strings.Split(strings.Repeat("::,", 300), ",")...)}},
	"names that XML would escape":    {headers: []naiveHeader{plainHeader("<&>\"\n \\", "x"), plainHeader("\x01é\xff", "y"), plainHeader("a>", "")}},
	"names that repeat":              {headers: []naiveHeader{plainHeader("A", "1"), plainHeader("a", "2"), plainHeader("A", "3")}},
	"a length of a client":           {headers: []naiveHeader{plainHeader("Content-Length", "3"), plainHeader("A", "b")}, body: text("abc")},
	"a length of a client at last":   {headers: []naiveHeader{plainHeader("A", "b"), plainHeader("Content-Length", "4")}},
	"a body of a client":             {headers: []naiveHeader{plainHeader("_body", "abc"), plainHeader("Content-Length", "3")}, body: text("abc")},
	"a body that is only a header":   {headers: []naiveHeader{plainHeader("Content-Length", "4"), plainHeader("_body", "abc")}},
	"a body that is a list":          {headers: []naiveHeader{plainHeader("Content-Length", "3"), listHeader("_body", "abc")}},
	"all bytes":                      {headers: []naiveHeader{plainHeader("A", allBytes()), listHeader("B", allBytes(), allBytes())}, body: text(allBytes())},
	"a body that ends in a LF":       {body: text("a\nb\n")},
	"a body in UTF-8":                {body: text("é€😀\u0080\U0010ffff")},
	"a body that is not UTF-8":       {body: text("\x80a\xc3(\xe2\x82b\xe2\x82<\xac\xf0\x9f\x98\nx\xff\xff\x80\x80\x80\xc3")},
	"a body that ends in a bad byte": {body: text("a\n\xc3")},
	"a body with markup":             {body: text("<a b=\"c\">&amp;\r\n\t</a><!-- é & <x> -->")},
	"a body that ends in <":          {body: text("<")},
}

func allBytes() string {
	var b []byte
	for c := 1; c < 256; c++ {
		b = append(b, byte(c))
	}
	return string(b)
}

func TestOddForms(t *testing.T) {
	var e event.Event // one for all, as a stream uses it
	for name, want := range oddEvents {
		t.Run(name, func(t *testing.T) {
			if err := checkForms(t, &e, want.json()); err != nil {
				t.Fatal(err)
			}
			checkHeaders(t, &e, want)
		})
	}
}

// TestMegabytes writes a value, a list and a body of 1 MiB.
func TestMegabytes(t *testing.T) {
	const n = 1 << 20 / 7
	json := strings.Repeat(`a b%41\n`, n)
	encoded := strings.Repeat("a%20b%41%0A", n)
	raw := strings.Repeat("a b%41\n", n)
	length := strconv.Itoa(len(raw))
	var e event.Event
	err := e.Parse([]byte(`{"A":"` + json + `","B":["` + json + `","x"],"Content-Length":"` + length + `","_body":"` + json + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	for format, want := range map[event.Format]string{
		event.Plain: "A: " + encoded + "\nB: ARRAY%3A%3A" + encoded + "%7C%3Ax\nContent-Length: " + length + "\n\n" + raw,
		event.XML: "<event>\n  <headers>\n    <A>" + encoded + "</A>\n    <B>" + encoded + "</B>\n    <B>x</B>\n  </headers>\n" +
			"  <Content-Length>" + length + "</Content-Length>\n  <body>" + raw + "  </body>\n</event>\n",
	} {
		if got := string(e.AppendFrame(nil, format)); got != naiveFrame(format.String(), want) {
			t.Errorf("%v: %d bytes are not the %d that FreeSWITCH writes", format, len(got), len(want))
		}
	}
	if value, ok := e.Get("b"); !ok || string(value) != "ARRAY::"+raw+"|:x" {
		t.Errorf("Get returns %d bytes", len(value))
	}
	if body, ok := e.Body(); !ok || string(body) != raw {
		t.Errorf("Body returns %d bytes", len(body))
	}
}

// TestListsAreCut writes lists of all sizes around that of FreeSWITCH's buffer, which a value
// before them may have enlarged.
func TestListsAreCut(t *testing.T) {
	var e event.Event
	for before := 508; before < 516; before++ {
		for first := range 4 {
			for n := 166; n < 176; n++ {
				elements := []string{strings.Repeat("x", first)}
				for range n {
					elements = append(elements, ":")
				}
				want := naiveEvent{headers: []naiveHeader{plainHeader("B", strings.Repeat("b", before)), listHeader("A", elements...)}}
				if err := checkForms(t, &e, want.json()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestForms shows the formats.
func TestForms(t *testing.T) {
	var e event.Event
	json := `{"Event-Name":"HEARTBEAT","A":["x","y:"],"B":"","Content-Length":"4","_body":"<é\n"}`
	if err := e.Parse([]byte(json)); err != nil {
		t.Fatal(err)
	}
	for format, want := range map[event.Format]string{
		event.Plain: "Content-Length: 82\nContent-Type: text/event-plain\n\n" +
			"Event-Name: HEARTBEAT\nA: ARRAY%3A%3Ax%7C%3Ay%3A\nB: _undef_\nContent-Length: 4\n\n<é\n",
		event.JSON: "Content-Length: 85\nContent-Type: text/event-json\n\n" + json,
		event.XML: "Content-Length: 188\nContent-Type: text/event-xml\n\n" +
			"<event>\n  <headers>\n    <Event-Name>HEARTBEAT</Event-Name>\n    <A>x</A>\n    <A>y%3A</A>\n" +
			"    <B></B>\n  </headers>\n  <Content-Length>4</Content-Length>\n  <body>&lt;&#xE9;\n  </body>\n</event>\n",
		event.Format(9): "Content-Length: 82\nContent-Type: text/event-plain\n\n" +
			"Event-Name: HEARTBEAT\nA: ARRAY%3A%3Ax%7C%3Ay%3A\nB: _undef_\nContent-Length: 4\n\n<é\n",
	} {
		if got := string(e.AppendFrame(nil, format)); got != want {
			t.Errorf("%v: %q, want %q", format, got, want)
		}
	}
	if got := event.Format(9).String(); got != "format 9" {
		t.Errorf("%q", got)
	}
	var zero event.Event
	if got := string(zero.AppendFrame(nil, event.JSON)); got != "Content-Length: 2\nContent-Type: text/event-json\n\n{}" {
		t.Errorf("the zero Event: %q", got)
	}
}

// TestEveryByte has each byte at each place of a value that is otherwise written as it is.
func TestEveryByte(t *testing.T) {
	const common = "09azAZ,-./_09azAZ,-./_"
	var e event.Event
	for c := 1; c < 256; c++ {
		var odd naiveEvent
		for at := range len(common) {
			value := common[:at] + string([]byte{byte(c)}) + common[at+1:]
			odd.headers = append(odd.headers, naiveHeader{name: "A", values: []string{value}})
		}
		if err := checkForms(t, &e, odd.json()); err != nil {
			t.Errorf("byte %#x: %v", c, err)
		}
	}
}

// FuzzParse compares Parse and all formats with the naive event.
func FuzzParse(f *testing.F) {
	for _, e := range oddEvents {
		if json := e.json(); len(json) < 4096 {
			f.Add(json)
		}
	}
	for _, json := range badJSON {
		f.Add(json)
	}
	f.Fuzz(func(t *testing.T, json string) {
		var e event.Event
		_ = checkForms(t, &e, json) // an error is right if the naive reader refuses it too
	})
}

// FuzzForms makes an event of any texts and checks that it is read and written again. Of the bytes
// of layout, each is for one header: its lowest bit says that it is a list, the others how many
// elements the list has. texts are divided at NUL.
func FuzzForms(f *testing.F) {
	f.Add("A\x00b c\x00Event-Name\x00CUSTOM\x00A\x00x\x00y", []byte{0, 0, 5}, "body\n", true)
	f.Add("Content-Length\x003", []byte{0}, "%41", true)
	f.Add(strings.Repeat("L\x00"+strings.Repeat("é:\x00", 60), 9), []byte{121, 121, 121}, "", false)
	f.Fuzz(func(t *testing.T, texts string, layout []byte, body string, hasBody bool) {
		var want naiveEvent
		rest := strings.Split(texts, "\x00")
		for _, how := range layout {
			n := max(1, int(how>>1))
			if len(rest) < n+1 {
				break
			}
			want.headers = append(want.headers, naiveHeader{name: rest[0], values: rest[1 : n+1], list: how&1 != 0})
			if how&1 == 0 {
				want.headers[len(want.headers)-1].values = rest[1:2]
			}
			rest = rest[n+1:]
		}
		if body, _, _ = strings.Cut(body, "\x00"); hasBody {
			want.body = &body
		}
		var e event.Event
		if err := checkForms(t, &e, want.json()); err != nil {
			t.Fatalf("Parse(%q): %v", want.json(), err)
		}
	})
}
