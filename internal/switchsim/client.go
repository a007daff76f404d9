package switchsim

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"eslguard/internal/switchsim/internal/fstext"
)

const (
	clientTimeout  = 5 * time.Second // for each step of a Conn, so that no test hangs
	maxClientFrame = 64 << 20        // bytes of a body that a Conn accepts
)

// A Conn is a client for tests, of a Switch or of a proxy in front of one. It is used by one
// goroutine at a time, and every step fails after five seconds. Its errors are those of the
// connection, unless a method says otherwise.
type Conn struct {
	net.Conn
	br     *bufio.Reader
	events []Reply
}

// A Reply is a frame from the switch.
type Reply struct {
	// Head is the frame's header lines, without the blank line at their end.
	Head string
	// Body is as long as Content-Length says. It is "" without one.
	Body string
}

// Header returns the value of the first header with that name, in any case, or "".
func (r Reply) Header(name string) string {
	for line := range strings.SplitSeq(r.Head, "\n") {
		if n, v, ok := strings.Cut(line, ":"); ok && fstext.EqualFold(n, name) {
			return strings.TrimLeft(v, " ")
		}
	}
	return ""
}

// Text returns the Reply-Text of a command/reply, and the body of other frames.
func (r Reply) Text() string {
	if r.Header("Content-Type") == "command/reply" {
		return r.Header("Reply-Text")
	}
	return r.Body
}

// String returns the frame as it came.
func (r Reply) String() string { return r.Head + "\n\n" + r.Body }

// Dial connects to addr. The error says why there is no connection.
func Dial(addr string) (*Conn, error) {
	c, err := net.DialTimeout("tcp", addr, clientTimeout)
	if err != nil {
		return nil, err
	}
	return &Conn{Conn: c, br: bufio.NewReader(c)}, nil
}

// Login connects to addr, reads the greeting and logs in. The errors are those of Dial, Greeting
// and Auth.
func Login(addr, password string) (*Conn, error) {
	c, err := Dial(addr)
	if err != nil {
		return nil, err
	}
	if _, err = c.Greeting(); err == nil {
		err = c.Auth(password)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Greeting reads the first frame, which is not always an auth/request.
func (c *Conn) Greeting() (Reply, error) { return c.read() }

// Auth logs in. If the password is refused, the error contains the text of the reply.
func (c *Conn) Auth(password string) error {
	r, err := c.Command("auth " + password)
	if err == nil && r.Text() != "+OK accepted" {
		err = fmt.Errorf("switchsim: login: %q", r.Text())
	}
	return err
}

// Send writes text without changes. The error is that of the connection.
func (c *Conn) Send(text string) error {
	_ = c.SetWriteDeadline(time.Now().Add(clientTimeout))
	_, err := io.WriteString(c.Conn, text)
	return err
}

// Command sends text and a blank line and reads up to the reply. Events and log lines before it are
// kept for Event.
func (c *Conn) Command(text string) (Reply, error) {
	if err := c.Send(text + "\n\n"); err != nil {
		return Reply{}, err
	}
	return c.Reply()
}

// Reply reads up to the next frame that is neither an event nor a log line. It keeps those for
// Event.
func (c *Conn) Reply() (Reply, error) {
	for {
		r, err := c.read()
		if err != nil || !r.isEvent() {
			return r, err
		}
		c.events = append(c.events, r)
	}
}

// Event returns the next event or log line, whether it was read before or not. A frame of another
// kind is an error.
func (c *Conn) Event() (Reply, error) {
	if len(c.events) > 0 {
		r := c.events[0]
		c.events = c.events[1:]
		return r, nil
	}
	r, err := c.read()
	if err == nil && !r.isEvent() {
		err = fmt.Errorf("switchsim: %.80q instead of an event", r.Head)
	}
	return r, err
}

// isEvent reports whether the frame is an event or a log line.
func (r Reply) isEvent() bool {
	t := r.Header("Content-Type")
	return strings.HasPrefix(t, "text/event-") || t == "log/data"
}

// ReadFrame reads the next frame of any kind and returns its header lines without the blank one,
// and its body.
func (c *Conn) ReadFrame() (head, body string, err error) {
	r, err := c.read()
	return r.Head, r.Body, err
}

// read reads the next frame.
func (c *Conn) read() (Reply, error) {
	_ = c.SetReadDeadline(time.Now().Add(clientTimeout))
	var head strings.Builder
	for {
		line, err := c.br.ReadString('\n')
		if err != nil {
			if head.Len()+len(line) > 0 && err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return Reply{Head: head.String() + line}, err
		}
		if line == "\n" {
			break
		}
		head.WriteString(line)
	}
	r := Reply{Head: strings.TrimSuffix(head.String(), "\n")}
	length := r.Header("Content-Length")
	if length == "" {
		return r, nil
	}
	n, err := strconv.Atoi(length)
	if err != nil || n < 0 || n > maxClientFrame {
		return r, fmt.Errorf("switchsim: Content-Length %.20q", length)
	}
	b := make([]byte, n)
	_, err = io.ReadFull(c.br, b)
	r.Body = string(b)
	return r, err
}
