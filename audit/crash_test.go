package audit

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// nothing is a crash that keeps only what was synced, and everything is one that loses nothing.
func nothing(_ string, synced, _ int) int { return synced }
func everything(_ string, _, all int) int { return all }

// checkAfter begins a run after a crash, and checks that the records in acked, whose writes had
// succeeded, are there.
func checkAfter(t *testing.T, m *memory, acked []uint64) {
	t.Helper()
	l := openMemory(t, m, Options{})
	if err := l.Err(); err != nil {
		t.Fatal(err)
	}
	writeN(t, l, 1)
	closeLog(t, l)
	all := readTrail(t, m, nil)
	have := map[uint64]bool{}
	for _, g := range all {
		have[g.Seq] = true
	}
	for _, seq := range acked {
		if !have[seq] {
			t.Fatalf("%d was reported as written and is gone: %s", seq, kinds(all))
		}
	}
	var aside int
	for name, n := range m.names {
		if strings.HasSuffix(name, TornSuffix) {
			aside += len(n.b)
		}
	}
	var noted int64
	for _, g := range all {
		noted += g.Torn
	}
	if int64(aside) != noted {
		t.Errorf("%d bytes set aside, %d noted: %s", aside, noted, kinds(all))
	}
}

// TestOrder writes from one session: each record is written, synced, and only then reported as
// written.
func TestOrder(t *testing.T) {
	m := newMemory()
	l := openMemory(t, m, Options{Durable: true, SyncEvery: time.Hour})
	m.mu.Lock()
	m.ops = nil
	m.mu.Unlock()
	var want []string
	for range 5 {
		seq, err := l.Write(status())
		if err != nil {
			t.Fatal(err)
		}
		m.mu.Lock()
		m.ops = append(m.ops, fmt.Sprintf("return %d", seq))
		m.mu.Unlock()
		name := segmentName(1)
		want = append(want, "write "+name, "sync "+name, fmt.Sprintf("return %d", seq))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !slices.Equal(m.ops, want) {
		t.Errorf("got  %q\nwant %q", m.ops, want)
	}
}

// TestCrash writes from several sessions, and lets the host crash before every operation. Each time
// nothing, all or some of what was not synced is on disk.
func TestCrash(t *testing.T) {
	type crash struct {
		m     *memory
		acked []uint64
	}
	m := newMemory()
	var mu sync.Mutex
	var acked []uint64
	var crashes []crash
	rnd := rand.New(rand.NewPCG(3, 4))
	m.fail = func(string, string) error {
		mu.Lock()
		defer mu.Unlock()
		some := func(_ string, synced, all int) int { return synced + rnd.IntN(max(1, all-synced+1)) }
		for _, keep := range []func(string, int, int) int{nothing, everything, some, some} {
			crashes = append(crashes, crash{m.crashed(keep), slices.Clone(acked)})
		}
		return nil
	}
	l := openMemory(t, m, Options{Durable: true, MaxSize: 4000, Compress: true})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 25 {
				seq, err := l.Write(status())
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				acked = append(acked, seq)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	closeLog(t, l)
	if len(crashes) < 200 {
		t.Errorf("only %d crashes", len(crashes))
	}
	for _, c := range crashes {
		checkAfter(t, c.m, c.acked)
	}
}

// TestTornAtEveryByte crashes with every possible part of the last record on disk.
func TestTornAtEveryByte(t *testing.T) {
	m := newMemory()
	l := openMemory(t, m, Options{Durable: true})
	writeN(t, l, 2)
	name := segmentName(1)
	m.mu.Lock()
	size := len(m.names[name].b)
	m.mu.Unlock()
	begin := strings.LastIndex(string(m.names[name].b[:size-1]), "\n") + 1
	for cut := 0; cut <= size; cut++ {
		after := m.crash(func(n string, _, all int) int { return all })
		after.put(name, after.names[name].b[:cut])
		var acked []uint64
		if cut >= begin {
			acked = []uint64{1, 2}
		}
		checkAfter(t, after, acked)
	}
}

// TestSyncFails makes a sync fail: its waiters get the error, and the segment is not written to
// again.
func TestSyncFails(t *testing.T) {
	for _, durable := range []bool{true, false} {
		t.Run(fmt.Sprintf("durable %v", durable), func(t *testing.T) {
			m := newMemory()
			l := openMemory(t, m, Options{Durable: durable, SyncEvery: time.Millisecond})
			writeN(t, l, 2)
			name := segmentName(1)
			failed := make(chan struct{})
			m.mu.Lock()
			m.fail = func(op, n string) error {
				if op != "sync" || n != name {
					return nil
				}
				m.ops = nil
				m.fail = nil
				close(failed)
				return syscall.EIO
			}
			m.mu.Unlock()
			seq, err := l.Write(status())
			if durable != errors.Is(err, syscall.EIO) {
				t.Errorf("Write: %d, %v", seq, err)
			}
			<-failed
			for !errors.Is(l.Err(), syscall.EIO) {
				time.Sleep(time.Millisecond)
			}
			if err := l.Probe(); err != nil {
				t.Errorf("Probe: %v", err)
			}
			writeN(t, l, 1)
			closeLog(t, l)
			for _, op := range m.ops {
				if strings.HasSuffix(op, name) {
					t.Errorf("%s, after a sync of it failed", op)
				}
			}
			if got := kinds(readTrail(t, m, nil)); strings.Count(got, "reopen") != 1 || !strings.Contains(got, " stop") {
				t.Errorf("got %s", got)
			}
			// The disk may have lost what the sync did not write. A head declares this.
			after := m.crash(func(n string, synced, _ int) int { return synced })
			all := readTrail(t, after, nil)
			if last := all[len(all)-1]; last.Kind != "stop" {
				t.Errorf("got %s", kinds(all))
			}
		})
	}
}

// TestGroupFails makes a sync fail for which many wait: each of them gets the error.
func TestGroupFails(t *testing.T) {
	m := newMemory()
	l := openMemory(t, m, Options{Durable: true})
	var mu sync.Mutex
	bad := false
	m.mu.Lock()
	m.fail = func(op, name string) error {
		mu.Lock()
		defer mu.Unlock()
		if bad && op == "sync" {
			return syscall.EIO
		}
		return nil
	}
	m.mu.Unlock()
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for i := range 50 {
				if i == 25 {
					mu.Lock()
					bad = true
					mu.Unlock()
				}
				seq, err := l.Write(status())
				if err != nil {
					continue
				}
				// This record was reported as written, so no crash may lose it.
				held := false
				for _, n := range m.crash(nothing).names {
					held = held || strings.Contains(string(n.b), fmt.Sprintf(`"seq":%d,`, seq))
				}
				if !held {
					t.Errorf("%d was reported and is not on disk", seq)
				}
			}
		})
	}
	wg.Wait()
	if l.Err() == nil {
		t.Error("all is well though every sync fails")
	}
	mu.Lock()
	bad = false
	mu.Unlock()
	await(t, func() bool { return l.Probe() == nil })
	closeLog(t, l)
	readTrail(t, m, nil)
}

