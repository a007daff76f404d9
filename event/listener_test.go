package event_test

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/event"
)

// A naiveListener is a listener of FreeSWITCH, written after mod_event_socket.c.
type naiveListener struct {
	listening bool
	format    string
	list      map[string]bool // with ALL
	hash      map[string]bool
	filters   [][2]string
	myevents  bool
	channel   string
}

func newNaiveListener() *naiveListener {
	return &naiveListener{format: "plain", list: map[string]bool{}, hash: map[string]bool{}}
}

func (l *naiveListener) apply(line string) string {
	words := strings.Split(line, " ")
	switch words[0] {
	case "event":
		return l.event(words[1:])
	case "nixevent":
		return l.nixevent(words[1:])
	case "noevents":
		if !l.listening {
			return "-ERR not listening for events"
		}
		l.listening = false
		clear(l.list)
		clear(l.hash)
		return "+OK no longer listening for events"
	}
	return l.filter(strings.SplitN(line, " ", 2)[1])
}

func known(word string) bool { return word == "ALL" || slices.Contains(catalog.EventNames(), word) }

func (l *naiveListener) event(words []string) string {
	named, custom := 0, false
	for i, w := range words {
		switch {
		case i == 0 && (w == "plain" || w == "xml" || w == "json"):
			l.format = w
		case custom:
			l.hash[w] = true
		case known(w):
			named++
			l.list[w] = true
			if w == "ALL" {
				for _, name := range catalog.EventNames() {
					l.list[name] = true
				}
				for _, name := range catalog.ReservedSubclasses() {
					l.hash[name] = true
				}
			}
			custom = w == "CUSTOM"
		}
	}
	if named == 0 {
		return "-ERR no keywords supplied"
	}
	l.listening = true
	return "+OK event listener enabled " + l.format
}

func (l *naiveListener) nixevent(words []string) string {
	named, custom := 0, false
	for _, w := range words {
		if custom {
			delete(l.hash, w)
			continue
		}
		if !known(w) {
			continue
		}
		named++
		switch w {
		case "CUSTOM":
			custom = true
		case "ALL":
			clear(l.list)
		default:
			delete(l.list, "ALL")
			delete(l.list, w)
		}
	}
	if named == 0 {
		return "-ERR no keywords supplied"
	}
	l.listening = true
	return "+OK events nixed"
}

func (l *naiveListener) filter(rest string) string {
	name, value, ok := strings.Cut(rest, " ")
	switch {
	case name == "delete" && ok:
		name, value, _ = strings.Cut(value, " ")
		l.filters = slices.DeleteFunc(l.filters, func(f [2]string) bool {
			return name == "all" || asciiLower(f[0]) == asciiLower(name) && (value == "" || f[1] == value)
		})
		return "+OK filter deleted. [" + name + "][" + value + "]"
	case !ok:
		return "-ERR invalid syntax"
	case name == "add":
		name, value, _ = strings.Cut(value, " ")
	}
	l.filters = append(l.filters, [2]string{name, value})
	return "+OK filter added. [" + name + "]=[" + value + "]"
}

func (l *naiveListener) wants(e naiveEvent) bool {
	name, subclass := "", ""
	for _, h := range e.headers {
		if h.name == "Event-Name" {
			name = h.text()
		}
	}
	if len(e.headers) > 0 && e.headers[0].name == "Event-Subclass" {
		subclass = e.headers[0].text()
	}
	send := l.list["ALL"] || l.list[name] && (name != "CUSTOM" || subclass == "" || l.hash[subclass])
	if !send || !l.listening {
		return false
	}
	if len(l.filters) > 0 && !l.filtered(e) {
		return false
	}
	if !l.myevents {
		return true
	}
	uuid, ok := e.get("Unique-ID")
	owner, _ := e.get("Job-Owner-UUID")
	return ok && (l.channel == "" || uuid == l.channel) || l.channel != "" && owner == l.channel
}

func (e naiveEvent) get(name string) (string, bool) {
	for _, h := range e.headers {
		if asciiLower(h.name) == asciiLower(name) {
			return h.text(), true
		}
	}
	return "", false
}

