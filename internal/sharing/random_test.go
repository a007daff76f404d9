package sharing_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// rounds is how many times as many rounds tests make that have random or concurrent steps. It is 1
// unless the environment says otherwise.
var rounds = func() int {
	if n, err := strconv.Atoi(os.Getenv("ESLGUARD_SHARING_ROUNDS")); err == nil && n > 0 {
		return n
	}
	return 1
}()

// firstSeed is the first seed of tests with random steps.
var firstSeed = func() int {
	n, _ := strconv.Atoi(os.Getenv("ESLGUARD_SHARING_SEED"))
	return n
}()

// TestRandomClients gives random commands, each to a client of the guard and to one of the switch,
// plays random events between them, and compares everything that the two are sent. It waits after
// each step until all events have been delivered, so that their order is certain.
func TestRandomClients(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		for n := range 3 * rounds {
			seed := uint64(firstSeed + n)
			t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
				d := newDuel(t, m, seed)
				for range 100 {
					d.step()
				}
			})
		}
	}, events, both)
}

// A pair is a client of the guard and one of the switch that are to be sent the same.
type pair struct {
	via, direct *client
	// said are the commands that they gave.
	said []string
	// early are events that the client of the switch has been sent since the last comparison.
	early []string
}

// A duel is pairs of clients that are compared.
type duel struct {
	*rig
	random *rand.Rand
	pairs  []*pair
	// witness is a client of the guard that is sent marks. ends is one of the switch that is sent
	// the ends of jobs.
	witness, ends *client
	marks         int
	jobs          int
}

func newDuel(t *testing.T, m mode, seed uint64) *duel {
	t.Helper()
	d := &duel{rig: newRig(t, m), random: rand.New(rand.NewPCG(seed, 1))}
	d.AddChannel(mine, map[string]string{"color": "blue"})
	d.AddChannel(others, nil)
	d.witness = d.client()
	d.witness.want("event json CUSTOM sharing::mark", "+OK event listener enabled json")
	d.ends = d.direct()
	d.ends.want("event json BACKGROUND_JOB", "+OK event listener enabled json")
	for range 4 {
		d.pairs = append(d.pairs, d.newPair())
	}
	return d
}

func (d *duel) newPair() *pair { return &pair{via: d.client(), direct: d.direct()} }

// oneOf returns one of the elements.
func oneOf[T any](d *duel, list ...T) T { return list[d.random.IntN(len(list))] }

// step plays events, or has a pair give commands, and compares what all have been sent.
func (d *duel) step() {
	d.t.Helper()
	if d.random.IntN(3) == 0 {
		list := make([]switchsim.Event, 1+d.random.IntN(20))
		for i := range list {
			list[i] = d.event()
		}
		d.Play(switchsim.Prepare(list...)...)
		d.settle()
		return
	}
	i := d.random.IntN(len(d.pairs))
	p := d.pairs[i]
	cmds := d.commands()
	p.said = append(p.said, cmds...)
	got, early := d.give(p.via, cmds)
	if early = slices.DeleteFunc(early, d.isLastMark); len(early) > 0 {
		d.t.Fatalf("after %q: %q before the reply; before: %q", cmds, early, p.said)
	}
	// These may be events that the first client has caused.
	want, early := d.give(p.direct, cmds)
	p.early = early
	if strings.Join(got, "") != strings.Join(want, "") {
		d.t.Fatalf("%q is answered %q, want %q; before: %q", cmds, got, want, p.said)
	}
	if cmds[len(cmds)-1] == "exit" {
		d.compareEnds(p)
		d.pairs[i] = d.newPair()
		return
	}
	d.settle()
}

