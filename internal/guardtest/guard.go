// Package guardtest starts a guard in the process of a test: a proxy with a policy and an audit
// file.
package guardtest

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"eslguard/audit"
	"eslguard/policy"
	"eslguard/proxy"
)

// shutdownTime is how long a guard may take to shut down.
const shutdownTime = 5 * time.Second

// Options describe a guard.
type Options struct {
	// Upstream is the address of the switch, and UpstreamPassword its password.
	Upstream, UpstreamPassword string
	// Password is the password of the guard's only client, which may connect from this host.
	Password string
	// Rules are what the client is allowed.
	Rules []string
	// SharedEvents and SharedConnections say what the upstream's clients share.
	SharedEvents, SharedConnections bool
	// Sessions and Filters are how many of each the client may have. Zero: the policy's default.
	Sessions, Filters int
	// Change sets the server's fields before it serves. Nil: it has the defaults.
	Change func(*proxy.Server)
}

// A Guard is a running guard.
type Guard struct {
	// Addr is the address on which it listens.
	Addr string
	// Audit is the file of its records.
	Audit string
}

// Start starts a guard. It is shut down at the end of the test, and anything that goes wrong fails
// the test.
func Start(t *testing.T, o Options) Guard {
	t.Helper()
	dir := t.TempDir()
	p, err := policy.Load(writePolicy(t, dir, o))
	if err != nil {
		t.Fatal(err)
	}
	records := filepath.Join(dir, "audit.jsonl")
	log, err := audit.Open(records, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &proxy.Server{Policies: fixed{p}, Audit: log}
	if o.Change != nil {
		o.Change(srv)
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			t.Errorf("shutting the guard down: %v", err)
		}
		if err := <-served; !errors.Is(err, proxy.ErrServerClosed) {
			t.Errorf("the guard: %v", err)
		}
		if err := log.Close(); err != nil {
			t.Errorf("the audit: %v", err)
		}
	})
	return Guard{Addr: ln.Addr().String(), Audit: records}
}

// writePolicy writes the policy and the switch's password to dir, and returns the policy's path.
func writePolicy(t *testing.T, dir string, o Options) string {
	t.Helper()
	secret := filepath.Join(dir, "password")
	if err := os.WriteFile(secret, []byte(o.UpstreamPassword+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	upstream := object{"address": o.Upstream, "password": object{"file": secret}}
	if o.SharedEvents {
		upstream["events"] = "shared"
	}
	if o.SharedConnections {
		upstream["connections"] = "shared"
	}
	client := object{
		"from":     []string{"127.0.0.0/8"},
		"auth":     object{"password": []string{policy.HashSHA256(o.Password)}},
		"upstream": "pbx",
		"roles":    []string{"tested"},
	}
	if o.Sessions > 0 {
		client["sessions"] = o.Sessions
	}
	if o.Filters > 0 {
		client["filters"] = o.Filters
	}
	b, err := json.Marshal(object{
		"version":   1,
		"upstreams": object{"pbx": upstream},
		"roles":     object{"tested": object{"allow": o.Rules}},
		"clients":   object{"test": client},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "policy.json")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// An object is a JSON object.
type object = map[string]any

// A fixed policy never changes.
type fixed struct{ *policy.Policy }

// Current returns the policy.
func (f fixed) Current() *policy.Policy { return f.Policy }

var _ proxy.Policies = fixed{}
