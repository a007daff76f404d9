package event

import (
	"compress/gzip"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"eslguard/internal/switchsim/frame"
)

// TestForms reads events from their recorded plain form and compares what they are serialised to
// with the recorded plain, JSON and XML forms.
func TestForms(t *testing.T) {
	text, asJSON, asXML := stream(t, "plain"), stream(t, "json"), stream(t, "xml")
	if len(text) < 50 || len(asJSON) != len(text) || len(asXML) != len(text) {
		t.Fatalf("%d, %d and %d events", len(text), len(asJSON), len(asXML))
	}
	for i := range text {
		e := parsePlain(t, text[i])
		for _, want := range []struct {
			form Format
			text string
		}{{Plain, text[i]}, {JSON, asJSON[i]}, {XML, asXML[i]}} {
			if got := string(Play(e).Frame(want.form)); got != want.text {
				t.Errorf("event %d as %v:\n%s\nwant\n%s", i, want.form, got, want.text)
			}
		}
	}
}

// stream reads recorded frames.
func stream(t *testing.T, form string) (frames []string) {
	t.Helper()
	f, err := os.Open("testdata/events-" + form + ".s2c.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	for s := string(b); s != ""; {
		head, _, _ := strings.Cut(s, "\n\n")
		first, _, _ := strings.Cut(strings.TrimPrefix(head, "Content-Length: "), "\n")
		n, err := strconv.Atoi(first)
		if err != nil {
			t.Fatal(err)
		}
		n += len(head) + 2
		frames, s = append(frames, s[:n]), s[n:]
	}
	return frames
}

// parsePlain parses a recorded event in plain form.
func parsePlain(t *testing.T, f string) *Event {
	t.Helper()
	_, text, _ := strings.Cut(f, "\n\n")
	head, rest, _ := strings.Cut(text, "\n\n")
	e := &Event{Body: rest, HasBody: rest != ""}
	var l frame.HeaderList
	for line := range strings.SplitSeq(head, "\n") {
		name, value, _ := strings.Cut(line, ": ")
		value, err := url.PathUnescape(value)
		if err != nil {
			t.Fatal(err)
		}
		l.Add(name, value)
	}
	for i, h := range l.Headers {
		if e.HasBody && i == len(l.Headers)-1 && h.Name == "Content-Length" {
			continue // Text writes it before the body
		}
		e.Headers = append(e.Headers, *h)
	}
	return e
}
