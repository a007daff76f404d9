package audit

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"eslguard/audit/internal/disk"
)

// TestRetire keeps segments by size and by age. The rest is a valid audit, and says what is gone.
func TestRetire(t *testing.T) {
	s, vkey := signer(t)
	for name, o := range map[string]Options{
		"size": {KeepSize: 5000}, "time": {KeepFor: 30 * time.Second}, "both, compressed": {KeepSize: 6000, KeepFor: time.Minute, Compress: true},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMemory()
			o.MaxSize, o.Signer, o.Now, o.noRetention = 1200, s, stepped(time.Second), true
			l := openMemory(t, m, o)
			for range 20 {
				writeN(t, l, 3)
				if err := l.dir.retention.run(); err != nil {
					t.Fatal(err)
				}
			}
			closeLog(t, l)
			all := readTrail(t, m, nil)
			if !strings.HasPrefix(kinds(all), "reopen") || !strings.Contains(kinds(all), " retire") {
				t.Fatalf("got %s", kinds(all))
			}
			first, named := all[0], false
			for _, g := range all {
				if g.Kind == "retire" && g.To == first.PrevSeq && g.Retired == first.PrevHash && g.From < g.To {
					named = true
				}
			}
			if !named {
				t.Errorf("no record says that all up to %d was deleted: %s", first.PrevSeq, kinds(all))
			}
			if n := len(segments(mustList(t, m, ""))); n > 12 {
				t.Errorf("%d segments are left", n)
			}
			for _, seq := range marks(t, m, vkey) {
				if n, err := strconv.ParseUint(seq, 10, 64); err != nil || n <= first.PrevSeq {
					t.Errorf("there is a checkpoint of %s, which was deleted", seq)
				}
			}
		})
	}
}

func mustList(t testing.TB, v disk.Volume, within string) []disk.Info {
	t.Helper()
	list, err := v.List(within)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestRetireOrder checks that before the first file is deleted, a record about it is on disk and
// signed.
func TestRetireOrder(t *testing.T) {
	m := newMemory()
	s, _ := signer(t)
	l := openMemory(t, m, Options{MaxSize: 1200, KeepSize: 3000, Signer: s, CheckpointEvery: time.Hour, noRetention: true})
	deleted := 0
	m.mu.Lock()
	m.fail = func(op, name string) error {
		if op != "remove" || !strings.HasPrefix(name, SegmentPrefix) {
			return nil
		}
		deleted++
		var records, notes string
		for name, n := range m.crashed(nothing).names {
			if strings.HasPrefix(name, SegmentPrefix) {
				records += string(n.b)
			} else if name == CheckpointFile {
				notes = string(n.b)
			}
		}
		retired := regexp.MustCompile(`"seq":(\d+),"kind":"retire"`).FindStringSubmatch(records)
		if retired == nil || !strings.Contains(notes, CheckpointHead+"2\n"+retired[1]+"\n") {
			t.Errorf("%s is deleted before that is on disk, %v: %s", name, retired, notes)
		}
		return nil
	}
	m.mu.Unlock()
	writeN(t, l, 20)
	if err := l.dir.retention.run(); err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)
	if deleted == 0 {
		t.Error("nothing was deleted")
	}
}

// TestNotRetired checks that nothing is deleted if that cannot be recorded.
func TestNotRetired(t *testing.T) {
	m := newMemory()
	l := openMemory(t, m, Options{MaxSize: 1200, KeepSize: 1, noRetention: true})
	writeN(t, l, 20)
	m.mu.Lock()
	before := len(m.names)
	m.room = m.used()
	m.mu.Unlock()
	if err := l.dir.retention.run(); err == nil {
		t.Error("segments were deleted")
	}
	m.mu.Lock()
	// The reserve was freed for the end of the segment.
	if n := len(m.names); n < before-1 {
		t.Errorf("%d files, before it %d", n, before)
	}
	m.room = -1
	m.mu.Unlock()
}

