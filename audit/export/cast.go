package export

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// The size of the terminal for which a recording is made.
const (
	castCols = 120
	castRows = 36
)

// A Cast writes an asciicast of version 3: a header, and then events, each with the seconds since
// the one before it. It must be made with NewCast.
type Cast struct {
	w    io.Writer
	last time.Time
}

// NewCast writes the header of a recording that begins at the time began. The error is that of w.
func NewCast(w io.Writer, title string, began time.Time) (*Cast, error) {
	type term struct {
		Cols int `json:"cols"`
		Rows int `json:"rows"`
	}
	header, err := json.Marshal(struct {
		Version   int    `json:"version"`
		Term      term   `json:"term"`
		Timestamp int64  `json:"timestamp"`
		Title     string `json:"title,omitempty"`
	}{3, term{castCols, castRows}, began.Unix(), title})
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	if _, err := fmt.Fprintf(w, "%s\n", header); err != nil {
		return nil, err
	}
	return &Cast{w, began}, nil
}

// Output writes a text that appears on the terminal at the time at. Line feeds become line ends of
// a terminal. The error is that of the writer.
func (c *Cast) Output(at time.Time, text string) error {
	return c.event(at, "o", strings.ReplaceAll(text, "\n", "\r\n"))
}

// Marker writes a marker, to which players can jump. The error is that of the writer.
func (c *Cast) Marker(at time.Time, label string) error { return c.event(at, "m", label) }

// event writes one event. A time before that of the last event is replaced by it.
func (c *Cast) event(at time.Time, code, data string) error {
	gap := max(0, at.Sub(c.last).Microseconds())
	if gap > 0 {
		c.last = at
	}
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	_, err = fmt.Fprintf(c.w, "[%d.%06d, %q, %s]\n", gap/1e6, gap%1e6, code, text)
	return err
}
