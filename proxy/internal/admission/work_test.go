package admission

import (
	"testing"
	"time"
)

// TestWorkIsShared: commands that are worked on at the same time are charged no more than the
// processors could do meanwhile.
func TestWorkIsShared(t *testing.T) {
	for _, test := range []struct{ processors, commands, want int }{
		{1, 1, 1}, // seconds that all are charged for one second
		{2, 1, 1},
		{2, 2, 2},
		{2, 8, 2},
		{4, 500, 4},
	} {
		m := &WorkMeter{processors: int64(test.processors)}
		begun := make([]Work, test.commands)
		for i := range begun {
			begun[i] = m.Begin()
		}
		var charged time.Duration
		for i := range begun {
			begun[i].running = int64(test.commands) // as for work that begins when all others have
			charged += m.End(begun[i], begun[i].begun.Add(time.Second))
		}
		if most := time.Duration(test.want) * time.Second; charged > most || charged < most*9/10 {
			t.Errorf("%d commands on %d processors are charged %v for a second, want %v", test.commands, test.processors, charged, most)
		}
		if n := m.running.Load(); n != 0 {
			t.Errorf("%d commands are still worked on", n)
		}
	}
}

// TestWorkAfterOthers: work that ends when fewer commands are worked on than at its beginning, or
// begins when fewer were, is shared with the larger number.
func TestWorkAfterOthers(t *testing.T) {
	m := &WorkMeter{processors: 1}
	first := m.Begin()
	for range 9 {
		m.Begin()
	}
	last := m.Begin()
	for _, w := range []Work{first, last} {
		if took := m.End(w, w.begun.Add(11*time.Second)); took < time.Second || took > 1100*time.Millisecond {
			t.Errorf("work beside 10 others is charged %v for 11 s, want about a second", took)
		}
	}
}
