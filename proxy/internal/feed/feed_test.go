package feed

import (
	"io"
	"net"
	"testing"

	"eslguard/event"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/wire"
)

// TestNoeventsDropsWhatIsHeldBack: the client is sent no event after the answer to noevents, though
// some came on the session's own connection before it.
func TestNoeventsDropsWhatIsHeldBack(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	out := answers.New(answers.Options{
		Conn: wire.New(near), Max: 1 << 20, Budget: frames, GiveUp: func(err error) { t.Error(err) }, Contain: func() {},
	})
	f := New(Options{Out: out, Over: func() bool { return false }, End: func(err error) { t.Error(err) }})
	f.BeginHandover("x")
	f.Attach("x", true)
	noevents, err := event.ParseChange("noevents")
	if err != nil {
		t.Fatal(err)
	}
	out.Expect(answers.Pending{Parts: 1})
	if _, err := f.FromOwn(frame(1, 0)); err != nil {
		t.Fatal(err)
	}
	f.Apply(noevents)
	out.Replace([]byte("reply"))
	got := make(chan string)
	go func() {
		b, _ := io.ReadAll(far)
		got <- string(b)
	}()
	out.Close(nil, func() {})
	near.Close()
	if text := <-got; text != "reply" {
		t.Errorf("the client was sent %q", text)
	}
}
