package switchsim

import (
	"encoding/json"
	"net/url"
	"strings"
)

// apiRecord is `UUID start PATH LIMIT {NAME=VALUE,...}`, of which the block, URL-encoded, sets variables for the recording.
// Here they are the channel's.
func apiRecord(c *call, arg string) string {
	args := separate(arg, ' ', 5)
	ch := c.core.channel(place(args, 0))
	if len(args) < 3 || ch == nil {
		return "-ERR Cannot locate session!\n"
	}
	if text, err := url.PathUnescape(place(args, 4)); err == nil && equalFold(args[1], "start") {
		vars, _, _ := brackets(strings.TrimLeft(text, " "), '{', '}', ',')
		for _, v := range vars {
			c.setVar(ch, v.Name, v.Value)
		}
	}
	if equalFold(args[1], "start") {
		c.recordSession(ch, args[2], "")
	}
	return "+OK Success\n"
}

// apiDropDTMF is `UUID on|off mask_file PATH`: the path is played for each digit.
func apiDropDTMF(c *call, arg string) string {
	args := separate(arg, ' ', 5)
	if len(args) > 3 && equalFold(args[2], "mask_file") {
		c.hold(func() { c.broadcast(args[0], args[3]) })
	}
	return "+OK\n"
}

// apiFifoMember is `add FIFO DIAL-STRING ...`, and apiFifoOutbound `FIFO DIAL-STRING`.
func apiFifoMember(c *call, arg string) string {
	args := separate(arg, ' ', 10)
	if len(args) > 2 && equalFold(args[0], "add") {
		c.hold(func() { c.dialExpanded(args[2]) })
	}
	return "+OK\n"
}

func apiFifoOutbound(c *call, arg string) string {
	args := separate(arg, ' ', 10)
	if len(args) > 1 {
		c.hold(func() { c.dialExpanded(args[1]) })
	}
	return "+OK\n"
}

// apiCallcenter is `agent set contact AGENT DIAL-STRING`.
func apiCallcenter(c *call, arg string) string {
	args := separate(arg, ' ', 10)
	if len(args) > 4 && args[0] == "agent" && args[1] == "set" && args[2] == "contact" {
		c.hold(func() { c.dialExpanded(args[4]) })
	}
	return "+OK\n"
}

// apiPage is `(NAME=VALUE,...)<NAME=VALUE,...>DIAL-STRING:_:DIAL-STRING`, for each call of which page_exten is looked up
// (mod_dptools.c, page_api_function and call_monitor_thread).
func apiPage(c *call, arg string) string {
	vars := map[string]string{"page_dp": "inline"}
	for {
		list, rest, ok := brackets(arg, '(', ')', ',')
		if !ok {
			break
		}
		for _, v := range list {
			vars[asciiLower(v.Name)] = v.Value
		}
		arg = rest
	}
	arg = strings.TrimLeft(arg, " ")
	calls, ok := arg, true
	for ok {
		_, calls, ok = brackets(calls, '<', '>', ',')
	}
	own := arg[:len(arg)-len(calls)] // the variables of the first call
	c.hold(func() {
		for part := range strings.SplitSeq(strings.TrimLeft(calls, " "), ":_:") {
			ch, _ := c.dial(own+part, "", nil)
			own = ""
			if ch != nil && vars["page_exten"] != "" {
				c.transferTo(ch, vars["page_exten"], vars["page_dp"], vars["page_context"])
			}
		}
	})
	return "+OK\n"
}

// field is the first value of a JSON object whose name is that one in any case, as cJSON looks for it; nil without one.
func field(object []byte, name string) json.RawMessage {
	dec := json.NewDecoder(strings.NewReader(string(object)))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for dec.More() {
		key, err := dec.Token()
		var value json.RawMessage
		if err != nil || dec.Decode(&value) != nil {
			return nil
		}
		if k, ok := key.(string); ok && equalFold(k, name) {
			return value
		}
	}
	return nil
}

// text is field for a string; "" where it is none.
func text(object []byte, name string) (s string) {
	_ = json.Unmarshal(field(object, name), &s)
	return s
}

// dialExpanded dials what queues keep: it is expanded when it is used (mod_fifo.c, mod_callcenter.c).
func (c *call) dialExpanded(text string) {
	_, _ = c.dial(scope{call: c, again: true}.expand(text, 0), "", nil)
}
