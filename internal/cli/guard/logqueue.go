package guard

import (
	"bytes"
	"io"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// maxQueued is the most bytes of log lines that a LogQueue keeps. As many again may be in the
// middle of being written.
const maxQueued = 1 << 20

// flushPatience is how long Flush waits for the queued lines to be written.
const flushPatience = time.Second

// A LogQueue writes lines of the operator's log in the background, so that nothing that logs waits
// for the reader of the log: a pager, a full pipe, a stuck journal. Lines that do not fit are lost.
// Once there is space again, a line says how many are missing. It must be made with NewLogQueue.
type LogQueue struct {
	w io.Writer

	mu    sync.Mutex
	lines [][]byte
	size  int // of lines, in bytes
	lost  int // lines that came after them and did not fit
	// drained is closed when no line is queued or being written any more. It is nil if none is.
	drained chan struct{}
}

// NewLogQueue returns a LogQueue that writes to w. Each Write to w has one line.
func NewLogQueue(w io.Writer) *LogQueue { return &LogQueue{w: w} }

// Write queues one line. It never fails and never waits.
func (q *LogQueue) Write(line []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.lost > 0 || q.size+len(line) > maxQueued {
		q.lost++
		return len(line), nil
	}
	q.lines = append(q.lines, bytes.Clone(line))
	q.size += len(line)
	if q.drained == nil {
		q.drained = make(chan struct{})
		go q.drain() // Flush waits for it
	}
	return len(line), nil
}

// drain writes lines until none is queued. Errors are dropped: the log is where they would go.
func (q *LogQueue) drain() {
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
			log.Error().Int("lost", lost).Msg("lines are missing here: the log's reader was too slow")
		}
	}
}

// take empties the queue and returns its lines, nil if there are none.
func (q *LogQueue) take() (lines [][]byte, lost int) {
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

// Flush waits until all lines are written, but no longer than flushPatience.
func (q *LogQueue) Flush() {
	drained := q.pending()
	if drained == nil {
		return
	}
	t := time.NewTimer(flushPatience)
	defer t.Stop()
	select {
	case <-drained:
	case <-t.C:
	}
}

// pending returns a channel that is closed when all lines are written, and nil if they are.
func (q *LogQueue) pending() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.drained
}
