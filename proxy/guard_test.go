package proxy

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/internal/switchsim"
	"eslguard/policy"
)

// patience is how long a test waits for something that must happen.
const patience = 10 * time.Second

const (
	upstreamSecret = "upstream-secret"
	clientSecret   = "client-secret"
)

// A role describes the client of a test's policy: its rules and its settings.
type role struct {
	allow, deny []string
	observe     bool
	sessions    int
	jobs        int       // 0: as many as the policy has without it
	filters     int       // likewise
	password    string    // empty: clientSecret
	notAfter    time.Time // of the password; zero: it never expires
	from        string    // empty: loopback
	recordAll   bool
	limits      map[string]any
	other       *role // of another client, "other", nil for none
}

// anything is a role that allows everything that the tests are not about.
var anything = role{allow: []string{
	"api @status **", "api @read **", "api @call **", "api @config **", "api @message **", "api @media **", "api @secret **",
	"api @nested **", "api @originate **", "api @exec **",
	"app @call **", "app @media **", "app @config **", "app @message **", "app @nested **", "app @exec **", "app @secret **",
	"subscribe *", "subscribe CUSTOM **", "subscribe API|BACKGROUND_JOB|LOG", "inject * **", "channel * **", "filter regex *",
	"dial /.*/", "dialplan * **", "var * **",
	"log DEBUG10", "opaque expansion", "opaque script", "opaque wrapper", "opaque unknown-syntax", "opaque depth",
}}

func (r role) client() map[string]any {
	password, from := r.password, r.from
	if password == "" {
		password = clientSecret
	}
	if from == "" {
		from = "127.0.0.0/8"
	}
	var hash any = sha(password)
	if !r.notAfter.IsZero() {
		hash = map[string]any{"hash": hash, "not_after": r.notAfter.Format(time.RFC3339Nano)}
	}
	c := map[string]any{
		"from": []string{from}, "auth": map[string]any{"password": []any{hash}},
		"upstream": "pbx", "roles": []string{"r"}, "mode": "enforce",
	}
	if r.observe {
		c["mode"] = "observe"
	}
	if r.recordAll {
		c["record"] = "all"
	}
	for key, n := range map[string]int{"sessions": r.sessions, "jobs": r.jobs, "filters": r.filters} {
		if n > 0 {
			c[key] = n
		}
	}
	return c
}

func sha(password string) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(password)))
}

