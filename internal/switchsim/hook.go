package switchsim

import (
	"maps"
	"slices"
	"strings"
)

// answerHooks are the beginnings of the variables that run something when a leg is answered, in the order in which they do.
var answerHooks = [...]string{
	"execute_on_originate", "api_on_originate", "execute_on_ring", "api_on_ring", "execute_on_pre_answer", "api_on_pre_answer",
	"execute_on_media", "api_on_media", "execute_on_answer", "api_on_answer", "execute_on_post_originate", "api_on_post_originate",
}

// hooks runs what the variables of a leg hold for when it is answered. It is false if an application hung the channel up.
func (c *call) hooks(ch *channel, vars map[string]string) bool {
	for _, prefix := range answerHooks {
		for _, name := range sorted(vars) {
			if hasPrefixFold(name, prefix) && !c.hook(ch, prefix, vars[name]) {
				return false
			}
		}
	}
	return true
}

// fire runs all variables of a channel whose names begin so, and global ones.
func (c *call) fire(ch *channel, prefix string) {
	vars := ch.variables()
	if strings.HasPrefix(prefix, "execute_on_") {
		for name, value := range c.core.allGlobals() {
			if _, own := vars[name]; !own {
				vars[name] = value
			}
		}
	}
	for _, name := range sorted(vars) {
		if hasPrefixFold(name, prefix) && !equalFold(name, startHook) {
			c.hook(ch, prefix, vars[name])
		}
	}
}

// hook runs one value, each element of one that is an array (switch_channel.c, switch_channel_execute_on and switch_channel_api_on).
func (c *call) hook(ch *channel, prefix, value string) bool {
	for _, v := range elements(value) {
		if strings.HasPrefix(prefix, "execute_on_") || strings.HasPrefix(prefix, "sip_execute_on_") ||
			strings.HasPrefix(prefix, "record_post_process_exec_app") {
			if !c.appHook(ch, v) {
				return false
			}
			continue
		}
		name, arg, _ := strings.Cut(v, " ")
		c.apiHook(ch, name, arg)
	}
	return true
}

// queued is what becomes of a value in an event or among variables, and so of what is handed on in an event: a list of one is taken
// for its only element (switch_event.c, switch_event_base_add_header).
func queued(value string) string {
	if list := elements(value); len(list) == 1 {
		return list[0]
	}
	return value
}

// elements are the values of a list, or the one value. A list that begins a list is part of it (switch_event.c,
// switch_event_add_array).
func elements(value string) []string {
	if !strings.HasPrefix(value, listMark) {
		return []string{value}
	}
	for strings.HasPrefix(value, listMark) {
		value = value[len(listMark):]
	}
	return strings.Split(value, listSep)
}

// appHook is `app arg`, `app:arg` or `app::arg`.
func (c *call) appHook(ch *channel, value string) bool {
	for i := range len(value) {
		switch {
		case value[i] == ' ', value[i] == ':' && !strings.HasPrefix(value[i+1:], ":"):
			return c.app(ch, value[:i], value[i+1:])
		case value[i] == ':':
			return c.app(ch, value, "")
		}
	}
	return c.app(ch, value, "")
}

func (c *call) apiHook(ch *channel, name, arg string) {
	_, _ = c.api(name, scope{call: c, ch: ch, again: true}.expand(arg, 0))
}

// hangup hangs a channel up, and runs what its variables hold for that (switch_core_state_machine.c).
func (c *call) hangup(ch *channel) {
	if c.core.channel(ch.uuid) != ch {
		return
	}
	c.core.removeChannel(ch.uuid)
	defer c.callRecord(ch)
	if !c.together {
		return // the recordings end before
	}
	for _, name := range []string{"api_hangup_hook", "api_reporting_hook"} {
		value, ok := ch.get(name)
		if !ok {
			value = c.core.global(name)
		}
		if value == "" {
			continue
		}
		if i := strings.IndexByte(value, ':'); i >= 0 && strings.HasPrefix(value[i:], "::") {
			c.apiHook(ch, value[:i], value[i+2:])
			continue
		}
		api, arg, _ := strings.Cut(value, " ")
		c.apiHook(ch, api, arg)
	}
}

// variables are a copy of a channel's.
func (ch *channel) variables() map[string]string {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	return maps.Clone(ch.vars)
}

func (s *core) allGlobals() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.globals)
}

func sorted(vars map[string]string) []string { return slices.Sorted(maps.Keys(vars)) }
