package recording

import (
	"bytes"
	"strconv"
)

// A frame is one frame of the stream to the client.
type frame struct {
	// text is its text without secrets, at most MaxFrame bytes of it.
	text string
	// size is the length of the whole frame in bytes.
	size int
}

// A splitter splits the stream to a client into frames. The stream is well formed, since the guard
// parsed it as frames before.
type splitter struct {
	// kept is the beginning of the incomplete frame, at most MaxFrame bytes of it.
	kept []byte
	// size is how many bytes of that frame were added. need is how many it has, 0 while its head is
	// incomplete.
	size, need int
	// hide reports whether it is an answer that must not be recorded.
	hide bool
	// text returns what is recorded of a frame.
	text func(frame []byte, hide bool) string
}

// split adds b to the stream and returns the frames that it completes.
func (c *splitter) split(b []byte) []frame {
	var out []frame
	for len(b) > 0 {
		b = b[c.add(b):]
		if c.need > 0 && c.size == c.need {
			out = append(out, frame{text: c.text(c.kept, c.hide), size: c.size})
			*c = splitter{kept: c.kept[:0], text: c.text}
		}
	}
	return out
}

// add adds the bytes of b to the incomplete frame that belong to it, and returns how many these
// are.
func (c *splitter) add(b []byte) int {
	if c.need > 0 {
		n := min(len(b), c.need-c.size)
		c.keep(b[:n])
		return n
	}
	// The head ends at the first empty line, which may have begun in an earlier piece.
	from := max(0, len(c.kept)-1)
	before := len(c.kept)
	c.keep(b)
	i := bytes.Index(c.kept[from:], []byte("\n\n"))
	if i < 0 {
		if len(c.kept) == MaxFrame { // no head is so long: record it as a frame
			c.need = c.size
		}
		return len(b)
	}
	head := from + i + 2
	used := head - before
	c.kept, c.size = c.kept[:head], head
	c.need = head + contentLength(c.kept)
	return used
}

func (c *splitter) keep(b []byte) {
	c.size += len(b)
	c.kept = append(c.kept, b[:min(len(b), MaxFrame-len(c.kept))]...)
}

func contentLength(head []byte) int {
	for line := range bytes.Lines(head) {
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			n, err := strconv.Atoi(string(bytes.TrimSuffix(v, []byte("\n"))))
			if err == nil && n > 0 {
				return n
			}
		}
	}
	return 0
}
