package switchsim

import (
	"strconv"
	"strings"

	"eslguard/internal/switchsim/frame"
	"eslguard/internal/switchsim/internal/core"
	"eslguard/internal/switchsim/internal/event"
	"eslguard/internal/switchsim/internal/fstext"
)

// attached returns the channel to which myevents attached the session, or nil.
func (c *session) attached() *core.Channel { return c.bound }

// boundUUID returns the uuid of the attached channel, or "".
func (c *session) boundUUID() string {
	if c.bound == nil {
		return ""
	}
	return c.bound.UUID
}

// channelVerb answers myevents and the verbs that exist only with an attached channel. ok is false
// for all others.
func (c *session) channelVerb(cmd, line string) (reply []byte, ok bool) {
	ch := c.attached()
	if ch == nil && !fstext.HasPrefixFold(cmd, "myevents ") {
		return nil, false
	}
	switch {
	case ch != nil && fstext.HasPrefixFold(cmd, "resume"):
		c.record("channel", "resume", "", ch.UUID)
		ch.Set("socket_resume", "true")
		return commandReply("+OK"), true
	case ch != nil && fstext.HasPrefixFold(cmd, "connect"):
		return c.connect(ch), true
	case ch != nil && fstext.HasPrefixFold(cmd, "getvar"):
		value := ""
		if _, name, ok := strings.Cut(line, " "); ok {
			c.record("channel", "getvar", name, ch.UUID)
			value, _ = ch.Get(name)
		}
		switch {
		case value == "":
			return commandReply(unknown), true
		case value[0] == '~': // FreeSWITCH's own mark of a reply with other headers
			return rawReply(value[1:]), true
		}
		return commandReply(value), true
	case fstext.HasPrefixFold(cmd, "myevents"):
		return c.myevents(cmd, line), true
	}
	return nil, false
}

// connect answers with the channel's data and without a Content-Length.
func (c *session) connect(ch *core.Channel) []byte {
	e := c.sw.core.ChannelData(ch, "mod_event_socket.c", "parse_command", 2029)
	e.Headers = append(e.Headers,
		frame.Header{Name: "Content-Type", Value: "command/reply"}, frame.Header{Name: "Reply-Text", Value: "+OK\n"},
		frame.Header{Name: "Socket-Mode", Value: "async"}, frame.Header{Name: "Control", Value: "full"})
	return []byte(e.Text(event.Plain))
}

// myevents attaches any channel and turns its events on. An unknown uuid is refused only if a word
// follows it; without one, the session gets the events of every channel.
func (c *session) myevents(cmd, line string) []byte {
	if c.subs.Mine {
		return commandReply("-ERR aready enabled.")
	}
	if c.bound == nil {
		uuid, _, word := strings.Cut(line[len("myevents "):], " ")
		if c.bound = c.sw.core.Channel(uuid); c.bound == nil && word {
			return commandReply("-ERR invalid uuid")
		}
		cmd = line
		if word {
			cmd = line[:len("myevents ")+len(uuid)]
		}
		if c.bound != nil {
			c.attachedTo.Store(&c.bound.UUID)
		}
		c.record("channel", "myevents", uuid, c.boundUUID())
	}
	uuid := c.boundUUID()
	c.setSub(func(s *event.Subscriptions) {
		s.Mine, s.UUID = true, uuid
		for _, name := range myEvents {
			s.Names[name] = true
		}
		for _, word := range []struct {
			text string
			form event.Format
		}{{"xml", event.XML}, {"XML", event.XML}, {"json", event.JSON}, {"JSON", event.JSON}} {
			if strings.Contains(cmd, word.text) {
				s.Format = word.form
			}
		}
	})
	c.enableEvents()
	return commandReply("+OK Events Enabled")
}

// myEvents are the events to which myevents subscribes.
var myEvents = strings.Fields(`CHANNEL_ANSWER CHANNEL_APPLICATION CHANNEL_BRIDGE CHANNEL_CREATE CHANNEL_DATA
	CHANNEL_DESTROY CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_ORIGINATE
	CHANNEL_UUID CHANNEL_OUTGOING CHANNEL_PARK CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_STATE CHANNEL_UNBRIDGE
	CHANNEL_UNPARK DETECTED_SPEECH DTMF NOTALK TALK`)

// divertEvents answers divert_events.
func (c *session) divertEvents(rest string) []byte {
	ch := c.attached()
	if ch == nil {
		return commandReply("-ERR not controlling a session.")
	}
	rest = strings.TrimLeft(rest, " ")
	if rest = fstext.StripCR(rest); rest == "" {
		return commandReply("-ERR missing value.")
	}
	c.record("channel", "divert_events", rest, ch.UUID)
	if fstext.EqualFold(rest, "on") {
		return commandReply("+OK events diverted")
	}
	return commandReply("+OK events not diverted")
}

// linger answers linger.
func (c *session) linger(cmd string) []byte {
	ch := c.attached()
	if ch == nil {
		return commandReply(noControl)
	}
	arg := strings.TrimPrefix(cmd[len("linger"):], " ")
	c.record("channel", "linger", fstext.StripCR(arg), ch.UUID)
	if arg == cmd[len("linger"):] || arg == "" {
		return commandReply("+OK will linger")
	}
	return commandReply("+OK will linger " + strconv.Itoa(fstext.Atoi(arg)) + " seconds")
}
