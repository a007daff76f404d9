package recording

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"eslguard/audit"
	"eslguard/audit/redact"
)

// The bounds of a recording.
const (
	// DefaultMaxFile is the size in bytes at which another file is begun.
	DefaultMaxFile = 64 << 20
	// DefaultMaxFiles is how many files a session may have; later frames are lost.
	DefaultMaxFiles = 16
	// DefaultMaxQueue is how many bytes may wait to be written.
	DefaultMaxQueue = 4 << 20
	// MaxFrame is how many bytes of one frame are kept.
	MaxFrame = 1 << 20
)

// Suffix ends the name of a recording's file, after the session and the file's number.
const Suffix = audit.RecordingSuffix

// completeMode is the mode of a complete file.
const completeMode = 0o400

// Options say whose session is recorded, and what the bounds are. A zero bound means its default.
type Options struct {
	// Dir is the folder of the files. It must exist.
	Dir string
	// Session, Client and Addr are as in the records of the session.
	Session, Client, Addr string
	// MaxFile and MaxQueue are in bytes.
	MaxFile, MaxQueue int64
	MaxFiles          int
	// Now returns the time. Nil: time.Now.
	Now func() time.Time
	// Redact replaces the secrets in a text. Nil: redact.Redact.
	Redact func(string) string
	// TellsSecret reports whether the answer of an API may be a secret. The results of such
	// background jobs are replaced. It is called from the recording's goroutine. Nil: no answer is
	// a secret.
	TellsSecret func(api, args string) bool
	// Finished is called with each complete file, from the recording's goroutine. Nil: it is not
	// called.
	Finished func(File)
}

// A File is one complete file of a recording.
type File struct {
	// Name is relative to Options.Dir.
	Name string
	// Bytes is its size, and Frames the number of frames in it.
	Bytes, Frames int64
	// SHA256 is the hash of its content, in hex.
	SHA256 string
	// Lost is how many bytes of frames were left out since the previous file.
	Lost int64
	// Err is why the file ended early, nil if it did not.
	Err error
}

// A side is the sender of a frame.
type side uint8

const (
	fromClient side = iota
	fromGuard
)

// A piece is some bytes of one direction, as they were sent.
type piece struct {
	from side
	at   time.Time
	b    []byte
	// hide reports whether it begins an answer that must not be recorded.
	hide bool
	// lost is how many bytes, of either direction, did not fit into the queue before it.
	lost int64
}

// A Recording records one session. Its methods never wait for the disk, except Close, and may be
// called from two goroutines, one per direction. It must be made with Start.
type Recording struct {
	options Options
	began   time.Time

	mu       sync.Mutex
	notEmpty sync.Cond
	queue    []piece
	queued   int64
	lost     int64 // since the previous file
	gap      int64 // the part of lost since the last piece that fitted
	hide     bool  // for the next frame to the client
	closed   bool
	done     chan struct{}

	// Only the recording's goroutine uses these.
	toClient splitter
	resync   bool // bytes to the client were lost, and no frame has begun since
	file     *os.File
	retried  time.Time // when beginning another file was last tried, after a failure
	checked  time.Time // when the file was last seen to exist
	n        int       // how many files were begun
	size     int64
	frames   int64
	sum      hash.Hash
}

// Start begins a recording. The error says that the first file cannot be made; there is no
// recording then.
func Start(o Options) (*Recording, error) {
	r, err := prepare(o)
	if err == nil {
		go r.run()
	}
	return r, err
}

// prepare makes a recording with its first file, without the goroutine that writes it.
func prepare(o Options) (*Recording, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.MaxFile = cmp.Or(o.MaxFile, DefaultMaxFile)
	o.MaxQueue = cmp.Or(o.MaxQueue, DefaultMaxQueue)
	o.MaxFiles = cmp.Or(o.MaxFiles, DefaultMaxFiles)
	r := &Recording{options: o, began: o.Now(), done: make(chan struct{})}
	r.notEmpty.L = &r.mu
	if o.Redact == nil {
		r.options.Redact = redact.Redact
	}
	r.toClient.text = (&redactor{redact: r.options.Redact, mayReturnSecret: o.TellsSecret}).frame
	if err := r.open(); err != nil {
		return nil, err
	}
	return r, nil
}

// FromClient records one frame that the client sent. It does not keep b.
func (r *Recording) FromClient(b []byte) { r.enqueue(fromClient, b) }

// FromGuard records bytes that are sent to the client: frames or pieces of them, in order. It does
// not keep b.
func (r *Recording) FromGuard(b []byte) { r.enqueue(fromGuard, b) }

// HideNext says that the next frame passed to FromGuard is an answer that may be a secret. Only the
// fact that it came is recorded.
func (r *Recording) HideNext() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hide = true
}