// TestPack compresses finished segments, including one that a crash left half compressed.
func TestPack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "audit")
	o := Options{MaxSize: 3000, Compress: true}
	for run := range 2 {
		l, err := Open(dir, o)
		if err != nil {
			t.Fatal(err)
		}
		writeN(t, l, 40)
		await(t, func() bool {
			segs := segments(mustList(t, l.dir.volume, ""))
			for _, s := range segs[:len(segs)-1] {
				if s.plain || !s.packed {
					return false
				}
			}
			return len(segs) > 3
		})
		closeLog(t, l)
		if run == 0 {
			// This is what remains if the host fails right before the plain form is removed, and
			// while another segment is compressed.
			if err := os.WriteFile(filepath.Join(dir, segmentName(1)+CompressedSuffix+".tmp"), []byte("half"), 0o600); err != nil {
				t.Fatal(err)
			}
			last := segments(mustList(t, l.dir.volume, ""))
			if err := os.WriteFile(filepath.Join(dir, last[len(last)-1].name+CompressedSuffix), []byte("half"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	v, err := disk.OpenVolume(dir, LockFile)
	if err != nil {
		t.Fatal(err)
	}
	all := readTrail(t, v, nil)
	if got := strings.Count(kinds(all), "command"); got != 80 {
		t.Errorf("%d commands: %s", got, kinds(all))
	}
}

// TestRetireAfterClose checks that retention leaves a closed log to the next run, without an error.
func TestRetireAfterClose(t *testing.T) {
	m := newMemory()
	l := openMemory(t, m, Options{MaxSize: 1200, KeepSize: 1, noRetention: true})
	writeN(t, l, 20)
	closeLog(t, l)
	before := kinds(readTrail(t, m, nil))
	if err := l.dir.retention.run(); err != nil {
		t.Errorf("tidying up: %v", err)
	}
	if after := kinds(readTrail(t, m, nil)); after != before {
		t.Errorf("before: %s\nafter:  %s", before, after)
	}
	l = openMemory(t, m, Options{MaxSize: 1200, KeepSize: 1, noRetention: true})
	if err := l.dir.retention.run(); err != nil {
		t.Errorf("tidying up in the next run: %v", err)
	}
	closeLog(t, l)
	if after := kinds(readTrail(t, m, nil)); !strings.Contains(after, "retire") || strings.HasPrefix(after, "start1 ") {
		t.Errorf("the next run left %s", after)
	}
}

// TestRetirementIsSignedOrRefused checks that nothing may be deleted if the sync of a retire record
// fails, whichever goroutine waits for that sync.
func TestRetirementIsSignedOrRefused(t *testing.T) {
	refused := 0
	for range 150 {
		m := newMemory()
		var mu sync.Mutex
		var notes strings.Builder
		s, _ := signer(t)
		l := openMemory(t, m, Options{Signer: s, SyncEvery: time.Hour, CheckpointEvery: time.Hour, noRetention: true, Trouble: func(error) {}, Checkpoint: func(n string) {
			mu.Lock()
			defer mu.Unlock()
			notes.WriteString(n)
		}})
		writeN(t, l, 2)
		var put, done atomic.Bool
		m.mu.Lock()
		m.fail = func(op, name string) error {
			put.Store(put.Load() || op == "write")
			if op == "sync" && name == segmentName(1) {
				return syscall.EIO
			}
			return nil
		}
		m.mu.Unlock()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for !done.Load() {
					endSegment(l, &put)
				}
			})
		}
		ok, _ := l.dir.retention.announce(retirement{from: 1, to: 1, hash: "x"})
		done.Store(true)
		wg.Wait()
		mu.Lock()
		signed := strings.Contains(notes.String(), CheckpointHead+"2\n4\n")
		mu.Unlock()
		if ok && !signed {
			t.Fatal("what is deleted is not signed")
		}
		if !ok {
			refused++
		}
	}
	if refused == 0 {
		t.Error("no sync failed in time")
	}
}

// endSegment ends the first segment after something was written to it. It holds the mutex so long
// that other goroutines get it in turn.
func endSegment(l *Log, put *atomic.Bool) {
	l.rec.mu.Lock()
	defer l.rec.mu.Unlock()
	for began := time.Now(); time.Since(began) < time.Millisecond/2; {
		runtime.Gosched()
	}
	if d := l.dir; put.Load() && !d.group.syncing && d.cur != nil && d.cur.name == segmentName(1) {
		d.finish()
	}
}
