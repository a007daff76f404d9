package policy_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"eslguard/effect"
)

// BenchmarkTakeBesideASlowCommand takes from a client's limits while another client's commands are
// slow to count. It reports the share of the time for which it had to wait.
func BenchmarkTakeBesideASlowCommand(b *testing.B) {
	var set []string
	for i := range 1000 {
		set = append(set, fmt.Sprintf(`"*%d*"`, i))
	}
	p := load(b, fmt.Sprintf(`{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
		"sets": {"premium": [%s]},
		"roles": {"slow": {"allow": ["dial **"], "limits": {"dial user/$premium": "1/h"}}, "quick": {"allow": ["dial **"], "limits": {"dial": "1000000/s"}}},
		"clients": {"slow": {"from": ["10.0.0.0/8"], "auth": {"password": [%s]}, "roles": ["slow"]},
			"quick": {"from": ["10.0.0.0/8"], "auth": {"password": [%s]}, "roles": ["quick"]}}}`,
		strings.Join(set, ","), sum("slow"), sum("quick")))
	slow := make([]effect.Effect, 20)
	for i := range slow {
		slow[i] = effect.Effect{Kind: effect.KindDial, Name: "user/" + strings.Repeat("x", 10_000) + "999"}
	}
	if _, ok := p.Client("slow").Take(slow, time.Now()); ok {
		b.Fatal("the slow command falls under no limit")
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				p.Client("slow").Take(slow, time.Now())
			}
		}
	})
	quick := dials("user/1")
	var stalled time.Duration
	for b.Loop() {
		time.Sleep(time.Millisecond) // so that the samples are independent of the slow command
		begin := time.Now()
		p.Client("quick").Take(quick, begin)
		stalled += time.Since(begin)
	}
	close(stop)
	wg.Wait()
	b.ReportMetric(100*float64(stalled)/float64(b.Elapsed()), "%-stalled")
}
