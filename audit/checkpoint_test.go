package audit

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// signer returns a signer, and the key that verifies its signatures.
func signer(t testing.TB) (note.Signer, string) {
	t.Helper()
	skey, vkey, err := GenerateSigner("test")
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return s, vkey
}

// marks returns the sequences of the checkpoints in m.
func marks(t testing.TB, m *memory, vkey string) []string {
	t.Helper()
	m.mu.Lock()
	var b []byte
	if n := m.names[CheckpointFile]; n != nil {
		b = slices.Clone(n.b)
	}
	m.mu.Unlock()
	var out []string
	// The line feeds after an unfinished checkpoint may follow nothing.
	b = bytes.ReplaceAll(b, []byte("\n\n\n\n"), []byte("\n\n"))
	for _, c := range readCheckpoints(t, b, vkey) {
		seq, _, _ := strings.Cut(c, ":")
		out = append(out, seq)
	}
	return out
}

// TestCheckpoints expects one at the start, one after a number of records or an amount of time, and
// one at the end.
func TestCheckpoints(t *testing.T) {
	s, vkey := signer(t)
	t.Run("records", func(t *testing.T) {
		m := newMemory()
		l := openMemory(t, m, Options{Signer: s, CheckpointRecords: 10, SyncEvery: time.Hour})
		writeN(t, l, 10)
		await(t, func() bool { return len(marks(t, m, vkey)) == 2 })
		writeN(t, l, 5)
		closeLog(t, l)
		if got, want := fmt.Sprint(marks(t, m, vkey)), "[1 11 17]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
	t.Run("time", func(t *testing.T) {
		m := newMemory()
		l := openMemory(t, m, Options{Signer: s, CheckpointEvery: time.Millisecond, SyncEvery: time.Millisecond})
		writeN(t, l, 1)
		await(t, func() bool { return len(marks(t, m, vkey)) == 2 })
		closeLog(t, l)
		if got, want := fmt.Sprint(marks(t, m, vkey)), "[1 2 3]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
	t.Run("nobody signs", func(t *testing.T) {
		m := newMemory()
		l := openMemory(t, m, Options{Checkpoint: func(n string) { t.Error(n) }})
		writeN(t, l, 1)
		closeLog(t, l)
		if m.names[CheckpointFile] != nil {
			t.Error("there is a file of checkpoints")
		}
	})
}

// TestCheckpointOfWhatIsSynced checks that the record of a checkpoint is on disk before the
// checkpoint is passed on.
func TestCheckpointOfWhatIsSynced(t *testing.T) {
	s, _ := signer(t)
	m := newMemory()
	told := 0
	l := openMemory(t, m, Options{Signer: s, CheckpointRecords: 3, Checkpoint: func(n string) {
		told++
		seq := strings.Split(n, "\n")[1]
		for name, f := range m.crash(nothing).names {
			if strings.HasPrefix(name, SegmentPrefix) && strings.Contains(string(f.b), `"seq":`+seq+`,`) {
				return
			}
		}
		t.Errorf("%s is signed and not on disk", seq)
	}})
	writeN(t, l, 50)
	closeLog(t, l)
	if told < 2 {
		t.Errorf("%d checkpoints", told)
	}
}

// TestCheckpointTorn begins a run after a checkpoint that was only written in part.
func TestCheckpointTorn(t *testing.T) {
	s, vkey := signer(t)
	m := newMemory()
	closeLog(t, openMemory(t, m, Options{Signer: s}))
	whole := slices.Clone(m.names[CheckpointFile].b)
	half := strings.LastIndex(string(whole), CheckpointHead)
	v, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	for cut := half; cut <= len(whole); cut++ {
		m := newMemory()
		m.put(CheckpointFile, slices.Clone(whole[:cut]))
		closeLog(t, openMemory(t, m, Options{Signer: s}))
		text := string(m.names[CheckpointFile].b)
		last := text[strings.LastIndex(text, CheckpointHead):]
		if _, err := note.Open([]byte(strings.TrimSuffix(last, "\n")), note.VerifierList(v)); err != nil || !strings.HasPrefix(text, string(whole[:cut])) {
			t.Fatalf("cut at %d: %v: %q", cut, err, text)
		}
		if i := strings.LastIndex(text, CheckpointHead); !strings.HasSuffix(text[:i], "\n\n") {
			t.Fatalf("cut at %d: %q", cut, text)
		}
		// An unfinished checkpoint was never made, unless only its line feeds are missing.
		number := uint64(3)
		if cut >= len(whole)-len("\n\n") {
			number = 4
		}
		if l, ok := parseLink([]byte(last)); !ok || l.number != number {
			t.Fatalf("cut at %d: the last one has the number %d, want %d", cut, l.number, number)
		}
	}
}

// TestCheckpointFails makes writing to the file of checkpoints fail. Records are still written, and
// the error is reported.
func TestCheckpointFails(t *testing.T) {
	s, _ := signer(t)
	m := newMemory()
	told, trouble := 0, make(chan error, 100)
	m.fail = func(op, name string) error {
		if name == CheckpointFile && op == "write" {
			return fmt.Errorf("no more checkpoints")
		}
		return nil
	}
	l := openMemory(t, m, Options{Signer: s, Checkpoint: func(string) { told++ }, Trouble: func(err error) { trouble <- err }})
	writeN(t, l, 1)
	if err := l.Err(); err != nil {
		t.Errorf("Err: %v", err)
	}
	if err := l.Close(); err == nil {
		t.Error("Close says nothing of it")
	}
	if told < 2 || len(trouble) < 2 {
		t.Errorf("told %d checkpoints and %d times trouble", told, len(trouble))
	}
}

// TestCheckpointsAreFiledLater checks that checkpoints that could not be written to the file are
// written before the next one, in order and up to maxUnfiled, and that heads only name checkpoints
// in the file.
func TestCheckpointsAreFiledLater(t *testing.T) {
	s, vkey := signer(t)
	m := newMemory()
	l := openMemory(t, m, Options{Signer: s, SyncEvery: time.Hour, noRetention: true})
	fail := func(f func(op, name string) error) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.fail = f
	}
	full := func(op, name string) error {
		if name == CheckpointFile && op == "write" {
			return syscall.ENOSPC
		}
		return nil
	}
	sign := func(n int, works bool) {
		for range n {
			writeN(t, l, 1)
			if err := l.dir.flush(true); (err == nil) != works {
				t.Fatalf("works %v: %v", works, err)
			}
		}
	}
	fail(full)
	sign(3, false)
	if n := l.dir.checkpoints.filed.Load(); n != 1 {
		t.Errorf("checkpoint %d is in the file", n)
	}
	fail(nil)
	sign(1, true)
	if got, n := marks(t, m, vkey), l.dir.checkpoints.filed.Load(); fmt.Sprint(got) != "[1 2 3 4 5]" || n != 5 {
		t.Errorf("%v are in the file, up to number %d", got, n)
	}
	fail(full)
	sign(maxUnfiled+2, false)
	if n := len(l.dir.checkpoints.unfiled); n != maxUnfiled {
		t.Errorf("%d are held, want %d", n, maxUnfiled)
	}
	fail(nil)
	closeLog(t, l)
}

func TestKeysAreRefused(t *testing.T) {
	for _, name := range []string{"", "a b", "a+b", "a\n"} {
		if _, _, err := GenerateSigner(name); err == nil {
			t.Errorf("%q is a name", name)
		}
	}
	if _, err := ReadSigner(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there is a key")
	}
}

// TestFileOrFolder checks which paths become a file and which a folder.
func TestFileOrFolder(t *testing.T) {
	dir := t.TempDir()
	for path, folder := range map[string]bool{
		"audit": true, "audit.d": true, "audit.d/": true, "audit.jsonl/": true, "audit-1.2": true, ".audit": true, "a.log/audit": true,
		"audit.jsonl.d": true, "audit.": true, "log": true, "audit.jsonl": false, "audit.json": false, "audit.log": false, "a.d/audit.log": false,
	} {
		if got := isFolder(dir + "/" + path); got != folder {
			t.Errorf("%s: folder %v", path, got)
		}
	}
	if !isFolder(dir) {
		t.Error("a folder that is there is none")
	}
	// An existing path keeps its kind.
	file, folder := filepath.Join(dir, "audit.d"), filepath.Join(dir, "audit.log")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Mkdir(folder, 0o700)); err != nil {
		t.Fatal(err)
	}
	if isFolder(file) || !isFolder(folder) {
		t.Error("what is there is not taken for what it is")
	}
	for path, want := range map[string]bool{file: false, folder: true} {
		l, err := Open(path, Options{Reserve: -1})
		if err != nil {
			t.Fatal(err)
		}
		if l.Chained() != want {
			t.Errorf("%s: chained %v", path, l.Chained())
		}
		closeLog(t, l)
	}
}

func TestPlainFileKeepsNoPromise(t *testing.T) {
	s, _ := signer(t)
	_, recipient, err := GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	for _, o := range []Options{{Durable: true}, {Signer: s}, {Recipient: recipient}, {Compress: true}, {KeepFor: 1}, {KeepSize: 1}, {KeepSize: -1}, {Recipient: "age1"}} {
		if _, err := Open(path, o); err == nil {
			t.Errorf("%+v is kept", o)
		}
	}
}

// TestNoCheckpointOfWhatIsNotOnDisk checks that after a failed sync nothing is signed until a head
// has declared it.
func TestNoCheckpointOfWhatIsNotOnDisk(t *testing.T) {
	s, vkey := signer(t)
	m := newMemory()
	l := openMemory(t, m, Options{Signer: s, SyncEvery: time.Hour, CheckpointEvery: 1, noRetention: true})
	m.mu.Lock()
	m.fail = func(op, name string) error {
		if op == "sync" && strings.HasPrefix(name, SegmentPrefix) {
			return syscall.EIO
		}
		return nil
	}
	m.mu.Unlock()
	writeN(t, l, 3) // records 2 to 4
	for range 2 {
		_ = l.dir.flush(false) // the first one fails, and the second has nothing to sync
	}
	if got := marks(t, m, vkey); !slices.Equal(got, []string{"1"}) {
		t.Errorf("there are checkpoints of %v, while record 1 is the last on disk", got)
	}
	m.mu.Lock()
	m.fail = nil
	m.mu.Unlock()
	writeN(t, l, 1)
	if err := l.dir.flush(true); err != nil {
		t.Fatal(err)
	}
	if got := marks(t, m, vkey); !slices.Equal(got, []string{"1", "6"}) {
		t.Errorf("there are checkpoints of %v", got)
	}
	closeLog(t, l)
}
