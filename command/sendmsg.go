package command

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"eslguard/codec"
	"eslguard/command/internal/nested"
	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// A valueKind says what the value of a header of sendmsg may be.
type valueKind uint8

const (
	valueDrop   valueKind = iota // the call-command does not know the header: it is dropped
	valueText                    // anything
	valuePlain                   // a plain word
	valueNumber                  // a number, perhaps negative
	valuePort                    // a port, which is forwarded in plain digits
	valueHost                    // an address in its plain form, or the name of a host
	valueLabel                   // text of at most MaxPlain bytes without anything to expand
	valueType                    // text/plain, for an argument in the body
)

// callCommands are the values of call-command, and the headers that each of them takes
// (switch_ivr.c, switch_ivr_parse_event). FreeSWITCH compares them by a hash of seven bytes.
var callCommands = map[string]map[string]valueKind{
	"execute": {
		"execute-app-name": valueText, "execute-app-arg": valueText, "content-type": valueType,
		"loops": valueNumber, "hold-bleg": valuePlain, "event-uuid": valueLabel, "event-uuid-name": valueLabel,
	},
	"hangup":  {"hangup-cause": valuePlain},
	"nomedia": {"nomedia-uuid": valuePlain},
	"unicast": {
		"local-ip": valueHost, "local-port": valuePort, "remote-ip": valueHost, "remote-port": valuePort,
		"transport": valuePlain, "flags": valuePlain,
	},
	"xferext": {"application": valueText},
}

// commonHeaders are the headers that every call-command takes.
var commonHeaders = map[string]valueKind{
	"call-command": valuePlain, "async": valuePlain, "event-lock": valuePlain,
	"event-lock-pri": valuePlain, "lead-frames": valueNumber,
}

// parseSendmsg parses `sendmsg [UUID]`.
func (p *parser) parseSendmsg() *codec.Refusal {
	words, r := p.words()
	if r != nil {
		return r
	}
	uuid, r := p.target(words)
	if r != nil {
		return r
	}
	if uuid == "" {
		p.answer("-ERR invalid session id []")
		return nil
	}
	call := string(p.f.Get("call-command"))
	known, ok := callCommands[call]
	if !ok {
		return refuse(ReasonCallCommand, "not execute, hangup, nomedia, unicast or xferext:", call)
	}
	m := sendmsg{parser: p, uuid: uuid, frame: codec.Frame{Line: []byte("sendmsg " + uuid)}}
	if r := m.headers(known); r != nil {
		return r
	}
	switch call {
	case "execute":
		r = m.execute()
	case "xferext":
		r = m.xferext()
	default:
		r = m.plain(call)
	}
	if r != nil {
		return r
	}
	if !m.bodyUsed {
		p.dropBody()
	}
	p.cmd.Text = frameText(&m.frame)
	if isRewritten(p.cmd.Text) {
		return refuse(ReasonRewritten, "an unload or reload of mod_event_socket in a sendmsg", "")
	}
	p.cmd.Upstream = append(p.cmd.Upstream, m.frame)
	return nil
}

// target returns the uuid that a sendmsg is for: that of the line, else that of the header
// session-id, else that of the attached channel. It returns "" if there is none.
func (p *parser) target(words []string) (string, *codec.Refusal) {
	uuid := string(p.f.Get("session-id"))
	if len(words) > 0 {
		if uuid != "" && uuid != words[0] {
			return "", refuse(ReasonSessionID, "the line and session-id name two channels:", p.args)
		}
		uuid = words[0]
	}
	if uuid == "" {
		uuid = p.st.attached
	}
	if len(words) > 1 || uuid != "" && !fstext.IsPlain(uuid) {
		return "", refuse(ReasonSessionID, "not a plain uuid:", p.args)
	}
	return uuid, nil
}

// A sendmsg is the state of parsing one sendmsg.
type sendmsg struct {
	*parser
	uuid     string
	frame    codec.Frame
	bodyUsed bool
	arena    []byte // memory for the headers of frame
}

