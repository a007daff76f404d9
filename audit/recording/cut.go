package recording

import (
	"bytes"
	"strconv"
)

// A cut is one frame of the stream to the client.
type cut struct {
	// text is its text without secrets, MaxFrame bytes of it at most.
	text string
	// size is how long the frame was in bytes.
	size int
}

// A cutter cuts the stream to a client into frames, as pieces of it come. That stream is well
// formed: the guard has read it as frames before.
type cutter struct {
	// kept is the beginning of the frame that is not complete yet, MaxFrame bytes of it at most.
	kept []byte
	// size is how much of that frame has come; need is how much it has, 0 while its head is
	// not complete.
	size, need int
	// hide: it is an answer of which nothing may be told.
	hide bool
	// text makes of a frame what is kept of it.
	text func(frame []byte, hide bool) string
}

// cut returns the frames that b completes.
func (c *cutter) cut(b []byte) []cut {
	var out []cut
	for len(b) > 0 {
		b = b[c.take(b):]
		if c.need > 0 && c.size == c.need {
			out = append(out, cut{text: c.text(c.kept, c.hide), size: c.size})
			*c = cutter{kept: c.kept[:0], text: c.text}
		}
	}
	return out
}

// take adds to the open frame what of b belongs to it, and returns how much that is.
func (c *cutter) take(b []byte) int {
	if c.need > 0 {
		n := min(len(b), c.need-c.size)
		c.keep(b[:n])
		return n
	}
	// The head ends at the first blank line, which may have begun in an earlier piece.
	from := max(0, len(c.kept)-1)
	before := len(c.kept)
	c.keep(b)
	i := bytes.Index(c.kept[from:], []byte("\n\n"))
	if i < 0 {
		if len(c.kept) == MaxFrame { // no head is so long: keep what there is as a frame of its own
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

func (c *cutter) keep(b []byte) {
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
