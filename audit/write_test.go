package audit_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"filippo.io/age"

	"eslguard/audit"
	"eslguard/audit/redact"
	"eslguard/effect"
)

// open opens a log in a folder of the test's own.
func open(t testing.TB) (*audit.Log, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	l, err := audit.Open(path, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, path
}

// token matches what a record contains in the place of a secret.
var token = regexp.MustCompile(`:[a-z2-7]{8}\]`)

// TestReply checks what may be recorded of a reply.
func TestReply(t *testing.T) {
	l, _ := open(t)
	for _, tt := range []struct {
		text, told string
		secret     bool
	}{
		{text: "+OK\n", told: "+OK"},
		{text: "+OK 8fd3e5a0\nmore", told: "+OK 8fd3e5a0"},
		{text: "-ERR no such channel!\r\nmore", told: "-ERR no such channel!"},
		{text: "-USAGE: <uuid>", told: "-USAGE: <uuid>"},
		{text: "+OK password=x", told: "+OK password=[redacted:TOKEN]"},
		{text: "+OK " + strings.Repeat("x", 2*audit.MaxReply), told: "+OK " + strings.Repeat("x", audit.MaxReply-4)},
		{text: "+OK hunter2", secret: true},
		{text: "hunter2"},
		{text: " +OK"},
		{text: "+ok"},
		{text: "-USAG"},
		{text: "hunter2\n+OK"},
		{text: ""},
	} {
		got := l.Reply([]byte(tt.text), 1234, tt.secret)
		got.Text = token.ReplaceAllString(got.Text, ":TOKEN]")
		if got.Text != tt.told || got.Bytes != 1234 || (got.Hash == "") != (tt.told != "") {
			t.Errorf("%.40q: %+v, want %q", tt.text, got, tt.told)
		}
	}
}

// TestPlanted puts a secret into every field with a client's text, in every form in which Redact
// promises to find it, and looks for it in the file.
func TestPlanted(t *testing.T) {
	const secret = "Zq8h0wK5"
	l, path := open(t)
	for _, s := range []string{
		"auth " + secret, "userauth 1000@acme.test:" + secret, "sip_auth_password=" + secret,
		"sendmsg\nX-Secret: " + secret, "{token='" + secret + "',a=b}user/1", "uuid_setvar 8fd3 pin " + secret,
		strings.Repeat("x", audit.MaxCommand-len("token=Z")) + "\ntoken=" + secret,
		strings.Repeat("x", audit.MaxText-len("token=Z")) + "\ntoken=" + secret,
		strings.Repeat("x", audit.MaxEffectArgs-len("token=Z")) + "\ntoken=" + secret,
	} {
		_, err := l.Write(&audit.Record{
			Kind: audit.KindCommand, Command: s, Decision: audit.Deny, Rule: s, Reason: s, Dropped: []string{s},
			Effects: []effect.Effect{
				{Kind: effect.KindAPI, Name: s, Args: s, Path: s, Tokens: []string{s}},
				{Kind: effect.KindVar, Name: "channel", Args: "my_token " + secret},
				{Kind: effect.KindAPI, Name: "uuid_setvar", Args: "8fd3 my_token " + secret},
				{Kind: effect.KindAPI, Name: "conference", Args: "3000 pin " + secret},
			},
			Reply: l.Reply([]byte(s), int64(len(s)), false),
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Write(&audit.Record{Kind: audit.KindReply, Of: 1, Reply: l.Reply([]byte("+OK {token="+s), 1, false)}); err != nil {
			t.Fatal(err)
		}
	}
	got := file(t, path)
	if !bytes.Contains(got, []byte("[redacted:")) {
		t.Error("nothing was redacted")
	}
	// A part of the secret that remains after cutting is as bad.
	for n := len(secret); n > 2; n-- {
		if i := bytes.Index(got, []byte(secret[:n])); i >= 0 {
			t.Fatalf("%q is in the file: %q", secret[:n], got[max(0, i-80):i+n])
		}
	}
}

// TestJoin checks that equal secrets of a run have equal tokens, that different ones and those of
// other runs do not, and that the record names what was redacted.
func TestJoin(t *testing.T) {
	var rec struct {
		Command  string
		Reply    string
		Redacted []string
	}
	write := func(l *audit.Log, path string, r audit.Record) string {
		t.Helper()
		if _, err := l.Write(&r); err != nil {
			t.Fatal(err)
		}
		lines := bytes.Split(bytes.TrimSpace(file(t, path)), []byte("\n"))
		rec.Command, rec.Reply, rec.Redacted = "", "", nil
		if err := json.Unmarshal(lines[len(lines)-1], &rec); err != nil {
			t.Fatal(err)
		}
		return token.FindString(rec.Command + rec.Reply)
	}
	cmd := func(s string) audit.Record {
		return audit.Record{Kind: audit.KindCommand, Command: s, Decision: audit.Deny}
	}
	l, path := open(t)
	first := write(l, path, cmd("api global_setvar default_password=hunter2"))
	if !slices.Equal(rec.Redacted, []string{"default_password"}) || first == "" {
		t.Errorf("%q, redacted %q", rec.Command, rec.Redacted)
	}
	for s, names := range map[string][]string{
		"auth hunter2": {"auth"}, "sendmsg\nX-Token:  hunter2": {"X-Token"}, "{secret='hunter2',a=b}user/1": {"secret"},
		"api curl https://acme:hunter2@host/ token=x": {"url", "token"},
	} {
		if got := write(l, path, cmd(s)); got != first || !slices.Equal(rec.Redacted, names) {
			t.Errorf("%q: token %s, want %s; redacted %q", rec.Command, got, first, rec.Redacted)
		}
	}
	if got := write(l, path, cmd("auth hunter3")); got == first {
		t.Error("different secrets have one token")
	}
	reply := audit.Record{Kind: audit.KindReply, Of: 1, Reply: l.Reply([]byte("+OK pin=hunter2"), 15, false)}
	if got := write(l, path, reply); got != first || !slices.Equal(rec.Redacted, []string{"pin"}) {
		t.Errorf("%q: token %s; redacted %q", rec.Reply, got, rec.Redacted)
	}
	write(l, path, cmd("api status"))
	if rec.Redacted != nil {
		t.Errorf("api status: redacted %q", rec.Redacted)
	}
	if l, path := open(t); write(l, path, cmd("auth hunter2")) == first {
		t.Error("two runs have one key")
	}
}

// TestSecretNames configures further names of secrets.
func TestSecretNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	for _, bad := range []string{"", "x", "a b", "ü", "a=b"} {
		if _, err := audit.Open(path, audit.Options{SecretNames: []string{bad}}); err == nil {
			t.Errorf("%q is no name", bad)
		}
	}
	names := []string{"Colour", "x-iban"}
	l, err := audit.Open(path, audit.Options{SecretNames: names})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"api uuid_setvar 8fd3 my_colour Zq8h0wK5", "sendmsg\nX-IBAN: Zq8h0wK5", "{favourite.COLOUR=Zq8h0wK5,a=b}user/1", "auth Zq8h0wK5"} {
		if _, err := l.Write(&audit.Record{Kind: audit.KindCommand, Command: s, Decision: audit.Deny}); err != nil {
			t.Fatal(err)
		}
		if got := l.Redact(s); !strings.HasSuffix(strings.TrimSuffix(got, ",a=b}user/1"), redact.Redacted) || strings.Contains(got, "Zq8h") {
			t.Errorf("Redact(%q) = %q", s, got)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if b := file(t, path); bytes.Contains(b, []byte("Zq8h")) || names[0] != "Colour" {
		t.Errorf("%s", b)
	}
}

// TestBounds writes a record with too much of everything.
func TestBounds(t *testing.T) {
	l, path := open(t)
	long := strings.Repeat("é", 1<<20)
	effects := make([]effect.Effect, 2*audit.MaxEffects)
	for i := range effects {
		effects[i] = effect.Effect{Kind: effect.KindApp, Name: long, Args: long, Path: long}
	}
	names := make([]string, 1000)
	for i := range names {
		names[i] = long
	}
	_, err := l.Write(&audit.Record{
		Kind: audit.KindCommand, Session: long, Client: long, Addr: long, User: long, Upstream: long, Verb: long, Command: long,
		Effects: effects, Dropped: names, Decision: audit.Allow, Role: long, Rule: long, Reason: long, Policy: long, ID: long,
	})
	if err != nil {
		t.Fatal(err)
	}
	got := file(t, path)
	const most = audit.MaxCommand + audit.MaxEffects*(audit.MaxText+2*audit.MaxEffectArgs+64) + audit.MaxDropped*audit.MaxText + 10*audit.MaxText + 8<<10
	if len(got) > most {
		t.Errorf("%d bytes, want at most %d", len(got), most)
	}
	var rec struct {
		Command string
		Bytes   int `json:"command_bytes"`
		Effects []map[string]string
		Total   int `json:"effects_total"`
		Dropped []string
	}
	last := bytes.TrimSpace(got)
	last = last[bytes.LastIndexByte(last, '\n')+1:]
	if err := json.Unmarshal(last, &rec); err != nil {
		t.Fatal(err)
	}
	if len(rec.Command) != audit.MaxCommand || rec.Bytes != len(long) || strings.ContainsRune(rec.Command, utf8.RuneError) {
		t.Errorf("command: %d bytes of %d", len(rec.Command), rec.Bytes)
	}
	if len(rec.Effects) != audit.MaxEffects || rec.Total != len(effects) || len(rec.Dropped) != audit.MaxDropped {
		t.Errorf("%d effects of %d, %d dropped", len(rec.Effects), rec.Total, len(rec.Dropped))
	}
}

// FuzzWrite writes hostile records: each is one line of valid JSON in valid UTF-8, in order.
func FuzzWrite(f *testing.F) {
	f.Add("api status", "status", "", uint8(audit.KindCommand), uint64(0))
	f.Add("\x00\xff\xed\xa0\x80\u2028\"\\\n{\"seq\":99,", "\r\n", "\x7f", uint8(audit.KindReply), uint64(7))
	f.Add("auth x\n", "a=b", "<", uint8(audit.KindEnd), uint64(1<<63))
	f.Fuzz(func(t *testing.T, cmd, name, other string, kind uint8, n uint64) {
		path := filepath.Join(t.TempDir(), "audit.jsonl")
		l, err := audit.Open(path, audit.Options{Version: other})
		if err != nil {
			t.Fatal(err)
		}
		r := audit.Record{
			Kind: audit.Kind(kind), Session: other, Client: name, Addr: cmd, User: other, Upstream: name, Verb: name, Command: cmd,
			Effects:  []effect.Effect{{Kind: effect.KindAPI, Name: name, Args: cmd, Path: other, Later: effect.Later(n)}},
			Dropped:  []string{other, cmd},
			Decision: audit.Decision(n), Role: name, Rule: cmd, Reason: other, Policy: name, ID: other, Of: n,
			Reply: l.Reply([]byte(cmd), int64(n), false), Took: time.Duration(n), Commands: n, Denied: n, Observed: n, Undelivered: int64(n),
		}
		records := uint64(2)
		for range 2 {
			if _, err := l.Write(&r); err == nil {
				records++
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		got := file(t, path)
		if !utf8.Valid(got) || bytes.ContainsAny(got, "\x00\x1b\x7f\r") {
			t.Errorf("bytes that do not belong: %q", got)
		}
		var seq uint64
		for line := range bytes.Lines(got) {
			var rec struct{ Seq uint64 }
			if err := json.Unmarshal(line, &rec); err != nil || rec.Seq != seq+1 {
				t.Fatalf("after %d: %v: %q", seq, err, line)
			}
			seq = rec.Seq
		}
		if seq != records {
			t.Errorf("%d records, want %d", seq, records)
		}
	})
}

// plainRecord returns the record of a typical command.
func plainRecord() audit.Record {
	return audit.Record{
		Kind: audit.KindCommand, Session: "k3v9q2xa", Client: "acme-dialer", Addr: "10.1.2.3:40312", Verb: "api",
		Command:  "api uuid_getvar 8fd3e5a0-1a2b-4c3d-9e8f-001122334455 sip_call_id",
		Effects:  []effect.Effect{{Kind: effect.KindAPI, Name: "uuid_getvar", Args: "8fd3e5a0-1a2b-4c3d-9e8f-001122334455 sip_call_id", Path: "api uuid_getvar"}},
		Decision: audit.Allow, Role: "monitor", Rule: "api uuid_getvar <uuid> *", Policy: "4f2a91c07be3",
	}
}

func BenchmarkWrite(b *testing.B) {
	l, _ := open(b)
	r := plainRecord()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Write(&r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWriteParallel(b *testing.B) {
	l, _ := open(b)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		r := plainRecord()
		for pb.Next() {
			if _, err := l.Write(&r); err != nil {
				b.Error(err)
			}
		}
	})
}

func TestWriteAllocs(t *testing.T) {
	if underRace {
		t.Skip("the race detector makes pools forget, so there are allocations")
	}
	l, _ := open(t)
	r := plainRecord()
	if n := testing.AllocsPerRun(1000, func() {
		if _, err := l.Write(&r); err != nil {
			t.Fatal(err)
		}
	}); n >= 1 {
		t.Errorf("%v allocations a record", n)
	}
}

// openDir opens a log in a folder of the test's own.
func openDir(t testing.TB, o audit.Options) *audit.Log {
	t.Helper()
	l, err := audit.Open(filepath.Join(t.TempDir(), "audit"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// sealedOptions returns options with a recipient.
func sealedOptions(t testing.TB) audit.Options {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return audit.Options{Recipient: id.Recipient().String()}
}

// BenchmarkWriteChained is like BenchmarkWrite, for a folder with hashes and MACs.
func BenchmarkWriteChained(b *testing.B) {
	for name, o := range map[string]audit.Options{"hash": {}, "mac": sealedOptions(b)} {
		b.Run(name, func(b *testing.B) {
			l := openDir(b, o)
			r := plainRecord()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := l.Write(&r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDurable has 64 sessions that wait for the disk, each for the records of a command and
// its reply.
func BenchmarkDurable(b *testing.B) {
	o := sealedOptions(b)
	o.Durable = true
	l := openDir(b, o)
	b.ReportAllocs()
	var left atomic.Int64
	left.Store(int64(b.N))
	syncs := l.Syncs()
	begin := time.Now()
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			r := plainRecord()
			for left.Add(-1) >= 0 {
				seq, err := l.Write(&r)
				if err == nil {
					_, err = l.Write(&audit.Record{Kind: audit.KindReply, Session: r.Session, Client: r.Client, Of: seq, Reply: audit.Reply{Text: "+OK", Bytes: 4}})
				}
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(begin).Seconds()
	n := float64(l.Syncs() - syncs)
	b.ReportMetric(float64(b.N)/took, "commands/s")
	b.ReportMetric(n/took, "fsyncs/s")
	b.ReportMetric(float64(b.N)/n, "commands/fsync")
}
