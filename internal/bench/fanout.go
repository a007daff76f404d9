package main

import (
	"bytes"
	"fmt"
	"sync"
	"time"
)

// A crowd is clients that subscribe to ALL at the same time.
type crowd struct {
	name    string
	clients int
	formats []format // which the clients have in turn
}

var (
	one        = crowd{"1 json", 1, []format{asJSON}}
	ten        = crowd{"10 json", 10, []format{asJSON}}
	hundred    = crowd{"100 json", 100, []format{asJSON}}
	tenMixed   = crowd{"10 mixed", 10, []format{plain, asJSON, asXML}}
	hundredMix = crowd{"100 mixed", 100, []format{plain, asJSON, asXML}}
)

// A reader is a client of a crowd.
type reader struct {
	*conn
	format format
}

// readTime is how long a client waits for all that it should be sent.
const readTime = 2 * time.Minute

// join connects all clients of a crowd and waits until the switch has as many listeners as it
// should have.
func (c contestant) join(cr crowd) (readers []reader, leave func(), err error) {
	leave = func() {
		for _, r := range readers {
			r.Close()
		}
	}
	for i := range cr.clients {
		f := cr.formats[i%len(cr.formats)]
		conn, err := c.dial(c.events, fmt.Sprintf("event %s ALL", f))
		if err != nil {
			leave()
			return nil, nil, err
		}
		_ = conn.SetReadDeadline(time.Now().Add(readTime))
		readers = append(readers, reader{conn, f})
	}
	want := cr.clients
	if c.shared {
		want = 1
	}
	if err := c.source.await(want); err != nil {
		leave()
		return nil, nil, fmt.Errorf("%s: %w", c.name, err)
	}
	return readers, leave, nil
}

