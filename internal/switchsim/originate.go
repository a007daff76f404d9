package switchsim

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// apiOriginate dials, and then runs the application or extension on the new channel.
func apiOriginate(c *call, arg string) string {
	args := separate(arg, ' ', 10)
	if len(args) < 2 || len(args) > 7 {
		return "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] " +
			"[<cid_name>] [<cid_num>] [<timeout_sec>]\n"
	}
	ch, cause := c.dial(args[0])
	if ch == nil {
		return "-ERR " + cause + "\n"
	}
	c.after(func() {
		target, ok := strings.CutPrefix(args[1], "&")
		if !ok || target == "" {
			c.extension(ch, args[1:])
			return
		}
		target, _, _ = strings.Cut(target, ")")
		name, arg, _ := strings.Cut(target, "(")
		c.app(ch, name, arg)
	})
	return "+OK " + ch.uuid + "\n"
}

// noAnswer is why a dial string without a leg that answers fails.
const noAnswer = "DESTINATION_OUT_OF_ORDER"

// noEndpoint is why a leg of an unknown type fails. It does not hide why another one did.
const noEndpoint = "CHAN_NOT_IMPLEMENTED"

// dial dials a dial string. What `:_:` joins is dialled all, and the first that answers is kept.
func (c *call) dial(text string) (ch *channel, cause string) {
	for part := range strings.SplitSeq(text, ":_:") {
		one, why := c.dialOne(part)
		if cause = why; ch == nil {
			ch = one
		}
	}
	return ch, cause
}

// dialOne tries the legs of a dial string in turn and returns the first that answers, or why the last did not. Of the
// legs that `,` joins the first to answer is taken, too.
func (c *call) dialOne(text string) (ch *channel, cause string) {
	vars := map[string]string{}
	text = block(text, '<', '>', vars)
	text = block(text, '{', '}', vars)
	for _, alternative := range separate(text, '|', maxParts) {
		for _, leg := range separate(alternative, ',', maxParts) {
			own := map[string]string{}
			leg = block(leg, '[', ']', own)
			for k, v := range vars {
				own[k] = v
			}
			ch, why := c.leg(leg, own)
			if ch != nil {
				return ch, ""
			}
			if cause == "" || why != noEndpoint {
				cause = why
			}
		}
	}
	return nil, cmp.Or(cause, noAnswer)
}

// block takes the blocks of variables off the front of a dial string. Only the same pair of brackets is counted.
func block(s string, opening, closing byte, vars map[string]string) string {
	for {
		t := strings.TrimLeft(s, " ")
		if t == "" || t[0] != opening {
			return s
		}
		depth, end := 0, -1
		for i := range len(t) {
			if t[i] == opening {
				depth++
			} else if t[i] == closing {
				if depth--; depth == 0 {
					end = i
					break
				}
			}
		}
		if end < 0 {
			return s
		}
		for _, item := range separate(t[1:end], ',', maxParts) {
			if kv := separate(item, '=', 2); len(kv) == 2 && kv[0] != "" {
				vars[kv[0]] = kv[1]
			}
		}
		s = t[end+1:]
	}
}

// leg dials one leg. loopback runs an extension or an application, null and user answer, error says its cause.
func (c *call) leg(leg string, vars map[string]string) (ch *channel, cause string) {
	kind, data, _ := strings.Cut(strings.TrimLeft(leg, " "), "/")
	switch asciiLower(kind) {
	case "error":
		return nil, data
	case "loopback":
		return c.loopback(data, vars)
	case "null", "user", "sofia":
		return c.answered(vars)
	}
	return nil, noEndpoint
}

func (c *call) loopback(data string, vars map[string]string) (ch *channel, cause string) {
	b := &channel{uuid: newUUID(), vars: map[string]string{}}
	if text, ok := strings.CutPrefix(data, "app="); ok {
		name, arg, _ := strings.Cut(text, ":")
		c.app(b, "pre_answer", "")
		c.app(b, name, arg)
		return nil, "NORMAL_CLEARING"
	}
	exten, _, _ := strings.Cut(data, "/")
	if exten != "park" {
		return nil, "NO_ROUTE_DESTINATION"
	}
	c.app(b, "answer", "")
	if !c.hooks(b, vars) {
		return nil, noAnswer
	}
	ch, cause = c.answered(vars)
	if ch != nil {
		c.app(b, "park", "")
	}
	return ch, cause
}

// answered makes the channel of a leg that has answered, and runs its hooks.
func (c *call) answered(vars map[string]string) (ch *channel, cause string) {
	uuid := vars["origination_uuid"]
	if uuid == "" {
		uuid = newUUID()
	}
	c.sw.AddChannel(uuid, vars)
	ch = c.sw.channel(uuid)
	if !c.hooks(ch, vars) {
		return nil, noAnswer
	}
	return ch, ""
}

// hooks runs what execute_on_answer and api_on_answer hold, and all variables whose names begin so. It is false if an
// application hung the channel up.
func (c *call) hooks(ch *channel, vars map[string]string) bool {
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		value := vars[name]
		sep := " "
		if strings.Contains(value, "::") {
			sep = "::"
		}
		what, arg, _ := strings.Cut(value, sep)
		switch {
		case hasPrefixFold(name, "execute_on_answer"):
			if !c.app(ch, what, arg) {
				return false
			}
		case hasPrefixFold(name, "api_on_answer"):
			_, _ = c.api(what, scope{call: c, ch: ch, again: true}.expand(arg, 0))
		}
	}
	return true
}
