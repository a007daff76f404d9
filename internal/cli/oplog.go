package cli

import (
	"io"
	"time"

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

// operatorLog returns the operator's log: for people on a terminal, JSON lines otherwise, unless
// format says which.
func operatorLog(w io.Writer, format, level string) (zerolog.Logger, error) {
	l, ok := levels[level]
	if !ok {
		return zerolog.Nop(), usagef("--log-level %q is not one of debug, info, warn, error", level)
	}
	terminal := isTerminal(w)
	switch format {
	case formatJSON:
	case formatText:
		w = console(w, terminal)
	case formatAuto:
		if terminal {
			w = console(w, true)
		}
	default:
		return zerolog.Nop(), usagef("--log-format %q is not one of auto, text, json", format)
	}
	return zerolog.New(w).Level(l).With().Timestamp().Logger(), nil
}

func console(w io.Writer, colour bool) io.Writer {
	return zerolog.ConsoleWriter{Out: w, NoColor: !colour, TimeFormat: time.DateTime}
}
