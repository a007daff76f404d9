package codec

import (
	"errors"
	"hash/maphash"
	"io"
	"math/bits"
	"sync"

	"eslguard/fstext/ascii"
)

const (
	// minBuffer is the size in bytes of the smallest buffer. Every client starts with one.
	minBuffer = 4 << 10
	// upstreamBuffer is the size in bytes of the buffer of an UpstreamReader. One read can return
	// about twenty events of usual size.
	upstreamBuffer = 64 << 10
	// bufferClasses is the number of pooled sizes: minBuffer and its doubles up to 2 MiB, which is
	// enough for the largest frame of the default limits. Larger buffers are left to the garbage
	// collector.
	bufferClasses = 10
	// maxEmptyReads is how many reads in a row may return neither bytes nor an error, as in bufio.
	maxEmptyReads = 100
	// maxPooledHeaders is the largest list of headers that goes back to the pool with its buffer.
	maxPooledHeaders = 256
)

// buffers are the pools, by size. They are the package's only state. No data passes from one reader
// to another through a buffer, because readers look only at the bytes that they wrote.
var buffers [bufferClasses]sync.Pool

// A buffer is the memory that a reader needs only while it has something to read.
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

// giveBuffer returns b to its pool. Nothing may point into it any more.
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

// An input holds the bytes that have been read from a source and not yet consumed, in one piece.
type input struct {
	src io.Reader
	// size is the size in bytes of a new buffer.
	size int
	buf  *buffer
	// buf.b[r:w] are the pending bytes.
	r, w int
	// err is the last error of the source. It is returned when no bytes are pending any more.
	err error
}

func (in *input) init(src io.Reader, size int) {
	in.src, in.size = src, size
}

// pending returns the bytes that have been read and not consumed. The slice is valid until fill or
// release.
func (in *input) pending() []byte {
	if in.buf == nil {
		return nil
	}
	return in.buf.b[in.r:in.w]
}

func (in *input) buffered() int { return in.w - in.r }

func (in *input) consume(n int) { in.r += n }

// release gives the buffer back and drops the pending bytes.
func (in *input) release() {
	if in.buf != nil {
		giveBuffer(in.buf)
		in.buf = nil
	}
	in.r, in.w = 0, 0
}

// releaseEmpty calls release if nothing is pending. It reports whether nothing was.
func (in *input) releaseEmpty() bool {
	if in.buffered() > 0 {
		return false
	}
	in.release()
	return true
}

// fill reads at least one more byte from the source. It may move the pending bytes. An io.EOF with
// bytes pending becomes io.ErrUnexpectedEOF.
func (in *input) fill() error {
	if in.err == nil {
		in.reserve()
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

// errInvalidRead is returned if a source breaks the contract of io.Reader.
var errInvalidRead = errors.New("codec: the source returned an invalid count from Read")

// reserve makes free space behind the pending bytes. It moves them only if at least as many bytes
// were consumed since the last move, and otherwise copies them into a buffer of twice the size. So
// the cost of a byte does not depend on how the bytes arrive.
func (in *input) reserve() {
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

// A nameSet finds repeated header names without comparing all pairs. The zero nameSet is empty.
type nameSet struct {
	seed   maphash.Seed
	hashes map[uint64]struct{}
}

// add adds a name and reports whether the set already contained it, in any case. The hash has a
// random seed, so a client cannot choose names that collide.
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
