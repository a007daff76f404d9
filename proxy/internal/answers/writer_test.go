package answers

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"eslguard/codec"
	"eslguard/proxy/internal/loopback"
	"eslguard/proxy/internal/wire"
)

// newWriter returns a Writer and the client's side of its connection.
func newWriter(t *testing.T) (*Writer, net.Conn) {
	t.Helper()
	near, far := loopback.Pair(t)
	w := New(Options{
		Conn: wire.New(near), Max: testMax, Budget: newBudget(testBudget), Contain: func() {},
		GiveUp: func(err error) { t.Errorf("given up: %v", err) },
	})
	return w, far
}

// got closes a Writer's connection and returns everything that the client was sent.
func got(t *testing.T, w *Writer, far net.Conn) string {
	t.Helper()
	w.out.conn.CloseWrite()
	_ = far.SetReadDeadline(time.Now().Add(10 * time.Second))
	b, err := io.ReadAll(far)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// frame reads one frame of FreeSWITCH.
func frame(t *testing.T, text string) *codec.UpstreamFrame {
	t.Helper()
	f, err := codec.NewUpstreamReader(strings.NewReader(text), codec.UpstreamLimits{}).Next()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestAnswersAreBetweenFrames: an answer of the proxy's own waits for its turn and for the end of a
// frame in progress.
func TestAnswersAreBetweenFrames(t *testing.T) {
	w, far := newWriter(t)
	w.Expect(Pending{Parts: 1})
	w.Answer([]byte("<denied>"))
	event := frame(t, "Content-Length: 100000\nContent-Type: text/event-plain\n\n"+strings.Repeat("x", 100_000))
	if event.Rest == 0 {
		t.Fatal("the whole event is at hand: the test does not test what it should")
	}
	w.BeginFrame(event, false)
	w.Answer([]byte("<later>"))
	if !w.MidFrame() {
		t.Error("no frame is in progress")
	}
	w.Write([]byte("<end of the event>"))
	w.EndFrame(false)
	select {
	case <-w.Answered():
	default:
		t.Error("nobody is told after the end of a frame")
	}
	if p, owed := w.Next(); !owed || p.Parts != 1 {
		t.Errorf("owed %+v, %v; want the command that was expected", p, owed)
	}
	w.Replace([]byte("<reply>"))
	if _, owed := w.Next(); owed || !w.Empty() {
		t.Error("an answer is still owed")
	}
	if text, want := got(t, w, far), "<end of the event><reply><denied><later>"; !strings.HasSuffix(text, want) {
		t.Errorf("the client was sent %.200q at the end, want %q", text[max(0, len(text)-100):], want)
	}
}

// TestLastWords: the last words are left out if the client could not read them or has been sent a
// goodbye already, and nothing follows them.
func TestLastWords(t *testing.T) {
	const notice = "Content-Type: text/disconnect-notice\nContent-Length: 4\n\nbye\n"
	partial := "Content-Length: 100000\nContent-Type: text/event-plain\n\n" + strings.Repeat("x", 100_000)
	for _, test := range []struct {
		name   string
		before func(t *testing.T, w *Writer)
		last   string
		want   bool
	}{
		{"a goodbye", func(*testing.T, *Writer) {}, "<last>", true},
		{"silence", func(*testing.T, *Writer) {}, "", false},
		{"within a frame", func(t *testing.T, w *Writer) { w.BeginFrame(frame(t, partial), false) }, "<last>", false},
		{"after FreeSWITCH's own", func(t *testing.T, w *Writer) {
			w.BeginFrame(frame(t, notice), false)
			w.EndFrame(false)
		}, "<last>", false},
		{"a second time", func(_ *testing.T, w *Writer) { w.Close(nil, nil) }, "<last>", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, far := newWriter(t)
			test.before(t, w)
			var last []byte
			if test.last != "" {
				last = []byte(test.last)
			}
			drained := false
			w.Close(last, func() { drained = true })
			if drained == (test.name == "a second time") {
				t.Errorf("drained: %v", drained)
			}
			w.Write([]byte("<too late>"))
			text := got(t, w, far)
			if strings.Contains(text, "<last>") != test.want || strings.Contains(text, "<too late>") {
				t.Errorf("the client was sent %.300q", text)
			}
		})
	}
}
