package answers

import (
	"bytes"
	"io"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"eslguard/proxy/internal/loopback"
	"eslguard/proxy/internal/wire"
)

// allocated returns how many bytes have ever been allocated.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// TestSlowClientsUseTheSameMemory: memory that waited for one slow client is reused for the next
// one, so that the process does not use more memory than may wait.
func TestSlowClientsUseTheSameMemory(t *testing.T) {
	const limit = 32 << 20
	b := newBudget(limit)
	data := pattern(maxChunk)
	wave := func() {
		near, _ := loopback.Pair(t)
		o := newTestOutbox(t, near, limit, b)
		for len(o.gaveUp) == 0 {
			o.put(data)
		}
		near.Close()
		o.wg.Wait()
		o.mu.Lock()
		defer o.mu.Unlock()
		if n := o.discard(); n < limit/2 {
			t.Fatalf("%d bytes waited: the test does not test what it should", n)
		}
		if used := b.used.Load(); used != 0 {
			t.Fatalf("%d bytes are not given back", used)
		}
	}
	wave()
	before := allocated()
	wave()
	if n := allocated() - before; n > limit/4 {
		t.Errorf("the second slow client made %d bytes be allocated, want those of the first to be used", n)
	}
}

// TestUsedAndSpareAreWithinTheBudget: spare chunks and used ones together are never more than the
// budget.
func TestUsedAndSpareAreWithinTheBudget(t *testing.T) {
	const chunks = 8
	b := newBudget(chunks * maxChunk)
	o := new(outbox)
	b.take(o, 3*maxChunk, 3*maxChunk)
	for range chunks {
		b.reuse(make([]byte, maxChunk))
	}
	b.reuse(make([]byte, minChunk)) // too small for others
	if n := len(b.spare); n != chunks-3 {
		t.Errorf("%d chunks are spare beside 3 that are used, want %d", n, chunks-3)
	}
	for range chunks {
		if c := b.chunk(maxChunk); len(c) != 0 || cap(c) != maxChunk {
			t.Errorf("a chunk of %d bytes, %d used", cap(c), len(c))
		}
	}
	if len(b.spare) != 0 {
		t.Errorf("%d chunks are spare after all were taken", len(b.spare))
	}
}

// TestMemoryGoesBackToTheSystem: no spare chunk is kept for long after slow clients.
func TestMemoryGoesBackToTheSystem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(testBudget, func() {})
		o := new(outbox)
		b.take(o, reclaimBytes, reclaimBytes)
		frame := b.NewShared(maxPooled)
		frame.wait()
		frame.Release()
		var chunks [][]byte
		for range reclaimBytes / maxChunk {
			chunks = append(chunks, b.chunk(maxChunk))
		}
		b.release(o, reclaimBytes, reclaimBytes)
		for _, c := range chunks[1:] {
			b.reuse(c)
		}
		frame.endWait()
		if idle := b.idle.Load(); idle != reclaimBytes-maxChunk+maxPooled {
			t.Fatalf("%d bytes are kept", idle)
		}
		if freed := b.reclaim.bytes; freed != reclaimBytes-maxChunk+maxPooled {
			t.Errorf("%d bytes are counted as freed", freed)
		}
		b.reuse(chunks[0])
		spare := func() int {
			b.mu.Lock()
			defer b.mu.Unlock()
			return len(b.spare)
		}
		if spare() == 0 {
			t.Fatal("nothing is kept: the test does not test what it should")
		}
		time.Sleep(reclaimDelay)
		synctest.Wait()
		if n := spare(); n != 0 {
			t.Errorf("%d chunks are still kept", n)
		}
		if idle := b.idle.Load(); idle != 0 {
			t.Errorf("%d bytes are still kept", idle)
		}
		r := b.reclaim
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.waking || r.bytes != 0 {
			t.Error("the next round cannot begin")
		}
	})
}

// TestChunksMixNothing: bytes that are written to one client never reach another, though they use
// the same chunks one after the other and are given up at any moment.
func TestChunksMixNothing(t *testing.T) {
	b := newBudget(8 << 20)
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() { writeOne(t, b, byte('a'+i)) })
	}
	wg.Wait()
	if used := b.used.Load(); used != 0 {
		t.Errorf("%d bytes are not given back", used)
	}
}

// writeOne fills several outboxes, one after the other, with one letter, and reads some of it late.
func writeOne(t *testing.T, b *Budget, letter byte) {
	data := bytes.Repeat([]byte{letter}, 100_000)
	for round := range 4 {
		near, far := loopback.Pair(t)
		o := newTestOutbox(t, near, 4<<20, b)
		for range 120 {
			o.put(data)
		}
		if round%2 == 0 { // it reads all that it is given before it goes
			near.SetWriteDeadline(time.Now().Add(time.Second))
		} else {
			near.SetWriteDeadline(wire.Past)
		}
		go func() {
			o.wg.Wait()
			near.CloseWrite()
		}()
		got, err := io.ReadAll(far)
		if err != nil || len(got) == 0 {
			t.Errorf("%d bytes read: %v", len(got), err)
		}
		if n := bytes.Count(got, []byte{letter}); n != len(got) {
			t.Errorf("the client of %c was sent %d bytes of others", letter, len(got)-n)
		}
		o.wg.Wait()
		o.mu.Lock()
		o.discard()
		o.mu.Unlock()
	}
}
