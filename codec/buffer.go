package codec

import (
	"errors"
	"hash/maphash"
	"io"
	"math/bits"
	"sync"

	"eslguard/internal/ascii"
)

const (
	// minBuffer is the size in bytes of the smallest buffer, with which every client begins.
	minBuffer = 4 << 10
	// upstreamBuffer is the size in bytes of the buffer of an UpstreamReader: some twenty
	// events of real size to a read.
	upstreamBuffer = 64 << 10
	// bufferClasses is how many sizes are pooled: minBuffer and its doubles up to 2 MiB,
	// which holds the largest frame of the default limits. Larger ones are left to the
	// garbage collector.
	bufferClasses = 10
	// maxEmptyReads is how many reads in a row may give neither bytes nor an error, as in bufio.
	maxEmptyReads = 100
	// maxPooledHeaders is the largest list of headers that goes back to the pool with its buffer.
	maxPooledHeaders = 256
)

// buffers are the pools, by size. They are the package's only state; a buffer's content
// never outlives the reader that filled it, because readers look only at what they wrote.
var buffers [bufferClasses]sync.Pool

// A buffer is what a reader needs only while it has something to read.
type buffer struct {
	b       []byte
	headers []Header
	names   nameSet
}

// takeBuffer returns a buffer of at least size bytes, rounded up to a power of two.
func takeBuffer(size int) *buffer {
	class := bufferClass(size)
	if class < bufferClasses {
		if b, ok := buffers[class].Get().(*buffer); ok {
			return b
		}
	}
	return &buffer{b: make([]byte, minBuffer<<class)}
}

// giveBuffer puts b back. Nothing may point into it any more.
func giveBuffer(b *buffer) {
	class := bufferClass(len(b.b))
	if class >= bufferClasses {
		return
	}
	if cap(b.headers) > maxPooledHeaders {
		b.headers, b.names = nil, nameSet{}
	}
	clear(b.headers)
	b.headers = b.headers[:0]
	buffers[class].Put(b)
}

func bufferClass(size int) int {
	return bits.Len(uint((size - 1) / minBuffer))
}

// An input is the bytes between a source and a reader's frames: what has been read from
// the source, in one piece, and not yet consumed.
type input struct {
	src io.Reader
	// size is what a fresh buffer has.
	size int
	buf  *buffer
	// buf.b[r:w] is what is pending.
	r, w int
	// err is what the source returned last; it holds once what is pending is used up.
	err error
}

func (in *input) init(src io.Reader, size int) {
	in.src, in.size = src, size
}

// pending returns the bytes that have been read and not consumed. The slice is valid
// until fill or release.
func (in *input) pending() []byte {
	if in.buf == nil {
		return nil
	}
	return in.buf.b[in.r:in.w]
}

func (in *input) buffered() int { return in.w - in.r }

func (in *input) consume(n int) { in.r += n }

// release gives the buffer back, with what is pending in it.
func (in *input) release() {
	if in.buf != nil {
		giveBuffer(in.buf)
		in.buf = nil
	}
	in.r, in.w = 0, 0
}

// releaseEmpty is release if nothing is pending, and reports whether nothing is.
func (in *input) releaseEmpty() bool {
	if in.buffered() > 0 {
		return false
	}
	in.release()
	return true
}

// fill reads from the source until there is at least one byte more. It may move what is
// pending. An io.EOF with bytes pending becomes io.ErrUnexpectedEOF.
func (in *input) fill() error {
	if in.err == nil {
		in.makeRoom()
		for range maxEmptyReads {
			n, err := in.read()
			in.w += n
			in.err = err
			if n > 0 {
				return nil
			}
			if err != nil {
				break
			}
		}
		if in.buffered() == 0 {
			in.release()
		}
	}
	switch {
	case in.err == nil:
		in.err = io.ErrNoProgress
	case in.err == io.EOF && in.buffered() > 0:
		return io.ErrUnexpectedEOF
	}
	return in.err
}

// read reads once, into the free end of the buffer.
func (in *input) read() (n int, err error) {
	if in.buf == nil {
		in.buf = takeBuffer(in.size)
	}
	n, err = in.src.Read(in.buf.b[in.w:])
	if n < 0 || n > len(in.buf.b)-in.w {
		return 0, errInvalidRead
	}
	return n, err
}

// errInvalidRead says that a source broke io.Reader's contract.
var errInvalidRead = errors.New("codec: the source returned an invalid count from Read")

// makeRoom makes place behind what is pending. It moves that at most once for as many
// bytes as were consumed since the last move, and copies it into a larger buffer only
// when that doubles, so that the cost of a byte does not depend on how it arrives.
func (in *input) makeRoom() {
	n := in.buffered()
	switch {
	case in.buf == nil:
	case n == 0 && len(in.buf.b) > in.size:
		in.release()
	case n <= in.r:
		copy(in.buf.b, in.pending())
		in.r, in.w = 0, n
	case in.w == len(in.buf.b):
		larger := takeBuffer(2 * len(in.buf.b))
		copy(larger.b, in.pending())
		giveBuffer(in.buf)
		in.buf, in.r, in.w = larger, 0, n
	}
}

// A nameSet finds repeated header names without comparing each with each. The zero
// nameSet is empty.
type nameSet struct {
	seed   maphash.Seed
	hashes map[uint64]struct{}
}

// add adds a name and reports whether it was there before, in any case. Its hash is
// seeded, so nobody can choose names for which it errs.
func (s *nameSet) add(name []byte) (repeated bool) {
	if s.hashes == nil {
		s.seed = maphash.MakeSeed()
		s.hashes = make(map[uint64]struct{})
	}
	var h maphash.Hash
	h.SetSeed(s.seed)
	for _, c := range name {
		h.WriteByte(ascii.Lower(c))
	}
	sum := h.Sum64()
	_, repeated = s.hashes[sum]
	s.hashes[sum] = struct{}{}
	return repeated
}

func (s *nameSet) reset() { clear(s.hashes) }
