package main

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// measureTrips lets sessions send a command and wait for the reply, again and again.
func measureTrips(r *rig, p plan) ([]result, error) {
	rate, cost := make(map[string][]float64), make(map[string][]float64)
	for range p.rounds {
		for _, c := range r.contestants {
			perSecond, cpu, err := trips(c, p)
			if err != nil {
				return nil, err
			}
			rate[c.name] = append(rate[c.name], perSecond)
			if c.proc != nil {
				cost[c.name] = append(cost[c.name], cpu)
			}
		}
	}
	return append(summarize("trips commands/s", r.names(), rate),
		summarize("trips CPU µs/command", r.names(), cost)...), nil
}

func trips(c contestant, p plan) (perSecond, cpuPerCommand float64, err error) {
	conns := make([]*conn, p.tripSessions)
	for i := range conns {
		if conns[i], err = c.dial(c.commands); err != nil {
			return 0, 0, err
		}
		defer conns[i].Close()
	}
	cpu, err := c.cpu()
	if err != nil {
		return 0, 0, err
	}
	errs := make([]error, len(conns))
	begin := time.Now()
	var wg sync.WaitGroup
	for i, conn := range conns {
		wg.Go(func() { errs[i] = conn.trips(p.trips) })
	}
	wg.Wait()
	took := time.Since(begin)
	for _, err := range errs {
		if err != nil {
			return 0, 0, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	after, err := c.cpu()
	n := float64(p.trips * len(conns))
	return n / took.Seconds(), float64((after - cpu).Microseconds()) / n, err
}

func (c *conn) trips(n int) error {
	command := []byte("api create_uuid\n\n")
	for range n {
		if _, err := c.Write(command); err != nil {
			return err
		}
		if err := c.skipHead(); err != nil {
			return err
		}
	}
	return nil
}

// measureIdle logs many sessions in and measures the memory that they need.
func measureIdle(r *rig, p plan) ([]result, error) {
	cost := make(map[string][]float64)
	for _, c := range r.contestants {
		if c.proc == nil {
			continue
		}
		kib, err := idle(c, p)
		if err != nil {
			return nil, err
		}
		cost[c.name] = append(cost[c.name], kib)
	}
	return summarize(fmt.Sprintf("idle KiB/session (of %d)", p.sessions), r.names(), cost), nil
}

func idle(c contestant, p plan) (float64, error) {
	before, err := c.resident()
	if err != nil {
		return 0, err
	}
	var conns []*conn
	defer func() {
		for _, conn := range conns {
			conn.Close()
		}
	}()
	for range p.sessions {
		conn, err := c.dial(c.commands, "api create_uuid")
		if err != nil {
			return 0, err
		}
		conn.r = nil
		conns = append(conns, conn)
	}
	time.Sleep(p.settle)
	after, err := c.resident()
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(os.Stderr, "bench: %s: resident %d KiB, with %d idle sessions %d KiB\n", c.name, before>>10, p.sessions, after>>10)
	return float64(after-before) / 1024 / float64(p.sessions), nil
}
