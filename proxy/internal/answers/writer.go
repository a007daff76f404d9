package answers

import (
	"errors"
	"sync"
	"sync/atomic"

	"eslguard/codec"
	"eslguard/policy"
	"eslguard/proxy/internal/wire"
)

// The limits of commands without an answer. Beyond them the client is not read.
const (
	// MaxPending is how many commands of a session may be without an answer.
	MaxPending = 1_000
	// maxPendingBytes is how many bytes they may have together.
	maxPendingBytes = 4 << 20
	// commandCost is what a command counts for in maxPendingBytes beyond its own bytes.
	commandCost = 256
)

// MaxJoined is how many bytes the joined answers to one console_execute may have.
const MaxJoined = 16 << 20

// ErrTooLong is the error about an answer that has to be rewritten and is too long for that.
var ErrTooLong = errors.New("proxy: an answer that has to be rewritten is too long")

// A Recording is given a copy of everything that a client is sent. Its methods are called in the
// order of the bytes, one at a time.
type Recording interface {
	// FromGuard is given bytes before they are sent. It must not keep them.
	FromGuard(b []byte)
	// HideNext keeps the frame that comes next out of the recording.
	HideNext()
}

// Options are what a Writer needs. All but Contain must be set.
type Options struct {
	// Conn is the connection to the client. The Writer does not close it.
	Conn *wire.Conn
	// Max is how many bytes may wait for the client.
	Max int64
	// Budget is shared by the Writers of all sessions.
	Budget *Budget
	// GiveUp ends the session because nothing can be written any more. It is called with locks
	// held, and may be called from the goroutines of other sessions, so it must not block.
	GiveUp func(error)
	// Contain is deferred in the Writer's own goroutine: it recovers from a fault there and ends
	// the session.
	Contain func()
}

// A Writer writes to one client. It is safe for use by several goroutines; every method locks, and
// unlocks by defer, so that a fault in one leaves the others usable. It must be made with New.
type Writer struct {
	mu    sync.Mutex
	queue queue
	out   outbox
	// midFrame is true while the client has been sent a part of a frame, so that nothing else may
	// be written. It is set under mu.
	midFrame atomic.Bool
	// goodbyeSent is true once FreeSWITCH's own disconnect notice has been passed on.
	goodbyeSent bool
	// recording is nil for a session that is not recorded whole.
	recording Recording
	// answered is signalled when commands have been answered.
	answered chan struct{}
	// draining counts the outbox's goroutine.
	draining sync.WaitGroup
}

// New returns a Writer for one client.
func New(o Options) *Writer {
	w := &Writer{answered: make(chan struct{}, 1)}
	w.out = outbox{
		conn: o.Conn, max: o.Max, budget: o.Budget, giveUp: o.GiveUp, contain: o.Contain, wg: &w.draining,
	}
	w.out.drained.L = &w.mu
	return w
}

// Record makes r receive everything that is written from now on.
func (w *Writer) Record(r Recording) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.recording, w.out.copyTo = r, r.FromGuard
}

// Write sends whole frames, now or later. The caller may reuse b at once.
func (w *Writer) Write(b []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.write(b)
}

// Answer puts an answer that the proxy gives in its place among the replies. It keeps b.
func (w *Writer) Answer(b []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue.push(Pending{local: b, Size: len(b) + commandCost})
	if !w.midFrame.Load() {
		w.proceed()
	}
}

// Expect notes that FreeSWITCH will answer a command, which is about to be sent.
func (w *Writer) Expect(p Pending) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p.Size += commandCost
	w.queue.push(p)
}

// Full reports whether as many commands are without an answer as may be.
func (w *Writer) Full() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.queue.n >= MaxPending || w.queue.bytes >= maxPendingBytes
}

// Empty reports whether every command has been answered.
func (w *Writer) Empty() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.queue.n == 0
}

// Answered returns a channel that receives a value after commands have been answered.
func (w *Writer) Answered() <-chan struct{} { return w.answered }

// Wake makes Answered's channel receive a value. It does not block.
func (w *Writer) Wake() {
	select {
	case w.answered <- struct{}{}:
	default:
	}
}

// MidFrame reports whether the client has been sent a part of a frame.
func (w *Writer) MidFrame() bool { return w.midFrame.Load() }

// Held returns how many bytes of memory the Writer uses for the client.
func (w *Writer) Held() int64 { return w.out.held.Load() }

// Shrink gives back memory that an idle session does not need.
func (w *Writer) Shrink() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.queue.n == 0 {
		w.queue = queue{}
	}
	if len(w.out.heldBack) == 0 {
		w.out.heldBack = nil
	}
}

