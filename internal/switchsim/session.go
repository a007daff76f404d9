package switchsim

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/core"
	"eslguard/internal/switchsim/internal/event"
)

const (
	// replyBuffer and frameBuffer are the sizes of FreeSWITCH's buffers for a reply and for the
	// frame around it, including the final NUL (mod_event_socket.c, listener_run).
	replyBuffer = 512
	frameBuffer = 1024

	goodbye = "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
	rude    = "Access Denied, go away.\n"
)

// A session is one connection. Its reading goroutine owns and closes it. Another one writes its
// events.
type session struct {
	sw     *Switch
	id     int
	conn   *net.TCPConn
	in     *frame.Reader
	queued bool // over Options.Greeted, so never greeted
	authed bool // set under sw.mu
	user   *access
	bound  *core.Channel // attached by myevents, or nil; used only by the reading goroutine
	// attachedTo is the uuid of bound, for all goroutines. nil: none.
	attachedTo atomic.Pointer[string]
	quit       bool // the current verb ends the session
	// atOnce makes jobs and schedules of its calls run at once.
	atOnce bool

	wmu sync.Mutex // held while writing to conn

	mu   sync.Mutex // guards the following fields
	cond sync.Cond  // something of them has changed
	queue
	over     bool
	subs     event.Subscriptions
	commands []string // those that were read after the login
}

// run serves the connection until it ends.
func (c *session) run() {
	defer c.sw.untrack(c)
	defer c.conn.Close()
	t := c.sw.trouble.Load()
	if t.Reject {
		_ = c.write([]byte(body("text/rude-rejection", rude)))
		return
	}
	if t.Silent || c.queued {
		_, _ = io.Copy(io.Discard, c.conn)
		return
	}
	_ = c.write([]byte("Content-Type: auth/request\n\n"))
	c.sw.wg.Go(c.writeEvents)
	_ = c.serve()
	c.end()
	// FreeSWITCH says goodbye however the session ends, also if the client has closed its half.
	// Writing fails if the connection is closed.
	_ = c.write(c.notice(goodbye))
	_ = c.conn.CloseWrite()
}

// serve answers commands. It returns nil when a verb ends the session, and an error if the client
// leaves, FreeSWITCH would close the connection, or the switch closes.
func (c *session) serve() error {
	for !c.quit {
		if !c.stalled() {
			return net.ErrClosed
		}
		f, err := c.in.Next()
		if err != nil {
			return err
		}
		if c.authed {
			c.addCommand(f.Command)
		}
		reply := c.answer(&f)
		if len(reply) > 0 {
			if err := c.reply(reply); err != nil {
				return err
			}
		}
	}
	return nil
}

// stalled waits while the switch stalls. Events are written meanwhile. It returns false if the
// switch closes.
func (c *session) stalled() bool {
	if !c.sw.trouble.Load().Stall {
		return true
	}
	c.setIdle(true)
	defer c.setIdle(false)
	_, ok := c.sw.gate(func(t *Trouble) bool { return t.Stall })
	return ok
}

// addCommand records the text of a command.
func (c *session) addCommand(text string) {
	if c.sw.opts.Quiet {
		return
	}
	c.mu.Lock()
	c.commands = append(c.commands, text)
	c.mu.Unlock()
	c.sw.core.AddCommand(text)
}

// answer executes a frame and returns the frame that answers it. It returns nil if there is no
// answer.
func (c *session) answer(f *frame.Frame) []byte {
	if f.Missing {
		c.quit = true
		return commandReply("-ERR command parse error.")
	}
	if t := c.sw.trouble.Load(); c.authed && t.OnCommand != nil {
		if raw, handled := t.OnCommand(f.Line()); handled {
			return raw
		}
	}
	return c.dispatch(f, f.Text())
}

// reply writes an answer, with the trouble that is set.
func (c *session) reply(b []byte) error {
	t, ok := c.sw.gate(func(t *Trouble) bool { return t.Stall })
	if !ok {
		return net.ErrClosed
	}
	if t.Delay > 0 {
		select {
		case <-time.After(t.Delay):
		case <-c.sw.done:
			return net.ErrClosed
		}
	}
	if t.Mute {
		return nil
	}
	if t.CutAfter > 0 {
		_ = c.write(b[:min(t.CutAfter, len(b))])
		if t.Abrupt {
			c.reset()
		}
		c.conn.Close()
		return net.ErrClosed
	}
	return c.write(b)
}

func (c *session) write(b []byte) error {
	c.wmu.Lock()
	defer c.wmu.Unlock()
	_, err := c.conn.Write(b)
	return err
}

// reset closes the connection with a TCP RST. Everything else that is done with it fails from then
// on.
func (c *session) reset() {
	_ = c.conn.SetLinger(0)
	c.conn.Close()
}

// stop makes the session end with a notice.
func (c *session) stop() { _ = c.conn.SetReadDeadline(time.Unix(1, 0)) }

// end drops what is queued and ends the goroutine that writes it.
func (c *session) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.subs.Events {
		c.sw.core.Listening.Add(-1)
	}
	c.over, c.events, c.logs, c.subs.Events, c.subs.Log = true, nil, nil, false, false
	c.cond.Broadcast()
}

// notice returns the frame that ends a session (mod_event_socket.c, send_disconnect).
func (c *session) notice(text string) []byte {
	head := "Content-Type: text/disconnect-notice\n"
	if uuid := c.attachedTo.Load(); uuid != nil {
		head += "Controlled-Session-UUID: " + *uuid + "\nContent-Disposition: disconnect\n"
	}
	return fmt.Appendf(nil, "%sContent-Length: %d\n\n%s", head, len(text), text)
}

// body returns a frame with a Content-Type and a body.
func body(contentType, text string) string {
	return "Content-Type: " + contentType + "\nContent-Length: " + strconv.Itoa(len(text)) + "\n\n" + text
}

// commandReply returns the answer to all verbs but api, which is cut to the size of the buffer in
// which FreeSWITCH builds it.
func commandReply(text string) []byte {
	if len(text) >= replyBuffer {
		text = text[:replyBuffer-1]
	}
	return fmt.Appendf(nil, "Content-Type: command/reply\nReply-Text: %s\n\n", text)
}

// rawReply returns an answer with other headers. headers end with their blank line, which is lost
// if FreeSWITCH's buffer is too small for it.
func rawReply(headers string) []byte {
	if len(headers) >= replyBuffer-1 {
		headers = headers[:replyBuffer-2]
	}
	b := append([]byte("Content-Type: command/reply\n"), headers...)
	return b[:min(len(b), frameBuffer-1)]
}

// call returns the run of one command of the session.
func (c *session) call() *core.Call { return c.sw.core.NewCall(c.id, c.atOnce) }
