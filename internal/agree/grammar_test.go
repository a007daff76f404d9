package agree_test

import (
	"fmt"
	"strings"
)

// The channels that exist.
const (
	chanA = "11111111-2222-3333-4444-555555555555"
	chanB = "66666666-7777-8888-9999-000000000000"
)

// maxDepth is how deep the grammar nests commands.
const maxDepth = 5

// A grammar makes frames. Every choice uses a byte of data. When there are none left, it uses the
// first production, which is the simplest.
type grammar struct {
	data []byte
	// plants makes words and variables values that act, see plantMark.
	plants bool
}

// pick returns a number below n.
func (g *grammar) pick(n int) int {
	if len(g.data) == 0 {
		return 0
	}
	b := g.data[0]
	g.data = g.data[1:]
	return int(b) % n
}

func (g *grammar) one(list ...string) string { return list[g.pick(len(list))] }

// rarely returns true once in n calls, and never without data.
func (g *grammar) rarely(n int) bool { return g.pick(n) == n-1 }

// A call is an API or application and its argument.
type call struct{ name, args string }

// text returns the two with a space between them.
func (c call) text() string {
	if c.args == "" {
		return c.name
	}
	return c.name + " " + c.args
}

// frame returns the text of a whole frame with its blank line and body.
func (g *grammar) frame() string {
	switch g.pick(16) {
	case 1, 2:
		return "bgapi " + g.noise(g.api(maxDepth).text()) + g.one("", "\nJob-UUID: job-1") + "\n\n"
	case 3:
		return "api " + g.console() + "\nconsole_execute: " + g.one("true", "T", "1", "allow", "false", "2x") + "\n\n"
	case 4, 5, 6, 7:
		return g.execute()
	case 8:
		return g.xferext()
	case 9:
		return g.other()
	}
	return g.fold("api ") + g.noise(g.api(maxDepth).text()) + g.one("", "", "", " ", "  ") + "\n\n"
}

// console returns text that console_execute splits.
func (g *grammar) console() string {
	text := g.one("", " ", "  ") + g.noise(g.api(maxDepth-2).text())
	for n := g.pick(3); n > 0; n-- {
		text += g.one(";;", ";; ", " ;;", ";", ";;;") + g.api(maxDepth-2).text()
	}
	return text
}

// execute returns a sendmsg that runs an application.
func (g *grammar) execute() string {
	app := g.app(maxDepth)
	app.args = g.noise(app.args)
	b := g.one("sendmsg "+chanA, "sendmsg "+chanA, "sendmsg\nsession-id: "+chanA) + "\ncall-command: execute\n"
	if g.rarely(8) {
		b += g.one("loops: 2\n", "event-lock: true\n", "async: true\n", "event-uuid: a\n", "hold-bleg: true\n")
	}
	switch g.pick(6) {
	case 1:
		return b + "execute-app-name: " + app.name + "::" + app.args + "\n\n"
	case 2:
		return b + "execute-app-name: " + app.name + "\ncontent-type: text/plain\n" + withBody(app.args)
	}
	return b + "execute-app-name: " + app.name + "\nexecute-app-arg: " + app.args + "\n\n"
}

func withBody(body string) string { return fmt.Sprintf("Content-Length: %d\n\n%s", len(body), body) }

// xferext returns a sendmsg that runs several applications.
func (g *grammar) xferext() string {
	b := "sendmsg " + chanA + "\ncall-command: xferext\n"
	for n := 1 + g.pick(3); n > 0; n-- {
		app := g.app(maxDepth - 1)
		b += "application: " + g.one(app.text(), app.text(), app.name+"::"+app.args) + "\n"
	}
	return b + "\n"
}

// other returns a frame with a verb that runs nothing itself.
func (g *grammar) other() string {
	switch g.pick(6) {
	case 1:
		return "sendmsg " + chanA + "\ncall-command: " + g.one("hangup\nhangup-cause: X", "nomedia\nnomedia-uuid: "+chanB,
			"unicast\nremote-ip: 127.0.0.1\nremote-port: 9", "eXecute\nexecute-app-name: log", "fWecute\nexecute-app-name: log") + "\n\n"
	case 2:
		return "sendevent " + g.one("CUSTOM\nEvent-Subclass: a::b", "NOTIFY\nprofile: p", "HEARTBEAT", "MESSAGE\nUnique-ID: "+chanA,
			"a::b\nEvent-Subclass: a::b", "CUSTOM a::b", "CUSTOM a::b DTMF", "xxxxxxxxxxxxxDTMF", "DTMF ", "DTMF\n Event-Subclass: a::b") + "\n\n"
	case 3:
		return g.fold(g.one("event", "events", "eventss")) + " " + g.one("plain ", "json ", "") + g.one("ALL", "HEARTBEAT", "CUSTOM a::b", "channel_answer DTMF") + "\n\n"
	case 4:
		return "filter " + g.one("Event-Name /a.c/", "Unique-ID x", "delete all") + "\n\n"
	case 5:
		return "getvar " + g.value(2) + "\n\n"
	}
	return "log " + g.one("DEBUG", "7", "") + "\n\n"
}

