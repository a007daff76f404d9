package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"eslguard/internal/switchsim"
)

const (
	commandsPassword = "bench-commands-password"
	eventsPassword   = "bench-events-password"
	upstreamPassword = "bench-upstream-password"
)

// A contestant is a way to a switch of its own: a proxy, or a direct connection.
type contestant struct {
	name string
	// sim answers commands, source writes events. No other contestant is connected to them.
	sim    *switchsim.Switch
	source *source
	// commands leads to sim, events to source.
	commands, events endpoint
	// shared is true if one connection to source serves all clients.
	shared bool
	proc   *os.Process // nil: no proxy
}

// An endpoint is where a client connects, and its password there.
type endpoint struct{ addr, password string }

// A rig is all contestants and their switches.
type rig struct {
	dir         string
	durable     bool
	rec         *recording
	contestants []contestant
	procs       []*exec.Cmd
}

// newRig starts everything. Without haproxy it prints a note and measures the others.
func newRig(binary string, durable bool) (*rig, error) {
	dir, err := os.MkdirTemp("", "eslguard-bench-")
	if err != nil {
		return nil, err
	}
	r := &rig{dir: dir, durable: durable}
	if err := r.start(binary); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *rig) start(binary string) (err error) {
	if r.rec, err = loadRecording(); err != nil {
		return err
	}
	if binary == "" {
		if binary, err = r.buildGuard(); err != nil {
			return err
		}
	}
	if err := r.add(contestant{name: "direct"}, r.startDirect); err != nil {
		return err
	}
	if version := haproxyVersion(); version == "" {
		fmt.Fprintln(os.Stderr, "bench: haproxy is not installed; measuring without it")
	} else {
		fmt.Fprintln(os.Stderr, "bench:", version)
		if err := r.add(contestant{name: "haproxy"}, r.startHAProxy); err != nil {
			return err
		}
	}
	guard := func(c *contestant) error { return r.startGuard(binary, c) }
	if err := r.add(contestant{name: "eslguard"}, guard); err != nil {
		return err
	}
	return r.add(contestant{name: "eslguard-shared", shared: true}, guard)
}

// add starts the switches of a contestant and then the contestant.
func (r *rig) add(c contestant, start func(*contestant) error) (err error) {
	if c.sim, err = switchsim.Start(switchsim.Options{Password: upstreamPassword, Quiet: true}); err != nil {
		return err
	}
	if c.source, err = startSource(r.rec); err != nil {
		c.sim.Close()
		return err
	}
	err = start(&c)
	r.contestants = append(r.contestants, c) // close stops the switches
	return err
}

func (r *rig) names() []string {
	var names []string
	for _, c := range r.contestants {
		names = append(names, c.name)
	}
	return names
}

func (r *rig) close() {
	for _, cmd := range r.procs {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}
	for _, c := range r.contestants {
		c.sim.Close()
		c.source.close()
	}
	os.RemoveAll(r.dir)
}

func (r *rig) startDirect(c *contestant) error {
	c.commands = endpoint{c.sim.Addr(), upstreamPassword}
	c.events = endpoint{c.source.ln.Addr().String(), upstreamPassword}
	return nil
}

// haproxyConfig has the address to bind and the server's address, for commands and for events.
const haproxyConfig = `global
	maxconn 9000
	nosplice
defaults
	mode tcp
	timeout connect 5s
	timeout client 1h
	timeout server 1h
listen commands
	bind %s
	server pbx %s
listen events
	bind %s
	server pbx %s
`

func (r *rig) startHAProxy(c *contestant) error {
	addrs, err := freeAddrs(2)
	if err != nil {
		return err
	}
	config := filepath.Join(r.dir, "haproxy.cfg")
	text := fmt.Sprintf(haproxyConfig, addrs[0], c.sim.Addr(), addrs[1], c.source.ln.Addr())
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return err
	}
	cmd := exec.Command("haproxy", "-db", "-f", config)
	cmd.Stderr = os.Stderr
	c.commands, c.events = endpoint{addrs[0], upstreamPassword}, endpoint{addrs[1], upstreamPassword}
	return r.startProc(cmd, c)
}

