package command

import (
	"eslguard/codec"
	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// logLevels are FreeSWITCH's log levels by number (switch_log.c).
var logLevels = [...]string{"CONSOLE", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG"}

const (
	logDebug    = "DEBUG"
	logDisable  = "DISABLE" // the level below all others
	maxLogLevel = 63        // the highest number that FreeSWITCH takes for a level
)

// parseLogLevel returns the name of the level that word names by name or number. It returns "" if
// it names none. A number above that of DEBUG shows the same as DEBUG.
func parseLogLevel(word string) string {
	if n, ok := fstext.SmallNumber(word); ok {
		if n > maxLogLevel {
			return ""
		}
		return logLevels[min(n, len(logLevels)-1)]
	}
	for _, l := range logLevels {
		if ascii.EqualFold(l, word) {
			return l
		}
	}
	if ascii.EqualFold(word, logDisable) {
		return logDisable
	}
	return ""
}

// parseLog parses `log [LEVEL]`.
func (p *parser) parseLog(words []string) *codec.Refusal {
	level, line := logDebug, "log"
	switch len(words) {
	case 0:
	case 1:
		if level = parseLogLevel(words[0]); level == "" {
			p.answer("-ERR invalid log level")
			return nil
		}
		line += " " + words[0]
	default:
		return refuse(ReasonSyntax, "log takes one level, not", p.args)
	}
	p.analyzer.Add(logEffect(level))
	p.send(line)
	p.cmd.apply = func(s *State) { s.log = level }
	return nil
}

func logEffect(level string) effect.Effect {
	return effect.Effect{Kind: effect.KindLog, Name: level, Path: "log"}
}
