package stream

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"eslguard/codec"
	"eslguard/internal/switchsim"
	"eslguard/policy"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/upstream"
	"eslguard/proxy/internal/wire"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// A seeker is a Subscriber that waits for single events by their header Id.
type seeker struct {
	mu    sync.Mutex
	id    string
	found chan struct{} // closed when the event with the id has come
	lost  chan struct{}
}

// seek makes s wait for an event.
func (s *seeker) seek(id string) (found <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.id, s.found = id, make(chan struct{})
	return s.found
}

func (s *seeker) Deliver(b *Batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range b.Len() {
		if id, ok := b.Event(i).Get("Id"); ok && s.id != "" && string(id) == s.id {
			s.id = ""
			close(s.found)
		}
	}
}

func (s *seeker) Lost(error) { close(s.lost) }

// inStorm is what members of a storm require.
var inStorm = []string{"API", "HEARTBEAT", "DTMF", "CUSTOM a", "CUSTOM b", "CUSTOM c", "TRAP", "ALL"}

// emit fires an event of a kind of inStorm.
func emit(sim *switchsim.Switch, kind, id string) {
	e := switchsim.Event{Name: kind, Headers: []switchsim.Header{{Name: "Id", Value: id}}}
	switch {
	case kind == "ALL":
		e.Name = "NAT" // only a member that requires ALL can need this
	case kind[:3] == "CUS":
		e.Name, e.Subclass = "CUSTOM", kind[len("CUSTOM "):]
	}
	sim.Emit(e)
}

// A storm is many members that join, require and leave at random.
type storm struct {
	st  *Stream
	sim *switchsim.Switch
	end context.Context
}

// member is one of them.
func (s *storm) member(t *testing.T, seed uint64) {
	random := rand.New(rand.NewPCG(seed, seed))
	for n := 0; s.end.Err() == nil; n++ {
		sub := &seeker{lost: make(chan struct{})}
		m := s.st.Join(sub)
		for range random.IntN(6) {
			if !s.step(t, random, m, sub, fmt.Sprint(seed, "-", n, "-", random.Uint64())) {
				break
			}
		}
		m.Leave()
	}
}

// step requires something and looks whether that comes. It returns false if the stream is lost.
func (s *storm) step(t *testing.T, random *rand.Rand, m *Member, sub *seeker, id string) bool {
	kinds := make([]string, random.IntN(3))
	for i := range kinds {
		kinds[i] = inStorm[random.IntN(len(inStorm)-1+random.IntN(8)/7)]
	}
	ctx, cancel := context.WithTimeout(background, patience)
	defer cancel()
	if random.IntN(10) == 0 {
		ctx, cancel = context.WithTimeout(ctx, time.Duration(random.IntN(300))*time.Microsecond)
		defer cancel()
	}
	if err := m.Require(ctx, needs(t, kinds...)); err != nil {
		return err == context.DeadlineExceeded
	}
	if len(kinds) == 0 {
		return true
	}
	found := sub.seek(id)
	emit(s.sim, kinds[random.IntN(len(kinds))], id)
	select {
	case <-found:
		return true
	case <-sub.lost:
		return false
	case <-time.After(patience):
		t.Errorf("an event of %q was missed", kinds)
		return false
	}
}

// login connects to a switch and logs in.
func login(addr string) (upstream.Link, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return upstream.Link{}, err
	}
	c := wire.New(conn)
	l := upstream.Link{Conn: c, Reader: codec.NewUpstreamReader(c, codec.UpstreamLimits{})}
	_, err = l.Reader.Next()
	if err == nil {
		err = l.Send(codec.Frame{Line: []byte("auth ClueCon")})
	}
	if err == nil {
		_, err = l.Reader.Next()
	}
	if err != nil {
		conn.Close()
	}
	return l, err
}

// TestStorm: a member is given every event that happens after Require has confirmed it, or is
// notified of a loss, whatever the others do and FreeSWITCH does.
func TestStorm(t *testing.T) {
	for _, lossy := range []bool{false, true} {
		t.Run(fmt.Sprint("lossy ", lossy), func(t *testing.T) {
			sim, err := switchsim.Start(switchsim.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer sim.Close()
			var mu sync.Mutex
			lost := 0
			s := &Set{
				Budget: answers.NewBudget(1<<30, func() {}), delay: time.Millisecond,
				Dial: func(context.Context, *policy.Upstream) (upstream.Link, error) {
					return login(sim.Addr())
				},
				Log: func(string, error) {
					mu.Lock()
					defer mu.Unlock()
					lost++
				},
			}
			defer s.Close()
			end, cancel := context.WithTimeout(background, time.Second)
			defer cancel()
			storm := storm{st: s.Of(&policy.Upstream{Name: "pbx", Address: sim.Addr()}), sim: sim, end: end}
			var wg sync.WaitGroup
			for seed := range uint64(12) {
				wg.Go(func() { storm.member(t, seed) })
			}
			resident := storm.st.JoinResident(new(sink))
			resident.SetNeed(needs(t, "BACKGROUND_JOB"))
			for lossy && end.Err() == nil {
				time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
				sim.Reset()
			}
			wg.Wait()
			if mu.Lock(); lossy != (lost > 0) {
				t.Errorf("%d losses", lost)
			}
			mu.Unlock()
		})
	}
}
