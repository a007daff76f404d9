package proxy

import (
	"sync"
	"sync/atomic"
	"testing"
)

// BenchmarkRoundTrip has 16 sessions send a command, wait for its reply, and again. It includes the
// guard, the switch and the clients.
func BenchmarkRoundTrip(b *testing.B) {
	g := newGuard(b, role{allow: []string{"api @status"}}, func(s *Server) { s.AuditRate = 1 << 30 })
	const sessions = 16
	var left atomic.Int64
	left.Store(int64(b.N))
	clients := make([]*client, sessions)
	for i := range clients {
		clients[i] = g.loggedIn(b)
	}
	command := []byte("api create_uuid\n\n")
	b.ReportAllocs()
	b.ResetTimer()
	var wg sync.WaitGroup
	for _, c := range clients {
		wg.Go(func() {
			var buf [512]byte
			for left.Add(-1) >= 0 {
				if _, err := c.Write(command); err != nil {
					b.Error(err)
					return
				}
				if _, err := c.Conn.Read(buf[:]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}
