// Package recording keeps sessions whole: every frame of both directions, with its time, in
// files of their own beside the audit's records.
//
// A recording is JSON, one frame a line, after a first line that says whose it is:
//
//	{"recording":1,"session":"3kq7xw2a","client":"crm","addr":"10.1.0.7:41022","began":"2026-…","file":1}
//	{"us":1042,"from":"client","frame":"api status\n\n"}
//	{"us":2310,"from":"guard","frame":"Content-Type: api/response\n…"}
//
// us is microseconds since began. Frames from the client are as it sent them, those from the
// guard as the client is sent them. Secrets are left out by their names, as in records, also where values are
// encoded, in JSON or in XML; and so is what answers a command that asks for something that may be
// one, or has one in it.
// A frame longer than MaxFrame is cut, and its line then says how long it was in bytes.
//
// The session is never held up: frames wait in a queue, and a goroutine writes them. What does
// not fit into the queue, because the disk is too slow, is left out and counted: in the file, by a line before
// what follows,
//
//	{"us":2310,"lost":70412}
//
// and in the record that the audit keeps of each file together with its SHA-256: so a recording is covered by
// the audit's chain. After a failure, of a full disk for instance, the session is recorded on in another file as soon
// as one can be begun.
package recording

import (
	"bytes"
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
	// DefaultMaxFiles is how many files a session may have; what comes after is lost.
	DefaultMaxFiles = 16
	// DefaultMaxQueue is how many bytes may wait to be written.
	DefaultMaxQueue = 4 << 20
	// MaxFrame is how many bytes of one frame are kept.
	MaxFrame = 1 << 20
)

// Suffix ends the name of a recording's file; before it stand the session and the file's number.
const Suffix = audit.RecordingSuffix

// complete is the mode of a file that is.
const complete = 0o400

// Options say whose the recording is and what bounds it. A zero bound stands for its default.
type Options struct {
	// Dir is the folder for the files. It must exist.
	Dir string
	// Session, Client and Addr are those of the records.
	Session, Client, Addr string
	// MaxFile and MaxQueue are in bytes.
	MaxFile, MaxQueue int64
	MaxFiles          int
	// Now tells the time. Nil: time.Now.
	Now func() time.Time
	// Redact leaves secrets out of a text, as redact.Redact does. Nil: redact.Redact.
	Redact func(string) string
	// TellsSecret reports whether the answer of an API may be a secret: by it, the results of background jobs are
	// left out. It is called from the recording's goroutine. Nil: none may.
	TellsSecret func(api, args string) bool
	// Finished is told each file that is complete, from the recording's goroutine. Nil: nobody is.
	Finished func(File)
}

// A File is one file of a recording that is complete.
type File struct {
	// Name is relative to Options.Dir.
	Name string
	// Bytes is its size, Frames how many frames it holds.
	Bytes, Frames int64
	// SHA256 is its content's, in hex.
	SHA256 string
	// Lost is how many bytes of frames were left out since the file before.
	Lost int64
	// Err is why the file ends early, or nil.
	Err error
}

// A side says who sent a frame.
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
	// hide: it begins an answer of which nothing may be told.
	hide bool
	// lost is how many bytes of either direction did not fit in before it.
	lost int64
}

// A Recording records one session. Its methods never wait for the disk, and may be called
// from two goroutines, one a direction.
type Recording struct {
	o     Options
	began time.Time

	mu      sync.Mutex
	waiting sync.Cond
	queue   []piece
	queued  int64
	lost    int64 // since the file before
	gap     int64 // of lost, since the last piece that fitted in
	hide    bool  // the next frame to the client
	closed  bool
	done    chan struct{}

	// Of the goroutine alone.
	guard  cutter
	astray bool // the stream to the client has a hole, and no frame has begun since
	file   *os.File
	tried  time.Time // when another file was begun, or should have been, after a failure
	looked time.Time // when the file was last seen to be there
	n      int       // files begun
	size   int64
	frames int64
	sum    hash.Hash
}

// Start begins a recording. Its error says that the first file cannot be made; then there is none.
func Start(o Options) (*Recording, error) {
	r, err := prepare(o)
	if err == nil {
		go r.run()
	}
	return r, err
}

// prepare makes a recording with its first file, which nobody writes yet.
func prepare(o Options) (*Recording, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.MaxFile = orDefault(o.MaxFile, DefaultMaxFile)
	o.MaxQueue = orDefault(o.MaxQueue, DefaultMaxQueue)
	o.MaxFiles = int(orDefault(int64(o.MaxFiles), DefaultMaxFiles))
	r := &Recording{o: o, began: o.Now(), done: make(chan struct{})}
	r.waiting.L = &r.mu
	if o.Redact == nil {
		r.o.Redact = redact.Redact
	}
	r.guard.text = (&redactor{redact: r.o.Redact, tells: o.TellsSecret}).frame
	if err := r.open(); err != nil {
		return nil, err
	}
	return r, nil
}

