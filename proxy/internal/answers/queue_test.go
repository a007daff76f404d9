package answers

import (
	"strings"
	"testing"
)

// TestQueue runs scripts against a queue. "c" is a command for FreeSWITCH, "d" is one that the
// proxy answers, and "r" is a reply from FreeSWITCH. want is what the client is sent: R for a reply
// that is passed on, D for an answer that the proxy gives, ! for a reply that no command asked for.
func TestQueue(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"nothing waits, a reply comes", "r", "!"},
		{"allowed", "cr", "R"},
		{"denied, nothing before it", "d", "D"},
		{"denied behind an allowed one", "cdr", "RD"},
		{"denied between allowed ones", "cdcrr", "RDR"},
		{"denied ones around", "dcdr", "DRD"},
		{"several denied behind one", "cdddr", "RDDD"},
		{"a reply too many", "crr", "R!"},
		{"a reply after a denied one alone", "dr", "D!"},
		{"burst past the ring", strings.Repeat("c", 20) + "d" + strings.Repeat("r", 20), strings.Repeat("R", 20) + "D"},
		{"wrapped ring", "cccrrcccrrrr", "RRRRRR"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var q queue
			var got strings.Builder
			locals := func() {
				for {
					b, ok := q.popLocal()
					if !ok {
						return
					}
					got.Write(b)
				}
			}
			for _, c := range test.script {
				switch c {
				case 'c':
					q.push(Pending{Parts: 1, Size: 10})
				case 'd':
					q.push(Pending{local: []byte("D"), Size: 3})
					locals()
				case 'r':
					if q.owed() == nil {
						got.WriteByte('!')
						continue
					}
					q.pop()
					got.WriteByte('R')
					locals()
				}
			}
			if got.String() != test.want {
				t.Errorf("client is sent %q, want %q", got.String(), test.want)
			}
			if q.n != 0 || q.bytes != 0 {
				t.Errorf("%d commands of %d bytes are left", q.n, q.bytes)
			}
			if len(q.ring) > idleRing {
				t.Errorf("an empty queue keeps a ring of %d", len(q.ring))
			}
		})
	}
}

func TestQueueCountsBytes(t *testing.T) {
	var q queue
	q.push(Pending{Size: 100})
	q.push(Pending{Size: 11})
	if q.bytes != 111 {
		t.Errorf("bytes = %d, want 111", q.bytes)
	}
	q.pop()
	if q.bytes != 11 {
		t.Errorf("after pop, bytes = %d, want 11", q.bytes)
	}
}
