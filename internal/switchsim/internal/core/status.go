package core

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"eslguard/internal/switchsim/internal/fstext"
)

// The version of the recorded switch, in the long form of the API version and the short one of
// others.
const (
	versionShort = "1.11.3-dev git cc93a68 2026-08-21 14:10:14Z 64bit"
	versionLong  = "FreeSWITCH Version 1.11.3-dev+git~20260821T141014Z~cc93a683ca~64bit (git cc93a68 2026-08-21 14:10:14Z 64bit)\n"
)

func apiVersion(*Call, string) string { return versionLong }

func apiStatus(c *Call, _ string) string {
	n := c.core.channelCount()
	return "UP " + uptime(time.Since(c.core.started)) + "\n" +
		"FreeSWITCH (Version " + versionShort + ") is ready\n" +
		fmt.Sprintf("%d session(s) since startup\n%d session(s) - peak %d, last 5min %d \n", n, n, n, n) +
		"0 session(s) per Sec out of max 1000, peak 0, last 5min 0 \n5000 session(s) max\n" +
		"min idle cpu 0.00/0.80\nCurrent Stack Size/Max 240K/8192K\n"
}

// uptime formats a duration as the API status does.
func uptime(d time.Duration) string {
	unit := func(n int64, name string) string {
		if n != 1 {
			name += "s"
		}
		return fmt.Sprintf("%d %s", n, name)
	}
	days := int64(d / (24 * time.Hour))
	return strings.Join([]string{
		unit(days/365, "year"), unit(days%365, "day"), unit(int64(d/time.Hour)%24, "hour"),
		unit(int64(d/time.Minute)%60, "minute"), unit(int64(d/time.Second)%60, "second"),
		unit(d.Milliseconds()%1000, "millisecond"), unit(d.Microseconds()%1000, "microsecond"),
	}, ", ")
}

// statusJSON returns the answer of the JSON API status.
func (s *Core) statusJSON() string {
	d, n := time.Since(s.started), s.channelCount()
	days := int64(d / (24 * time.Hour))
	return fmt.Sprintf(`{"systemStatus":"ready","uptime":{"years":%d,"days":%d,"hours":%d,"minutes":%d,"seconds":%d,`+
		`"milliseconds":%d,"microseconds":%d},"version":"%s","sessions":{"count":{"total":%d,"active":%d,"peak":%d,`+
		`"peak5Min":%d,"limit":5000},"rate":{"current":0,"max":1000,"peak":0,"peak5Min":0}},"idleCPU":{"used":0,`+
		`"allowed":99.5},"stackSizeKB":{"current":240,"max":8192}}`,
		days/365, days%365, int64(d/time.Hour)%24, int64(d/time.Minute)%60, int64(d/time.Second)%60,
		d.Milliseconds()%1000, d.Microseconds()%1000, versionShort, n, n, n, n)
}

// showChannelColumns are the columns of `show channels` that are filled. FreeSWITCH has more.
var showChannelColumns = []string{"uuid", "direction", "name", "state", "hostname", "accountcode", "callstate"}

// apiShow answers api, application, channels and calls, also as json. Anything else is an empty
// list.
func apiShow(c *Call, arg string) string {
	args := fstext.Separate(arg, ' ', 9)
	if len(args) == 0 {
		return "-USAGE: codec|endpoint|application|api|dialplan|...\n"
	}
	if fstext.HasPrefixFold(args[0], "status") {
		as := fstext.Arg(args, 1)
		if fstext.EqualFold(as, "as") && fstext.Arg(args, 2) != "" {
			as = args[2]
		}
		out, _ := c.API(args[0], as)
		return out
	}
	asJSON := len(args) == 3 && fstext.EqualFold(args[1], "as") && fstext.EqualFold(args[2], "json")
	switch fstext.Lower(args[0]) {
	case "api":
		return showList(showAPI, asJSON)
	case "application":
		return showList(showApplication, asJSON)
	case "channels", "calls":
		return c.core.showChannels(args[1:], asJSON)
	}
	return showRows(nil, nil, asJSON)
}

// showList formats a recorded list.
func showList(list string, asJSON bool) string {
	if asJSON {
		return list
	}
	var doc struct{ Rows []map[string]string }
	_ = json.Unmarshal([]byte(list), &doc)
	var rows [][]string
	columns := []string{"name", "description", "syntax", "ikey"}
	for _, r := range doc.Rows {
		rows = append(rows, []string{r["name"], r["description"], r["syntax"], r["ikey"]})
	}
	return showRows(columns, rows, false)
}

func (s *Core) showChannels(args []string, asJSON bool) string {
	uuids := s.uuids()
	if len(args) == 1 && fstext.EqualFold(args[0], "count") {
		return "\n" + strconv.Itoa(len(uuids)) + " total.\n"
	}
	var rows [][]string
	for _, uuid := range uuids {
		account, _ := s.Channel(uuid).Get("accountcode")
		rows = append(rows, []string{uuid, "outbound", channelName, "CS_EXECUTE", hostname, account, "ACTIVE"})
	}
	return showRows(showChannelColumns, rows, asJSON)
}

// showRows formats rows as show does.
func showRows(columns []string, rows [][]string, asJSON bool) string {
	if asJSON {
		if len(rows) == 0 {
			return "{\"row_count\": 0}\n"
		}
		var items []string
		for _, r := range rows {
			var fields []string
			for i, v := range r {
				fields = append(fields, fstext.QuoteJSON(columns[i])+":"+fstext.QuoteJSON(v))
			}
			items = append(items, "{"+strings.Join(fields, ",")+"}")
		}
		return fmt.Sprintf(`{"row_count":%d,"rows":[%s]}`+"\n", len(rows), strings.Join(items, ","))
	}
	var b strings.Builder
	if len(rows) > 0 {
		b.WriteString(strings.Join(columns, ",") + "\n")
	}
	for _, r := range rows {
		b.WriteString(strings.Join(r, ",") + "\n")
	}
	return b.String() + "\n" + strconv.Itoa(len(rows)) + " total.\n"
}

// global returns a global variable, or "".
func (s *Core) global(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.globals[name]
}

// setGlobal sets a global variable.
func (s *Core) setGlobal(name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.globals[name] = value
}

func apiGlobalGet(c *Call, arg string) string {
	if arg == "" {
		return "hostname=" + c.core.global("hostname") + "\n"
	}
	return c.core.global(arg)
}

func apiGlobalSet(c *Call, arg string) string {
	args := fstext.Separate(arg, '=', 3)
	if fstext.Arg(args, 0) == "" {
		return "-USAGE: <var>=<value> [=<value2>]\n"
	}
	if len(args) < 3 || c.core.global(args[0]) == args[2] {
		c.setGlobal(args[0], fstext.Arg(args, 1))
	}
	return "+OK"
}

// apiComplete answers that there is nothing to complete.
func apiComplete(*Call, string) string { return "\n\nwrite=0\n" }
