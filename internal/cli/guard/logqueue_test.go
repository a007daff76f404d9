package guard

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rs/zerolog"
)

// TestLogIsNotWaitedFor checks that logging goes on without a reader, and that a later reader
// learns how many lines are missing.
func TestLogIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe() // it has no buffer: each write waits for a reader
		q := NewLogQueue(w)
		log := zerolog.New(q)
		line := strings.Repeat("x", 1<<10)
		const lines = 3 * maxQueued >> 10
		for range lines {
			log.Info().Msg(line)
			synctest.Wait() // the first is being written by itself
		}
		q.Flush() // gives up
		read := make(chan string)
		go func() {
			text, _ := io.ReadAll(r)
			read <- string(text)
		}()
		q.Flush()
		log.Info().Msg("the last")
		q.Flush()
		w.Close()
		text := <-read
		whole := strings.Count(text, line)
		if whole == 0 || whole*len(line) > 2*maxQueued {
			t.Errorf("%d lines of %d were kept, want some, and no more than may wait", whole, lines)
		}
		_, after, found := strings.Cut(text, `"lost":`)
		if !found || strings.Contains(after, line) || !strings.HasSuffix(text, "\"message\":\"the last\"}\n") {
			t.Errorf("it ends %q, want how many are lost, and then the last line", text[max(0, len(text)-300):])
		}
	})
}

// TestLogKeepsItsOrder checks that nothing is lost with a reader.
func TestLogKeepsItsOrder(t *testing.T) {
	var b bytes.Buffer
	q := NewLogQueue(&b)
	log := zerolog.New(q)
	var want strings.Builder
	for i := range 1000 {
		log.Info().Int("n", i).Send()
		fmt.Fprintf(&want, "{\"level\":\"info\",\"n\":%d}\n", i)
	}
	q.Flush()
	if b.String() != want.String() {
		t.Errorf("%d bytes were written, want %d in their order", b.Len(), want.Len())
	}
}
