package cli

import (
	"bytes"
	"io"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// maxLogWaiting is how many bytes of the operator's log wait to be written, and how many more may be under way.
const maxLogWaiting = 1 << 20

// logPatience is how long the end of the program waits for the log to be written.
const logPatience = time.Second

// A logQueue carries lines of the operator's log to w, so that nobody who logs waits for who reads it: a pager, a full
// pipe, a stuck journal. What does not fit is lost, and that is said once there is room. W takes one line a call.
type logQueue struct {
	w io.Writer

	mu    sync.Mutex
	lines [][]byte
	size  int // of lines, in bytes
	lost  int // lines that came after them and did not fit
	// drained is closed when nothing waits any more; nil when nothing does.
	drained chan struct{}
}

// Write takes one line. It never fails.
func (q *logQueue) Write(line []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.lost > 0 || q.size+len(line) > maxLogWaiting {
		q.lost++
		return len(line), nil
	}
	q.lines = append(q.lines, bytes.Clone(line))
	q.size += len(line)
	if q.drained == nil {
		q.drained = make(chan struct{})
		go q.drain() // flush waits for it
	}
	return len(line), nil
}

// drain writes until nothing waits. Nobody could be told that a write failed.
func (q *logQueue) drain() {
	for {
		lines, lost := q.take()
		if lines == nil {
			return
		}
		for _, line := range lines {
			_, _ = q.w.Write(line)
		}
		if lost > 0 {
			log := zerolog.New(q.w).With().Timestamp().Logger()
			log.Error().Int("lost", lost).Msg("lines of this log are missing here: nobody took them in time")
		}
	}
}

// take takes what waits, and is nil where nothing does.
func (q *logQueue) take() (lines [][]byte, lost int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	lines, lost = q.lines, q.lost
	q.lines, q.size, q.lost = nil, 0, 0
	if lines == nil {
		close(q.drained)
		q.drained = nil
	}
	return lines, lost
}

// flush waits until all has been written, but not for ever.
func (q *logQueue) flush() {
	q.mu.Lock()
	drained := q.drained
	q.mu.Unlock()
	if drained == nil {
		return
	}
	t := time.NewTimer(logPatience)
	defer t.Stop()
	select {
	case <-drained:
	case <-t.C:
	}
}
