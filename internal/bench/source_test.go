package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// direct returns a contestant that is connected to a source.
func direct(t *testing.T) contestant {
	rec, err := loadRecording()
	if err != nil {
		t.Fatal(err)
	}
	s, err := startSource(rec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return contestant{name: "direct", source: s, events: endpoint{addr: s.ln.Addr().String(), password: "x"}}
}

func TestCrowdReceivesTheRecording(t *testing.T) {
	c := direct(t)
	for _, cr := range []crowd{one, tenMixed} {
		if err := c.check(cr); err != nil {
			t.Errorf("%s: %v", cr.name, err)
		}
	}
	d, err := c.fanout(tenMixed, 1)
	want := int64(window+1) * int64(4*len(c.source.rec.text[plain])+3*len(c.source.rec.text[asJSON])+3*len(c.source.rec.text[asXML]))
	if err != nil || d.bytes != want {
		t.Errorf("fanout delivers %d bytes, %v, want %d", d.bytes, err, want)
	}
}

func TestCompareFindsADifference(t *testing.T) {
	c := direct(t)
	readers, leave, err := c.join(one)
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { c.source.flood(newLaps(1, readers)) })
	want := bytes.Clone(c.source.rec.text[asJSON])
	want[200_000] ^= 1
	err = readers[0].compare(want)
	if err == nil || !strings.Contains(err.Error(), "byte 200000 differs") {
		t.Errorf("compare returns %v", err)
	}
	leave()
}

func TestLatencies(t *testing.T) {
	c := direct(t)
	times, err := c.latencies(crowd{"2 json", 2, []format{asJSON}}, 3)
	if err != nil || len(times) != 6 {
		t.Fatalf("%d times, %v, want 6", len(times), err)
	}
	for _, d := range times {
		if d <= 0 {
			t.Errorf("an event needs %v", d)
		}
	}
}

func TestStampFrame(t *testing.T) {
	c := direct(t)
	for i, frame := range c.source.rec.frames[asJSON] {
		stamped, digits := stampFrame(frame)
		copy(digits, fmt.Sprintf("%0*d", stampDigits, i+1))
		again, err := splitFrames(stamped)
		if err != nil || len(again) != 1 {
			t.Fatalf("event %d: %d frames, %v", i, len(again), err)
		}
		_, body, _ := bytes.Cut(stamped, []byte("\n\n"))
		if n, err := readStamp(body); err != nil || n != int64(i+1) || !json.Valid(body) {
			t.Errorf("event %d: stamp %d, %v, in %.200q", i, n, err, body)
		}
		if text := fmt.Sprintf("%s%0*d\"", stampHeader, stampDigits, i+1); !bytes.HasSuffix(frame, bytes.ReplaceAll(body, []byte(text), nil)) {
			t.Errorf("event %d differs in more than its stamp: %.200q", i, body)
		}
	}
}

func TestQuantile(t *testing.T) {
	times := make([]time.Duration, 200)
	for i := range times {
		times[i] = time.Duration(200 - i)
	}
	for _, tt := range []struct {
		fraction float64
		want     time.Duration
	}{{0, 1}, {0.5, 100}, {0.99, 198}, {1, 200}} {
		if got := quantile(times, tt.fraction); got != tt.want {
			t.Errorf("quantile %v is %d, want %d", tt.fraction, got, tt.want)
		}
	}
	if got := quantile([]time.Duration{7}, 0.99); got != 7 {
		t.Errorf("quantile of one is %d", got)
	}
}
