package switchsim

import (
	"context"
	"net"
	"slices"

	"eslguard/internal/switchsim/internal/event"
)

const (
	// maxQueue is how many events, and how many log lines, a session's queues can contain
	// (mod_event_socket.c, MAX_QUEUE_LEN).
	maxQueue = 100_000
	// maxLost is how many events in a row are lost before the session is killed
	// (mod_event_socket.c, MAX_MISSED).
	maxLost = 500
	// maxBatch is how many events are written at once.
	maxBatch = 64

	lostEvents = "killed listener because of lost events\n"
	lostLogs   = "killed listener because of lost log lines\n"
)

// A queue has the events and log lines that a session has not been sent. It is guarded by the
// session's mu.
type queue struct {
	events   []*event.Fired
	logs     [][]byte
	lost     int // events that found the queue full since one was queued
	lostLogs int // the same for log lines
	// idle is whether the session waits for the first byte of a command. Only then does FreeSWITCH
	// begin to write what is queued (mod_event_socket.c, read_packet).
	idle bool
	// writing is whether events are being written. FreeSWITCH reads the next command only once the
	// queue is empty.
	writing bool
}

// A commandSource is the connection of a session, as the reader of its commands sees it.
type commandSource struct{ c *session }

// Read reads what the client sent. If nothing of a command has arrived, events are written until
// something does.
func (s commandSource) Read(p []byte) (int, error) {
	c := s.c
	if !c.in.Between() || pending(c.conn) {
		return c.conn.Read(p)
	}
	c.setIdle(true)
	defer c.setIdle(false)
	return c.conn.Read(p)
}

// setIdle starts the writing of events, or waits until all that are queued have been written.
func (c *session) setIdle(idle bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.idle = idle; idle {
		c.cond.Broadcast()
		return
	}
	for c.writing {
		c.cond.Wait()
	}
}

// push queues an event. The caller has locked c.mu.
func (c *session) push(e *event.Fired) {
	if c.over || c.count(len(c.events), &c.lost, lostEvents) {
		return
	}
	c.events = append(c.events, e)
	c.wake()
}

// pushLog queues a log line. The caller has locked c.mu.
func (c *session) pushLog(b []byte) {
	if c.over || c.count(len(c.logs), &c.lostLogs, lostLogs) {
		return
	}
	c.logs = append(c.logs, b)
	c.wake()
}

// count counts what is lost if a queue of that length is full, and kills the session if that is too
// much.
func (c *session) count(length int, lost *int, text string) (full bool) {
	if length < c.sw.opts.Queue {
		*lost = 0
		return false
	}
	if *lost++; *lost > maxLost {
		c.kill(text)
	}
	return true
}

// wake starts the writing of what was queued if the session is idle.
func (c *session) wake() {
	if c.idle && !c.writing {
		c.cond.Broadcast()
	}
}

// kill ends the session as FreeSWITCH does if its queue is full (mod_event_socket.c,
// kill_listener): the client is sent a notice after what is being written, and nothing else. The
// caller has locked c.mu.
func (c *session) kill(text string) {
	if c.over {
		return
	}
	c.over = true
	c.cond.Broadcast()
	notice := c.notice(text)
	c.sw.wg.Go(func() {
		_ = c.write(notice)
		c.conn.Close()
	})
}

// writeEvents writes what is queued, whenever that is possible, until the session is over.
func (c *session) writeEvents() {
	defer c.stopWriting()
	var events []*event.Fired
	var frames net.Buffers
	for {
		log, taken, form, ok := c.take(events[:0])
		if !ok {
			return
		}
		if frames = frames[:0]; log != nil {
			frames = append(frames, log)
		}
		for _, e := range taken {
			frames = append(frames, e.Frame(form))
		}
		if c.writeAll(frames) != nil {
			return
		}
		clear(taken)
		events = taken
	}
}

// take waits until something may be written, and moves it from the queue to the end of dst: at most
// one log line, then events. It returns false if the session is over.
func (c *session) take(dst []*event.Fired) (log []byte, events []*event.Fired, form event.Format, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.writing && len(c.events) == 0 {
		c.writing = false
		c.cond.Broadcast()
	}
	for !c.over && !c.writing && (!c.idle || len(c.events)+len(c.logs) == 0) {
		c.cond.Wait()
	}
	if c.over {
		return nil, nil, 0, false
	}
	if !c.writing && len(c.logs) > 0 {
		log = c.logs[0]
		c.logs = slices.Delete(c.logs, 0, 1)
	}
	c.writing = true
	n := min(len(c.events), maxBatch)
	events = append(dst, c.events[:n]...)
	c.events = slices.Delete(c.events, 0, n)
	return log, events, c.subs.Format, true
}

// stopWriting says that nothing more is written.
func (c *session) stopWriting() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over, c.writing = true, false
	c.cond.Broadcast()
}

// writeAll writes frames and does not keep them.
func (c *session) writeAll(frames net.Buffers) error {
	c.wmu.Lock()
	defer c.wmu.Unlock()
	_, err := frames.WriteTo(c.conn)
	return err
}

// drain waits until everything that is queued has been written, or the session or ctx is over.
func (c *session) drain(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.cond.Broadcast()
	})
	defer stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for ctx.Err() == nil && !c.over && (c.writing || len(c.events)+len(c.logs) > 0) {
		c.cond.Wait()
	}
}