// give sends commands together. It returns their replies, and the events before the last one.
func (d *duel) give(c *client, cmds []string) (replies, early []string) {
	d.t.Helper()
	d.jobs++
	job := fmt.Sprintf("00000000-0000-4000-8000-%012d", d.jobs)
	if err := c.Send(strings.ReplaceAll(strings.Join(cmds, "\n\n"), "JOB", job) + "\n\n"); err != nil {
		d.t.Fatal(err)
	}
	for len(replies) < len(cmds) {
		f := c.frame()
		if strings.Contains(f, "Content-Type: text/event-") || strings.Contains(f, "Content-Type: log/data") {
			early = append(early, f)
			continue
		}
		replies = append(replies, uuids.ReplaceAllString(f, "UUID"))
	}
	for strings.HasPrefix(cmds[0], "bgapi ") && !strings.Contains(d.ends.event().Body, job) {
	}
	return replies, early
}

// uuids matches what differs between replies to the same command.
var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// compareEnds compares what the two are sent after exit.
func (d *duel) compareEnds(p *pair) {
	d.t.Helper()
	want, got := p.direct.rest(), p.via.rest()
	if got != want {
		d.t.Fatalf("after exit: %q, want %q; before: %q", got, want, p.said)
	}
}

// rest returns everything up to the end of the connection.
func (c *client) rest() string {
	c.t.Helper()
	var b strings.Builder
	for {
		head, body, err := c.ReadFrame()
		if err != nil {
			b.WriteString(head + body + err.Error())
			return b.String()
		}
		b.WriteString(head + "\n\n" + body)
	}
}

// settle waits until the guard has delivered everything that has happened, and compares what the
// clients of each pair have been sent.
func (d *duel) settle() {
	d.t.Helper()
	// When a mark arrives, others may not have been given the same batch of events. When the second
	// mark arrives, they have been given the first.
	for range 2 {
		d.marks++
		d.Play(switchsim.Prepare(d.mark())...)
		for !strings.Contains(d.witness.event().Body, fmt.Sprintf(`"Mark":"%d"`, d.marks)) {
		}
	}
	d.drain()
	for _, p := range d.pairs {
		want := append(p.early, p.direct.untilSync()...)
		p.early = nil
		for i, w := range want {
			got := p.via.frame()
			if d.isStale(got) && got != w {
				got = p.via.frame()
			}
			if got != w {
				d.t.Fatalf("frame %d of %d is\n%.600q\nwant\n%.600q\ncommands: %q", i, len(want), got, w, p.said)
			}
		}
		if more := slices.DeleteFunc(p.via.untilSync(), d.isStale); len(more) > 0 {
			d.t.Fatalf("after %d frames came %d more: %.300q\ncommands: %q", len(want), len(more), more, p.said)
		}
	}
}

// isLastMark reports whether a frame is the last mark. A client that subscribes to it just
// afterwards may be sent it.
func (d *duel) isLastMark(frame string) bool { return markOf(frame) == d.marks }

// isStale is like isLastMark within settle, which has played two more.
func (d *duel) isStale(frame string) bool { return markOf(frame) == d.marks-2 }

