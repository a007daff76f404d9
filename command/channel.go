package command

import (
	"strconv"

	"eslguard/codec"
	"eslguard/command/internal/nested"
	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// MaxLinger is the longest time that a linger may state, in seconds, and the time of a linger that
// states none. Without a bound, an ended call would stay for as long as the connection does.
const MaxLinger = 3600

// parseMyevents parses `myevents UUID [FORMAT]`, in either order. FreeSWITCH reads a format before
// the uuid as the uuid and answers that it is invalid, but clients mean the order that is accepted
// here. The canonical form always has a format, since without one FreeSWITCH reads an unknown uuid
// as that of any channel.
func (p *parser) parseMyevents(words []string) *codec.Refusal {
	const already = "-ERR aready enabled." // FreeSWITCH's own spelling
	if len(words) == 0 {
		if p.st.attached != "" {
			p.answer(already)
		} else {
			p.answer(notFound)
		}
		return nil
	}
	uuid, format := words[0], p.st.format
	if len(words) == 2 {
		if format = parseFormat(words[1]); format == "" {
			uuid, format = words[1], parseFormat(words[0])
		}
	}
	if format == "" && len(words) == 1 {
		format = formats[0]
	}
	if len(words) > 2 || format == "" || parseFormat(uuid) != "" || !fstext.IsPlain(uuid) {
		return refuse(ReasonSyntax, "myevents takes a uuid and a format, not", p.args)
	}
	if p.st.attached != "" && p.st.attached != uuid {
		p.answer(already)
		return nil
	}
	p.analyzer.Add(effect.OnChannel("myevents", uuid, "myevents"))
	p.send("myevents " + uuid + " " + format)
	p.cmd.apply = func(s *State) { s.attached = uuid }
	return nil
}

// parseGetvar parses `getvar NAME`. FreeSWITCH copies the value into a header of its reply,
// including line feeds, so the command is forwarded as the API uuid_getvar, whose answer has a
// length.
func (p *parser) parseGetvar(words []string) *codec.Refusal {
	uuid := p.st.attached
	if uuid == "" {
		p.answer(notFound)
		return nil
	}
	if len(words) != 1 || !fstext.IsPlain(words[0]) {
		return refuse(ReasonSyntax, "getvar takes the plain name of a variable, not", p.args)
	}
	args := uuid + " " + words[0]
	if isRewritten(args) {
		return refuse(ReasonRewritten, "an unload or reload of mod_event_socket in a getvar", "")
	}
	p.analyzer.RunAPI(nested.Origin{Path: "getvar"}, "uuid_getvar", args)
	p.send("api uuid_getvar " + args)
	return nil
}

// parseDivertEvents parses `divert_events on|off`.
func (p *parser) parseDivertEvents(words []string) *codec.Refusal {
	if p.st.attached == "" {
		p.answer("-ERR not controlling a session.")
		return nil
	}
	if len(words) == 0 {
		p.answer("-ERR missing value.")
		return nil
	}
	value := ascii.ToLower(words[0])
	if len(words) != 1 || value != "on" && value != "off" {
		return refuse(ReasonSyntax, "divert_events takes on or off, not", p.args)
	}
	p.analyzer.Add(effect.OnChannel("divert_events", p.st.attached, "divert_events"))
	p.send("divert_events " + value)
	return nil
}

// notControlling is FreeSWITCH's answer to linger and nolinger if the session is not attached to a
// channel.
const notControlling = "-ERR not controlling a session"

// parseLinger parses `linger [SECONDS]`. Without a time FreeSWITCH would linger without an end;
// here it lingers for MaxLinger. FreeSWITCH reads a space with nothing after it as 0 seconds, so
// that is refused (mod_event_socket.c, parse_command).
func (p *parser) parseLinger(words []string) *codec.Refusal {
	if p.st.attached == "" {
		p.answer(notControlling)
		return nil
	}
	seconds := 0
	switch {
	case len(words) == 1:
		seconds, _ = fstext.SmallNumber(words[0])
	case !p.spaced:
		seconds = MaxLinger
		p.cmd.Text = lingerLine(seconds)
		p.drop("linger without a time")
	}
	if seconds < 1 || seconds > MaxLinger {
		r := refuse(ReasonLingerTime, "linger takes 1 to 3600 seconds, not", p.args)
		r.Reply = codec.ReplyRefused + "linger-time, state 1 to 3600 seconds"
		return r
	}
	p.analyzer.Add(effect.OnChannel("linger", p.st.attached, "linger"))
	p.send(lingerLine(seconds))
	return nil
}

func lingerLine(seconds int) string { return "linger " + strconv.Itoa(seconds) }

func (p *parser) parseNolinger() {
	if p.st.attached == "" {
		p.answer(notControlling)
		return
	}
	p.send("nolinger")
}

func (p *parser) parseResume() {
	if p.st.attached == "" {
		p.answer(notFound)
		return
	}
	p.analyzer.Add(effect.OnChannel("resume", p.st.attached, "resume"))
	p.send("resume")
}
