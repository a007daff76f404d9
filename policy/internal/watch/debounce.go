package watch

import "time"

const (
	// settle is how long the files must have stayed unchanged before they are read, so that a file
	// is rarely read while it is being written. settleMost is how long after the first change they
	// are read in any case.
	settle     = 50 * time.Millisecond
	settleMost = 250 * time.Millisecond
	// retryAfter is the delay before half-written files are read again. It doubles with each retry.
	// It does not divide the usual intervals, so that a program that writes regularly is not met at
	// the same point again.
	retryAfter = 7 * time.Millisecond
	// maxRetries is the most retries in a row; together they take about a fifth of a second. The
	// next change after them is treated like a first change.
	maxRetries = 5
)

// A debounce decides when files that have changed are read: soon after the last change, and no
// later than a deadline even if they keep changing. The zero debounce waits for a change.
type debounce struct {
	// deadline is the latest time at which the files are read. It is zero if nothing has changed
	// since the last read.
	deadline time.Time
	// retries is how many reads in a row have found half-written files.
	retries int
}

// changed notes that the files have changed. It returns how long to wait before reading them,
// unless they change again in the meantime.
func (d *debounce) changed(now time.Time) time.Duration {
	if d.deadline.IsZero() {
		most := settleMost
		if d.retries > 0 {
			most = retryAfter << (d.retries - 1)
		}
		d.deadline = now.Add(most)
	}
	return max(0, min(settle, d.deadline.Sub(now)))
}

// mayRetry reports whether another read may follow at once if this one finds half-written files.
func (d *debounce) mayRetry() bool { return d.retries < maxRetries }

// read notes that the files have been read. halfWritten is true if they were broken and are
// probably still being written.
func (d *debounce) read(halfWritten bool) {
	d.deadline = time.Time{}
	if halfWritten {
		d.retries++
	} else {
		d.retries = 0
	}
}
