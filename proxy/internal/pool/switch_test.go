package pool

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"eslguard/codec"
	"eslguard/internal/switchsim"
	"eslguard/policy"
	"eslguard/proxy/internal/upstream"
)

// start starts a switch and returns it with a Pool of connections to it.
func start(t *testing.T, o switchsim.Options) (*switchsim.Switch, *Set, *Pool) {
	t.Helper()
	sim, err := switchsim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	s := NewSet(Options{Dial: upstream.NewDialer(10 * time.Second).Dial})
	t.Cleanup(s.Close)
	return sim, s, s.Of(load(t, sim.Addr()))
}

// load returns the upstream of a policy at that address.
func load(t *testing.T, address string) *policy.Upstream {
	t.Helper()
	dir := t.TempDir()
	password, name := filepath.Join(dir, "password"), filepath.Join(dir, "policy.json")
	text, err := json.Marshal(map[string]any{
		"version": 1, "roles": map[string]any{}, "clients": map[string]any{},
		"upstreams": map[string]any{"pbx": map[string]any{"address": address, "password": map[string]any{"file": password}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string]string{password: "ClueCon", name: string(text)} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := policy.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return p.Upstreams()["pbx"]
}

// api sends a command on a connection of the Pool, and returns the answer to it.
func api(t *testing.T, p *Pool, client, text string) (string, error) {
	l, err := p.Get(t.Context(), client)
	if err != nil {
		return "", err
	}
	if err = l.Send(codec.Frame{Line: []byte("api " + text)}); err == nil {
		var f *codec.UpstreamFrame
		if f, err = l.Reader.Next(); err == nil {
			body, _ := upstream.ReadBody(l.Reader, f, 1<<20)
			p.Put(client, l)
			return string(body), nil
		}
	}
	p.Discard(client, l)
	return "", err
}

// TestBurst: 1,000 clients that log in at once, send one command and leave are all answered, with
// at most 16 connections to FreeSWITCH and few logins there.
func TestBurst(t *testing.T) {
	sim, _, p := start(t, switchsim.Options{Greeted: 5})
	each(1000, func(client string) {
		p.Join()
		defer p.Leave()
		if err := p.Reach(t.Context()); err != nil {
			t.Errorf("%s: %v", client, err)
			return
		}
		if reply, err := api(t, p, client, "echo "+client); err != nil || reply != client {
			t.Errorf("%s: %q, %v", client, reply, err)
		}
	})
	if peak := sim.Peak(); peak > 16 {
		t.Errorf("%d connections at once", peak)
	}
	if n := p.Stats(); n.InUse+n.Waiting+n.Dialling > 0 && n.Idle == 0 {
		t.Errorf("%+v, want only idle connections", n)
	}
	t.Logf("%d connections at once, %d logins", sim.Peak(), sim.Logins())
}

// TestRestart: after FreeSWITCH has been restarted, the first command is answered. While it is
// away, Gets and logins fail at once.
func TestRestart(t *testing.T) {
	sim, _, p := start(t, switchsim.Options{})
	for range 2 {
		if reply, err := api(t, p, "a", "echo x"); err != nil || reply != "x" {
			t.Fatalf("%q, %v", reply, err)
		}
	}
	addr := sim.Addr()
	sim.Close()
	var ue *upstream.Error
	if err := p.Reach(t.Context()); !errors.As(err, &ue) || ue.Reply != replyUnreachable {
		t.Errorf("Reach: %v", err)
	}
	if _, err := p.Get(t.Context(), "a"); !errors.As(err, &ue) || ue.Reply != replyUnreachable {
		t.Errorf("Get: %v", err)
	}
	want(t, p, 0, 0, 0)
	again, err := switchsim.Start(switchsim.Options{Addr: addr})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if err := p.Reach(t.Context()); err != nil {
		t.Error(err)
	}
	if reply, err := api(t, p, "a", "echo x"); err != nil || reply != "x" || again.Logins() != 1 {
		t.Errorf("%q, %v, %d logins", reply, err, again.Logins())
	}
}

// TestRestartUnderLoad: a restart costs the commands that were under way, and no others.
func TestRestartUnderLoad(t *testing.T) {
	sim, _, p := start(t, switchsim.Options{})
	var failed, answered atomic.Int64
	each(50, func(client string) {
		for i := range 40 {
			if client == "client0" && i == 20 {
				sim.Reset()
			}
			if _, err := api(t, p, client, "echo x"); err != nil {
				failed.Add(1)
			} else {
				answered.Add(1)
			}
		}
	})
	if failed.Load() > int64(sim.Peak()) || answered.Load()+failed.Load() != 2000 {
		t.Errorf("%d failed and %d answered with %d connections", failed.Load(), answered.Load(), sim.Peak())
	}
}

func TestWrongPassword(t *testing.T) {
	sim, _, p := start(t, switchsim.Options{})
	sim.SetTrouble(switchsim.Trouble{WrongPassword: true})
	var ue *upstream.Error
	if err := p.Reach(t.Context()); !errors.As(err, &ue) || !strings.Contains(ue.Reply, "password") {
		t.Errorf("Reach: %v", err)
	}
	if _, err := p.Get(t.Context(), "a"); !errors.As(err, &ue) || !strings.Contains(ue.Reply, "password") {
		t.Errorf("Get: %v", err)
	}
}

// busy reports whether a goroutine is in the code of a Pool or waits for a connection.
func busy() bool {
	buf := make([]byte, 1<<20)
	text := string(buf[:runtime.Stack(buf, true)])
	return strings.Contains(text, "pool.(*Pool)") || strings.Contains(text, "wire.(*Conn)")
}

// TestIdleCostsNothing: idle connections have no goroutine and no buffer, and after Close nothing
// is left.
func TestIdleCostsNothing(t *testing.T) {
	sim, s, p := start(t, switchsim.Options{})
	links := map[string]upstream.Link{}
	for i := range 10 {
		client := fmt.Sprint("client", i)
		links[client] = get(t, p, client)
	}
	for client, l := range links {
		p.Put(client, l)
		if !l.Reader.Release() {
			t.Error("the reader has something")
		}
	}
	want(t, p, 10, 0, 0)
	for busy() { // a timer may still be running
		time.Sleep(time.Millisecond)
	}
	s.Close()
	want(t, p, 0, 0, 0)
	for _, l := range links {
		if isOpen(l) {
			t.Error("a connection is open after Close")
		}
	}
	for sim.Sessions() > 0 {
		time.Sleep(time.Millisecond)
	}
}
