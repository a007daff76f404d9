package cli

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"time"

	"eslguard/codec"
	"eslguard/internal/cli/console"
)

// demoPatience is how long the demo waits for anything.
const demoPatience = 5 * time.Second

// A demoClient is a client of the demo's own.
type demoClient struct {
	conn   net.Conn
	reader *codec.UpstreamReader
}

// dialDemo connects to addr, from the address that from says unless it is "".
func dialDemo(addr, from string) (*demoClient, error) {
	dialer := net.Dialer{Timeout: demoPatience}
	if from != "" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	conn, err := dialer.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &demoClient{conn: conn, reader: codec.NewUpstreamReader(conn, codec.UpstreamLimits{})}, nil
}

// logIn connects and logs in as a client of the example policy.
func (d *demo) logIn(client string) (*demoClient, error) {
	c, err := dialDemo(d.addr, "")
	if err != nil {
		return nil, err
	}
	reply, err := c.ask("auth " + clientPassword(client))
	if err == nil && !strings.HasPrefix(reply, "+OK") {
		err = fmt.Errorf("the login of %s was answered %q", client, console.Bounded(reply))
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *demoClient) close() { c.conn.Close() }

// ask sends a command and returns what it is answered with.
func (c *demoClient) ask(command string) (string, error) {
	if _, err := c.conn.Write([]byte(command + "\n\n")); err != nil {
		return "", err
	}
	return c.await(codec.KindCommandReply, codec.KindAPIResponse)
}

// await returns the text of the next frame of one of these kinds.
func (c *demoClient) await(kinds ...codec.Kind) (string, error) {
	_ = c.conn.SetReadDeadline(time.Now().Add(demoPatience))
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
		for _, k := range kinds {
			if k == kind {
				return strings.TrimSpace(string(text)), nil
			}
		}
	}
}
