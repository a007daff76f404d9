package upstream

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eslguard/internal/switchsim"
	"eslguard/policy"
)

const secret = "upstream-secret"

// load returns the upstream of a policy at that address whose password is in file.
func load(t *testing.T, address, file string) *policy.Upstream {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"version": 1, "roles": map[string]any{}, "clients": map[string]any{},
		"upstreams": map[string]any{"pbx": map[string]any{"address": address, "password": map[string]any{"file": file}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return p.Upstreams()["pbx"]
}

// dialWaiting dials a switch whose password is in a file with that text, or in a missing file for
// "". It calls rewrite whenever the dialer waits for that file.
func dialWaiting(t *testing.T, text string, rewrite func(file string)) error {
	t.Helper()
	sim, err := switchsim.Start(switchsim.Options{Password: secret})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	file := filepath.Join(t.TempDir(), "password")
	if text != "" {
		write(t, file, text)
	}
	d := NewDialer(10 * time.Second)
	d.pause = func(_ context.Context, wait time.Duration) {
		if wait != passwordWait {
			t.Errorf("a wait of %v, want %v", wait, passwordWait)
		}
		rewrite(file)
	}
	l, err := d.Dial(t.Context(), load(t, sim.Addr(), file))
	if err == nil {
		l.Conn.Close()
	}
	return err
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestPasswordFileIsReadAgain: a login is not refused because the upstream's password is being
// written.
func TestPasswordFileIsReadAgain(t *testing.T) {
	for _, test := range []struct {
		name, before string
		wantWaits    int
	}{
		{"missing", "", 3},
		{"empty", "\n", 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			waits := 0
			err := dialWaiting(t, test.before, func(file string) {
				if waits++; waits == test.wantWaits {
					write(t, file, secret)
				}
			})
			if err != nil || waits != test.wantWaits {
				t.Errorf("%v after %d waits, want none after %d", err, waits, test.wantWaits)
			}
		})
	}
}

// TestPasswordFileIsReadAFewTimes: a login is refused in the end if the file stays away.
func TestPasswordFileIsReadAFewTimes(t *testing.T) {
	waits := 0
	err := dialWaiting(t, "", func(string) { waits++ })
	if err == nil || !strings.Contains(err.Error(), "eslguard has no password for FreeSWITCH") {
		t.Errorf("%v, want that there is no password", err)
	}
	if waits != passwordReads-1 {
		t.Errorf("waited %d times, want %d", waits, passwordReads-1)
	}
}
