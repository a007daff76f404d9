package demo

import (
	"bytes"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"eslguard/codec"
	"eslguard/internal/cli/console"
)

// patience is the longest that the demo waits for anything.
const patience = 5 * time.Second

// A client is a connection that the demo makes to the guard.
type client struct {
	conn   net.Conn
	reader *codec.UpstreamReader
}

// dial connects to addr, from the local address from unless that is "".
func dial(addr, from string) (*client, error) {
	dialer := net.Dialer{Timeout: patience}
	if from != "" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	conn, err := dialer.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, reader: codec.NewUpstreamReader(conn, codec.UpstreamLimits{})}, nil
}

// logIn connects and logs in as a client of the example policy.
func (d *demo) logIn(name string) (*client, error) {
	c, err := dial(d.addr, "")
	if err != nil {
		return nil, err
	}
	reply, err := c.ask("auth " + clientPassword(name))
	if err == nil && !strings.HasPrefix(reply, "+OK") {
		err = fmt.Errorf("the login of %s was answered %q", name, console.Bounded(reply))
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *client) close() { c.conn.Close() }

// ask sends a command and returns the text of its reply.
func (c *client) ask(command string) (string, error) {
	if _, err := c.conn.Write([]byte(command + "\n\n")); err != nil {
		return "", err
	}
	return c.await(codec.KindCommandReply, codec.KindAPIResponse)
}

// await returns the text of the next frame of one of these kinds.
func (c *client) await(kinds ...codec.Kind) (string, error) {
	_ = c.conn.SetReadDeadline(time.Now().Add(patience))
	for {
		f, err := c.reader.Next()
		if err != nil {
			return "", err
		}
		kind, text := f.Kind, bytes.Clone(f.Get("Reply-Text"))
		if kind != codec.KindCommandReply {
			text = bytes.Clone(f.Body)
			for f.Rest > 0 {
				more, err := c.reader.More()
				if err != nil {
					return "", err
				}
				text = append(text, more...)
			}
		}
		if slices.Contains(kinds, kind) {
			return strings.TrimSpace(string(text)), nil
		}
	}
}
