package main

import (
	"slices"
	"testing"
)

func TestSummarize(t *testing.T) {
	names := []string{"direct", "haproxy", "eslguard"}
	for _, c := range []struct {
		name   string
		rounds map[string][]float64
		want   []result
	}{
		{"nothing", nil, nil},
		{"medians", map[string][]float64{"haproxy": {4, 2, 3}, "eslguard": {6, 9, 1}}, []result{
			{Figure: "f", Contestant: "haproxy", Median: 3, Min: 2, Max: 4, Ratio: 1},
			{Figure: "f", Contestant: "eslguard", Median: 6, Min: 1, Max: 9, Ratio: 2},
		}},
		{"without haproxy", map[string][]float64{"direct": {5}}, []result{{Figure: "f", Contestant: "direct", Median: 5, Min: 5, Max: 5}}},
		{"haproxy without a cost", map[string][]float64{"haproxy": {0}, "eslguard": {1}}, []result{
			{Figure: "f", Contestant: "haproxy"},
			{Figure: "f", Contestant: "eslguard", Median: 1, Min: 1, Max: 1},
		}},
		{"an even number of rounds", map[string][]float64{"direct": {1, 2}}, []result{{Figure: "f", Contestant: "direct", Median: 2, Min: 1, Max: 2}}},
	} {
		if got := summarize("f", names, c.rounds); !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestSelectMeasures(t *testing.T) {
	for _, tt := range []struct {
		list string
		want string // "" for an error
	}{
		{"", "fanout paced latency trips logins idle "},
		{"trips", "trips "},
		{"fanout,trips", "fanout trips "},
		{"idle,fanout", "idle fanout "},
		{"fanouts", ""}, {"fanout, trips", ""}, {",", ""},
	} {
		var got string
		list, err := selectMeasures(tt.list)
		for _, m := range list {
			got += m.name + " "
		}
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("-only %q measures %q, %v, want %q", tt.list, got, err, tt.want)
		}
	}
}