// TestNextGroupFails makes a sync fail while a second group waits for the next one. Its records are
// in the same segment, so it is unknown whether they will ever be on disk.
func TestNextGroupFails(t *testing.T) {
	m := newMemory()
	l := openMemory(t, m, Options{Durable: true, SyncEvery: time.Hour})
	under, goOn := make(chan struct{}), make(chan struct{})
	m.mu.Lock()
	var once sync.Once
	m.slow = func(string) {
		once.Do(func() {
			close(under)
			<-goOn
			m.mu.Lock()
			defer m.mu.Unlock()
			m.fail = func(op, _ string) error {
				m.fail = nil
				return syscall.EIO
			}
		})
	}
	m.mu.Unlock()
	results := make(chan error, 2)
	write := func() {
		_, err := l.Write(status())
		results <- err
	}
	var wg sync.WaitGroup
	wg.Go(write)
	<-under
	wg.Go(write)
	await(t, func() bool {
		l.rec.mu.Lock()
		defer l.rec.mu.Unlock()
		return l.dir.group.next != nil
	})
	close(goOn)
	wg.Wait()
	for range 2 {
		if err := <-results; !errors.Is(err, syscall.EIO) {
			t.Errorf("got %v", err)
		}
	}
	writeN(t, l, 1)
	closeLog(t, l)
	all := readTrail(t, m.crash(nothing), nil)
	if got, want := kinds(all), "start1 reopen4 command5 stop6"; got != want || all[1].Unsynced != 2 {
		t.Errorf("got %s, unsynced from %d; want %s, 2", got, all[1].Unsynced, want)
	}
}

// await waits until done returns true.
func await(t testing.TB, done func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain")
		}
	}
}