func (r *Recording) enqueue(from side, b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	hide := from == fromGuard && r.hide
	if hide {
		r.hide = false
	}
	if r.closed || r.queued+int64(len(b)) > r.options.MaxQueue {
		r.lost += int64(len(b))
		r.gap += int64(len(b))
		return
	}
	r.queue = append(r.queue, piece{from, r.options.Now(), append([]byte(nil), b...), hide, r.gap})
	r.gap = 0
	r.queued += int64(len(b))
	r.notEmpty.Signal()
}

// Close writes what is queued, ends the recording and waits until that is done.
func (r *Recording) Close() {
	r.stop()
	<-r.done
}

// stop takes no more pieces and makes run write the last ones.
func (r *Recording) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.notEmpty.Signal()
}

// run writes queued pieces until Close.
func (r *Recording) run() {
	defer close(r.done)
	var err error
	for {
		pieces, ok := r.next()
		for _, p := range pieces {
			err = r.record(p, err)
		}
		if !ok {
			r.finish(err)
			return
		}
	}
}

// A Fault is a panic in the recording's own code. Like a failure of the disk, it ends the file and
// neither the session nor the program.
type Fault struct {
	// Value is the value of the panic, and Stack its stack trace.
	Value any
	Stack []byte
}

// Error returns a description without the stack trace.
func (f *Fault) Error() string {
	return fmt.Sprintf("recording: internal error, please report this: %.200v", f.Value)
}

// record writes a piece, or counts it as lost. broken is why the piece before it could not be
// written, nil if it was.
func (r *Recording) record(p piece, broken error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			r.addLost(p.b)
			err = &Fault{fault, debug.Stack()}
		}
	}()
	err = broken
	if err == nil {
		err = r.checkName(p.at)
	}
	if err != nil {
		err = r.restart(err)
	}
	if err == nil {
		err = r.write(p)
	}
	if err != nil {
		r.addLost(p.b)
	}
	return err
}

// retryEvery is how long after a failure another file is begun, and how often a file is checked for
// its name.
const retryEvery = time.Second

var errRemoved = errors.New("recording: the file was removed")

// checkName checks, at most once per retryEvery, whether the file was removed. Frames written to a
// removed file would be lost without notice.
func (r *Recording) checkName(now time.Time) error {
	if since := now.Sub(r.checked); since >= 0 && since < retryEvery {
		return nil
	}
	r.checked = now
	if _, err := os.Lstat(r.file.Name()); errors.Is(err, fs.ErrNotExist) {
		return errRemoved
	}
	return nil
}

// restart begins another file after a failure, so that the recording goes on when the disk works
// again. It returns an error until a file could be begun.
func (r *Recording) restart(why error) error {
	now := r.options.Now()
	if since := now.Sub(r.retried); errors.Is(why, errTooManyFiles) || since >= 0 && since < retryEvery {
		return why
	}
	r.retried = now
	if r.file != nil {
		r.finish(why)
	}
	if err := r.open(); err != nil {
		return err
	}
	r.toClient, r.resync = splitter{text: r.toClient.text}, true
	return nil
}

// next waits for pieces. ok is false if these are the last ones.
func (r *Recording) next() (pieces []piece, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.queue) == 0 && !r.closed {
		r.notEmpty.Wait()
	}
	pieces, r.queue, r.queued = r.queue, nil, 0
	return pieces, !r.closed
}

// addLost counts bytes that are not recorded.
func (r *Recording) addLost(b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lost += int64(len(b))
}

// takeLost returns how many bytes were lost since the last call.
func (r *Recording) takeLost() (lost int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	lost, r.lost = r.lost, 0
	return lost
}

// frameStart is the beginning of every frame to a client, whose first header is Content-Length or
// Content-Type.
var frameStart = []byte("Content-")

// write writes the frames that a piece completes.
func (r *Recording) write(p piece) error {
	if p.lost > 0 {
		r.toClient, r.resync = splitter{text: r.toClient.text}, true
		if err := r.writeLine(gap{Us: r.since(p.at), Lost: p.lost}); err != nil {
			return err
		}
	}
	if p.from == fromClient {
		return r.writeFrame(p.at, "client", r.options.Redact(string(p.b[:min(len(p.b), MaxFrame)])), len(p.b))
	}
	if r.resync && !bytes.HasPrefix(p.b, frameStart) {
		r.addLost(p.b) // the rest of a frame whose beginning is lost
		return nil
	}
	r.resync = false
	r.toClient.hide = r.toClient.hide || p.hide
	for _, f := range r.toClient.split(p.b) {
		if err := r.writeFrame(p.at, "guard", f.text, f.size); err != nil {
			return err
		}
	}
	return nil
}
