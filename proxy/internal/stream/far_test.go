package stream

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/event"
	"eslguard/policy"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/upstream"
	"eslguard/proxy/internal/wire"
)

// A far is a FreeSWITCH for tests, without sockets, for one connection at a time.
type far struct {
	mu sync.Mutex
	// away is the error of dialling. Nil: a connection is made.
	away error
	// answer returns the Reply-Text to a command. "": none. Nil: all are accepted.
	answer func(line string) string
	// fails is the error of writing commands on the connections that are made. Nil: none.
	fails    error
	attempts int
	commands []string
	logs     []string
	end      net.Conn
	out      chan string
}

func (f *far) dial(context.Context, *policy.Upstream) (upstream.Link, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.attempts++
	if f.away != nil {
		return upstream.Link{}, f.away
	}
	near, end := net.Pipe()
	f.end, f.out = end, make(chan string, 1000)
	go f.read(end, f.out)
	go write(end, f.out)
	conn := wire.New(failing{near, f.fails})
	return upstream.Link{Conn: conn, Reader: codec.NewUpstreamReader(conn, codec.UpstreamLimits{})}, nil
}

// failing is a connection whose Write fails, unless err is nil.
type failing struct {
	net.Conn
	err error
}

func (c failing) Write(b []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	return c.Conn.Write(b)
}

// read reads and answers commands.
func (f *far) read(c net.Conn, out chan<- string) {
	defer close(out)
	for r := bufio.NewReader(c); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if _, err := r.ReadString('\n'); err != nil {
			return
		}
		if text := f.take(strings.TrimSpace(line)); text != "" {
			out <- reply(text)
		}
	}
}

// take notes a command and returns the text of its answer.
func (f *far) take(line string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commands = append(f.commands, line)
	switch {
	case f.answer != nil:
		return f.answer(line)
	case strings.HasPrefix(line, "nixevent "):
		return "+OK events nixed"
	}
	return "+OK event listener enabled json"
}

// write writes what is sent to the guard.
func write(c net.Conn, out <-chan string) {
	defer c.Close()
	for text := range out {
		if _, err := c.Write([]byte(text)); err != nil {
			for range out { // its sender must not wait
			}
			return
		}
	}
}

// reply is a frame that answers a command.
func reply(text string) string { return "Content-Type: command/reply\nReply-Text: " + text + "\n\n" }

// frame is an event as FreeSWITCH sends it.
func frame(text string) string {
	return fmt.Sprintf("Content-Length: %d\nContent-Type: text/event-json\n\n%s", len(text), text)
}

// named is the text of an event.
func named(name string, more ...string) string {
	text := `{"Event-Name":"` + name + `"`
	for i := 0; i+1 < len(more); i += 2 {
		text += `,"` + more[i] + `":"` + more[i+1] + `"`
	}
	return text + "}"
}

// send sends text to the guard.
func (f *far) send(text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.out <- text
}

// cut ends the connection after what was sent.
func (f *far) cut() {
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.end.Close()
}

// set changes how f behaves.
func (f *far) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// took returns the commands since the last call, after everything has come to rest.
func (f *far) took() []string {
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := f.commands
	f.commands = nil
	return taken
}

// want asserts the commands since the last call.
func (f *far) want(t *testing.T, commands ...string) {
	t.Helper()
	if got := f.took(); !slices.Equal(got, commands) {
		t.Errorf("FreeSWITCH was sent %q, want %q", got, commands)
	}
}

// dialled returns how often f was dialled.
func (f *far) dialled() int {
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.attempts
}

func (f *far) log(name string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.logs = append(f.logs, fmt.Sprint(name, " ", err))
}

// logged returns what was logged.
func (f *far) logged() []string {
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.logs)
}

// pbx is the upstream.
var pbx = &policy.Upstream{Name: "pbx", Address: "192.0.2.1:8021"}

// start returns the Set and the Stream to f. The test must call end.
func (f *far) start() (*Set, *Stream) {
	s := &Set{Dial: f.dial, Budget: answers.NewBudget(1<<30, func() {}), Log: f.log, Contain: func() { _ = recover() }}
	return s, s.Of(pbx)
}

// needs returns the Need of events by their names: "ALL", a type, or "CUSTOM x" for a subclass.
func needs(t testing.TB, names ...string) (n event.Need) {
	t.Helper()
	for _, name := range names {
		name, subclass, custom := strings.Cut(name, " ")
		eventType, ok := catalog.ParseEventName(name)
		if !ok {
			t.Fatalf("no type of event is called %q", name)
		}
		if eventType == catalog.EventAll {
			n.All = true
			continue
		}
		n.Types.Add(eventType)
		if custom {
			n.Subclasses = append(n.Subclasses, subclass)
		}
	}
	slices.Sort(n.Subclasses)
	return n
}

// A sink is a Subscriber that notes what it is given.
type sink struct {
	// onDeliver is called with each batch. Nil: nothing is called.
	onDeliver func(*Batch)

	mu    sync.Mutex
	names []string // of the events
	lost  []error
}

func (s *sink) Deliver(b *Batch) {
	if s.onDeliver != nil {
		s.onDeliver(b)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range b.Len() {
		name, _ := b.Event(i).Get("Event-Name")
		s.names = append(s.names, string(name))
	}
}

func (s *sink) Lost(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = append(s.lost, err)
}

// got returns the names of the events since the last call, after everything has come to rest.
func (s *sink) got() string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	names := strings.Join(s.names, " ")
	s.names = nil
	return names
}

// losses returns the errors of Lost.
func (s *sink) losses() []error {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.lost)
}

// require calls Require, which must succeed.
func require(t *testing.T, m *Member, names ...string) {
	t.Helper()
	if err := m.Require(context.Background(), needs(t, names...)); err != nil {
		t.Errorf("to require %q: %v", names, err)
	}
}

// requiring calls Require in a goroutine, and sends its error.
func requiring(t *testing.T, ctx context.Context, m *Member, names ...string) <-chan error {
	result := make(chan error, 1)
	n := needs(t, names...)
	go func() { result <- m.Require(ctx, n) }()
	synctest.Wait()
	return result
}

// pending reports whether a call of Require still waits.
func pending(result <-chan error) bool {
	synctest.Wait()
	return len(result) == 0
}

var errAway = &upstream.Error{Reply: "-ERR FreeSWITCH is unreachable", Err: errors.New("away")}

// inBubble runs a test with a far in a bubble of its own time.
func inBubble(t *testing.T, test func(t *testing.T, f *far, s *Set, st *Stream)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := new(far)
		s, st := f.start()
		defer s.Close()
		test(t, f, s, st)
	})
}

var background = context.Background()

// later is when what nobody requires any more has been given up.
const later = shrinkDelay + time.Second
