package core

import (
	"cmp"
	"strings"

	"eslguard/internal/switchsim/fileopen"
	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/fstext"
)

// presenceCols is the variable that names the columns which a change of a call's state writes.
const presenceCols = "presence_data_cols"

// maxCols is how many columns it can name (switch_core_sqldb.c, parse_presence_data_cols).
const maxCols = 128

// columns returns what an update of the table of channels contains for a list of columns that
// colons separate. The names are not quoted; their single quotes are doubled. get returns the value
// of a name.
func columns(list string, get func(name string) string) string {
	var all []string
	for _, name := range fstext.Separate(list, ':', maxCols) {
		if value := get(name); value != "" {
			all = append(all, quotes(name)+"='"+quotes(value)+"'")
		} else {
			all = append(all, quotes(name)+"=NULL")
		}
	}
	return strings.Join(all, ",")
}

// quotes doubles the single quotes, as %q of SQLite does.
func quotes(s string) string { return strings.ReplaceAll(s, "'", "''") }

// presence records what presenceCols of a channel puts into a statement. It is called when the
// variable is set, because the state of the call changes some time. A nil channel stands for all
// channels, which use the global variable.
func (c *Call) presence(ch *Channel) {
	uuid := ""
	if ch != nil {
		uuid = ch.UUID
	}
	get := func(name string) string { return c.variable(ch, name) }
	if list := get(presenceCols); list != "" {
		c.record("sql", "channels", columns(list, get), uuid)
	}
}

// Numbers of the states in events of calls (switch_types.h).
const (
	callDown, callHangup  = 0, 7
	stateRouting, stateIn = 2, 4
)

// StoreEvent records what an event from a client puts into a statement without quotes
// (switch_core_sqldb.c, core_event_handler). An event with the uuid of a channel goes to the
// channel first, which fires it while it waits (switch_ivr.c). It does nothing if that channel does
// not exist.
func (c *Call) StoreEvent(event string, f *frame.Frame) {
	uuid := frame.Find(f.Headers, "unique-id")
	if uuid != nil && c.core.Channel(uuid.Value) == nil {
		return
	}
	cols := ""
	switch event {
	case "CHANNEL_CALLSTATE":
		if n := fstext.Atoi(f.Get("channel-call-state-number")); n != callDown && n != callHangup {
			cols = f.Get("presence-data-cols")
		}
	case "CHANNEL_STATE":
		if n := fstext.Atoi(f.Get("channel-state-number")); n == stateRouting || n == stateIn {
			cols = f.Get("presence-data-cols")
		}
	case "CHANNEL_ORIGINATE":
		cols = f.Get("presence-data-cols")
	case "CHANNEL_BRIDGE", "CHANNEL_UNBRIDGE":
		if uuid != nil {
			cols = f.Get("presence-data-cols")
		}
	case "ADD_SCHEDULE", "RE_SCHEDULE":
		if id := f.Get("task-id"); id != "" {
			text := []string{quotes(id), quotes(f.Get("task-runtime")), quotes(cmp.Or(f.Get("task-sql_manager"), "0"))}
			c.record("sql", "tasks", strings.Join(text, ","), "")
		}
	case "DEL_SCHEDULE", "EXE_SCHEDULE":
		if id := f.Get("task-id"); id != "" {
			c.record("sql", "tasks", quotes(id), "")
		}
	}
	if cols != "" {
		c.record("sql", "channels", columns(cols, func(name string) string { return f.Get("PD-" + quotes(name)) }), "")
	}
}

// cdrDir is the folder of call records.
const cdrDir = "/var/log/freeswitch/cdr-csv"

// callRecord records the files to which the record of a call is written when it ends, if variables
// name them (mod_cdr_csv.c, my_on_reporting).
func (c *Call) callRecord(ch *Channel) {
	account, base := c.variable(ch, "accountcode"), c.variable(ch, "cdr_csv_base")
	folder := cmp.Or(base, cdrDir)
	if account != "" {
		c.record("write", "cdr_csv", fileopen.Clean(folder+"/"+account+".csv"), ch.UUID)
	}
	if base != "" {
		c.record("write", "cdr_csv", fileopen.Clean(folder+"/Master.csv"), ch.UUID)
	}
}