// each runs f for all readers at the same time and returns the first error.
func each(readers []reader, f func(reader) error) error {
	errs := make([]error, len(readers))
	var wg sync.WaitGroup
	for i, r := range readers {
		wg.Go(func() { errs[i] = f(r) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("client %d, in %s: %w", i, readers[i].format, err)
		}
	}
	return nil
}

// readSize is the size of a client's reads.
const readSize = 64 << 10

// skip reads n bytes.
func (r reader) skip(n int, buf []byte) error {
	for left := n; left > 0; {
		got, err := r.r.Read(buf[:min(left, len(buf))])
		if err != nil {
			return fmt.Errorf("%d of %d bytes are missing: %w", left, n, err)
		}
		left -= got
	}
	return nil
}

// compare reads as many bytes as want has and compares them.
func (r reader) compare(want []byte) error {
	buf := make([]byte, readSize)
	for at := 0; at < len(want); {
		n, err := r.r.Read(buf[:min(len(want)-at, len(buf))])
		if err != nil {
			return fmt.Errorf("%d of %d bytes are missing: %w", len(want)-at, len(want), err)
		}
		if got := buf[:n]; !bytes.Equal(got, want[at:at+n]) {
			i := 0
			for got[i] == want[at+i] {
				i++
			}
			return fmt.Errorf("byte %d differs: %.80q, want %.80q", at+i, got[i:], want[at+i:])
		}
		at += n
	}
	return nil
}

// check compares what every client of a crowd receives with the recording.
func (c contestant) check(cr crowd) error {
	readers, leave, err := c.join(cr)
	if err != nil {
		return err
	}
	defer leave()
	laps := newLaps(1, readers)
	var wg sync.WaitGroup
	wg.Go(func() { c.source.flood(laps) })
	err = each(readers, func(r reader) error { return r.compare(c.source.rec.text[r.format]) })
	leave() // so that flood ends after an error, too
	wg.Wait()
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	return nil
}

func newLaps(n int, readers []reader) []lap {
	laps := make([]lap, n)
	for i := range laps {
		laps[i].Add(len(readers))
	}
	return laps
}

// A delivery is what a crowd received and what it cost.
type delivery struct {
	bytes int64
	took  time.Duration
	cpu   time.Duration // of the proxy
}

// fanout lets a crowd receive about megabytes in all, as fast as it can.
func (c contestant) fanout(cr crowd, megabytes int) (delivery, error) {
	readers, leave, err := c.join(cr)
	if err != nil {
		return delivery{}, err
	}
	defer leave()
	perLap := lapBytes(c.source.rec, readers)
	laps := newLaps(max(window+1, int(int64(megabytes)<<20/perLap)), readers)
	return c.deliver(readers, perLap*int64(len(laps)), func() { c.source.flood(laps) }, func(r reader) error {
		buf := make([]byte, readSize)
		for i := range laps {
			err := r.skip(len(c.source.rec.text[r.format]), buf)
			laps[i].Done()
			if err != nil {
				for j := i + 1; j < len(laps); j++ {
					laps[j].Done() // nobody waits for a client that has failed
				}
				return err
			}
		}
		return nil
	})
}

func lapBytes(rec *recording, readers []reader) (n int64) {
	for _, r := range readers {
		n += int64(len(rec.text[r.format]))
	}
	return n
}

// paced lets a crowd receive n events, that many a second, each of which is written as it happens.
func (c contestant) paced(cr crowd, n, perSecond int) (delivery, error) {
	readers, leave, err := c.join(cr)
	if err != nil {
		return delivery{}, err
	}
	defer leave()
	rec := c.source.rec
	var sizes [formats]int
	for i := range n {
		for f, frame := range rec.prepared(i) {
			sizes[f] += len(frame)
		}
	}
	var total int64
	for _, r := range readers {
		total += int64(sizes[r.format])
	}
	return c.deliver(readers, total, func() { _ = c.source.play(n, perSecond, rec.prepared) }, func(r reader) error {
		return r.skip(sizes[r.format], make([]byte, readSize))
	})
}

// deliver measures while write runs and every reader reads what it should be sent.
func (c contestant) deliver(readers []reader, total int64, write func(), read func(reader) error) (delivery, error) {
	before, err := c.cpu()
	if err != nil {
		return delivery{}, err
	}
	begin := time.Now()
	var wg sync.WaitGroup
	wg.Go(write)
	if err = each(readers, read); err != nil {
		for _, r := range readers {
			r.Close() // so that write ends
		}
	}
	took := time.Since(begin)
	wg.Wait()
	if err != nil {
		return delivery{}, fmt.Errorf("%s: %w", c.name, err)
	}
	after, err := c.cpu()
	return delivery{total, took, after - before}, err
}

// measureFanout lets crowds receive events as fast as they can, after it has checked what they
// receive.
func measureFanout(r *rig, p plan) ([]result, error) {
	crowds := []crowd{one, ten, hundred, tenMixed, hundredMix}
	for _, cr := range crowds {
		for _, c := range r.contestants {
			if err := c.check(cr); err != nil {
				return nil, fmt.Errorf("checking %s: %w", cr.name, err)
			}
		}
	}
	speed, cost, err := r.measureCrowds("fanout", p.rounds, crowds, func(c contestant, cr crowd) (delivery, error) {
		return c.fanout(cr, p.fanoutMB)
	})
	return append(speed, cost...), err
}

// measurePaced lets crowds receive events as a busy switch has them.
func measurePaced(r *rig, p plan) ([]result, error) {
	crowds := []crowd{ten, hundred, hundredMix}
	_, cost, err := r.measureCrowds("paced", p.rounds, crowds, func(c contestant, cr crowd) (delivery, error) {
		return c.paced(cr, p.events, eventRate)
	})
	return cost, err
}

// measureCrowds measures how fast each crowd receives events and what that costs the proxy, with
// all contestants in turn.
func (r *rig) measureCrowds(figure string, rounds int, crowds []crowd, measure func(contestant, crowd) (delivery, error)) (speed, cost []result, err error) {
	for _, cr := range crowds {
		mbs, perGB := make(map[string][]float64), make(map[string][]float64)
		for range rounds {
			for _, c := range r.contestants {
				d, err := measure(c, cr)
				if err != nil {
					return nil, nil, fmt.Errorf("%s: %w", cr.name, err)
				}
				mbs[c.name] = append(mbs[c.name], float64(d.bytes)/(1<<20)/d.took.Seconds())
				if c.proc != nil {
					perGB[c.name] = append(perGB[c.name], float64(d.cpu.Milliseconds())/(float64(d.bytes)/(1<<30)))
				}
			}
		}
		speed = append(speed, summarize(figure+" "+cr.name+" MB/s", r.names(), mbs)...)
		cost = append(cost, summarize(figure+" "+cr.name+" CPU ms/GB", r.names(), perGB)...)
	}
	return speed, cost, nil
}
