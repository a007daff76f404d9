package trail_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"eslguard/audit"
	"eslguard/audit/trail"
	"eslguard/effect"
)

// logOptions returns the options of a log with everything that a folder can have, in small
// segments.
func (b *book) logOptions(notes *[]string) audit.Options {
	var mu sync.Mutex
	return audit.Options{
		Version: "test", MaxSize: 4 << 10, Compress: true, Reserve: -1,
		Recipient: b.identity.Recipient().String(), Signer: b.signer, CheckpointRecords: 10,
		Checkpoint: func(n string) {
			mu.Lock()
			defer mu.Unlock()
			*notes = append(*notes, n)
		},
		Trouble: func(err error) { b.t.Logf("trouble: %v", err) },
	}
}

// runLog writes a run of n commands of several sessions, and their replies, with the real writer.
func runLog(t testing.TB, dir string, o audit.Options, n int) {
	t.Helper()
	l, err := audit.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for s := range 4 {
		wg.Go(func() {
			for i := range n {
				r := audit.Record{
					Kind: audit.KindCommand, Session: fmt.Sprintf("session%d", s), Client: "dialer", Addr: "10.0.0.1:1",
					Verb: "api", Command: "api status", Decision: audit.Allow,
					Effects: []effect.Effect{{Kind: effect.KindAPI, Name: "status", Path: "api status"}},
				}
				seq, err := l.Write(&r)
				if err == nil {
					r = audit.Record{Kind: audit.KindReply, Session: r.Session, Client: r.Client, Of: seq, Took: time.Duration(i)}
					_, err = l.Write(&r)
				}
				if err != nil {
					t.Errorf("write: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestVerifyWhatIsWritten checks that what the real writer leaves is whole, and that no byte of it
// can be changed.
func TestVerifyWhatIsWritten(t *testing.T) {
	for _, durable := range []bool{false, true} {
		b := newBook(t, true)
		var notes []string
		o := b.logOptions(&notes)
		o.Durable = durable
		for range 3 {
			runLog(t, b.dir, o, 10)
		}
		r := verify(t, b.dir, b.options(notes[len(notes)-1]))
		if !r.OK() || len(r.Warnings) > 0 || r.Runs != 3 || r.Segments < 6 || r.MACsChecked != r.Records || r.Records < 240 {
			t.Fatalf("durable %v: %+v", durable, r)
		}
		if want := len(notes) + 1; len(r.Checkpoints) != want {
			t.Errorf("durable %v: %d checkpoints fit, want %d", durable, len(r.Checkpoints), want)
		}
	}
}

// TestVerifyARunUnderWay checks that a folder is whole at every moment while it is written and
// compressed.
func TestVerifyARunUnderWay(t *testing.T) {
	b := newBook(t, true)
	var notes []string
	o := b.logOptions(&notes)
	runLog(t, b.dir, o, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		runLog(t, b.dir, o, 150)
	}()
	for n := 0; ; n++ {
		r := verify(t, b.dir, trail.Options{Identities: []age.Identity{b.identity}, Verifier: b.verifier})
		if !r.OK() {
			t.Fatalf("check %d: %v", n, r.Problems)
		}
		select {
		case <-done:
			if n == 0 {
				t.Skip("the log was written before it could be checked")
			}
			return
		default:
		}
	}
}

// TestVerifyRetired checks that missing oldest segments are accepted if a record declares them
// retired.
func TestVerifyRetired(t *testing.T) {
	b := newBook(t, true)
	var notes []string
	o := b.logOptions(&notes)
	o.KeepSize = 8 << 10
	o.Compress = false
	runLog(t, b.dir, o, 50)
	runLog(t, b.dir, o, 50)
	r := verify(t, b.dir, b.options(notes[len(notes)-1]))
	if !r.OK() || r.First == 1 || r.Retired == 0 {
		t.Errorf("first %d, retired %d: %v", r.First, r.Retired, r.Problems)
	}
	if r.MACsChecked != r.Records || !onlyFast(r) {
		t.Errorf("%d of %d MACs were checked; %v", r.MACsChecked, r.Records, r.Warnings)
	}
}

// TestVerifyRetiredStart checks that every MAC of a run can be verified after the segment with its
// start is gone.
func TestVerifyRetiredStart(t *testing.T) {
	b := newBook(t, true)
	var notes []string
	o := b.logOptions(&notes)
	o.Compress = false
	runLog(t, b.dir, o, 50)
	whole := verify(t, b.dir, b.options(notes[len(notes)-1]))
	o.KeepSize = 40 << 10
	l, err := audit.Open(b.dir, o)
	if err != nil {
		t.Fatal(err)
	}
	// Retention works in the background.
	for deadline := time.Now().Add(10 * time.Second); oldest(t, b.dir) == 1 && time.Now().Before(deadline); {
		runtime.Gosched()
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	r := verify(t, b.dir, b.options(notes[len(notes)-1]))
	if !r.OK() || !onlyFast(r) || r.First == 1 || r.Retired != r.First-1 || r.First > whole.Last {
		t.Errorf("first %d of a run that ended with %d, retired %d: %v, %v", r.First, whole.Last, r.Retired, r.Problems, r.Warnings)
	}
	if r.MACsChecked != r.Records || r.Records == 0 {
		t.Errorf("%d of %d MACs were checked", r.MACsChecked, r.Records)
	}
}

// onlyFast reports whether the only warning is that segments were retired unusually fast.
func onlyFast(r *trail.Report) bool {
	return r.RetiredFast > 0 && len(r.Warnings) > 0 && !slices.ContainsFunc(r.Warnings, func(f trail.Finding) bool { return f.Fault != trail.WarnFast })
}

// TestVerifyTellsFastRetirement checks that segments deleted because of their size within a day are
// reported, and that older ones, and ones deleted because of their age, are not.
func TestVerifyTellsFastRetirement(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		name string
		o    audit.Options
		step time.Duration // between any two records
		fast bool
	}{
		{"for the size, at once", audit.Options{KeepSize: 8 << 10}, time.Millisecond, true},
		{"for the size, after days", audit.Options{KeepSize: 8 << 10}, day, false},
		{"for the age", audit.Options{KeepFor: time.Minute}, time.Second, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBook(t, true)
			var mu sync.Mutex
			now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
			told := 0
			tt.o.MaxSize, tt.o.MaxAge, tt.o.Reserve = 4<<10, 10_000*day, -1
			tt.o.Now = func() time.Time {
				mu.Lock()
				defer mu.Unlock()
				now = now.Add(tt.step)
				return now
			}
			tt.o.Trouble = func(err error) {
				mu.Lock()
				defer mu.Unlock()
				if errors.Is(err, audit.ErrFast) {
					told++
					return
				}
				t.Errorf("trouble: %v", err)
			}
			runLog(t, b.dir, tt.o, 50)
			l, err := audit.Open(b.dir, tt.o)
			if err != nil {
				t.Fatal(err)
			}
			for oldest(t, b.dir) == 1 {
				runtime.Gosched()
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			r := verify(t, b.dir, trail.Options{})
			if !r.OK() || r.Retired == 0 {
				t.Fatalf("retired up to %d: %v", r.Retired, r.Problems)
			}
			if warned := slices.ContainsFunc(r.Warnings, func(f trail.Finding) bool { return f.Fault == trail.WarnFast }); warned != tt.fast ||
				(r.RetiredFast > 0) != tt.fast || (told > 0) != tt.fast {
				t.Errorf("warned %v, %d records, told %d times; want %v: %v", warned, r.RetiredFast, told, tt.fast, r.Warnings)
			}
		})
	}
}

// oldest returns the first sequence of the folder's oldest segment.
func oldest(t *testing.T, dir string) uint64 {
	t.Helper()
	list, err := trail.Segments(dir)
	if err != nil || len(list) == 0 {
		t.Fatalf("%d segments, %v", len(list), err)
	}
	return list[0].First
}

// TestVerifyKilledRun checks that what a killed run leaves, with an unfinished last line, is opened
// and verified.
func TestVerifyKilledRun(t *testing.T) {
	b := newBook(t, true)
	var notes []string
	o := b.logOptions(&notes)
	o.MaxSize, o.Compress, o.Signer = 1<<20, false, nil
	runLog(t, b.dir, o, 5)
	segments, err := trail.Segments(b.dir)
	if err != nil {
		t.Fatal(err)
	}
	path := segments[0].Path()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut < 200; cut += 7 {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), data[:len(data)-cut], 0o600); err != nil {
			t.Fatal(err)
		}
		runLog(t, dir, audit.Options{Recipient: o.Recipient, Reserve: -1}, 1)
		r := verify(t, dir, trail.Options{Identities: []age.Identity{b.identity}})
		if !r.OK() || r.MACsChecked != r.Records {
			t.Fatalf("%d bytes cut off: %v", cut, r.Problems)
		}
	}
}