// markOf returns the number of a mark, and -1 for another frame.
func markOf(frame string) int {
	m := markNumber.FindStringSubmatch(frame)
	if m == nil {
		return -1
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

var markNumber = regexp.MustCompile(`Mark\W+([0-9]+)`)

// mark returns the event that the witness waits for.
func (d *duel) mark() switchsim.Event {
	return switchsim.Event{Name: "CUSTOM", Subclass: "sharing::mark", HasSubclass: true, Headers: []switchsim.Header{
		header("Event-Subclass", "sharing::mark"), header("Event-Name", "CUSTOM"), header("Mark", fmt.Sprint(d.marks)),
	}}
}

// event returns a random event.
func (d *duel) event() switchsim.Event {
	var e switchsim.Event
	e.Name = oneOf(d, "DTMF", "HEARTBEAT", "CHANNEL_ANSWER", "CHANNEL_STATE", "TALK", "BACKGROUND_JOB", "API", "CUSTOM", "CUSTOM", "RE_SCHEDULE")
	if e.Name == "CUSTOM" && d.random.IntN(4) > 0 {
		e.Subclass, e.HasSubclass = oneOf(d, "a::b", "A::B", "conference::maintenance", "sofia::register", "x y"), true
		e.Headers = append(e.Headers, header("Event-Subclass", e.Subclass))
	}
	e.Headers = append(e.Headers, header("Event-Name", e.Name))
	for range d.random.IntN(8) {
		e.Headers = append(e.Headers, d.header())
	}
	if d.random.IntN(5) == 0 {
		e.Body, e.HasBody = d.value(), true
	}
	return e
}

// header returns a random header.
func (d *duel) header() switchsim.Header {
	switch d.random.IntN(6) {
	case 0:
		return header("Unique-ID", oneOf(d, mine, others, strings.ToUpper(mine)))
	case 1:
		return header("Job-Owner-UUID", oneOf(d, mine, others))
	case 2:
		return switchsim.List(oneOf(d, "L", "A"), d.value(), d.value())
	case 3:
		return header(oneOf(d, "event-name", "Event-Name"), oneOf(d, "DTMF", "HEARTBEAT", "nonsense"))
	default:
		return header(oneOf(d, "A", "a", "B", "L", "x<y"), d.value())
	}
}

// value returns a random value.
func (d *duel) value() string {
	return oneOf(d, "", "one", "ONE", "two", "one two", "%41%zz", "ARRAY::one|:two", "ä\xff", "<b>&\"'", "line\nline\r\n", strings.Repeat("long", 700))
}

// commands returns random commands to be sent together.
func (d *duel) commands() []string {
	if d.random.IntN(4) == 0 {
		list := make([]string, 2+d.random.IntN(4))
		for i := range list {
			list[i] = d.change()
		}
		return list
	}
	switch d.random.IntN(16) {
	case 0:
		return []string{"api echo " + oneOf(d, "hello", "a  b", "ä")}
	case 1:
		return []string{"bgapi echo done\nJob-UUID: JOB"}
	case 2:
		return []string{"sendevent " + oneOf(d, "DTMF", "CUSTOM") + "\nEvent-Subclass: a::b\nA: one\nUnique-ID: " + oneOf(d, mine, "none") + "\nContent-Length: 5\n\nhello"}
	case 3:
		return []string{oneOf(d, "log 7", "log 3", "log debug", "nolog")}
	case 4:
		return []string{"myevents " + oneOf(d, mine, others) + oneOf(d, "", " plain", " json", " xml")}
	case 5:
		return []string{oneOf(d, "getvar color", "divert_events on", "divert_events off", "linger 10", "nolinger", "resume")}
	case 6:
		return []string{"exit"}
	}
	return []string{d.change()}
}

// change returns a random command that changes which events a client is sent, or one that fires no
// event.
func (d *duel) change() string {
	switch d.random.IntN(12) {
	case 0, 1, 2, 3:
		return oneOf(d, "event", "event", "events", "EVENT") + oneOf(d, "", "", " plain", " json", " xml", " XML") + d.names()
	case 4, 5:
		return "nixevent" + d.names()
	case 6:
		return "noevents"
	case 7, 8, 9:
		return "filter " + oneOf(d, "", "add ") + oneOf(d, "A", "B", "Event-Name", "event-name", "L", "Unique-ID", "Missing", "x<y") + " " +
			oneOf(d, "", "+", "-", "+ -", "- ") + oneOf(d, "one", "TWO", "DTMF", "/^o/", "/ONE/i", "/./", "/::/", "ARRAY", mine)
	case 10:
		return "filter delete " + oneOf(d, "all", "A", "A one", "Event-Name", "L /./", "a")
	}
	return syncCommand + "again"
}

// names returns random names of types of events.
func (d *duel) names() string {
	var b strings.Builder
	for range d.random.IntN(4) {
		b.WriteString(" " + oneOf(d, "DTMF", "dtmf", "HEARTBEAT", "CHANNEL_ANSWER", "TALK", "BACKGROUND_JOB", "API", "NOSUCH", "json", "ALL"))
	}
	if d.random.IntN(3) == 0 {
		b.WriteString(" CUSTOM")
		for range d.random.IntN(3) {
			b.WriteString(" " + oneOf(d, "a::b", "conference::maintenance", "none::such", "ALL", "CUSTOM", "sharing::mark"))
		}
	}
	return b.String()
}
