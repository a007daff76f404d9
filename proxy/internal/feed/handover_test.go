package feed

import (
	"errors"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"testing"

	"eslguard/proxy/internal/answers"
)

// frames make frames.
var frames = answers.NewBudget(64<<20, func() {})

// frame returns event n as a frame in a format.
func frame(n, format int) *answers.Shared {
	s := frames.NewShared(16)
	s.SetBytes(fmt.Appendf(s.Bytes(), "%d in %d", n, format))
	return s
}

// identityOf returns the identity of event n.
func identityOf(h *handover, n int) (id identity) {
	for f := range id {
		s := frame(n, f)
		id[f] = maphash.Bytes(h.seed, s.Bytes())
		s.Release()
	}
	return id
}

// A journey is a handover with a stream and a connection of the session's own that are read at
// random.
type journey struct {
	t      *testing.T
	random *rand.Rand
	h      handover
	// stream and own are the numbers of the next events that they have. The client is to be sent
	// all up to last.
	stream, own, last int
	// sent are the events that the client has been sent.
	sent []string
}

// deliver has the stream deliver an event in a format.
func (j *journey) deliver(format int) {
	n := j.stream
	j.stream++
	switch j.h.state {
	case fromOwn:
		return
	case fromBoth:
		behind, complete, err := j.h.delivered(identityOf(&j.h, n))
		if err != nil {
			j.t.Fatal(err)
		}
		j.send(behind...)
		if complete {
			return
		}
	}
	j.send(frame(n, format))
}

// arrive has an event arrive on the session's own connection.
func (j *journey) arrive(format int) {
	now, _, _, err := j.h.arrived(frame(j.own, format))
	j.own++
	if err != nil {
		j.t.Fatal(err)
	}
	j.send(now...)
}

func (j *journey) send(list ...*answers.Shared) {
	for _, s := range list {
		j.sent = append(j.sent, string(s.Bytes()))
	}
}

// TestHandoverSendsEachEventOnce reads the two connections in every order. Whichever is first, and
// whatever the format is on each, the client is sent each event once and in order.
func TestHandoverSendsEachEventOnce(t *testing.T) {
	for seed := range uint64(2_000) {
		j := &journey{t: t, random: rand.New(rand.NewPCG(seed, 2)), last: 40}
		for range j.random.IntN(10) {
			j.deliver(0)
		}
		j.h.begin()
		// The session's own connection begins with what the stream delivers next, or with what
		// comes later, because the stream is behind.
		j.own = j.stream + j.random.IntN(12)
		pace := 1 + j.random.IntN(9)
		for j.stream <= j.last || j.own <= j.last {
			format := 0
			if j.random.IntN(5) == 0 {
				format = 1 + j.random.IntN(2)
			}
			if j.own > j.last || j.stream <= j.last && j.random.IntN(10) < pace {
				j.deliver(format)
			} else {
				j.arrive(format)
			}
		}
		if j.h.state != fromOwn {
			t.Errorf("seed %d: the handover is not complete", seed)
		}
		var n, format int
		for i, s := range j.sent {
			if _, err := fmt.Sscanf(s, "%d in %d", &n, &format); err != nil || n != i {
				t.Fatalf("seed %d: %q", seed, j.sent)
			}
		}
		if len(j.sent) != j.last+1 {
			t.Errorf("seed %d: %d events of %d: %q", seed, len(j.sent), j.last+1, j.sent)
		}
	}
}

// TestHandoverHeals has an event that only one of the two reports, because FreeSWITCH's regular
// expressions differ. No other event is lost.
func TestHandoverHeals(t *testing.T) {
	j := &journey{t: t}
	j.h.begin()
	j.deliver(0) // 0
	j.arrive(0)
	if j.h.state != fromOwn || !slices.Equal(j.sent, []string{"0 in 0"}) {
		t.Fatalf("%q", j.sent)
	}
	j = &journey{t: t}
	j.h.begin()
	j.arrive(0) // 0, which the stream does not have
	j.stream = 1
	j.deliver(0)
	j.deliver(0)
	j.arrive(0) // 1
	j.arrive(0) // 2
	j.arrive(0) // 3
	if want := []string{"1 in 0", "2 in 0", "0 in 0", "3 in 0"}; !slices.Equal(j.sent, want) {
		t.Errorf("%q, want %q", j.sent, want)
	}
}

// TestHandoverAfterMyevents has an event that FreeSWITCH reports because of myevents, and that the
// stream delivers before it is known that FreeSWITCH has accepted that. It does not wait for more.
func TestHandoverAfterMyevents(t *testing.T) {
	for _, before := range []int{0, 1} {
		j := &journey{t: t}
		j.h.begin()
		for range before { // events that only the session's own connection reports
			j.arrive(0)
		}
		j.own = 5
		if err := j.h.keepAhead(delivery{id: identityOf(&j.h, 5), unsent: true}); err != nil {
			t.Fatal(err)
		}
		j.arrive(0)
		want := []string{"0 in 0", "5 in 0"}[1-before:]
		if !slices.Equal(j.sent, want) || j.h.state != fromOwn {
			t.Errorf("%q, want %q; state %d", j.sent, want, j.h.state)
		}
	}
}

// TestHandoverLimits has connections that are too far apart.
func TestHandoverLimits(t *testing.T) {
	var h handover
	h.begin()
	var err error
	n := 0
	for ; err == nil; n++ {
		_, _, err = h.delivered(identity{uint64(n)})
	}
	if n != maxAhead+1 || !errors.Is(err, errAhead) {
		t.Errorf("%v after %d events", err, n)
	}
	h.begin()
	for n, err = 0, nil; err == nil; n++ {
		_, _, _, err = h.arrived(frame(n, 0))
	}
	if n != maxBehind+1 || !errors.Is(err, errBehind) {
		t.Errorf("%v after %d events", err, n)
	}
	h.begin()
	for n, err = 0, nil; err == nil; n++ {
		s := frames.NewShared(1 << 20)
		s.SetBytes(fmt.Appendf(s.Bytes(), "%1048576d", n))
		_, _, _, err = h.arrived(s)
	}
	if n != maxBehindBytes>>20+1 || !errors.Is(err, errBehind) {
		t.Errorf("%v after %d MiB", err, n)
	}
}

// TestQueuedEventsOfOthers: events of other channels that FreeSWITCH had queued on the session's
// own connection before it accepted myevents are left out if the client has been sent later ones
// from the stream, and the client's own events keep their order.
func TestQueuedEventsOfOthers(t *testing.T) {
	for _, attached := range []bool{false, true} {
		var h handover
		h.begin()
		h.attached = attached
		if _, complete, err := h.delivered(identityOf(&h, 2)); complete || err != nil {
			t.Fatalf("%v, %v", complete, err)
		}
		others := frame(1, 0)
		if _, _, kept, err := h.arrived(others); !kept || err != nil {
			t.Fatalf("an event that the stream has not delivered: kept %v, %v", kept, err)
		}
		now, drop, _, err := h.arrived(frame(2, 0))
		if err != nil || len(now)+len(drop) != 1 || (len(drop) == 1) != attached {
			t.Errorf("attached %v: %d events are sent, %d dropped, %v", attached, len(now), len(drop), err)
		}
	}
}