// policyText is a policy that allows the clients what is measured. It has the addresses of the
// switches, each with whether sessions share, and the hashes of the passwords.
const policyText = `{
  "version": 1,
  "upstreams": {
    "sim": { "address": %q, "password": { "env": "BENCH_UPSTREAM_PASSWORD" }, "events": %[2]q, "connections": %[2]q },
    "source": { "address": %[3]q, "password": { "env": "BENCH_UPSTREAM_PASSWORD" }, "events": %[2]q, "connections": %[2]q }
  },
  "roles": { "all": { "allow": [ "api @status", "subscribe **", "subscribe API|BACKGROUND_JOB|LOG|CUSTOM **" ] } },
  "clients": {
    "commands": { "from": [ "127.0.0.0/8" ], "auth": { "password": [ %[4]q ] }, "upstream": "sim", "roles": [ "all" ], "sessions": 20000 },
    "events": { "from": [ "127.0.0.0/8" ], "auth": { "password": [ %[5]q ] }, "upstream": "source", "roles": [ "all" ], "sessions": 20000 }
  }
}
`

// hash returns the hash of a password in the form of a policy.
func hash(password string) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(password)))
}

// buildGuard builds eslguard and returns the path of the program.
func (r *rig) buildGuard() (string, error) {
	binary := filepath.Join(r.dir, "eslguard")
	build := exec.Command("go", "build", "-o", binary, "eslguard")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("building eslguard: %w", err)
	}
	return binary, nil
}

func (r *rig) startGuard(binary string, c *contestant) error {
	addrs, err := freeAddrs(1)
	if err != nil {
		return err
	}
	mode := "own"
	if c.shared {
		mode = "shared"
	}
	c.commands, c.events = endpoint{addrs[0], commandsPassword}, endpoint{addrs[0], eventsPassword}
	policyFile := filepath.Join(r.dir, c.name+".json")
	text := fmt.Sprintf(policyText, c.sim.Addr(), mode, c.source.ln.Addr(), hash(commandsPassword), hash(eventsPassword))
	if err := os.WriteFile(policyFile, []byte(text), 0o600); err != nil {
		return err
	}
	args := []string{"run", "--policy", policyFile, "--listen", addrs[0], "--log-level", "error",
		// One client of the benchmark does the work of thousands.
		"--audit-client-rate", "1GiB", "--audit-client-burst", "1GiB"}
	if r.durable {
		args = append(args, "--audit", filepath.Join(r.dir, c.name+"-audit"), "--audit-mode", "durable")
	} else {
		args = append(args, "--audit", filepath.Join(r.dir, c.name+"-audit.jsonl"))
	}
	cmd := exec.Command(binary, args...)
	cmd.Env = append(os.Environ(), "BENCH_UPSTREAM_PASSWORD="+upstreamPassword)
	cmd.Stderr = os.Stderr
	return r.startProc(cmd, c)
}

// startProc starts a proxy and waits until it accepts connections.
func (r *rig) startProc(cmd *exec.Cmd, c *contestant) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	r.procs = append(r.procs, cmd)
	c.proc = cmd.Process
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", c.events.addr)
		if err == nil {
			conn.Close()
			return nil
		}
	}
	return fmt.Errorf("%s does not listen on %s", c.name, c.events.addr)
}

// freeAddrs returns n addresses on which nothing listens.
func freeAddrs(n int) ([]string, error) {
	var addrs []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		addrs = append(addrs, l.Addr().String())
	}
	return addrs, nil
}

// cpu returns the CPU time that a contestant's process has used. It is 0 if there is no process.
func (c contestant) cpu() (time.Duration, error) {
	if c.proc == nil {
		return 0, nil
	}
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.proc.Pid))
	if err != nil {
		return 0, err
	}
	// The fields after the parenthesised name; utime and stime are the 12th and 13th of them, in
	// ticks of 10 ms (proc(5)).
	_, rest, ok := bytes.Cut(b, []byte(") "))
	fields := strings.Fields(string(rest))
	if !ok || len(fields) < 13 {
		return 0, errors.New("cannot read /proc/PID/stat")
	}
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond, errors.Join(err1, err2)
}

// resident returns a contestant's resident memory in bytes.
func (c contestant) resident() (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.proc.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("no VmRSS in /proc/PID/status")
}