// load compiles a policy whose client "c" has role r.
func load(t testing.TB, upstream string, r role) *policy.Policy {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(upstreamSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	doc := map[string]any{
		"version": 1,
		"upstreams": map[string]any{
			"pbx": withSharing(map[string]any{"address": upstream, "password": map[string]any{"file": "secret"}}),
		},
		// Names that the catalogue does not know and the recordings contain.
		"apis": map[string]any{
			"nosuch": map[string]any{"class": "read"}, "nosuchcommand": map[string]any{"class": "read"},
			"marked": map[string]any{"class": "read", "split": "space", "secret": []int{1}},
		},
		"roles":   map[string]any{"r": r.rules()},
		"clients": map[string]any{"c": r.client()},
	}
	if r.other != nil {
		doc["roles"].(map[string]any)["other"] = r.other.rules()
		other := r.other.client()
		other["roles"] = []string{"other"}
		doc["clients"].(map[string]any)["other"] = other
	}
	return loadFrom(t, dir, doc)
}

// shared says what the upstreams of a test's policies share, so that the whole suite can run in a
// shared mode: "events", "connections", or both with a blank between them.
const shared = "ESLGUARD_TEST_SHARED"

// withSharing adds to an upstream what is shared.
func withSharing(up map[string]any) map[string]any {
	for _, key := range strings.Fields(os.Getenv(shared)) {
		up[key] = "shared"
	}
	return up
}

// shares reports whether that is shared.
func shares(key string) bool { return strings.Contains(os.Getenv(shared), key) }

// skipShared skips a test that does not apply if that is shared, and says why.
func skipShared(t testing.TB, key, why string) {
	t.Helper()
	if shares(key) {
		t.Skip("the upstream shares " + key + ": " + why)
	}
}

// needsOwnEvents skips a test that has FreeSWITCH send a session something that no command asked
// for, on a connection of the session's own.
func needsOwnEvents(t testing.TB) {
	t.Helper()
	skipShared(t, "events", "a session's own connection brings no events")
	skipShared(t, "connections", "nothing may come unasked on a connection of the pool")
}

// streams returns how many connections the guard's stream of events may have, which remains for a
// minute after the sessions.
func streams() int {
	if shares("events") {
		return 1
	}
	return 0
}

// loadFrom writes doc as a policy's file in dir and loads it.
func loadFrom(t testing.TB, dir string, doc map[string]any) *policy.Policy {
	t.Helper()
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "policy.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// rules returns the role as a policy has it.
func (r role) rules() map[string]any {
	out := map[string]any{"unguarded": true, "allow": nonNil(r.allow), "deny": nonNil(r.deny)}
	if r.limits != nil {
		out["limits"] = r.limits
	}
	return out
}

func nonNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// A current is a Policies that a test sets, and that panics on demand.
type current struct {
	atomic.Pointer[policy.Policy]
	panics atomic.Bool
}

func (c *current) Current() *policy.Policy {
	if c.panics.CompareAndSwap(true, false) {
		panic("a fault that a test made")
	}
	return c.Load()
}

// A guard is a Server in front of a stand-in switch.
type guard struct {
	*Server
	sim      *switchsim.Switch
	policies current
	addr     string
	audit    string // the audit's file
	recorder *recorder
	log      *logBuffer
}

// A recorder is an audit that fails on demand, or does not answer.
type recorder struct {
	*audit.Log
	full atomic.Bool
	// faulty makes Write panic for a number of denials.
	faulty atomic.Bool
	// hangs is held by a test to make every Write hang, and waiting is how many hang.
	hangs   sync.RWMutex
	waiting atomic.Int64
}

// wait waits while the audit hangs.
func (r *recorder) wait() {
	r.waiting.Add(1)
	defer r.waiting.Add(-1)
	r.hangs.RLock()
	defer r.hangs.RUnlock()
}

func (r *recorder) Write(rec *audit.Record) (uint64, error) {
	r.wait()
	if r.faulty.Load() && rec.Times > 0 {
		panic(aFault)
	}
	if r.full.Load() {
		return 0, errors.New("no space left on device")
	}
	return r.Log.Write(rec)
}

// A logBuffer keeps the operator's log.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newGuard starts a switch and, in front of it, a Server whose client "c" has role r. change, which
// may be nil, sets the Server's fields before it serves.
func newGuard(t testing.TB, r role, change func(*Server)) *guard {
	t.Helper()
	sim, err := switchsim.Start(switchsim.Options{Password: upstreamSecret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	return newGuardFor(t, sim, sim.Addr(), r, change)
}

// newGuardFor is like newGuard, for a switch that runs already or for an upstream that is no
// switch.
func newGuardFor(t testing.TB, sim *switchsim.Switch, upstream string, r role, change func(*Server)) *guard {
	t.Helper()
	g := &guard{sim: sim, audit: filepath.Join(t.TempDir(), "audit.jsonl"), log: new(logBuffer)}
	g.policies.Store(load(t, upstream, r))
	log, err := audit.Open(g.audit, audit.Options{SecretNames: []string{"shibboleth"}})
	if err != nil {
		t.Fatal(err)
	}
	g.recorder = &recorder{Log: log}
	g.Server = &Server{Policies: &g.policies, Audit: g.recorder, Log: zerolog.New(g.log)}
	if change != nil {
		change(g.Server)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g.addr = l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- g.Serve(l) }()
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, ErrServerClosed) {
			t.Errorf("Serve returned %v, want ErrServerClosed", err)
		}
		log.Close()
	})
	return g
}

// swap puts another policy into force.
func (g *guard) swap(t testing.TB, r role) {
	t.Helper()
	g.policies.Store(load(t, g.sim.Addr(), r))
	g.PolicyChanged()
}

// records returns the audit's records of one kind.
func (g *guard) records(t testing.TB, kind string) []map[string]any {
	t.Helper()
	text, err := os.ReadFile(g.audit)
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	for line := range bytes.Lines(text) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break // it is being written
		}
		var r map[string]any
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("audit: %q: %v", line, err)
		}
		if r["kind"] == kind {
			out = append(out, r)
		}
	}
	return out
}

// commands counts the commands that are recorded, one by one or as numbers.
func (g *guard) commands(t testing.TB) int {
	t.Helper()
	n := 0
	for _, r := range g.records(t, "command") {
		n += times(r)
	}
	return n
}

