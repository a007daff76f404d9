package main

import (
	"bufio"
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
	clientPassword   = "bench-client-password"
	upstreamPassword = "bench-upstream-password"
)

// A contestant is a way to the switch: a proxy, or a direct connection.
type contestant struct {
	name     string
	addr     string
	password string
	proc     *os.Process // nil: no proxy
}

// A rig is the switch and all contestants in front of it.
type rig struct {
	dir         string
	sim         *switchsim.Switch
	contestants []contestant
	procs       []*exec.Cmd
}

// newRig starts everything. Without haproxy it prints a note and measures the others.
func newRig(binary string, durable bool) (*rig, error) {
	dir, err := os.MkdirTemp("", "eslguard-bench-")
	if err != nil {
		return nil, err
	}
	r := &rig{dir: dir}
	if r.sim, err = switchsim.Start(switchsim.Options{Password: upstreamPassword, Quiet: true}); err != nil {
		r.close()
		return nil, err
	}
	r.contestants = []contestant{{name: "direct", addr: r.sim.Addr(), password: upstreamPassword}}
	if err := r.startHAProxy(); err != nil {
		r.close()
		return nil, err
	}
	if err := r.startGuard(binary, durable); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
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
	if r.sim != nil {
		r.sim.Close()
	}
	os.RemoveAll(r.dir)
}

func (r *rig) startHAProxy() error {
	version := haproxyVersion()
	if version == "" {
		fmt.Fprintln(os.Stderr, "bench: haproxy is not installed; measuring without it")
		return nil
	}
	fmt.Fprintln(os.Stderr, "bench:", version)
	addr, err := freeAddr()
	if err != nil {
		return err
	}
	config := filepath.Join(r.dir, "haproxy.cfg")
	text := fmt.Sprintf(`global
	maxconn 9000
	nosplice
defaults
	mode tcp
	timeout connect 5s
	timeout client 1h
	timeout server 1h
listen esl
	bind %s
	server pbx %s
`, addr, r.sim.Addr())
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return err
	}
	cmd := exec.Command("haproxy", "-db", "-f", config)
	cmd.Stderr = os.Stderr
	return r.startProc(cmd, contestant{name: "haproxy", addr: addr, password: upstreamPassword})
}

// policyText is a policy that allows the client what is measured.
const policyText = `{
  "version": 1,
  "upstreams": { "sim": { "address": %q, "password": { "env": "BENCH_UPSTREAM_PASSWORD" } } },
  "roles": { "all": { "allow": [ "api @status", "subscribe *", "subscribe CUSTOM **" ] } },
  "clients": { "bench": {
    "from": [ "127.0.0.0/8" ],
    "auth": { "password": [ %q ] },
    "upstream": "sim",
    "roles": [ "all" ],
    "sessions": 20000 } }
}
`

// hash returns the hash of a password in the form of a policy.
func hash(password string) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(password)))
}

func (r *rig) startGuard(binary string, durable bool) error {
	if binary == "" {
		binary = filepath.Join(r.dir, "eslguard")
		build := exec.Command("go", "build", "-o", binary, "eslguard")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("building eslguard: %w", err)
		}
	}
	addr, err := freeAddr()
	if err != nil {
		return err
	}
	policyFile := filepath.Join(r.dir, "policy.json")
	text := fmt.Sprintf(policyText, r.sim.Addr(), hash(clientPassword))
	if err := os.WriteFile(policyFile, []byte(text), 0o600); err != nil {
		return err
	}
	args := []string{"run", "--policy", policyFile, "--listen", addr, "--log-level", "error",
		// One client of the benchmark does the work of thousands.
		"--audit-client-rate", "1GiB", "--audit-client-burst", "1GiB"}
	if durable {
		args = append(args, "--audit", filepath.Join(r.dir, "audit"), "--audit-mode", "durable")
	} else {
		args = append(args, "--audit", filepath.Join(r.dir, "audit.jsonl"))
	}
	cmd := exec.Command(binary, args...)
	cmd.Env = append(os.Environ(), "BENCH_UPSTREAM_PASSWORD="+upstreamPassword)
	cmd.Stderr = os.Stderr
	return r.startProc(cmd, contestant{name: "eslguard", addr: addr, password: clientPassword})
}

// startProc starts a proxy and waits until it accepts connections.
func (r *rig) startProc(cmd *exec.Cmd, c contestant) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	r.procs = append(r.procs, cmd)
	c.proc = cmd.Process
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", c.addr)
		if err == nil {
			conn.Close()
			r.contestants = append(r.contestants, c)
			return nil
		}
	}
	return fmt.Errorf("%s does not listen on %s", c.name, c.addr)
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
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

// A conn is a logged-in client.
type conn struct {
	net.Conn
	r *bufio.Reader
}

// dial logs in and sends the command lines, waiting for the reply to each.
func (c contestant) dial(lines ...string) (*conn, error) {
	nc, err := net.Dial("tcp", c.addr)
	if err != nil {
		return nil, err
	}
	out := &conn{nc, bufio.NewReaderSize(nc, 4096)}
	if err := out.skipHead(); err != nil {
		nc.Close()
		return nil, fmt.Errorf("%s: greeting: %w", c.name, err)
	}
	for _, line := range append([]string{"auth " + c.password}, lines...) {
		if _, err := fmt.Fprintf(nc, "%s\n\n", line); err != nil {
			nc.Close()
			return nil, err
		}
		if err := out.skipHead(); err != nil {
			nc.Close()
			return nil, fmt.Errorf("%s: %s: %w", c.name, strings.Fields(line)[0], err)
		}
	}
	return out, nil
}

// skipHead reads a frame's header text and its body, which must not be an -ERR.
func (c *conn) skipHead() error {
	length := 0
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 1 {
			break
		}
		if bytes.Contains(line, []byte("-ERR")) {
			return fmt.Errorf("refused: %q", line)
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(v[:len(v)-1])); err != nil {
				return err
			}
		}
	}
	_, err := c.r.Discard(length)
	return err
}
