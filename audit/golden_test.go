package audit_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eslguard/audit"
	"eslguard/effect"
)

var update = flag.Bool("update", false, "write the golden files anew")

// clock returns a clock that advances by 1.5 ms at each call.
func clock() func() time.Time {
	t := time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 3600))
	return func() time.Time {
		t = t.Add(1500 * time.Microsecond)
		return t
	}
}

// golden writes a session as the proxy records it: every kind of record, and every field.
func golden(t *testing.T, l *audit.Log) []audit.Record {
	t.Helper()
	who := func(r audit.Record) audit.Record {
		r.Session, r.Client, r.Addr = "sessioni", "acme-dialer", "10.1.2.3:40312"
		return r
	}
	long := strings.Repeat("x", audit.MaxCommand)
	return []audit.Record{
		{Kind: audit.KindReload, Decision: audit.Allow, Policy: "4f2a91c07be3", Reason: "started"},
		{Kind: audit.KindSession, Session: "stranger", Addr: "[2001:db8::7]:5060", Decision: audit.Refuse, Reason: "no client may connect from there"},
		{Kind: audit.KindSession, Session: "sessioni", Addr: "10.1.2.3:40312"},
		{Kind: audit.KindLogin, Session: "sessioni", Addr: "10.1.2.3:40312", User: "1000@acme.test", Decision: audit.Deny, Policy: "4f2a91c07be3", Reason: "wrong password"},
		who(audit.Record{Kind: audit.KindLogin, User: "1000@acme.test", Upstream: "pbx", Decision: audit.Allow, Policy: "4f2a91c07be3"}),
		who(audit.Record{
			Kind: audit.KindCommand, Verb: "api", Command: "api status", Decision: audit.Allow,
			Effects: []effect.Effect{{Kind: effect.KindAPI, Name: "status", Path: "api status"}},
			Role:    "monitor", Rule: "api @status", Policy: "4f2a91c07be3",
		}),
		who(audit.Record{Kind: audit.KindReply, Of: 7, Reply: l.Reply([]byte("UP 0 years, 0 days\nready\n"), 322, false), Took: 1234567 * time.Nanosecond}),
		who(audit.Record{
			Kind: audit.KindCommand, Verb: "bgapi", Command: "bgapi expand originate user/1000 &system(id)", Decision: audit.Deny,
			Effects: []effect.Effect{
				{Kind: effect.KindAPI, Name: "originate", Args: "user/1000 &system(id)", Path: "api bgapi > api expand > api originate"},
				{Kind: effect.KindApp, Name: "system", Args: "id", Path: "api bgapi > api expand > api originate > app system", Later: effect.Once},
			},
			Reason: "no rule allows app system id", Policy: "4f2a91c07be3", ID: "k3v9q2xa", Dropped: []string{"X-Unknown", "body"},
		}),
		who(audit.Record{Kind: audit.KindReply, Of: 9, Reply: l.Reply([]byte("-ERR permission denied k3v9q2xa\n"), 32, false)}),
		who(audit.Record{
			Kind: audit.KindCommand, Verb: "api", Command: "api uuid_setvar 8fd3 sip_auth_password hunter2", Decision: audit.Observe,
			Effects: []effect.Effect{{Kind: effect.KindAPI, Name: "uuid_setvar", Args: "8fd3 sip_auth_password hunter2", Path: "api uuid_setvar"}},
			Reason:  "no rule allows it", Policy: "4f2a91c07be3",
		}),
		who(audit.Record{Kind: audit.KindReply, Of: 11, Reply: l.Reply([]byte("+OK hunter2"), 11, true), Took: time.Second}),
		who(audit.Record{Kind: audit.KindCommand, Verb: "", Command: "\x00\x1b[2J\xff\xfe\u2028\"\\" + long, Decision: audit.Refuse, Reason: "a NUL"}),
		who(audit.Record{
			Kind: audit.KindCommand, Verb: "event", Command: "event plain ALL", Decision: audit.Allow,
			Effects: make([]effect.Effect, audit.MaxEffects+1)[:0], Role: "all", Rule: "subscribe *",
		}),
		who(audit.Record{Kind: audit.KindReply, Of: 14, Took: 2 * time.Second, Reason: "FreeSWITCH closed the connection"}),
		who(audit.Record{
			Kind: audit.KindJob, Of: 9, JobUUID: "7f4de4bc-17d7-11dd-b7a0-db4edd065621", CallUUID: "8fd3e5a0-1a2b-4c3d-9e8f-001122334455",
			Reply: l.Reply([]byte("+OK 8fd3e5a0-1a2b-4c3d-9e8f-001122334455\n"), 41, false), Took: 3 * time.Second,
		}),
		who(audit.Record{Kind: audit.KindEnd, Reason: "the client did not read", Commands: 5, Denied: 2, Observed: 1, Undelivered: 67108864, Took: time.Minute}),
	}
}

func TestGolden(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	l, err := audit.Open(path, audit.Options{Version: "1.2.3", Now: clock(), Key: []byte("a key for tests")})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range golden(t, l) {
		seq, err := l.Write(&r)
		if err != nil || seq != uint64(i+2) {
			t.Fatalf("record %d: seq %d, %v; want %d", i, seq, err, i+2)
		}
	}
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	if err := l.Reopen(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	got := append(file(t, path+".1"), file(t, path)...)
	const name = "testdata/records.golden"
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := file(t, name)
	gotLines, wantLines := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range max(len(gotLines), len(wantLines)) {
		var g, w []byte
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if !bytes.Equal(g, w) {
			t.Errorf("line %d:\ngot  %s\nwant %s", i+1, g, w)
		}
	}
}

func file(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
