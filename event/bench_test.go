package event_test

import (
	"testing"

	"eslguard/event"
)

// benchmarkEvent returns the text of a typical event of a channel, about 4.6 KB.
func benchmarkEvent(tb testing.TB) []byte {
	tb.Helper()
	const typical = 4600
	var best []byte
	for _, text := range recordedJSON(tb) {
		if best == nil || abs(len(text)-typical) < abs(len(best)-typical) {
			best = text
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

func BenchmarkParse(b *testing.B) {
	text := benchmarkEvent(b)
	var e event.Event
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if err := e.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendFrame(b *testing.B) {
	text := benchmarkEvent(b)
	var e event.Event
	if err := e.Parse(text); err != nil {
		b.Fatal(err)
	}
	for format := range event.XML + 1 {
		b.Run(format.String(), func(b *testing.B) {
			var dst []byte
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				dst = e.AppendFrame(dst[:0], format)
			}
		})
	}
}

// subscriptions are for BenchmarkWants and the test of its allocations.
var subscriptions = map[string][]string{
	"all":     {"event plain ALL"},
	"types":   {"event plain CHANNEL_CREATE CHANNEL_ANSWER CUSTOM sofia::register crm::note"},
	"filters": {"event plain ALL", "filter Unique-ID a", "filter Unique-ID b", "filter variable_domain_name x", "filter Caller-Context -y"},
	"regex":   {"event plain ALL", "filter Event-Name /^NO(SUCH|THING)$/", "filter Channel-Name /sofia.*[a-z]{3}@/i"},
}

func BenchmarkWants(b *testing.B) {
	var e event.Event
	if err := e.Parse(benchmarkEvent(b)); err != nil {
		b.Fatal(err)
	}
	for name, lines := range subscriptions {
		b.Run(name, func(b *testing.B) {
			var s event.Subscription
			for _, line := range lines {
				apply(b, &s, line)
			}
			b.ReportAllocs()
			for b.Loop() {
				s.Wants(&e)
			}
		})
	}
}

// TestNoAllocations checks that neither parsing nor writing nor matching allocates once the buffers
// have their size.
func TestNoAllocations(t *testing.T) {
	if underRace {
		t.Skip("the race detector makes pools allocate")
	}
	var subs []*event.Subscription
	for _, lines := range subscriptions {
		s := new(event.Subscription)
		for _, line := range lines {
			apply(t, s, line)
		}
		subs = append(subs, s)
	}
	texts := recordedJSON(t)
	var e event.Event
	var dst []byte
	run := func() {
		for _, text := range texts {
			if err := e.Parse(text); err != nil {
				t.Error(err)
			}
			for format := range event.XML + 1 {
				dst = e.AppendFrame(dst[:0], format)
			}
			for _, s := range subs {
				s.Wants(&e)
			}
			e.Body()
		}
	}
	run()
	if n := testing.AllocsPerRun(10, run); n > 0 {
		t.Errorf("%v allocations for %d events", n, len(texts))
	}
}
