package proxy

import (
	"strings"
	"testing"

	"eslguard/proxy/internal/admission"
)

// TestDescriptorsAreBounded: sessions have no more file descriptors than they may, recordings
// count, and a session that ends gives its descriptors back.
func TestDescriptorsAreBounded(t *testing.T) {
	r := anything
	g := newGuard(t, r, func(s *Server) {
		s.MaxDescriptors, s.Recordings = 3*SessionDescriptors+1, t.TempDir()
	})
	first := g.loggedIn(t)
	g.loggedIn(t)
	g.loggedIn(t)
	c := g.dial(t)
	if got, err := c.read(); err == nil {
		t.Errorf("a connection beyond the bound got %q", got)
	}
	await(t, "the operator hears why", func() bool { return strings.Contains(g.log.String(), admission.ErrDescriptors.Error()) })
	first.Close()
	await(t, "the session ends", func() bool { return g.Sessions() == 2 })
	r.recordAll = true
	g.swap(t, r)
	recorded := g.loggedIn(t) // with the one descriptor that was left over
	recorded.Close()
	await(t, "the session ends", func() bool { return g.Sessions() == 2 })
	r.recordAll = false
	g.swap(t, r)
	g.loggedIn(t)
	if n := g.admission.Usage().Descriptors; n != 3*SessionDescriptors {
		t.Errorf("%d descriptors are counted, want those of 3 sessions", n)
	}
}

// TestNoDescriptorForARecording: a client that is to be recorded whole is refused if no descriptor
// is left for the recording.
func TestNoDescriptorForARecording(t *testing.T) {
	r := anything
	r.recordAll = true
	g := newGuard(t, r, func(s *Server) { s.MaxDescriptors, s.Recordings = SessionDescriptors, t.TempDir() })
	c := g.greeted(t)
	c.send("auth " + clientSecret + "\n\n")
	c.wantPrefix(commandReply + "-ERR audit unavailable")
	c.wantPrefix("Content-Type: text/disconnect-notice\n")
	if !strings.Contains(g.log.String(), admission.ErrNoDescriptor.Error()) {
		t.Errorf("the operator does not hear why: %s", g.log)
	}
}