func (l *naiveListener) filtered(e naiveEvent) bool {
	send := false
	for _, f := range l.filters {
		value, ok := e.get(f[0])
		if !ok {
			continue
		}
		compare, positive := f[1], true
		for compare != "" && strings.Contains("+- ", compare[:1]) {
			switch compare[0] {
			case '+':
				positive = true
			case '-':
				positive = false
			}
			compare = compare[1:]
		}
		if send && positive {
			continue
		}
		match := asciiLower(value) == asciiLower(compare)
		if f[1][0] == '/' {
			match = matchNaive(compare, value)
		}
		if match && !positive {
			return false
		}
		send = send || match
	}
	return send
}

func matchNaive(expression, value string) bool {
	slash := strings.LastIndex(expression, "/")
	if slash == 0 {
		return false
	}
	flags := ""
	for _, flag := range []string{"i", "s"} {
		if strings.Contains(expression[slash:], flag) {
			flags += "(?" + flag + ")"
		}
	}
	return regexp.MustCompile(flags + expression[1:slash]).MatchString(value)
}

// pick returns a random element.
func pick(r *rand.Rand, list ...string) string { return list[r.IntN(len(list))] }

func randomWords(r *rand.Rand) string {
	var words []string
	for range r.IntN(4) {
		words = append(words, pick(r, "HEARTBEAT", "CHANNEL_CREATE", "DTMF", "API", "BOGUS", "ALL"))
	}
	if r.IntN(3) == 0 {
		words = append(words, "CUSTOM")
		for range r.IntN(4) {
			words = append(words, randomSubclass(r))
		}
	}
	return strings.Join(append([]string{""}, words...), " ")
}

func randomSubclass(r *rand.Rand) string {
	return pick(r, "sofia::register", "conference::maintenance", "crm::note", "crm::Note", "ALL", "a")
}

func randomCommand(r *rand.Rand) string {
	name := pick(r, "Event-Name", "event-name", "A", "a", "B", "Unique-ID")
	value := pick(r, "", "", "+", "-", "- +", "+-") + pick(r, "DTMF", "dtmf", "x", "X", "ARRAY::x|:y", "/x/", "/^X|dtmf$/i", "/.y/s", "/.y/", "/x", "u1", "x y")
	if strings.HasPrefix(value, "ARRAY") {
		value = "+" + value
	}
	switch r.IntN(12) {
	case 0, 1, 2:
		return "event" + pick(r, "", " plain", " json", " xml") + randomWords(r)
	case 3, 4:
		return "nixevent" + randomWords(r)
	case 5:
		return "noevents"
	case 6:
		return "filter delete " + pick(r, name, name+" "+value, "all")
	case 7:
		return "filter X"
	case 8:
		return "filter add " + name + " " + value
	default:
		return "filter " + name + " " + value
	}
}

func randomEvent(r *rand.Rand) naiveEvent {
	var e naiveEvent
	name := pick(r, "HEARTBEAT", "CHANNEL_CREATE", "DTMF", "API", "CUSTOM", "CUSTOM", "TALK", "BRAND_NEW")
	if name == "CUSTOM" && r.IntN(4) > 0 {
		e.headers = append(e.headers, plainHeader("Event-Subclass", randomSubclass(r)))
	}
	if r.IntN(4) == 0 {
		e.headers = append(e.headers, plainHeader("Event-Name", "TALK"))
	}
	e.headers = append(e.headers, plainHeader("Event-Name", name))
	for range r.IntN(4) {
		h := plainHeader(pick(r, "A", "a", "B", "Unique-ID", "Job-Owner-UUID"), pick(r, "x", "X", "y", "x y", "x\ny", "u1", "u2", "U1", ""))
		if r.IntN(4) == 0 {
			h = listHeader(h.name, h.values[0], "y")
		}
		e.headers = append(e.headers, h)
	}
	return e
}