// headers copies the known headers into the frame, with their names in lower case.
func (m *sendmsg) headers(known map[string]valueKind) *codec.Refusal {
	m.allocateHeaders()
	for i := range m.f.Headers {
		h := &m.f.Headers[i]
		name, value := ascii.ToLower(string(h.Name)), string(h.Value)
		kind := known[name]
		if kind == valueDrop {
			kind = commonHeaders[name]
		}
		if kind == valueDrop || kind == valueType && !ascii.EqualFold(value, "text/plain") {
			if name != "session-id" {
				m.drop(string(h.Name))
			}
			continue
		}
		if kind == valueHost && !kind.allows(value) {
			r := refuse(ReasonHeaderValue, name+" is neither an address such as 10.0.0.5 nor the name of a host:", value)
			r.Reply = codec.ReplyRefused + string(ReasonHeaderValue) + ", write " + name + " as a plain address such as 10.0.0.5, or as a name"
			return r
		}
		if !kind.allows(value) {
			return refuse(ReasonHeaderValue, "the value of "+name+":", string(h.Value))
		}
		if kind == valuePort {
			port, _ := fstext.SmallNumber(value)
			value = strconv.Itoa(port)
		}
		m.add(name, value)
	}
	return nil
}

// allocateHeaders allocates the frame's headers and the memory for their bytes.
func (m *sendmsg) allocateHeaders() {
	n := 0
	for i := range m.f.Headers {
		n += len(m.f.Headers[i].Name) + len(m.f.Headers[i].Value)
	}
	m.arena = make([]byte, 0, n)
	m.frame.Headers = make([]codec.Header, 0, len(m.f.Headers))
}

func (k valueKind) allows(value string) bool {
	switch k {
	case valueText, valueType:
		return true
	case valuePlain:
		return fstext.IsPlain(value)
	case valueHost:
		return fstext.IsPlain(value) && fstext.IsHost(value)
	case valueLabel:
		return len(value) <= fstext.MaxPlain && strings.IndexByte(value, '$') < 0
	case valuePort: // FreeSWITCH takes a larger number modulo 65,536
		n, ok := fstext.SmallNumber(value)
		return ok && n <= nested.MaxPort
	case valueNumber:
		_, ok := fstext.SmallNumber(strings.TrimPrefix(value, "-"))
		return ok
	}
	return false
}

func (m *sendmsg) add(name, value string) {
	m.frame.Headers = append(m.frame.Headers, codec.Header{Name: m.bytesOf(name), Value: m.bytesOf(value)})
}

// bytesOf returns a copy of s, in the arena while its capacity lasts.
func (m *sendmsg) bytesOf(s string) []byte {
	start := len(m.arena)
	m.arena = append(m.arena, s...)
	return slices.Clip(m.arena[start:])
}

// remove removes a header from the frame.
func (m *sendmsg) remove(name string) {
	kept := m.frame.Headers[:0]
	for _, h := range m.frame.Headers {
		if string(h.Name) != name {
			kept = append(kept, h)
		}
	}
	m.frame.Headers = kept
}

// plain parses the call-commands that run no application.
func (m *sendmsg) plain(call string) *codec.Refusal {
	switch call {
	case "nomedia":
		other := m.get("nomedia-uuid")
		if other == "" {
			return refuse(ReasonHeaderValue, "nomedia without a nomedia-uuid", "")
		}
		m.analyzer.Add(effect.OnChannel(call, m.uuid, "sendmsg", other))
	case "unicast":
		if m.get("remote-ip") == "0.0.0.0" { // the operating system reads it as its own address
			return refuse(ReasonHeaderValue, "remote-ip names no host:", "0.0.0.0")
		}
		m.analyzer.Add(effect.OnChannel(call, m.uuid, "sendmsg", m.unicastTarget()...))
	default:
		m.analyzer.Add(effect.OnChannel(call, m.uuid, "sendmsg"))
	}
	return nil
}

// unicastHeaders are the headers of a unicast, in the order of the tokens of its effect, with
// FreeSWITCH's defaults (switch_ivr.c, switch_ivr_parse_event).
var unicastHeaders = [...]struct{ name, missing string }{
	{"remote-ip", "127.0.0.1"}, {"remote-port", "8026"}, {"local-ip", "127.0.0.1"}, {"local-port", "8025"},
	{"transport", "udp"}, {"flags", ""},
}