// fold writes some letters in upper case.
func (g *grammar) fold(s string) string {
	switch g.pick(6) {
	case 4:
		return strings.ToUpper(s)
	case 5:
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}

// quote writes s as one token for a splitter on spaces, in one of the possible ways, or almost.
func (g *grammar) quote(s string) string {
	switch g.pick(12) {
	case 1:
		return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
	case 2:
		return strings.NewReplacer(`\`, `\\`, " ", `\s`, `'`, `\'`).Replace(s)
	case 3:
		return "'" + s + "'"
	case 4:
		return s
	}
	if !strings.ContainsAny(s, ` '\`) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `\'`) + "'"
}

// tokens joins tokens for a splitter on spaces that respects quotes, sometimes with another
// separator.
func (g *grammar) tokens(list ...string) string {
	if g.rarely(16) {
		sep := g.one("|", ":", ",", ";", "~")
		return "^^" + sep + strings.Join(list, sep)
	}
	text := ""
	for i, t := range list {
		if i > 0 {
			text += g.one(" ", " ", " ", " ", " ", "  ")
		}
		text += g.quote(t)
	}
	return text
}

// noise rarely adds an odd character or removes a character.
func (g *grammar) noise(s string) string {
	if s == "" || !g.rarely(9) {
		return s
	}
	i := g.pick(len(s))
	if g.rarely(5) {
		return s[:i] + s[i+1:]
	}
	return s[:i] + g.one("'", `\`, " ", "  ", `"`, "$", "{", "}", "(", ")", "|", ",", ":", "::", ";", "^^", "^^|", "%20", `\'`, `\\`,
		`\s`, `\n`, "[", "]", "!", "=", "/", "<", ">", "&", "m:|:", "\t", "${", "%[a=b]", "+", "-", "#", ":_:") + s[i:]
}

// word returns a plain word, or almost.
func (g *grammar) word() string {
	if g.plants {
		return g.plantedWord()
	}
	return g.one("x", "y1", "note", "a/b", "0", "INFO", "1000", "*9", "http://h/p")
}

// variable returns the name of a variable. Some run their values.
func (g *grammar) variable() string {
	if g.plants {
		return g.plantedVariable()
	}
	return g.fold(g.one("note", "v", "execute_on_answer", "api_on_answer", "api_hangup_hook", "execute_on_media_1", "api_on_ring",
		"execute_on_answer[0]", "transfer_after_bridge", "api_reporting_hook", "record_post_process_exec_app",
		"record_post_process_exec_api", "hold_music", g.one("exec_after_bridge_app", "exec_after_bridge_arg", "bridge_pre_execute_app",
			"bridge_pre_execute_data", "api_before_bridge", "temp_hold_music", "mutex_orbit_exten", "campon_fallback_exten",
			"fifo_orbit_exten", "mutex_orbit_dialplan", "group_confirm_file", "group_confirm_key", "drop_dtmf_masking_file",
			"force_transfer_dialplan", "record_post_process_exec_app_x", "execute_on_sip_h_prefix", "failure_causes"), "api_after_bridge", g.one("nolocal:execute_on_answer", "_nolocal_execute_on_answer"), "inline_destination",
		"transfer_on_fail", "execute_on_originate", "origination_caller_id_name", "sip_execute_on_image", "api_on_startup"))
}

// value returns a value of any kind.
func (g *grammar) value(depth int) string {
	if depth <= 0 {
		return g.word()
	}
	switch g.pick(10) {
	case 1, 2:
		return g.mention(depth - 1)
	case 3:
		return g.api(depth - 1).text()
	case 4:
		app := g.app(depth - 1)
		return app.name + g.one(" ", ":", "::") + app.args
	case 5:
		api := g.api(depth - 1)
		return api.name + g.one("::", ":", " ") + api.args
	case 9:
		return g.one("exec", "log INFO x", "log::x", "ARRAY::log::x", "inline", "XML", "true")
	case 6:
		return g.inline(depth-1) + g.one(":inline", ":inline:x", " inline")
	case 7:
		return "ARRAY::" + g.value(depth-1) + "|:" + g.value(depth-1)
	case 8:
		return g.word() + g.mention(depth-1) + g.word()
	}
	return g.word()
}

// setting returns a variable with a value that may suit it.
func (g *grammar) setting(depth int) (name, value string) { return g.variable(), g.value(depth) }

// mention returns an expansion.
func (g *grammar) mention(depth int) string {
	if depth <= 0 {
		return g.one("${note}", "${v}", "$${note}", "${execute_on_answer}", "${note:1}")
	}
	api := g.api(depth - 1)
	sign := g.one("$", "$", "$", "$$", `\$`, `\\$`, `$\`)
	switch g.pick(6) {
	case 1:
		return sign + "{" + api.name + "(" + api.args + ")}"
	case 2:
		return sign + "{" + api.name + g.one(" (", "(", "  ") + api.args
	case 3:
		return sign + "{" + g.one("${note}", "no${v}te", "echo x") + "}"
	case 4:
		return sign + "{" + g.one("note", "v") + "}"
	}
	return sign + "{" + api.text() + "}"
}

// text returns an argument that is expanded.
func (g *grammar) text(depth int) string {
	switch g.pick(4) {
	case 1:
		return g.word() + " " + g.mention(depth)
	case 2:
		return g.mention(depth) + g.one("", " ", "x", "'", `\`) + g.word()
	case 3:
		return g.one(`\'`, `\\`, `\n`, "'", "%[note=x]", "%[execute_on_answer=log]", "%|[a=b|c=d]") + g.mention(depth)
	}
	return g.mention(depth)
}