// TestSubscriptionIsAListener compares a Subscription with the naive listener, over random commands
// and events.
func TestSubscriptionIsAListener(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 0))
		var s event.Subscription
		l := newNaiveListener()
		var done []string
		for range 1 + r.IntN(10) {
			line := randomCommand(r)
			if r.IntN(20) == 0 {
				line = "myevents " + pick(r, "u1", "")
			}
			done = append(done, line)
			if uuid, ok := strings.CutPrefix(line, "myevents "); ok {
				s.Attach(uuid)
				attachNaive(l, uuid)
			} else if got, want := apply(t, &s, line), l.apply(line); got != want {
				t.Fatalf("seed %d: %q: the reply is %q, want %q", seed, done, got, want)
			}
			if s.Format().String() != l.format || s.Listening() != l.listening {
				t.Fatalf("seed %d: %q: %v, %v", seed, done, s.Format(), s.Listening())
			}
			compareWants(t, r, &s, l, done)
		}
	}
}

func attachNaive(l *naiveListener, uuid string) {
	for _, name := range strings.Fields(`CHANNEL_ANSWER CHANNEL_APPLICATION CHANNEL_BRIDGE CHANNEL_CREATE
		CHANNEL_DATA CHANNEL_DESTROY CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP
		CHANNEL_HANGUP_COMPLETE CHANNEL_ORIGINATE CHANNEL_UUID CHANNEL_OUTGOING CHANNEL_PARK
		CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_STATE CHANNEL_UNBRIDGE CHANNEL_UNPARK
		DETECTED_SPEECH DTMF NOTALK TALK`) {
		l.list[name] = true
	}
	l.listening, l.myevents, l.channel = true, true, uuid
}

// compareWants compares what the two want of random events, and checks that the Need of s covers
// it.
func compareWants(t *testing.T, r *rand.Rand, s *event.Subscription, l *naiveListener, done []string) {
	t.Helper()
	need := s.Need()
	if s.Listening() != l.listening || !s.Listening() && !need.Empty() {
		t.Fatalf("%q: the need is %v", done, need)
	}
	for range 10 {
		want := randomEvent(r)
		var e event.Event
		if err := e.Parse([]byte(want.json())); err != nil {
			t.Fatal(err)
		}
		wants := s.Wants(&e)
		if wants != l.wants(want) {
			t.Fatalf("%q: %q: Wants is %t", done, want.json(), wants)
		}
		var one event.Need
		if typ, ok := e.Type(); ok {
			one.Types.Add(typ)
			if e.Subclass() != nil {
				one.Subclasses = []string{string(e.Subclass())}
			}
		} else {
			one.All = true
		}
		if wants && !need.Covers(one) {
			t.Fatalf("%q: %q is wanted, but the need is %v", done, want.json(), need)
		}
	}
}

// TestLinesRestore checks that the Lines of a Subscription give a fresh one the same state: both
// then do the same, also after further commands. The naive listener reads the Lines too.
func TestLinesRestore(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var s event.Subscription
		l := newNaiveListener()
		var done []string
		for range r.IntN(10) {
			line := randomCommand(r)
			done = append(done, line)
			apply(t, &s, line)
			l.apply(line)
		}
		var restored event.Subscription
		fresh := newNaiveListener()
		for _, line := range s.Lines() {
			if len(line) > event.MaxLine {
				t.Errorf("a line of %d bytes", len(line))
			}
			reply := apply(t, &restored, line)
			if reply != fresh.apply(line) || !strings.HasPrefix(reply, "+OK") {
				t.Fatalf("seed %d: %q: %s: %s", seed, done, line, reply)
			}
		}
		for range 4 {
			if restored.Format() != s.Format() || restored.Listening() != s.Listening() {
				t.Fatalf("seed %d: %q: restored is %v, %v", seed, done, restored.Format(), restored.Listening())
			}
			compareWants(t, r, &restored, l, done)
			compareWants(t, r, &s, fresh, done)
			line := randomCommand(r)
			done = append(done, line)
			if reply := apply(t, &restored, line); reply != l.apply(line) || reply != apply(t, &s, line) || reply != fresh.apply(line) {
				t.Fatalf("seed %d: %q: restored replies %q", seed, done, reply)
			}
		}
	}
}
