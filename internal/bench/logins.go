package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// loginsAtOnce is how many sessions log in at the same time.
const loginsAtOnce = 16

// measureLogins lets short sessions log in, ask one thing and leave.
func measureLogins(r *rig, p plan) ([]result, error) {
	rate, cost, seen := make(map[string][]float64), make(map[string][]float64), make(map[string][]float64)
	for range p.rounds {
		for _, c := range r.contestants {
			before := c.sim.Logins()
			perSecond, cpu, err := logins(c, p.logins)
			if err != nil {
				return nil, err
			}
			rate[c.name] = append(rate[c.name], perSecond)
			seen[c.name] = append(seen[c.name], float64(c.sim.Logins()-before))
			if c.proc != nil {
				cost[c.name] = append(cost[c.name], cpu)
			}
		}
	}
	results := summarize("logins/s", r.names(), rate)
	results = append(results, summarize("login CPU µs", r.names(), cost)...)
	return append(results, summarize(fmt.Sprintf("logins at the switch (for %d)", p.logins), r.names(), seen)...), nil
}

// logins runs n short sessions.
func logins(c contestant, n int) (perSecond, cpuPerLogin float64, err error) {
	before, err := c.cpu()
	if err != nil {
		return 0, 0, err
	}
	var started atomic.Int64
	errs := make([]error, loginsAtOnce)
	begin := time.Now()
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			for started.Add(1) <= int64(n) && errs[i] == nil {
				errs[i] = c.shortSession()
			}
		})
	}
	wg.Wait()
	took := time.Since(begin)
	for _, err := range errs {
		if err != nil {
			return 0, 0, err
		}
	}
	after, err := c.cpu()
	return float64(n) / took.Seconds(), float64((after - before).Microseconds()) / float64(n), err
}

// shortSession logs in, asks one thing and leaves.
func (c contestant) shortSession() error {
	conn, err := c.dial(c.commands, "api status")
	if err != nil {
		return err
	}
	return conn.Close()
}
