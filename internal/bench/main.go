// Command bench measures eslguard, HAProxy and a direct connection in one run on one machine, each
// in front of a simulated FreeSWITCH of its own:
//
//   - fanout: how fast 1, 10 and 100 clients receive all events, in JSON and in all three formats,
//     and how much CPU time the proxy needs for each gigabyte that they receive;
//   - paced: the same CPU time while 200 events happen a second;
//   - latency: how long an event needs to 10 clients while 200 happen a second;
//   - trips: how many api commands a second 16 sessions run, each waiting for its reply. With
//     -durable there are 64 sessions, and no command is forwarded before its record is on disk;
//   - logins: how many sessions a second log in, ask one thing and leave, 16 at a time, and how
//     many of these logins the switch has to answer;
//   - idle: how much resident memory an idle session needs that is logged in.
//
// Machines differ and are shared, so the ratio to HAProxy counts. Each round measures all
// contestants, one after the other, and the medians are compared. HAProxy runs in mode tcp, without
// splice. eslguard runs with its audit on, once with connections of each session's own, and once,
// as eslguard-shared, with shared events and connections.
//
//	go run ./internal/bench           # about twelve minutes
//	go run ./internal/bench -quick    # half a minute, to see that it works
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A plan says how long to measure.
type plan struct {
	rounds   int
	fanoutMB int // megabytes for all clients together
	events   int // that happen at eventRate
	trips    int // commands of each session
	logins   int
	sessions int // idle sessions
	// tripSessions is the number of sessions that do round trips at the same time.
	tripSessions int
	// settle is how long a proxy may take to release the memory that logins needed.
	settle time.Duration
}

// A measure is one thing that can be measured.
type measure struct {
	name string
	run  func(*rig, plan) ([]result, error)
}

// measures are all that can be measured, in the order in which they run.
var measures = []measure{
	{"fanout", measureFanout}, {"paced", measurePaced}, {"latency", measureLatency},
	{"trips", measureTrips}, {"logins", measureLogins}, {"idle", measureIdle},
}

// measureNames are the names of measures, as an error or a flag lists them.
const measureNames = "fanout, paced, latency, trips, logins or idle"

// selectMeasures returns the measures that a list names, which commas separate. An empty list names
// all. An unknown name is an error.
func selectMeasures(list string) ([]measure, error) {
	if list == "" {
		return measures, nil
	}
	var wanted []measure
	for _, name := range strings.Split(list, ",") {
		i := slices.IndexFunc(measures, func(m measure) bool { return m.name == name })
		if i < 0 {
			return nil, fmt.Errorf("-only %q: there is no measure %q, use %s", list, name, measureNames)
		}
		wanted = append(wanted, measures[i])
	}
	return wanted, nil
}

func run() error {
	quick := flag.Bool("quick", false, "measure very little, to check that it works")
	asJSON := flag.Bool("json", false, "print one JSON object a line instead of a table")
	binary := flag.String("eslguard", "", "the program to measure; empty: build it")
	only := flag.String("only", "", "what to measure, separated by commas: "+measureNames+"; empty: all")
	durable := flag.Bool("durable", false, "eslguard's audit is a folder in durable mode, and trips has 64 sessions")
	flag.Parse()
	wanted, err := selectMeasures(*only)
	if err != nil {
		return err
	}
	p := plan{rounds: 5, fanoutMB: 1024, events: 1000, trips: 4000, logins: 4000, tripSessions: 16, sessions: 2000, settle: 15 * time.Second}
	if *quick {
		p = plan{rounds: 1, fanoutMB: 64, events: 50, trips: 100, logins: 200, tripSessions: 16, sessions: 50, settle: time.Second}
	}
	if *durable {
		p.tripSessions = 64
	}
	r, err := newRig(*binary, *durable)
	if err != nil {
		return err
	}
	defer r.close()
	var results []result
	for _, m := range wanted {
		figures, err := m.run(r, p)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		results = append(results, figures...)
	}
	return show(results, *asJSON)
}

// A result is one figure of one contestant.
type result struct {
	Figure     string  `json:"figure"`
	Contestant string  `json:"contestant"`
	Median     float64 `json:"median"`
	Min        float64 `json:"min"`
	Max        float64 `json:"max"`
	// Ratio is the median divided by that of HAProxy, or 0 if HAProxy was not measured.
	Ratio float64 `json:"ratio_to_haproxy,omitempty"`
}

// summarize turns the rounds of all contestants into results, in the order of names.
func summarize(figure string, names []string, rounds map[string][]float64) []result {
	var out []result
	for _, name := range names {
		v := slices.Sorted(slices.Values(rounds[name]))
		if len(v) == 0 {
			continue
		}
		r := result{Figure: figure, Contestant: name, Median: v[len(v)/2], Min: v[0], Max: v[len(v)-1]}
		if h := slices.Sorted(slices.Values(rounds["haproxy"])); len(h) > 0 && h[len(h)/2] > 0 {
			r.Ratio = r.Median / h[len(h)/2]
		}
		out = append(out, r)
	}
	return out
}

func show(results []result, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(os.Stdout)
		for _, r := range results {
			if err := enc.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "figure\tcontestant\tmedian\tmin\tmax\tto haproxy")
	for _, r := range results {
		fmt.Fprintf(w, "%s\t%s\t%.1f\t%.1f\t%.1f\t%.2f\n", r.Figure, r.Contestant, r.Median, r.Min, r.Max, r.Ratio)
	}
	return w.Flush()
}

// haproxyVersion returns the first line of haproxy -v, or "" if it is not installed.
func haproxyVersion() string {
	out, err := exec.Command("haproxy", "-v").Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}
