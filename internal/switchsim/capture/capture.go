package capture

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"eslguard/internal/switchsim"
)

//go:embed testdata/*.gz
var files embed.FS

// A Recording is what listeners of one switch were sent.
type Recording struct {
	// Plain, JSON and XML are the frames of the same events in their three forms, in order.
	Plain, JSON, XML []string
	// Events are these events, to be played.
	Events []switchsim.Event
	// Listeners are the listeners.
	Listeners []Listener
}

// A Listener is a connection and what it was sent.
type Listener struct {
	// Name describes the listener.
	Name string
	// Commands are the commands that it gave after its login, and Replies the header lines of
	// their replies, without the blank line. It gave them before the first event.
	Commands, Replies []string
	// Want are the frames of the events that it was sent after that, in order.
	Want []string
}

// Tenants returns what 24 listeners were sent while the switch served calls. It is a part of the
// 2,015 events that were recorded: of each kind at most 12 that the same listeners were sent and
// that look alike. The error says what is wrong with its files.
func Tenants() (*Recording, error) { return load("tenants") }

// Injected returns what listeners with random subscriptions and filters were sent while a client
// injected events with sendevent, whose names, values, lists and bodies are unusual. Three events
// are left out: what filters and subscriptions saw of them differed from what was sent. The error
// says what is wrong with its files.
func Injected() (*Recording, error) { return load("injected") }

// load reads a recording.
func load(name string) (*Recording, error) {
	var r Recording
	for _, f := range []struct {
		form   string
		frames *[]string
	}{{"plain", &r.Plain}, {"json", &r.JSON}, {"xml", &r.XML}} {
		b, err := read(name + "-" + f.form + ".s2c.gz")
		if err != nil {
			return nil, err
		}
		if *f.frames, err = switchsim.SplitEvents(string(b)); err != nil {
			return nil, err
		}
	}
	var err error
	if r.Events, err = switchsim.ParseEvents(strings.Join(r.JSON, "")); err != nil {
		return nil, err
	}
	if len(r.Plain) != len(r.JSON) || len(r.XML) != len(r.JSON) {
		return nil, fmt.Errorf("capture: %d, %d and %d events", len(r.Plain), len(r.JSON), len(r.XML))
	}
	return &r, r.loadListeners(name)
}

// loadListeners reads the listeners. In their file, an event is named by its Event-Sequence.
func (r *Recording) loadListeners(name string) error {
	b, err := read(name + "-listeners.jsonl.gz")
	if err != nil {
		return err
	}
	index := map[string]int{}
	for i, e := range r.Events {
		index[sequence(e)] = i
	}
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, len(b)+1)
	for lines.Scan() {
		var v struct {
			Name              string
			Commands, Replies []string
			Events            []json.Number
		}
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			return err
		}
		l := Listener{Name: v.Name, Commands: v.Commands, Replies: v.Replies}
		frames := r.frames(l.Replies)
		for _, n := range v.Events {
			i, ok := index[n.String()]
			if !ok {
				return fmt.Errorf("capture: listener %s: no event %s", l.Name, n)
			}
			l.Want = append(l.Want, frames[i])
		}
		r.Listeners = append(r.Listeners, l)
	}
	return lines.Err()
}

// frames returns the events in the form that the last reply to event says.
func (r *Recording) frames(replies []string) []string {
	for _, reply := range slices.Backward(replies) {
		if _, form, ok := strings.Cut(reply, "+OK event listener enabled "); ok {
			return map[string][]string{"plain": r.Plain, "json": r.JSON, "xml": r.XML}[form]
		}
	}
	return r.Plain
}

// sequence returns the first Event-Sequence of an event.
func sequence(e switchsim.Event) string {
	for _, h := range e.Headers {
		if h.Name == "Event-Sequence" {
			return h.Value
		}
	}
	return ""
}

// read reads a file.
func read(name string) ([]byte, error) {
	f, err := files.Open("testdata/" + name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b, nil
}
