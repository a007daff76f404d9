package audit

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"eslguard/audit/internal/disk"
)

// openMemory opens a log in m with the options o.
func openMemory(t testing.TB, m *memory, o Options) *Log {
	t.Helper()
	o.volume = func(string) (disk.Volume, error) { return m, nil }
	if o.Reserve == 0 {
		o.Reserve = 4 << 10
	}
	l, err := Open("memory", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// writeN writes n records.
func writeN(t testing.TB, l *Log, n int) {
	t.Helper()
	for range n {
		if _, err := l.Write(status()); err != nil {
			t.Fatal(err)
		}
	}
}

func closeLog(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestFolder uses a folder of the operating system for three runs, with a recipient and a signer.
func TestFolder(t *testing.T) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	skey, vkey, err := GenerateSigner("test")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "audit")
	var told strings.Builder
	for range 3 {
		l, err := Open(dir, Options{
			MaxSize: 3000, Recipient: id.Recipient().String(), Signer: signer, Durable: true,
			Checkpoint: func(n string) { told.WriteString(n + "\n") },
		})
		if err != nil {
			t.Fatal(err)
		}
		writeN(t, l, 10)
		if _, err := Open(dir, Options{}); err == nil {
			t.Error("two runs write to one folder")
		}
		closeLog(t, l)
	}
	v, err := disk.OpenVolume(dir, LockFile)
	if err != nil {
		t.Fatal(err)
	}
	all := readTrail(t, v, id)
	if n := len(all); all[n-1].Kind != "stop" || strings.Count(kinds(all), "command") != 30 || strings.Count(kinds(all), "seal") < 3 {
		t.Errorf("got %s", kinds(all))
	}
	b := read(t, filepath.Join(dir, CheckpointFile))
	if string(b) != told.String() {
		t.Errorf("in the file: %s\ntold: %s", b, told.String())
	}
	byseq := map[string]bool{}
	for _, g := range all {
		byseq[fmt.Sprintf("%d:%s", g.Seq, g.Hash)] = true
	}
	cps := readCheckpoints(t, b, vkey)
	for _, c := range cps {
		if !byseq[c] {
			t.Errorf("the checkpoint %s is of no record", c)
		}
	}
	last := all[len(all)-1]
	if len(cps) < 6 || cps[len(cps)-1] != fmt.Sprintf("%d:%s", last.Seq, last.Hash) {
		t.Errorf("checkpoints: %v", cps)
	}
}

// TestHandover rotates because of size and because of age.
func TestHandover(t *testing.T) {
	m := newMemory()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l := openMemory(t, m, Options{MaxSize: 1200, MaxAge: time.Hour, Now: func() time.Time { return now }})
	writeN(t, l, 4)
	now = now.Add(2 * time.Hour)
	writeN(t, l, 1)
	closeLog(t, l)
	want := "start1 command2 command3 command4 seal5 reopen6 command7 seal8 reopen9 command10 stop11"
	if got := kinds(readTrail(t, m, nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
