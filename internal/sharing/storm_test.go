package sharing_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"eslguard/internal/switchsim"
)

// stormTypes are the types of the events of a storm. Event n has the type n modulo their number,
// and the header Half with 0 or 1, so that it belongs to class n modulo classes.
var stormTypes = strings.Fields("DTMF TALK HEARTBEAT CHANNEL_STATE TRAP")

const classes = 10

// stormEvent returns event n.
func stormEvent(n int) *switchsim.Prepared {
	e := made(header("Number", fmt.Sprint(n)), header("Half", halfOf(n%classes)))
	e.Name = stormTypes[n%len(stormTypes)]
	e.Headers[0].Value = e.Name
	return switchsim.Prepare(e)[0]
}

// halfOf returns the value of the header Half of a class.
func halfOf(class int) string { return fmt.Sprint(class / len(stormTypes)) }

// TestStorm has clients that give random commands at any moment while events happen all the time.
// Each event is one that the client has subscribed to at that point, in the right format, and none
// is missing in between.
func TestStorm(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		p := r.playEvery(stormEvent)
		var running sync.WaitGroup
		for k := range 6 {
			seed := uint64(firstSeed + k)
			s := &stormClient{client: r.client(), player: p, random: rand.New(rand.NewPCG(seed, 3)), seed: seed}
			running.Go(func() { s.run(20 * rounds) })
		}
		running.Wait()
		p.end()
	}, events, both)
}

// A stormClient is a client in a storm, and a model of what it has subscribed to.
type stormClient struct {
	*client
	player *player
	random *rand.Rand
	seed   uint64
	// types, half, format and listening are the subscription after the replies that have been read.
	// half is the value of a filter, "" for none.
	types     [5]bool
	half      string
	format    string
	listening bool
	// due[c] is the number of the next event of class c, or the largest that it may have if
	// atMost[c] is true. 0: none is wanted.
	due    [classes]int
	atMost [classes]bool
	// last is the number of the last event.
	last int
	// log is what was read last, for failures.
	log []string
}

// A stormCommand is a command, its reply, and what it changes.
type stormCommand struct {
	text, reply string
	apply       func(*stormClient)
}

// run gives commands, some together, and reads everything.
func (s *stormClient) run(rounds int) {
	s.format = "plain"
	for range rounds {
		model := *s // as it will be after the commands before
		var text strings.Builder
		list := make([]stormCommand, 1+s.random.IntN(4))
		for i := range list {
			list[i] = model.next()
			list[i].apply(&model)
			text.WriteString(list[i].text + "\n\n")
		}
		if err := s.Send(text.String()); err != nil {
			s.t.Error(err)
			return
		}
		for _, c := range list {
			if !s.until(c) {
				return
			}
		}
		for more := s.random.IntN(30); more > 0 && s.wantsAny(); more-- {
			if _, ok := s.read(); !ok {
				return
			}
		}
	}
}

// until reads up to the reply to a command, and carries the command out in the model.
func (s *stormClient) until(c stormCommand) bool {
	for {
		f, ok := s.read()
		if !ok {
			return false
		}
		if f == "" {
			continue
		}
		if f != c.reply {
			s.fail("the reply to %q is %q, want %q", c.text, f, c.reply)
			return false
		}
		break
	}
	before := *s
	c.apply(s)
	begun := int(s.player.begun.Load())
	for class := range classes {
		switch {
		case !s.wants(class):
			s.due[class] = 0
		case !before.wants(class) || s.due[class] == 0:
			s.due[class], s.atMost[class] = begun+classes, true
		}
	}
	return true
}

// read reads a frame. It checks an event and returns "" for it. It returns false after a failure.
func (s *stormClient) read() (frame string, ok bool) {
	head, body, err := s.ReadFrame()
	if err != nil {
		s.fail("%v", err)
		return "", false
	}
	frame = head + "\n\n" + body
	n := number(frame)
	if s.log = append(s.log, fmt.Sprintf("%d %.60s", n, frame)); len(s.log) > 10 {
		s.log = s.log[1:]
	}
	if n == 0 {
		return frame, true
	}
	class := n % classes
	switch due := s.due[class]; {
	case due == 0:
		s.fail("event %d is not wanted", n)
	case n <= s.last:
		s.fail("event %d after %d", n, s.last)
	case s.atMost[class] && n > due || !s.atMost[class] && n != due:
		s.fail("event %d, want %d", n, due)
	case !strings.Contains(head, "Content-Type: text/event-"+s.format):
		s.fail("event %d is not in the format %s", n, s.format)
	}
	s.last, s.due[class], s.atMost[class] = n, n+classes, false
	return "", !s.t.Failed()
}

func (s *stormClient) fail(format string, args ...any) {
	s.t.Errorf("seed %d: %s; before: %q", s.seed, fmt.Sprintf(format, args...), s.log)
}

// wants reports whether the subscription has a class of events.
func (s *stormClient) wants(class int) bool {
	return s.types[class%len(stormTypes)] && (s.half == "" || s.half == halfOf(class))
}

func (s *stormClient) wantsAny() bool {
	for class := range classes {
		if s.wants(class) {
			return true
		}
	}
	return false
}

// next returns a random command.
func (s *stormClient) next() stormCommand {
	i := s.random.IntN(len(stormTypes))
	switch s.random.IntN(10) {
	case 0, 1, 2:
		format := formats[s.random.IntN(len(formats))]
		return stormCommand{"event " + format + " " + stormTypes[i], reply("+OK event listener enabled " + format), func(s *stormClient) {
			s.format, s.types[i], s.listening = format, true, true
		}}
	case 3:
		return stormCommand{"event ALL", reply("+OK event listener enabled " + s.format), func(s *stormClient) {
			s.types, s.listening = [5]bool{true, true, true, true, true}, true
		}}
	case 4, 5:
		return stormCommand{"nixevent " + stormTypes[i], reply("+OK events nixed"), func(s *stormClient) {
			s.types[i], s.listening = false, true
		}}
	case 6:
		if !s.listening {
			return stormCommand{"noevents", reply("-ERR not listening for events"), func(*stormClient) {}}
		}
		return stormCommand{"noevents", reply("+OK no longer listening for events"), func(s *stormClient) {
			s.types, s.listening = [5]bool{}, false
		}}
	case 7:
		if s.half != "" {
			return stormCommand{"filter delete Half", reply("+OK filter deleted. [Half][]"), func(s *stormClient) { s.half = "" }}
		}
		half := fmt.Sprint(s.random.IntN(2))
		return stormCommand{"filter Half " + half, reply("+OK filter added. [Half]=[" + half + "]"), func(s *stormClient) { s.half = half }}
	case 8:
		return stormCommand{"filter A", reply("-ERR invalid syntax"), func(*stormClient) {}}
	}
	n := fmt.Sprint(syncs.Add(1))
	return stormCommand{syncCommand + n, apiResponse(n), func(*stormClient) {}}
}
