package core

import (
	"strings"

	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/fstext"
)

// callCommandLen is how many bytes of a call-command FreeSWITCH looks at: it hashes the first seven
// (switch_ivr.c, switch_ivr_parse_event).
const callCommandLen = 7

// Sendmsg does what a sendmsg asks of a channel.
func (c *Call) Sendmsg(ch *Channel, f *frame.Frame) {
	word := f.Get("call-command")
	c.record("sendmsg", word, "", ch.UUID)
	sum := hash7(word)
	switch {
	case word == "":
	case sum == hash7("execute"):
		c.execute(ch, f)
	case sum == hash7("hangup"):
		c.record("channel", "hangup", f.Get("hangup-cause"), ch.UUID)
		c.hangup(ch)
	case sum == hash7("nomedia"):
		c.record("channel", "nomedia", f.Get("nomedia-uuid"), ch.UUID)
	case sum == hash7("unicast"):
		c.record("channel", "unicast", f.Get("remote-ip")+":"+f.Get("remote-port"), ch.UUID)
	case sum == hash7("xferext"):
		c.record("channel", "xferext", "", ch.UUID)
		for _, h := range f.Headers {
			if fstext.EqualFold(h.Name, "application") {
				app, arg, _ := strings.Cut(h.Value, " ")
				c.app(ch, app, arg)
			}
		}
	}
}

// maxLoops limits a negative or large loops header. FreeSWITCH would repeat for ever.
const maxLoops = 100

// execute runs the application of call-command execute.
func (c *Call) execute(ch *Channel, f *frame.Frame) {
	name, arg := f.Get("execute-app-name"), f.Get("execute-app-arg")
	if arg == "" && fstext.EqualFold(f.Get("content-type"), "text/plain") {
		arg = f.Body
	}
	if name == "" {
		return
	}
	loops := 1
	if h := f.Get("loops"); h != "" {
		if loops = fstext.Atoi(h); loops < 0 || loops > maxLoops {
			loops = maxLoops
		}
	}
	if arg == "" && strings.Contains(name, "::") {
		name, arg, _ = strings.Cut(name, "::")
	}
	c.appUUID = f.Get("event-uuid")
	defer func() { c.appUUID = "" }()
	for range loops {
		c.app(ch, name, arg)
	}
}

// hash7 is the times-33 hash of the first seven bytes of a word, or of all if it is shorter.
func hash7(s string) uint32 {
	var h uint32
	for i := range min(len(s), callCommandLen) {
		h = h*33 + uint32(s[i])
	}
	return h
}
