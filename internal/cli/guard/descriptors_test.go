package guard

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/policy"
)

// TestDescriptorWarnings checks that a policy with more sessions than there are descriptors for
// draws a warning with the number of both.
func TestDescriptorWarnings(t *testing.T) {
	limit := openFilesLimit()
	for _, test := range []struct {
		clients, sessions int
		record            string
		most              int
		want              string
	}{
		{2, 50, "", 0, ""},
		{2, 50, "", 200, ""},
		{2, 50, "", 199, fmt.Sprintf("is enough for 99 sessions at once, and the policy's clients may have 100; allow %d", limit-199+200)},
		{2, 50, `"record": "all",`, 299, fmt.Sprintf("is enough for 99 sessions at once, and the policy's clients may have 100; allow %d", limit-299+300)},
		{2, 50, `"record": "all",`, 300, ""},
		{300, 100, "", 39_999, fmt.Sprintf("may have 20000; allow %d", limit-39_999+40_000)},
		{300, 100, "", 40_000, ""},
	} {
		var clients []string
		for i := range test.clients {
			clients = append(clients, fmt.Sprintf(`"c%d": { %s "sessions": %d, "from": [ "127.0.0.1/32" ], "roles": [],
				"auth": { "password": [ %q ] } }`, i, test.record, test.sessions, policy.HashSHA256(fmt.Sprint(i))))
		}
		file := filepath.Join(t.TempDir(), "policy.json")
		text := `{ "version": 1, "upstreams": { "pbx": { "address": "127.0.0.1:8021", "password": { "env": "X" } } },
			"clients": { ` + strings.Join(clients, ", ") + ` } }`
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		pol, err := policy.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(descriptorWarnings(pol, test.most), "; ")
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%d clients, %d descriptors: %q, want %q in it", test.clients, test.most, got, test.want)
		}
	}
}
