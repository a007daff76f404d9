package pool

import (
	"errors"
	"fmt"

	"eslguard/proxy/internal/upstream"
)

// The replies to clients that get no connection. None contains a colon and a blank: the client
// libraries esl and esl-lite cut a header's value there.
const (
	replyUnreachable = "-ERR FreeSWITCH is unreachable"
	replyBusy        = "-ERR FreeSWITCH is busy"
	replyAllInUse    = replyBusy + ", all %d connections of eslguard are in use"
	replyShare       = replyBusy + ", this client has %d of %d connections in use"
	replyShutdown    = "-ERR eslguard is shutting down"
)

var errClosed = &upstream.Error{Reply: replyShutdown, Err: errors.New("the pool is closed")}

// reason returns why a Get has got no connection. cause is nil if its time is up.
func (p *Pool) reason(w *waiter, cause error) error {
	if cause != nil {
		return &upstream.Error{Reply: replyBusy, Err: cause}
	}
	reply := replyBusy
	switch used := len(p.used); {
	case used >= p.opts.Max:
		reply = fmt.Sprintf(replyAllInUse, used)
	case !p.mayTake(w.client):
		reply = fmt.Sprintf(replyShare, w.client.inUse, p.opts.Max)
	case p.growth.err != nil:
		return p.growth.err
	case used == 0:
		reply = replyUnreachable
	}
	return &upstream.Error{Reply: reply, Err: fmt.Errorf("no connection within %v", p.opts.Wait)}
}
