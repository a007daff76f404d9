package audit

import (
	"bytes"
	"strings"
	"testing"

	"eslguard/audit/internal/disk"
)

// FuzzResume begins a run after a segment with any end. The bytes of the segment still exist, in it
// or beside it, and what follows is chained to its last whole line.
func FuzzResume(f *testing.F) {
	m := newMemory()
	l := openMemory(f, m, Options{})
	writeN(f, l, 2)
	whole := bytes.Clone(m.names[segmentName(1)].b)
	f.Add([]byte{}, uint16(0))
	f.Add([]byte("\n"), uint16(0))
	f.Add([]byte("{\"time\":\"x\",\"seq\":99,\n"), uint16(0))
	f.Add(bytes.Repeat([]byte{0}, 5000), uint16(1))
	f.Add(whole[:100], uint16(20))
	f.Add(whole, uint16(len(whole)))
	f.Add([]byte("a,\"hash\":\""+strings.Repeat("A", HashText)+"\"}\n"), uint16(3))
	forged := strings.Repeat("0", HashText) + "\"}\n"
	f.Add([]byte("{\"time\":\"x\",\"seq\":0,\"hash\":\""+forged), uint16(len(whole)))
	f.Add([]byte("{\"time\":\"x\",\"seq\":0,\"hash\":\""+forged), uint16(0))
	f.Add([]byte("{\"time\":\"x\",\"seq\":18446744073709551615,\"hash\":\""+forged), uint16(0))
	f.Fuzz(func(t *testing.T, end []byte, cut uint16) {
		was := append(bytes.Clone(whole[:len(whole)-min(int(cut), len(whole))]), end...)
		m := newMemory()
		name := segmentName(1)
		m.put(name, was)
		l, err := Open("memory", Options{Reserve: -1, noRetention: true, volume: func(string) (disk.Volume, error) { return m, nil }})
		if err != nil {
			// The format of its head is not known, so it is left as it is.
			if !bytes.Equal(m.names[name].b, was) || m.names[tornName(name)] != nil {
				t.Errorf("%v, and it was changed", err)
			}
			return
		}
		closeLog(t, l)
		var now []byte
		for _, n := range []string{name, tornName(name)} {
			if m.names[n] != nil {
				now = append(now, m.names[n].b...)
			}
		}
		if !bytes.HasPrefix(now, was) {
			t.Errorf("was %q, is %q", was, now)
		}
	})
}
