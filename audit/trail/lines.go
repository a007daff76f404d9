package trail

import (
	"bytes"
	"errors"
	"io"
)

// MaxLine is the longest line that is read, in bytes: more than a record can have with all that package
// audit's bounds allow, every character of it escaped.
const MaxLine = 16 << 20

// readSize is how much is read at once, in bytes.
const readSize = 64 << 10

// errLong: a line is longer than MaxLine.
var errLong = errors.New("the line is longer than any record")

// A lineReader cuts a stream into lines.
type lineReader struct {
	r          io.Reader
	buf        []byte
	start, end int
	skipping   bool // the rest of a line that is too long
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{r: r, buf: make([]byte, readSize)}
}

// next returns the next line without its line feed, valid until the next call. At the stream's end
// the error is io.EOF, and the line is what stands after the last line feed. After errLong
// it goes on with the line that follows.
func (l *lineReader) next() ([]byte, error) {
	looked := l.start
	for {
		if n := bytes.IndexByte(l.buf[looked:l.end], '\n'); n >= 0 {
			line := l.buf[l.start : looked+n]
			l.start = looked + n + 1
			if l.skipping {
				l.skipping = false
				looked = l.start
				continue
			}
			if len(line) > MaxLine {
				return nil, errLong
			}
			return line, nil
		}
		if l.skipping {
			l.start = l.end
		}
		if l.end-l.start > MaxLine {
			l.start, l.skipping = l.end, true
			return nil, errLong
		}
		looked = l.end - l.start
		err := l.fill()
		if err != nil {
			rest := l.buf[l.start:l.end]
			if l.skipping {
				rest = nil
			}
			return rest, err
		}
		looked += l.start
	}
}

// fill reads more behind what is kept.
func (l *lineReader) fill() error {
	if l.start > 0 {
		l.end = copy(l.buf, l.buf[l.start:l.end])
		l.start = 0
	}
	if l.end == len(l.buf) {
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	for {
		n, err := l.r.Read(l.buf[l.end:])
		l.end += n
		switch {
		case n > 0:
			return nil
		case err != nil:
			return err
		}
	}
}
