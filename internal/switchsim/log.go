package switchsim

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"eslguard/internal/switchsim/internal/event"
	"eslguard/internal/switchsim/internal/fstext"
)

// logLevels are FreeSWITCH's names of log levels, by number from 0 (switch_log.c).
var logLevels = []string{"CONSOLE", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG"}

// Log writes a line to the switch's log. Sessions that asked for its level are sent it. level is 0
// (CONSOLE) to 7 (DEBUG).
func (s *Switch) Log(level int, text string) {
	line := fmt.Sprintf("%s 99.00%% [%s] switch_core.c:100 %s\n",
		time.Now().Format("2006-01-02 15:04:05.000000"), logLevels[min(max(level, 0), len(logLevels)-1)], text)
	b := fmt.Appendf(nil, "Content-Type: log/data\nContent-Length: %d\nLog-Level: %d\nText-Channel: 0\n"+
		"Log-File: switch_core.c\nLog-Func: switch_core_log\nLog-Line: 100\nUser-Data: \n\n%s", len(line), level, line)
	s.each(func(c *session) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.subs.Log && c.subs.Level >= level {
			c.pushLog(b)
		}
	})
}

// invalidLevel is SWITCH_LOG_INVALID.
const invalidLevel = 64

// log answers the verb log.
func (c *session) log(line string) []byte {
	if c.user.noLog() {
		return commandReply(denied)
	}
	word, _, _ := strings.Cut(strings.TrimLeft(line[len("log"):], " "), " ")
	level, ok := logLevel(word)
	if !ok {
		return commandReply("-ERR invalid log level")
	}
	c.setSub(func(s *event.Subscriptions) { s.Log, s.Level = true, level })
	c.record("log", strconv.Itoa(level), word, "")
	return commandReply(fmt.Sprintf("+OK log level %s [%d]", word, level))
}

// logLevel parses the name or number of a level. An empty word is DEBUG (switch_log.c,
// switch_log_str2level).
func logLevel(word string) (int, bool) {
	if word == "" {
		return len(logLevels) - 1, true
	}
	if strings.Trim(word, "-+.0123456789") == "" {
		n := fstext.Atoi(word)
		if n > invalidLevel {
			return invalidLevel - 1, true
		}
		return max(n, 0), n != invalidLevel
	}
	for i, name := range logLevels {
		if fstext.EqualFold(name, word) {
			return i, true
		}
	}
	return 0, false
}

// nolog answers the verb nolog.
func (c *session) nolog() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.logs = nil
	if !c.subs.Log {
		return commandReply("-ERR not loging")
	}
	c.subs.Log = false
	return commandReply("+OK no longer logging")
}
