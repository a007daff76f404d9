package auditcmd

import "testing"

func TestImpact(t *testing.T) {
	for _, c := range []struct {
		was, is string
		want    impact
	}{
		{"allow", "deny", nowDenied}, {"observe", "deny", nowDenied}, {"allow", "refuse", nowDenied},
		{"deny", "allow", nowForwarded}, {"deny", "observe", nowForwarded},
		{"allow", "observe", sameForSwitch}, {"observe", "allow", sameForSwitch}, {"deny", "refuse", sameForSwitch},
	} {
		if got := (&change{Was: c.was, Is: c.is}).impact(); got != c.want {
			t.Errorf("%s -> %s: %d, want %d", c.was, c.is, got, c.want)
		}
	}
}

func TestHeading(t *testing.T) {
	r := &trialReport{Changed: 9, NowDenied: 2, NowForwarded: 3}
	for of, want := range map[impact]string{
		nowDenied:     "reached the switch, would now be denied: 2\n",
		nowForwarded:  "did not reach the switch, would now: 3\n",
		sameForSwitch: "the same for the switch: 4\n",
	} {
		if got := r.heading(of, false); got != want {
			t.Errorf("%d: %q, want %q", of, got, want)
		}
	}
}

func TestChangesText(t *testing.T) {
	for n, want := range map[int]string{0: "nothing would change", 1: "1 would be decided differently", 7: "7 would be decided differently"} {
		if got := changesText(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
