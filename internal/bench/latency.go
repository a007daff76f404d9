package main

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// eventRate is how many events a second happen at a busy switch.
const eventRate = 200

// latencyParts is into how many shorter rounds a round is divided, so that a moment in which the
// machine does something else spoils only one of them.
const latencyParts = 5

// measureLatency measures the time from the moment in which an event is written at the switch until
// a client has read it. The added latency is what is more than that of a direct connection in the
// same round.
func measureLatency(r *rig, p plan) ([]result, error) {
	quantiles := []struct {
		name     string
		fraction float64
	}{{"p50", 0.50}, {"p99", 0.99}}
	total, added := make([]map[string][]float64, 2), make([]map[string][]float64, 2)
	for i := range quantiles {
		total[i], added[i] = make(map[string][]float64), make(map[string][]float64)
	}
	for range p.rounds * latencyParts {
		direct := make([]float64, len(quantiles))
		for _, c := range r.contestants {
			times, err := c.latencies(ten, max(1, p.events/latencyParts))
			if err != nil {
				return nil, err
			}
			for i, q := range quantiles {
				us := float64(quantile(times, q.fraction).Nanoseconds()) / 1000
				total[i][c.name] = append(total[i][c.name], us)
				if c.proc == nil {
					direct[i] = us
					continue
				}
				added[i][c.name] = append(added[i][c.name], us-direct[i])
			}
		}
	}
	var results []result
	for i, q := range quantiles {
		results = append(results, summarize("latency "+q.name+" µs", r.names(), total[i])...)
		results = append(results, summarize("added latency "+q.name+" µs", r.names(), added[i])...)
	}
	return results, nil
}

// quantile returns the smallest of times that at least that fraction of them does not exceed. It
// sorts times.
func quantile(times []time.Duration, fraction float64) time.Duration {
	slices.Sort(times)
	return times[max(0, min(len(times)-1, int(fraction*float64(len(times))+0.5)-1))]
}

// latencies returns how long each of n events needed to each client of a crowd.
func (c contestant) latencies(cr crowd, n int) ([]time.Duration, error) {
	readers, leave, err := c.join(cr)
	if err != nil {
		return nil, err
	}
	defer leave()
	start := time.Now()
	var mu sync.Mutex
	var all []time.Duration
	prepare := c.source.rec.stamped(start)
	_, err = c.deliver(readers, 0, func() { _ = c.source.play(n, eventRate, prepare) }, func(r reader) error {
		times, err := r.times(n, start)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, times...)
		return err
	})
	return all, err
}

// times reads n events and returns how long each needed.
func (r reader) times(n int, start time.Time) ([]time.Duration, error) {
	times := make([]time.Duration, 0, n)
	body := make([]byte, 0, 64<<10)
	for range n {
		var err error
		if body, err = r.readFrame(body[:0]); err != nil {
			return times, fmt.Errorf("event %d of %d: %w", len(times), n, err)
		}
		arrived := time.Since(start)
		stamp, err := readStamp(body)
		if err != nil {
			return times, err
		}
		times = append(times, arrived-time.Duration(stamp))
	}
	return times, nil
}