// times is how many commands, or connections, a record represents.
func times(r map[string]any) int {
	if n, ok := r["times"].(float64); ok {
		return int(n)
	}
	return 1
}

// A client is the far end of a session.
type client struct {
	t testing.TB
	net.Conn
	r *bufio.Reader
}

// dial connects and reads nothing.
func (g *guard) dial(t testing.TB) *client {
	t.Helper()
	conn, err := net.Dial("tcp", g.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &client{t, conn, bufio.NewReader(conn)}
}

// greeted is dial, and reads the greeting.
func (g *guard) greeted(t testing.TB) *client {
	t.Helper()
	c := g.dial(t)
	c.want("Content-Type: auth/request\n\n")
	return c
}

// loggedIn is greeted, and logs in.
func (g *guard) loggedIn(t testing.TB) *client {
	t.Helper()
	c := g.greeted(t)
	c.send("auth " + clientSecret + "\n\n")
	c.want("Content-Type: command/reply\nReply-Text: +OK accepted\n\n")
	return c
}

func (c *client) send(text string) {
	c.t.Helper()
	_ = c.SetWriteDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(c, text); err != nil {
		c.t.Fatalf("send %.40q: %v", text, err)
	}
}

// frame reads one frame, head and body together, and "" at the end of the stream.
func (c *client) frame() string {
	c.t.Helper()
	text, err := c.read()
	if err != nil && !errors.Is(err, io.EOF) {
		c.t.Fatalf("after %.200q: %v", text, err)
	}
	return text
}

func (c *client) read() (string, error) {
	_ = c.SetReadDeadline(time.Now().Add(patience))
	var b strings.Builder
	length := 0
	for {
		line, err := c.r.ReadString('\n')
		b.WriteString(line)
		if err != nil {
			return b.String(), err
		}
		if line == "\n" {
			break
		}
		if v, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			if length, err = strconv.Atoi(strings.TrimSpace(v)); err != nil {
				return b.String(), err
			}
		}
	}
	body := make([]byte, length)
	n, err := io.ReadFull(c.r, body)
	b.Write(body[:n])
	return b.String(), err
}

func (c *client) want(frame string) {
	c.t.Helper()
	if got := c.frame(); got != frame {
		c.t.Fatalf("got %.300q, want %.300q", got, frame)
	}
}

// wantPrefix reads a frame that begins with prefix, and returns it.
func (c *client) wantPrefix(prefix string) string {
	c.t.Helper()
	got := c.frame()
	if !strings.HasPrefix(got, prefix) {
		c.t.Fatalf("got %.300q, want it to begin %q", got, prefix)
	}
	return got
}

// wantNotice reads a disconnect notice that contains text, and then the end of the stream.
func (c *client) wantNotice(text string) {
	c.t.Helper()
	got := c.wantPrefix("Content-Type: text/disconnect-notice\nContent-Length: ")
	if !strings.Contains(got, text) {
		c.t.Errorf("notice %q, want it to hold %q", got, text)
	}
	c.wantEnd()
}

// wantEnd reads the end of the stream.
func (c *client) wantEnd() {
	c.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	if b, err := c.r.ReadByte(); err == nil {
		rest, _ := c.r.Peek(c.r.Buffered())
		c.t.Fatalf("got %q, want the connection to be closed", string(b)+string(rest))
	} else if !errors.Is(err, io.EOF) {
		c.t.Fatalf("the connection ended with %v, want a clean end", err)
	}
}

// Forms of the proxy's own answers.
const (
	commandReply = "Content-Type: command/reply\nReply-Text: "
	apiResponse  = "Content-Type: api/response\nContent-Length: "
)

// await waits until cond returns true.
func await(t testing.TB, what string, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for !cond() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited %v in vain: %s", patience, what)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// links counts the connections at the switch that belong to sessions, and those of the guard's own
// stream of events and of its pool that are in use.
func (g *guard) links() int {
	n := g.sim.Sessions()
	for _, up := range g.policies.Load().Upstreams() {
		if up.SharedConnections {
			n -= g.pools.Of(up).Stats().Idle
		}
	}
	return n
}

// ran counts the commands of that kind and name that the switch has executed.
func (g *guard) ran(kind, name string) int {
	n := 0
	for _, e := range g.sim.Executed() {
		if e.Kind == kind && strings.EqualFold(e.Name, name) {
			n++
		}
	}
	return n
}
