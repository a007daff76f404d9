package switchsim

import "strings"

// Known says whether there is an API of that name, in any case.
func (s *Switch) Known(api string) bool { return s.apiFunc(asciiLower(api)) != nil }

// Provoke makes everything happen that variables can make happen: each variable of each channel and each global one
// is mentioned in an expansion, every hook runs, and each channel is hung up.
func (s *Switch) Provoke() {
	c := &call{sw: s, together: true, worked: new(int)}
	for _, uuid := range s.uuids() {
		if ch := s.channel(uuid); ch != nil { // another one's hook may have hung it up
			c.provoke(ch)
		}
	}
	globals := s.allGlobals()
	for _, name := range sorted(globals) {
		if !strings.ContainsAny(name, oddName) {
			scope{call: c}.expand("$${"+name+"}", 0)
		}
	}
	for _, text := range elements(globals["api_on_startup"]) {
		if text != "" {
			_, _ = c.console(text, 0)
		}
	}
	c.runLater()
}

// oddName are the characters of names that no expansion can mention.
const oddName = " ({}$\\:'"

// hookPrefixes are the beginnings of the variables that run something, in any channel.
var hookPrefixes = [...]string{
	"execute_on_", "api_on_", "sip_execute_on_", "sip_api_on_", "api_before_bridge", "api_after_bridge",
	"record_post_process_exec_app",
}

// provoke is Provoke for one channel.
func (c *call) provoke(ch *channel) {
	vars := ch.variables()
	for _, name := range sorted(vars) {
		if !strings.ContainsAny(name, oddName) {
			scope{call: c, ch: ch, again: true}.expand("${"+name+"}", 0)
		}
	}
	for _, prefix := range hookPrefixes {
		c.fire(ch, prefix)
	}
	get := func(name string) string {
		for n, v := range vars {
			if equalFold(n, name) {
				return v
			}
		}
		return c.sw.global(name)
	}
	if api, arg, _ := strings.Cut(get("record_post_process_exec_api"), ":"); api != "" {
		c.apiHook(ch, api, arg)
	}
	for _, pair := range [][2]string{
		{"exec_after_bridge_app", "exec_after_bridge_arg"}, {"bridge_pre_execute_app", "bridge_pre_execute_data"},
	} {
		if app := get(pair[0]); app != "" {
			c.app(ch, app, get(pair[1]))
		}
	}
	if t := separate(get("transfer_after_bridge"), ':', 4); len(t) > 0 {
		c.transferTo(ch, t[0], place(t, 1), place(t, 2))
	}
	if exten := get("inline_destination"); exten != "" {
		c.transferTo(ch, exten, "inline", "")
	}
	if path := get("hold_music"); path != "" {
		c.own(func() { c.broadcast(ch.uuid, path) })
	}
	c.hangup(ch)
}
