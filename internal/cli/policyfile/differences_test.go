package policyfile

import (
	"slices"
	"testing"

	"eslguard/policy"
)

func TestDifferences(t *testing.T) {
	old := policy.Summary{
		Clients:   []policy.ClientSummary{{Name: "gone"}, {Name: "same"}, {Name: "wider", Allow: []string{"api status"}}},
		Upstreams: []policy.UpstreamSummary{{Name: "pbx", Address: "127.0.0.1:8021"}, {Name: "spare", Events: "own"}, {Name: "third", Connections: "own"}},
	}
	now := policy.Summary{
		Clients:   []policy.ClientSummary{{Name: "new"}, {Name: "same"}, {Name: "wider", Allow: []string{"api **"}}},
		Upstreams: []policy.UpstreamSummary{{Name: "pbx", Address: "127.0.0.1:8031"}, {Name: "spare", Events: "shared"}, {Name: "third", Connections: "shared"}},
	}
	want := []string{
		"client gone is gone", "client new is new", "client wider has changed",
		"upstream pbx has changed", "upstream spare has changed", "upstream third has changed",
	}
	if got := Differences(old, now); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Differences(old, old); len(got) != 1 {
		t.Errorf("the same policy differs by %q", got)
	}
}
