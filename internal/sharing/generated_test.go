package sharing_test

import (
	"fmt"
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// header returns a header of an event.
func header(name, value string) switchsim.Header { return switchsim.Header{Name: name, Value: value} }

// made returns an event of type DTMF with these headers.
func made(headers ...switchsim.Header) switchsim.Event {
	return switchsim.Event{Name: "DTMF", Headers: append([]switchsim.Header{header("Event-Name", "DTMF")}, headers...)}
}

// allBytes returns every byte but NUL.
func allBytes() string {
	b := make([]byte, 255)
	for i := range b {
		b[i] = byte(i + 1)
	}
	return string(b)
}

// longList returns a list with n elements.
func longList(n int) switchsim.Header {
	elements := make([]string, n)
	for i := range elements {
		elements[i] = fmt.Sprintf("element %d of <%d>", i, n)
	}
	return switchsim.List("Long", elements...)
}

// withBody returns an event with a body.
func withBody(text string, headers ...switchsim.Header) switchsim.Event {
	e := made(headers...)
	e.Body, e.HasBody = text, true
	return e
}

// generated are events that recordings lack.
func generated() []switchsim.Event {
	const mib = 1 << 20
	return []switchsim.Event{
		made(header("Encoded", "%41 %4a %4A %% %G1 a%"), header("Percent", "%")),
		made(header("Text", "ARRAY::a|:b")), made(header("Text", "ARRAY::")),
		made(switchsim.List("List", "a", "", "c|:d")), made(switchsim.List("List", "one")), made(longList(200)),
		made(header("Empty", ""), header("Blank", " "), header("Undefined", "_undef_")),
		made(header("a<b>&\"c'd", "1"), header("Ümlaut", "2"), header("with space", "3"), header("a/b=c", "4")),
		made(header("All", allBytes()), header("High", "\xff\xfe\x80ä€😀\xc3")),
		made(header("Twice", "1"), header("twice", "2"), header("TWICE", "3")),
		made(header("Event-Name", "HEARTBEAT"), header("After", "x")),
		made(header("Content-Length", "7"), header("Content-Type", "text/plain")),
		made(header("Million", strings.Repeat("x", mib)), header("After", "y")),
		made(header("Million", strings.Repeat("%\xff<\"\n", mib/5))),
		withBody(""), withBody("text"), withBody("a\n\nContent-Length: 5\n\n"), withBody(allBytes()),
		withBody("five!", header("Content-Length", "3")), withBody("", header("Content-Length", "3")),
		withBody("<![CDATA[x]]> ä \xff ]]>"), withBody(strings.Repeat("body\x01\xe4", mib/6)),
		withBody("1", header("_body", "2")),
		{Name: "CUSTOM", Subclass: "a::b", HasSubclass: true, Headers: []switchsim.Header{
			header("Event-Subclass", "a::b"), header("Event-Name", "CUSTOM"), header("Event-Subclass", "c::d")}},
		{Name: "CUSTOM", Headers: []switchsim.Header{header("Event-Name", "CUSTOM"), header("Event-Subclass", "a::b")}},
	}
}

// TestGeneratedEvents plays events that recordings lack to clients of the guard and of the switch,
// and compares all bytes.
func TestGeneratedEvents(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		var via, direct []*client
		for _, cmd := range []string{
			"event plain ALL", "event json ALL", "event xml ALL", "event plain CUSTOM a::b", "event xml DTMF\n\nfilter Text +/^ARRAY::a/",
			"event json DTMF\n\nfilter Twice 1", "event json DTMF\n\nfilter List /c/", "event plain ALL\n\nfilter High /[\x80-\xff]/",
		} {
			via, direct = append(via, r.client()), append(direct, r.direct())
			for line := range strings.SplitSeq(cmd, "\n\n") {
				via[len(via)-1].want(line, direct[len(direct)-1].command(line))
			}
		}
		for i, e := range generated() {
			r.Play(switchsim.Prepare(e)...)
			r.drain()
			for j := range direct {
				want := direct[j].untilSync()
				for _, w := range want {
					if got := via[j].event().String(); got != w {
						t.Fatalf("event %d, client %d: got\n%.2000q\nwant\n%.2000q", i, j, got, w)
					}
				}
				if got := via[j].untilSync(); len(got) > 0 {
					t.Fatalf("event %d, client %d: one more event: %.2000q", i, j, got)
				}
			}
		}
	}, events, both)
}
