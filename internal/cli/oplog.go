package cli

import (
	"io"
	"time"

	"eslguard/internal/cli/console"

	"github.com/rs/zerolog"
)

// The formats of the operator's log.
const (
	formatAuto = "auto"
	formatText = "text"
	formatJSON = "json"
)

// levels are the levels that the log may begin at. To turn it off is not among them.
var levels = map[string]zerolog.Level{
	"debug": zerolog.DebugLevel, "info": zerolog.InfoLevel, "warn": zerolog.WarnLevel, "error": zerolog.ErrorLevel,
}

// operatorLog returns the operator's log, from level up, which goes to w as JSON lines.
func operatorLog(w io.Writer, level string) (zerolog.Logger, error) {
	l, ok := levels[level]
	if !ok {
		return zerolog.Nop(), console.Usagef("--log-level %q is not one of debug, info, warn, error", level)
	}
	return zerolog.New(w).Level(l).With().Timestamp().Logger(), nil
}

// logForm returns what takes the JSON lines of a log and writes them to w in a format: for people on a terminal,
// as they are otherwise, unless format says which.
func logForm(w io.Writer, format string) (io.Writer, error) {
	terminal := console.IsTerminal(w)
	switch {
	case format == formatText, format == formatAuto && terminal:
		return textWriter(w, terminal), nil
	case format == formatJSON, format == formatAuto:
		return w, nil
	default:
		return nil, console.Usagef("--log-format %q is not one of auto, text, json", format)
	}
}

func textWriter(w io.Writer, colour bool) io.Writer {
	return zerolog.ConsoleWriter{Out: w, NoColor: !colour, TimeFormat: time.DateTime}
}
