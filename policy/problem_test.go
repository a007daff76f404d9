package policy_test

import (
	"testing"

	"eslguard/policy"
)

// TestProblemPath: the path is a JSON pointer, and a person reads names as they stand in the file.
func TestProblemPath(t *testing.T) {
	for path, want := range map[string]string{
		"/roles/a/allow/2":                       "f: /roles/a/allow/2: x",
		"/roles/a/limits/dial sofia~1gateway~1*": `f: /roles/a/limits/"dial sofia/gateway/*": x`,
		"/sets/~0a~1":                            `f: /sets/"~a/": x`,
		"/sets/~01":                              `f: /sets/"~1": x`,
	} {
		if got := (policy.Problem{File: "f", Path: path, Text: "x"}).String(); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}
