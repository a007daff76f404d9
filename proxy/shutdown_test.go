package proxy

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestShutdownWhileTheAuditHangs: neither Shutdown nor Close waits for sessions whose record no
// disk takes, and no command is forwarded unrecorded. Once the disk is back, everything ends.
func TestShutdownWhileTheAuditHangs(t *testing.T) {
	g := newGuard(t, anything, nil)
	busy, idle := g.loggedIn(t), g.loggedIn(t)
	g.sim.Forget()
	g.recorder.hangs.Lock()
	busy.send("api echo never\n\n")
	await(t, "a record waits", func() bool { return g.recorder.waiting.Load() == 1 })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := g.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v, want the context's error", err)
	}
	idle.wantNotice(noticeShutdown)
	begun := time.Now()
	if err := g.Close(); !errors.Is(err, ErrNotEnded) {
		t.Errorf("Close: %v, want %v", err, ErrNotEnded)
	}
	if took := time.Since(begun); took < closePatience {
		t.Errorf("Close waited %v, want it to wait %v for what may yet end", took, closePatience)
	}
	g.recorder.hangs.Unlock()
	await(t, "the sessions end", func() bool { return g.Sessions() == 0 })
	g.wantCommands(t)
	if n := len(g.records(t, "end")); n != 2 {
		t.Errorf("%d ends are recorded, want both", n)
	}
}