func orDefault(v, zero int64) int64 {
	if v == 0 {
		return zero
	}
	return v
}

// FromClient records one frame that the client sent. b may be used again at once.
func (r *Recording) FromClient(b []byte) { r.put(fromClient, b) }

// FromGuard records bytes that the client is sent: frames, or pieces of them, in order. b may
// be used again at once.
func (r *Recording) FromGuard(b []byte) { r.put(fromGuard, b) }

// HideNext says that the next frame that FromGuard is given answers with what may be a secret: all that is
// recorded of it is that it came.
func (r *Recording) HideNext() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hide = true
}

func (r *Recording) put(from side, b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	hide := from == fromGuard && r.hide
	if hide {
		r.hide = false
	}
	if r.closed || r.queued+int64(len(b)) > r.o.MaxQueue {
		r.lost += int64(len(b))
		r.gap += int64(len(b))
		return
	}
	r.queue = append(r.queue, piece{from, r.o.Now(), append([]byte(nil), b...), hide, r.gap})
	r.gap = 0
	r.queued += int64(len(b))
	r.waiting.Signal()
}

// Close writes what waits and ends the recording. It waits for that.
func (r *Recording) Close() {
	r.mu.Lock()
	r.closed = true
	r.waiting.Signal()
	r.mu.Unlock()
	<-r.done
}

// run writes what is put until Close.
func (r *Recording) run() {
	defer close(r.done)
	var err error
	for {
		pieces, ok := r.next()
		for _, p := range pieces {
			err = r.take(p, err)
		}
		if !ok {
			r.finish(err)
			return
		}
	}
}

// A Fault is an error in the recording's own code. It ends the file, as a disk that fails does, and
// neither the session nor the program.
type Fault struct {
	// Value is what the code panicked with, and Stack where.
	Value any
	Stack []byte
}

// Error does not tell the stack.
func (f *Fault) Error() string {
	return fmt.Sprintf("recording: internal error, please report this: %.200v", f.Value)
}

// take writes a piece, or counts it as lost. broken is why nothing could be written before it, or nil.
func (r *Recording) take(p piece, broken error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			r.lose(p.b)
			err = &Fault{fault, debug.Stack()}
		}
	}()
	err = broken
	if err == nil {
		err = r.look(p.at)
	}
	if err != nil {
		err = r.again(err)
	}
	if err == nil {
		err = r.write(p)
	}
	if err != nil {
		r.lose(p.b)
	}
	return err
}

// retryEvery is how long after a failure another file is begun, and how often a file is looked for.
const retryEvery = time.Second

var errRemoved = errors.New("recording: the file was removed")

// look notices, now and then, that the file was removed, which would swallow frames unseen.
func (r *Recording) look(now time.Time) error {
	if since := now.Sub(r.looked); since >= 0 && since < retryEvery {
		return nil
	}
	r.looked = now
	if _, err := os.Lstat(r.file.Name()); errors.Is(err, fs.ErrNotExist) {
		return errRemoved
	}
	return nil
}

// again begins another file after a failure, so that a session is recorded on when the disk has room again. Until that is
// done, it returns an error.
func (r *Recording) again(why error) error {
	now := r.o.Now()
	if since := now.Sub(r.tried); errors.Is(why, errTooManyFiles) || since >= 0 && since < retryEvery {
		return why
	}
	r.tried = now
	if r.file != nil {
		r.finish(why)
	}
	if err := r.open(); err != nil {
		return err
	}
	r.guard, r.astray = cutter{text: r.guard.text}, true
	return nil
}

// next waits for pieces. ok is false when these are the last.
func (r *Recording) next() (pieces []piece, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.queue) == 0 && !r.closed {
		r.waiting.Wait()
	}
	pieces, r.queue, r.queued = r.queue, nil, 0
	return pieces, !r.closed
}

// lose counts bytes that are not recorded.
func (r *Recording) lose(b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lost += int64(len(b))
}

// frameStart begins every frame to a client: its first header is Content-Length or Content-Type.
var frameStart = []byte("Content-")

// write writes one piece, as the frames that it completes.
func (r *Recording) write(p piece) error {
	if p.lost > 0 {
		r.guard, r.astray = cutter{text: r.guard.text}, true
		if err := r.emit(hole{Us: r.since(p.at), Lost: p.lost}); err != nil {
			return err
		}
	}
	if p.from == fromClient {
		return r.frame(p.at, "client", r.o.Redact(string(p.b[:min(len(p.b), MaxFrame)])), len(p.b))
	}
	if r.astray && !bytes.HasPrefix(p.b, frameStart) {
		r.lose(p.b) // the rest of a frame whose beginning is lost
		return nil
	}
	r.astray = false
	r.guard.hide = r.guard.hide || p.hide
	for _, f := range r.guard.cut(p.b) {
		if err := r.frame(p.at, "guard", f.text, f.size); err != nil {
			return err
		}
	}
	return nil
}
