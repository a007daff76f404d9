package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
)

// A conn is a logged-in client.
type conn struct {
	net.Conn
	r *bufio.Reader
}

// dial logs in at an endpoint of the contestant and sends the command lines, waiting for the reply
// to each.
func (c contestant) dial(e endpoint, lines ...string) (*conn, error) {
	nc, err := net.Dial("tcp", e.addr)
	if err != nil {
		return nil, err
	}
	out := &conn{nc, bufio.NewReaderSize(nc, 4096)}
	if err := out.skipHead(); err != nil {
		nc.Close()
		return nil, fmt.Errorf("%s: greeting: %w", c.name, err)
	}
	for _, line := range append([]string{"auth " + e.password}, lines...) {
		if _, err := fmt.Fprintf(nc, "%s\n\n", line); err != nil {
			nc.Close()
			return nil, err
		}
		if err := out.skipHead(); err != nil {
			nc.Close()
			return nil, fmt.Errorf("%s: %s: %w", c.name, strings.Fields(line)[0], err)
		}
	}
	return out, nil
}

// skipHead reads a frame, which must not contain -ERR in its header text, and drops its body.
func (c *conn) skipHead() error {
	length, err := c.readHead()
	if err != nil {
		return err
	}
	_, err = c.r.Discard(length)
	return err
}

// readFrame reads a frame and appends its body to buf.
func (c *conn) readFrame(buf []byte) ([]byte, error) {
	length, err := c.readHead()
	if err != nil {
		return buf, err
	}
	at := len(buf)
	buf = slices.Grow(buf, length)[:at+length]
	_, err = io.ReadFull(c.r, buf[at:])
	return buf, err
}

// readHead reads a frame's header text, which must not contain -ERR, and returns the length of its
// body.
func (c *conn) readHead() (length int, err error) {
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) == 1 {
			return length, nil
		}
		if bytes.Contains(line, []byte("-ERR")) {
			return 0, fmt.Errorf("refused: %q", line)
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(v[:len(v)-1])); err != nil {
				return 0, err
			}
		}
	}
}
