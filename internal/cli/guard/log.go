package guard

import (
	"io"
	"time"

	"github.com/rs/zerolog"

	"eslguard/internal/cli/console"
)

// LogAuto is the format of the operator's log that is text on a terminal and JSON otherwise.
const LogAuto = "auto"

const (
	logText = "text"
	logJSON = "json"
)

// levels are the levels that the operator's log may begin at. It cannot be turned off.
var levels = map[string]zerolog.Level{
	"debug": zerolog.DebugLevel, "info": zerolog.InfoLevel, "warn": zerolog.WarnLevel, "error": zerolog.ErrorLevel,
}

// NewLog returns the operator's log. It writes JSON lines of at least that level to w. The level is
// the value of --log-level: debug, info, warn or error; any other is an error of usage.
func NewLog(w io.Writer, level string) (zerolog.Logger, error) {
	l, ok := levels[level]
	if !ok {
		return zerolog.Nop(), console.Usagef("--log-level %q is not one of debug, info, warn, error", level)
	}
	return zerolog.New(w).Level(l).With().Timestamp().Logger(), nil
}

// LogWriter returns a writer that takes the JSON lines of a log and writes them to w in a format.
// The format is the value of --log-format: auto, text or json; any other is an error of usage.
func LogWriter(w io.Writer, format string) (io.Writer, error) {
	terminal := console.IsTerminal(w)
	switch {
	case format == logText, format == LogAuto && terminal:
		return TextWriter(w, terminal), nil
	case format == logJSON, format == LogAuto:
		return w, nil
	default:
		return nil, console.Usagef("--log-format %q is not one of auto, text, json", format)
	}
}

// TextWriter returns a writer that takes the JSON lines of a log and writes them to w as text.
func TextWriter(w io.Writer, colour bool) io.Writer {
	return zerolog.ConsoleWriter{
		Out: w, NoColor: !colour, TimeFormat: time.DateTime,
		// What the line is about comes first. The other fields follow in alphabetical order.
		FieldsOrder: []string{"event", zerolog.ErrorFieldName},
	}
}
