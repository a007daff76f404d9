package guard

import (
	"strings"
	"testing"

	"eslguard/internal/cli/console"
)

func TestNewLog(t *testing.T) {
	for _, c := range []struct {
		level string
		want  int // lines, of one for each level
	}{{"debug", 4}, {"info", 3}, {"warn", 2}, {"error", 1}} {
		var b strings.Builder
		log, err := NewLog(&b, c.level)
		if err != nil {
			t.Fatal(err)
		}
		log.Debug().Msg("x")
		log.Info().Msg("x")
		log.Warn().Msg("x")
		log.Error().Msg("x")
		if got := strings.Count(b.String(), "\n"); got != c.want {
			t.Errorf("%s: %d lines, want %d", c.level, got, c.want)
		}
	}
	for _, level := range []string{"", "none", "disabled", "INFO", "trace"} {
		if _, err := NewLog(new(strings.Builder), level); !console.IsUsage(err) {
			t.Errorf("%q: %v, want an error of usage", level, err)
		}
	}
}

func TestLogWriter(t *testing.T) {
	const line = `{"level":"warn","n":1,"time":"2026-03-01T12:00:00Z","message":"hello"}` + "\n"
	for format, want := range map[string]string{"json": line, "auto": line, "text": "WRN hello n=1\n"} {
		var b strings.Builder
		w, err := LogWriter(&b, format)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(line)); err != nil || !strings.HasSuffix(b.String(), want) || strings.Contains(b.String(), "\x1b") {
			t.Errorf("%s: %q, %v, want %q at the end", format, b.String(), err, want)
		}
	}
	if _, err := LogWriter(new(strings.Builder), "xml"); !console.IsUsage(err) {
		t.Errorf("%v, want an error of usage", err)
	}
}

// TestTextWriterOrder checks that the event comes first in a line of text, and then the error.
func TestTextWriterOrder(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{`"upstream":"pbx","event":"upstream"`, "event=upstream upstream=pbx"},
		{`"error":"e","event":"upstream"`, "event=upstream error=e"},
		{`"error":"e","zone":"z","addr":"a"`, "error=e addr=a zone=z"},
		{`"address":"a","error":"e","event":"upstream","zone":"z","client":"c"`, "event=upstream error=e address=a client=c zone=z"},
	} {
		var b strings.Builder
		if _, err := TextWriter(&b, false).Write([]byte("{" + c.line + "}")); err != nil || !strings.HasSuffix(b.String(), " "+c.want+"\n") {
			t.Errorf("%s: %q, %v, want %q at the end", c.line, b.String(), err, c.want)
		}
	}
}
