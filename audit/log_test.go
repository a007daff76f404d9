package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit/internal/disk"
	"eslguard/effect"
)

// A brokenFile is a plain file whose writes fail as its fields say.
type brokenFile struct {
	bytes.Buffer
	room int   // how many bytes it still takes; below 0: any number
	err  error // the error of a write beyond room
	gone bool
}

func (d *brokenFile) Write(p []byte) (int, error) {
	if d.room < 0 {
		return d.Buffer.Write(p)
	}
	n := min(d.room, len(p))
	d.room -= n
	d.Buffer.Write(p[:n])
	if n < len(p) {
		return n, d.err
	}
	return n, nil
}

func (d *brokenFile) Close() error           { return nil }
func (d *brokenFile) Removed() (bool, error) { return d.gone, nil }
func (d *brokenFile) At(string) bool         { return true }

// openDisk opens a log that writes to d.
func openDisk(t *testing.T, d *brokenFile) *Log {
	t.Helper()
	l, err := Open("disk", Options{open: func(string) (disk.PlainFile, tail, error) { return d, tail{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// line is what tests read of a record.
type line struct {
	Seq  uint64
	Lost uint64
	Kind string
	Torn int64 `json:"torn_bytes"`
}

// lines parses b. Each of its lines must be a record, except those whose index is in broken.
func lines(t *testing.T, b []byte, broken ...int) []line {
	t.Helper()
	if len(b) > 0 && b[len(b)-1] != '\n' {
		t.Errorf("the last line is not closed: %q", b)
	}
	var out []line
	for i, s := range bytes.Split(bytes.TrimSuffix(b, []byte("\n")), []byte("\n")) {
		var l line
		err := json.Unmarshal(s, &l)
		isBroken := len(broken) > 0 && broken[0] == i
		switch {
		case isBroken && err == nil:
			t.Errorf("line %d should be torn: %s", i, s)
		case isBroken:
			broken = broken[1:]
		case err != nil:
			t.Errorf("line %d: %v: %q", i, err, s)
		default:
			if n := len(out); n > 0 && out[n-1].Seq >= l.Seq {
				t.Errorf("line %d: sequence %d after %d", i, l.Seq, out[n-1].Seq)
			}
			out = append(out, l)
		}
	}
	return out
}

// status returns the record of a plain command.
func status() *Record {
	return &Record{
		Kind: KindCommand, Session: "sessioni", Client: "acme-dialer", Addr: "10.1.2.3:40312",
		Verb: "api", Command: "api status", Effects: []effect.Effect{{Kind: effect.KindAPI, Name: "status", Path: "api status"}},
		Decision: Allow, Role: "monitor", Rule: "api @status", Policy: "4f2a91c07be3",
	}
}

// TestFull fills the disk at every byte of a record, and then frees it.
func TestFull(t *testing.T) {
	whole := &brokenFile{room: -1}
	l := openDisk(t, whole)
	start := whole.Len()
	if _, err := l.Write(status()); err != nil {
		t.Fatal(err)
	}
	size := whole.Len() - start
	for room := range size {
		d := &brokenFile{room: -1, err: syscall.ENOSPC}
		l := openDisk(t, d)
		d.room = room
		for want := uint64(2); want < 4; want++ {
			seq, err := l.Write(status())
			if !errors.Is(err, syscall.ENOSPC) || seq != want || !errors.Is(l.Err(), syscall.ENOSPC) {
				t.Fatalf("room %d: %d, %v; Err %v", room, seq, err, l.Err())
			}
		}
		d.room = -1
		seq, err := l.Write(status())
		if err != nil || seq != 4 || l.Err() != nil {
			t.Fatalf("room %d: after it: %d, %v; Err %v", room, seq, err, l.Err())
		}
		var torn []int
		if room > 0 && room < size-1 {
			torn = []int{1}
		}
		got := lines(t, d.Bytes(), torn...)
		if n := len(got); got[n-1] != (line{Seq: 4, Lost: 2, Kind: "command"}) {
			t.Errorf("room %d: the last record is %+v", room, got[n-1])
		}
	}
}

// TestFullAgainWhileClosing has space only for the line feed that ends an unfinished line.
func TestFullAgainWhileClosing(t *testing.T) {
	d := &brokenFile{room: -1, err: syscall.ENOSPC}
	l := openDisk(t, d)
	d.room = 10
	_, err1 := l.Write(status())
	d.room = 1
	_, err2 := l.Write(status())
	d.room = 0
	_, err3 := l.Write(status())
	if err1 == nil || err2 == nil || err3 == nil {
		t.Fatalf("a full disk took a record: %v, %v, %v", err1, err2, err3)
	}
	d.room = -1
	if _, err := l.Write(status()); err != nil {
		t.Fatal(err)
	}
	got := lines(t, d.Bytes(), 1)
	if len(got) != 2 || got[1].Seq != 5 || got[1].Lost != 3 {
		t.Errorf("got %+v", got)
	}
}

// TestFullAtStart opens a log on a full disk: the start record is written later.
func TestFullAtStart(t *testing.T) {
	d := &brokenFile{err: syscall.ENOSPC}
	l := openDisk(t, d)
	if l.Err() == nil {
		t.Error("no error after Open")
	}
	if _, err := l.Write(status()); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Write: %v", err)
	}
	d.room = -1
	if err := l.Probe(); err != nil {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	got := fmt.Sprint(lines(t, d.Bytes()))
	if want := "[{4 3 start 0} {5 0 probe 0} {6 0 stop 0}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestShortWrite uses a file that takes only a part of a write and returns no error.
func TestShortWrite(t *testing.T) {
	d := &brokenFile{room: -1}
	l := openDisk(t, d)
	d.room = 3
	if _, err := l.Write(status()); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("got %v", err)
	}
}

// A device is a file of the operating system that is opened without any check.
type device struct{ *os.File }

func (device) Removed() (bool, error) { return false, nil }
func (device) At(string) bool         { return true }

func TestDevFull(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full")
	}
	if _, err := Open("/dev/full", Options{}); !errors.Is(err, ErrNotAFile) {
		t.Errorf("a device: %v, want %v", err, ErrNotAFile)
	}
	l, err := Open("/dev/full", Options{open: func(path string) (disk.PlainFile, tail, error) {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		return device{f}, tail{}, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Write(status()); !errors.Is(err, syscall.ENOSPC) || l.Err() == nil {
		t.Errorf("Write: %v, Err: %v", err, l.Err())
	}
	if err := l.Close(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Close: %v", err)
	}
}

// TestRemoved removes the folder of the file, and makes it again.
func TestRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	path := filepath.Join(dir, "audit.jsonl")
	mkdir(t, dir)
	now := time.Unix(0, 0)
	l, err := Open(path, Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	now = now.Add(removedEvery)
	if err := l.Probe(); !errors.Is(err, ErrRemoved) {
		t.Errorf("Probe: %v", err)
	}
	if _, err := l.Write(status()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Write: %v", err)
	}
	mkdir(t, dir)
	if _, err := l.Write(status()); err != nil {
		t.Errorf("Write into a new directory: %v", err)
	}
	got := fmt.Sprint(lines(t, read(t, path)))
	if want := "[{3 1 reopen 0} {4 0 command 0}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// TestReopen renames the file as logrotate does: it is written to until Reopen.
func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	l, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Reopen(); err != nil {
		t.Errorf("Reopen of the same file: %v", err)
	}
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := l.Write(status()); err != nil {
			t.Fatal(err)
		}
		if err := l.Reopen(); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(lines(t, read(t, path+".1"))), "[{1 0 start 0} {2 0 command 0}]"; got != want {
		t.Errorf("old file: got %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(lines(t, read(t, path))), "[{3 0 reopen 0} {4 0 command 0} {5 0 stop 0}]"; got != want {
		t.Errorf("new file: got %s, want %s", got, want)
	}
	if err := l.Reopen(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Reopen of a closed log: %v", err)
	}
	if _, err := l.Write(status()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Write to a closed log: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

// TestAgain opens a file of an earlier run, cut at every byte of its last record.
func TestAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	run := func() {
		l, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	run()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	first := read(t, path)
	last := bytes.LastIndexByte(first[:len(first)-1], '\n') + 1
	for cut := last; cut <= len(first); cut++ {
		if err := os.WriteFile(path, first[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		run()
		want := []line{{Seq: 1, Kind: "start"}, {Seq: 3, Lost: 1, Kind: "start", Torn: int64(cut - last)}, {Seq: 4, Kind: "stop"}}
		broken := []int{1}
		switch cut {
		case last:
			want[1], want[2].Seq, broken = line{Seq: 2, Kind: "start"}, 3, nil
		case len(first) - 1: // only the line feed is missing: the whole record is ended with one
			want = []line{want[0], {Seq: 2, Kind: "stop"}, want[1], want[2]}
			broken = nil
		case len(first):
			want = []line{want[0], {Seq: 2, Kind: "stop"}, {Seq: 3, Kind: "start"}, want[2]}
			broken = nil
		}
		if got := lines(t, read(t, path), broken...); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("cut at %d: got %v, want %v", cut-last, got, want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "audit.jsonl")
	l, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, p := range []string{"", "-", filepath.Join(dir, "none", "audit.jsonl"), path} {
		if l, err := Open(p, Options{}); err == nil {
			t.Errorf("Open(%q) worked", p)
			l.Close()
		}
	}
}

func TestInvalid(t *testing.T) {
	d := &brokenFile{room: -1}
	l := openDisk(t, d)
	for _, r := range []Record{{}, {Kind: KindRecording + 1}, {Kind: KindReopen}, {Kind: KindSeal}, {Kind: KindCommand}, {Kind: KindLogin}, {Kind: KindReload}, {Kind: KindReply}, {Kind: KindJob}} {
		if seq, err := l.Write(&r); !errors.Is(err, ErrInvalid) || seq != 0 {
			t.Errorf("%v: %d, %v", r.Kind, seq, err)
		}
	}
	if seq, err := l.Write(status()); err != nil || seq != 2 {
		t.Errorf("after that: %d, %v; want the next number", seq, err)
	}
}

// TestSilenced turns zerolog off: Write returns an error, and no record is lost without notice.
func TestSilenced(t *testing.T) {
	l := openDisk(t, &brokenFile{room: -1})
	zerolog.SetGlobalLevel(zerolog.Disabled)
	defer zerolog.SetGlobalLevel(zerolog.TraceLevel)
	if _, err := l.Write(status()); !errors.Is(err, ErrSilenced) {
		t.Errorf("got %v", err)
	}
}

// TestMany writes from several sessions at once: every record is whole and has its own sequence,
// and all ids differ.
func TestMany(t *testing.T) {
	const sessions, each = 16, 200
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	l, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ids := make([][]string, sessions)
	var wg sync.WaitGroup
	for s := range sessions {
		wg.Go(func() {
			for range each {
				ids[s] = append(ids[s], l.NewID())
				l.Reply([]byte("secret"), 6, true)
				if _, err := l.Write(status()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got := lines(t, read(t, path)); len(got) != sessions*each+2 || got[len(got)-1].Seq != sessions*each+2 {
		t.Errorf("%d records, the last %+v", len(got), got[len(got)-1])
	}
	seen := map[string]bool{}
	for _, list := range ids {
		for _, id := range list {
			if len(id) != 8 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") != "" || seen[id] {
				t.Fatalf("id %q", id)
			}
			seen[id] = true
		}
	}
}

// TestKeys checks that the hashes of equal replies are equal with one key, and differ with another.
func TestKeys(t *testing.T) {
	open := func(key string) *Log {
		l, err := Open("disk", Options{Key: []byte(key), open: func(string) (disk.PlainFile, tail, error) { return &brokenFile{room: -1}, tail{}, nil }})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	a, b, random, other := open("k"), open("k"), open(""), open("")
	body := []byte("hunter2")
	hash := a.Reply(body, 7, true).Hash
	if len(hash) != 2*hashBytes || b.Reply(body, 7, true).Hash != hash {
		t.Errorf("one key, two hashes: %s, %s", hash, b.Reply(body, 7, true).Hash)
	}
	if r, o := random.Reply(body, 7, true).Hash, other.Reply(body, 7, true).Hash; r == o || r == hash {
		t.Errorf("random keys are not: %s, %s", r, o)
	}
}

func mkdir(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
