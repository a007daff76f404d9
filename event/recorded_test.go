package event_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"eslguard/event"
)

// The files in testdata are cut from recordings of FreeSWITCH 1.11.3-dev (git cc93a68).
//
// events-FORMAT.s2c.gz contain the same events as listeners to ALL were sent them: one of each type
// and subclass, and those with bodies, lists, repeated names and bytes that are escaped.
// odd-FORMAT.s2c.gz contain events that a client sent to the same FreeSWITCH: random names, values
// and lists, lists that FreeSWITCH cuts, and bodies that are not UTF-8. offered.jsonl.gz has all
// events of one recording, of which only the headers are left that the listeners in
// listeners.jsonl.gz filter on.

func readGzip(tb testing.TB, name string) []byte {
	tb.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// recordedFrames returns the frames of the recordings.
func recordedFrames(tb testing.TB, format event.Format) (frames [][]byte) {
	tb.Helper()
	rest := readGzip(tb, "events-"+format.String()+".s2c.gz")
	rest = append(rest, readGzip(tb, "odd-"+format.String()+".s2c.gz")...)
	for len(rest) > 0 {
		head, _, ok := bytes.Cut(rest, []byte("\n\n"))
		size, _, _ := bytes.Cut(bytes.TrimPrefix(head, []byte("Content-Length: ")), []byte("\n"))
		n, err := strconv.Atoi(string(size))
		if !ok || err != nil {
			tb.Fatalf("%q is not the head of an event", head)
		}
		n += len(head) + len("\n\n")
		frames = append(frames, rest[:n])
		rest = rest[n:]
	}
	return frames
}

// recordedJSON returns the texts of the recorded events.
func recordedJSON(tb testing.TB) (texts [][]byte) {
	tb.Helper()
	for _, frame := range recordedFrames(tb, event.JSON) {
		_, text, _ := bytes.Cut(frame, []byte("\n\n"))
		texts = append(texts, text)
	}
	return texts
}

// TestRecordedForms checks that the recorded plain and XML events are made from the JSON ones.
func TestRecordedForms(t *testing.T) {
	texts := recordedJSON(t)
	if len(texts) < 90 {
		t.Fatalf("only %d events", len(texts))
	}
	var e event.Event
	for format := range event.XML + 1 {
		frames := recordedFrames(t, format)
		for i, text := range texts {
			if err := e.Parse(text); err != nil {
				t.Fatalf("event %d: %v", i, err)
			}
			if got := e.AppendFrame(nil, format); !bytes.Equal(got, frames[i]) {
				t.Errorf("event %d in %v:\n%s\nwant:\n%s", i, format, got, frames[i])
			}
			if _, ok := e.Type(); !ok {
				t.Errorf("event %d has no type", i)
			}
		}
	}
	for _, text := range texts {
		if err := checkForms(t, &e, string(text)); err != nil {
			t.Error(err)
		}
	}
}

// TestRecordedListeners checks that each recorded listener is sent the recorded events.
func TestRecordedListeners(t *testing.T) {
	offered := bytes.Split(bytes.TrimSuffix(readGzip(t, "offered.jsonl.gz"), []byte("\n")), []byte("\n"))
	listeners := json.NewDecoder(bytes.NewReader(readGzip(t, "listeners.jsonl.gz")))
	n := 0
	for ; listeners.More(); n++ {
		var l struct {
			Name     string
			Commands []string
			Replies  []string
			Events   []int
		}
		if err := listeners.Decode(&l); err != nil {
			t.Fatal(err)
		}
		t.Run(l.Name, func(t *testing.T) {
			var s event.Subscription
			for i, line := range l.Commands {
				if got := applyRecorded(t, &s, line); got != l.Replies[i] {
					t.Errorf("%s: the reply is %q, want %q", line, got, l.Replies[i])
				}
			}
			if got := wanted(t, &s, offered); !slices.Equal(got, l.Events) {
				t.Errorf("%d events, want %d:\n%v\n%v", len(got), len(l.Events), got, l.Events)
			}
		})
	}
	if n != 24 {
		t.Errorf("%d listeners", n)
	}
}

// applyRecorded applies a recorded command, which package command would write in another form. The
// only recorded myevents names an unknown channel.
func applyRecorded(t *testing.T, s *event.Subscription, line string) (reply string) {
	t.Helper()
	if strings.HasPrefix(line, "myevents ") {
		s.Attach("")
		return "+OK Events Enabled"
	}
	if rest, ok := strings.CutPrefix(line, "events "); ok {
		line = "event " + rest
	}
	return apply(t, s, line)
}

// apply applies a command that must be accepted.
func apply(t testing.TB, s *event.Subscription, line string) (reply string) {
	t.Helper()
	c, err := event.ParseChange(line)
	if err != nil {
		t.Fatalf("ParseChange(%q): %v", line, err)
	}
	return s.Apply(c)
}

// wanted returns the Event-Sequence of each offered event that s wants.
func wanted(t *testing.T, s *event.Subscription, offered [][]byte) (list []int) {
	t.Helper()
	var e event.Event
	for _, text := range offered {
		if err := e.Parse(text); err != nil {
			t.Fatal(err)
		}
		if !s.Wants(&e) {
			continue
		}
		sequence, _ := e.Get("Event-Sequence")
		n, err := strconv.Atoi(string(sequence))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, n)
	}
	return list
}