// BeginFrame sends the part of f that has been read. The rest follows with Write, and then EndFrame
// is called. answer says that f is the answer to the command whose turn it is.
func (w *Writer) BeginFrame(f *codec.UpstreamFrame, answer bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if answer {
		w.hideAnswer()
		w.queue.release() // before the client can see the answer and send its next command
	}
	// This is set before the write: once the client has a part of the frame, a goroutine that ends
	// the session must know it.
	w.midFrame.Store(f.Rest > 0)
	w.out.write(f.Raw)
	w.goodbyeSent = w.goodbyeSent || IsGoodbye(f)
}

// EndFrame sends the proxy's own answers that waited for the end of the frame. Before that it
// removes the command that the frame answered from the queue, if answer is true.
func (w *Writer) EndFrame(answer bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.midFrame.Store(false)
	if answer {
		w.queue.pop()
	}
	w.proceed()
	w.Wake() // after an event, too: the proxy's own answers may have waited for its end
}

// IsGoodbye reports whether FreeSWITCH closes the connection after f. It does not after the notice
// that the attached channel is gone and that it lingers (mod_event_socket.c, read_packet).
func IsGoodbye(f *codec.UpstreamFrame) bool {
	return f.Kind == codec.KindDisconnect && string(f.Get("Content-Disposition")) != "linger"
}

// Next returns the command that the next answer from FreeSWITCH belongs to. It returns false if
// FreeSWITCH owes no answer.
func (w *Writer) Next() (Pending, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p := w.queue.owed(); p != nil {
		return *p, true
	}
	return Pending{}, false
}

// Update replaces the command that Next returned.
func (w *Writer) Update(p Pending) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*w.queue.head() = p
}

// Replace answers the command that Next returned with b, which is FreeSWITCH's answer in another
// form.
func (w *Writer) Replace(b []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hideAnswer()
	w.queue.pop()
	w.out.write(b)
	w.proceed()
	w.Wake()
}

// hideAnswer keeps the answer to the command whose turn it is out of the recording, if it may be a
// secret. The answer to a bgapi is no secret: it names the job, and the result comes later. The
// caller holds mu, and writes that answer next.
func (w *Writer) hideAnswer() {
	if p := w.queue.head(); w.recording != nil && p != nil && (p.Secret && p.Job == "" || p.Getvar) {
		w.recording.HideNext()
	}
}

// Gather keeps a piece of an answer that can be sent only as a whole. size is the length of the
// body that the piece begins, and 0 for the pieces that follow. It returns ErrTooLong if the answer
// would have more than MaxJoined bytes, and another error if nothing can be written any more; then
// the session has been ended. The caller may reuse piece at once.
func (w *Writer) Gather(piece []byte, size int64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if size > 0 && w.out.gatheredBytes()+size > MaxJoined {
		return ErrTooLong
	}
	if !w.out.gather(piece) {
		return w.out.err
	}
	return nil
}

// SendGathered answers the command that Next returned with everything that was gathered. Before
// that it calls tell with the beginning of the answer and the length of the whole, under the lock;
// tell must not keep the beginning.
func (w *Writer) SendGathered(tell func(beginning []byte, size int64)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.Wake()
	w.hideAnswer()
	w.queue.pop()
	defer w.proceed()
	size := w.out.gatheredBytes()
	if size == 0 {
		w.out.write(codec.AppendAPIResponse(nil, nil))
		tell(nil, 0)
		return
	}
	tell(w.out.gathered[0].b, size)
	w.out.sendGathered(codec.AppendAPIHead(nil, size))
}

// Close writes the last words to the client, after which nothing more is taken. last is left out
// within a frame and after FreeSWITCH's own goodbye; nil writes nothing. Events that are held back
// are dropped, because a command still has no answer. Unless drain is nil, Close calls it, to set a
// write deadline, and then waits until the client has taken everything that waits for it or the
// deadline has passed. A second call does nothing.
func (w *Writer) Close(last []byte, drain func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.out.sealed {
		return
	}
	if last != nil && !w.midFrame.Load() && !w.goodbyeSent {
		w.out.write(last)
	}
	w.seal()
	if drain != nil {
		drain()
		w.out.flush()
	}
}

// Abandon stops writing, takes nothing more, and empties the queue. It returns how many bytes the
// client has not taken, and what the commands that FreeSWITCH has not answered still count for in
// the client's limits on what is in progress; the caller releases these. unanswered is nil if there
// are none.
func (w *Writer) Abandon() (undelivered int64, unanswered []*policy.Taken) {
	w.stop()
	_ = w.out.conn.SetWriteDeadline(wire.Past)
	w.draining.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.discard(), w.queue.abandon()
}