// unicastTarget returns where a unicast sends the audio of the channel, from where, and how.
func (m *sendmsg) unicastTarget() []string {
	tokens := make([]string, len(unicastHeaders))
	for i, h := range unicastHeaders {
		tokens[i] = cmp.Or(m.get(h.name), h.missing)
	}
	return tokens
}

func (m *sendmsg) get(name string) string {
	for _, h := range m.frame.Headers {
		if string(h.Name) == name {
			return string(h.Value)
		}
	}
	return ""
}

// execute parses call-command execute. The application is in execute-app-name, its argument in
// execute-app-arg or in a text/plain body. A name with :: and no argument is split there, as
// FreeSWITCH does, and forwarded in two headers.
func (m *sendmsg) execute() *codec.Refusal {
	name, args := m.get("execute-app-name"), m.get("execute-app-arg")
	hasType := m.get("content-type") != ""
	if args == "" && hasType && len(m.f.Body) > 0 {
		args = string(m.f.Body)
		m.frame.Body = bytes.Clone(m.f.Body)
		m.bodyUsed = true
	} else if hasType {
		m.remove("content-type") // without a body it has no meaning
	}
	if args == "" {
		name, args, _ = strings.Cut(name, "::")
		args = strings.TrimLeft(args, " ")
		m.setApp(name, args)
	}
	if !fstext.IsPlain(name) || strings.HasPrefix(args, fstext.ArrayMark) {
		return refuse(ReasonAppName, "execute-app-name:", m.get("execute-app-name"))
	}
	at := nested.Origin{Path: "sendmsg", UUIDs: []string{m.uuid}}
	if m.loops() {
		at.Later = effect.Repeating
	}
	m.analyzer.App(at, name, args)
	return nil
}

// loops reports whether FreeSWITCH may run the application more than once. It runs it as often as
// the header loops says; if that is negative, as long as the channel is up (switch_ivr.c,
// switch_ivr_parse_event).
func (m *sendmsg) loops() bool {
	n := m.get("loops")
	return n != "" && n != "0" && n != "1"
}

// setApp writes a name that was split, and its argument, back into the headers.
func (m *sendmsg) setApp(name, args string) {
	for i := range m.frame.Headers {
		if string(m.frame.Headers[i].Name) == "execute-app-name" {
			m.frame.Headers[i].Value = []byte(name)
		}
	}
	if args != "" {
		m.add("execute-app-arg", args)
	}
}

// xferext parses call-command xferext. Each header application has a name, a space and an argument.
func (m *sendmsg) xferext() *codec.Refusal {
	m.analyzer.Add(effect.OnChannel("xferext", m.uuid, "sendmsg"))
	apps := 0
	for i := range m.frame.Headers {
		h := &m.frame.Headers[i]
		if string(h.Name) != "application" {
			continue
		}
		name, args, _ := strings.Cut(string(h.Value), " ")
		if args == "" {
			name, args, _ = strings.Cut(name, "::")
		}
		if !fstext.IsPlain(name) {
			return refuse(ReasonAppName, "application:", string(h.Value))
		}
		h.Value = []byte(name)
		if args != "" {
			h.Value = []byte(name + " " + args)
		}
		m.analyzer.App(nested.Origin{Path: "sendmsg xferext", UUIDs: []string{m.uuid}}, name, args)
		apps++
	}
	if apps == 0 {
		return refuse(ReasonAppName, "xferext without an application", "")
	}
	return nil
}

// maxTextBody bounds how much of a body is in Command.Text, in bytes.
const maxTextBody = 1024

// frameText returns a frame in readable form: the line, the headers, the beginning of the body.
func frameText(f *codec.Frame) string {
	const between = len("\n: ")
	body := f.Body[:min(len(f.Body), maxTextBody)]
	n := len(f.Line) + len("\n\n") + len(body)
	for i := range f.Headers {
		n += between + len(f.Headers[i].Name) + len(f.Headers[i].Value)
	}
	var b strings.Builder
	b.Grow(n)
	b.Write(f.Line)
	for i := range f.Headers {
		b.WriteByte('\n')
		b.Write(f.Headers[i].Name)
		b.WriteString(": ")
		b.Write(f.Headers[i].Value)
	}
	if len(body) > 0 {
		b.WriteString("\n\n")
		b.Write(body)
	}
	return b.String()
}
