package lint

import "testing"

// TestDialsAnything tests which rules allow any leg or any number of a trunk, and which allow any
// host.
func TestDialsAnything(t *testing.T) {
	for _, tt := range []struct {
		rule           string
		anything, host bool
	}{
		{"dial **", true, false},
		{"dial user/*", false, false},
		{"dial user/1000", false, false},
		{"dial sofia/gateway/a/*", true, false},
		{"dial sofia/gateway/a/49*", false, false},
		{"dial sofia/gateway/a/+*", true, false},
		{"dial sofia/gateway/a/???????", true, false},
		{"dial sofia/gateway/a/??????", false, false},
		{"dial sofia/gateway/a/<digits>", true, false},
		{"dial sofia/gateway/a/<digits 6>", false, false},
		{"dial sofia/internal/*@x", true, false},
		{"dial /sofia/gateway/a/[0-9]+/", true, false},
		{"dial /sofia/gateway/a/49[0-9]+/", false, false},
		{"dial /sofia/gateway/a/[0-9]{7}/", true, false},
		{"dial /sofia/gateway/a/[0-9]{6}/", false, false},
		{"dial /sofia/gateway/a/.*/", true, true},
		{"dial /user/.+/", false, true},
		{"dial /user/[^@]+/", false, false},
		{"dial /user/[a-z@]/", false, false}, // one character is no host
		{"deny dial **", false, false},
		{"api **", false, false},
	} {
		r := compileRule(t, tt.rule)
		if got := dialsAnything(r); got != tt.anything {
			t.Errorf("%s dials anything: %v, want %v", tt.rule, got, tt.anything)
		}
		if got := matchesAnyHost(r); got != tt.host {
			t.Errorf("%s matches any host: %v, want %v", tt.rule, got, tt.host)
		}
	}
}
