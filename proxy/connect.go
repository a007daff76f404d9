package proxy

import (
	"cmp"
	"context"
	"errors"
	"time"
)

// errOver is the error about a session that has ended while a command waited.
var errOver = errors.New("the session is over")

// connect makes sure that the session has a connection for a command of that route, which is about
// to be sent. sent or disconnect must follow, unless it returns an error.
func (c *commands) connect(r route) error {
	s := c.s
	switch r {
	case byFreeSWITCH:
		return s.line.borrow(s.life.ctx)
	case byOwn:
		if !s.line.isOwn() {
			if err := c.dial(); err != nil {
				return err
			}
		}
		return s.line.borrow(s.life.ctx)
	default:
		return nil
	}
}

// disconnect is called if a command is not sent after connect.
func (c *commands) disconnect(r route) {
	if r != byGuard {
		c.s.line.unused()
	}
}

// dial gives the session a connection of its own, once its earlier commands have been answered.
func (c *commands) dial() error {
	s := c.s
	if !c.await(func() bool { return s.out.Empty() && s.line.isFree() }, 0) {
		return errOver
	}
	ctx, cancel := context.WithTimeout(s.life.ctx, s.srv.connectTimeout())
	defer cancel()
	link, err := s.srv.dial(ctx, s.ident.Upstream())
	if err != nil {
		return err
	}
	s.line.setOwn(link)
	s.line.read()
	return nil
}

// awaitReturn waits until a borrowed connection is back in the pool, if all commands have been
// answered. Otherwise the end of the session would interrupt the connection.
func (c *commands) awaitReturn() {
	if c.s.out.Empty() {
		c.await(c.s.line.isFree, c.s.halfCloseTimeout())
	}
}

// connectTimeout is how long a command waits for a connection to FreeSWITCH, or for a subscription
// of the shared stream.
func (s *Server) connectTimeout() time.Duration {
	return 2 * cmp.Or(s.DialTimeout, DefaultDialTimeout)
}
