package core

import (
	_ "embed"
	"encoding/json"
	"strings"

	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/event"
	"eslguard/internal/switchsim/internal/fstext"
)

// showAPI and showApplication are what the switch of the recordings answered to `show api as json`
// and `show application as json`.
var (
	//go:embed data/show_api.json
	showAPI string
	//go:embed data/show_application.json
	showApplication string
)

// names returns the names of a recorded list and of more, in lower case.
func names(list string, more []string) map[string]bool {
	known := map[string]bool{}
	for _, name := range append(recordedNames(list), more...) {
		known[fstext.Lower(name)] = true
	}
	return known
}

// recordedNames returns the names in a recorded list.
func recordedNames(list string) []string {
	var doc struct{ Rows []struct{ Name string } }
	if err := json.Unmarshal([]byte(list), &doc); err != nil {
		panic("switchsim: internal error: " + err.Error())
	}
	var names []string
	for _, r := range doc.Rows {
		names = append(names, r.Name)
	}
	return names
}

// space are the characters that are stripped from both ends of an API's name and argument
// (switch_utils.c, switch_strip_whitespace).
const space = "\r\n\t \v"

// maxNest is how deep APIs may be nested here. A deeper one uses up the work of its command, so
// nothing more runs.
const maxNest = 1000

// API runs one API and records it, whether or not it exists. ok is false if it does not exist.
func (c *Call) API(name, arg string) (out string, ok bool) {
	if !fstext.EqualFold(name, "console_complete") {
		name, arg = strings.Trim(name, space), strings.Trim(arg, space)
	}
	low := fstext.Lower(name)
	if c.depth == maxNest {
		c.work(maxWork)
	}
	if !c.work(1) {
		return "INVALID COMMAND!\n", false
	}
	f := c.core.apiFunc(low)
	if f != nil {
		c.depth++
		out = f(c, arg)
		c.depth--
	}
	c.record("api", name, arg, "")
	if c.core.Listening.Load() > 0 {
		e := event.Event{Name: "API", File: "switch_loadable_module.c", Func: "switch_api_execute", Line: 3140}
		if name != "" {
			e.Headers = append(e.Headers, frame.Header{Name: "API-Command", Value: name})
		}
		if arg != "" {
			e.Headers = append(e.Headers, frame.Header{Name: "API-Command-Argument", Value: arg})
		}
		c.core.Emit(e)
	}
	if f == nil {
		return "INVALID COMMAND!\n", false
	}
	return out, true
}

// Known reports whether there is an API of that name, in any case.
func (s *Core) Known(name string) bool { return s.apiFunc(fstext.Lower(name)) != nil }

// apiFunc returns the function that runs an API, or nil if there is no such API. An API that is
// known but not simulated answers +OK. low is the name in lower case.
func (s *Core) apiFunc(low string) func(*Call, string) string {
	if f := simulated(low); f != nil {
		return f
	}
	if s.opts.DialString != "" {
		if f := directoryAPI(low); f != nil {
			return f
		}
	}
	if s.apis[low] {
		return func(*Call, string) string { return "+OK\n" }
	}
	return nil
}

// simulated returns the function of an API that is simulated, or nil. It is not a table, because
// the APIs that run others would make the table refer to itself.
func simulated(low string) func(*Call, string) string {
	switch low {
	case "status":
		return apiStatus
	case "version":
		return apiVersion
	case "hostname", "switchname":
		return func(*Call, string) string { return hostname }
	case "create_uuid":
		return func(*Call, string) string { return fstext.NewUUID() }
	case "echo":
		return func(_ *Call, arg string) string { return arg }
	case "toupper":
		return func(_ *Call, arg string) string { return strings.ToUpper(arg) }
	case "show":
		return apiShow
	case "global_getvar":
		return apiGlobalGet
	case "global_setvar":
		return apiGlobalSet
	case "console_complete":
		return apiComplete
	case "list_users":
		return func(*Call, string) string {
			return "userid|context|domain|group|contact|callgroup|effective_caller_id_name|effective_caller_id_number\n\n+OK\n"
		}
	case "eval":
		return apiEval
	case "expand":
		return apiExpand
	case "bgapi":
		return apiBgapi
	case "xml_wrap":
		return apiXMLWrap
	case "json":
		return apiJSON
	case "sched_api":
		return apiSched
	case "sched_broadcast":
		return apiSchedBroadcast
	case "chat":
		return apiChat
	case "originate":
		return apiOriginate
	}
	return simulatedUUID(low)
}

// simulatedUUID is the part of simulated for the APIs of channels and their queues.
func simulatedUUID(low string) func(*Call, string) string {
	switch low {
	case "uuid_exists":
		return apiExists
	case "uuid_getvar":
		return apiGetvar
	case "uuid_setvar":
		return apiSetvar
	case "uuid_setvar_multi":
		return apiSetvarMulti
	case "uuid_kill":
		return apiKill
	case "uuid_dump":
		return apiDump
	case "uuid_broadcast":
		return apiBroadcast
	case "uuid_transfer":
		return apiTransfer
	case "uuid_bridge":
		return apiBridge
	case "uuid_dual_transfer":
		return apiDualTransfer
	case "uuid_limit":
		return apiLimit
	case "uuid_deflect":
		return apiDeflect
	case "tone_detect":
		return apiToneDetect
	case "sched_transfer":
		return apiSchedTransfer
	case "conference":
		return apiConference
	case "uuid_record":
		return apiRecord
	case "uuid_displace":
		return apiDisplace
	case "uuid_drop_dtmf":
		return apiDropDTMF
	case "fifo_member":
		return apiFifoMember
	case "fifo_add_outbound":
		return apiFifoOutbound
	case "callcenter_config":
		return apiCallcenter
	case "page":
		return apiPage
	}
	return nil
}

// maxAliases is the number of aliases that may lead to one another, and maxParts the number of
// parts that `;;` separates (switch_console.c, switch_console_execute).
const (
	maxAliases = 100
	maxParts   = 128
)

// Console runs the text of an api with console_execute: parts joined by `;;`, each of which may be
// an alias. depth is the number of aliases that led here. ok is that of the last part.
func (c *Call) Console(text string, depth int) (out string, ok bool) {
	if depth > maxAliases {
		return "", false
	}
	text = strings.TrimLeft(text, " ")
	parts := []string{text}
	if !fstext.HasPrefixFold(text, "alias") {
		parts = strings.SplitN(text, ";;", maxParts)
	}
	for _, part := range parts {
		name, arg, spaced := strings.Cut(fstext.StripCR(part), " ")
		line, found := c.core.opts.Aliases[name]
		if found && spaced {
			line += " " + arg
		} else if !found {
			line, found = c.core.opts.Aliases[name+" "+arg]
		}
		var one string
		if found {
			one, ok = c.Console(line, depth+1)
			one = "\nExpand Alias [" + name + "]->[" + line + "]\n\n" + one
		} else {
			one, ok = c.API(name, arg)
		}
		out += one
	}
	return out, ok
}
