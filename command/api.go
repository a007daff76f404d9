package command

import (
	"strings"

	"eslguard/codec"
	"eslguard/command/internal/nested"
	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// MaxParts is the most parts that a console_execute may have. It is FreeSWITCH's own number: beyond
// it, FreeSWITCH runs several parts as one (switch_console.c, switch_console_execute).
const MaxParts = 128

// parseAPI parses api and bgapi.
func (p *parser) parseAPI() *codec.Refusal {
	if !p.spaced {
		return refuseVerb(p.cmd.Verb.String())
	}
	console, r := p.apiHeaders()
	if r != nil {
		return r
	}
	if strings.Trim(p.args, " ") == "" || p.args[0] == ' ' && !console {
		r := refuse(ReasonBlank, "a space where the name of the API belongs", "")
		if p.cmd.Verb == VerbAPI {
			r.Reply = "-ERR  Command not found!"
		}
		return r
	}
	if isRewritten(p.line) {
		return p.parseUnloadSelf(console)
	}
	if console {
		return p.parseConsole()
	}
	name, args, r := cutAPI(p.args)
	if r != nil {
		return r
	}
	prefix := ""
	if p.cmd.Verb == VerbBgapi {
		prefix = "bgapi"
	}
	return p.runAPI(nested.Origin{Path: prefix}, name, args)
}

// runAPI finds the effects of an API that the frame itself runs, and appends its canonical form to
// the frames to forward.
func (p *parser) runAPI(at nested.Origin, name, args string) *codec.Refusal {
	canonical := p.analyzer.RunAPI(at, name, args)
	if canonical != args && isRewritten(canonical) {
		return refuse(ReasonRewritten, "an unload or reload of mod_event_socket between quotes", "")
	}
	p.sendAPI(name, canonical)
	return nil
}

// apiHeaders reads the headers that api and bgapi take and drops all others. console reports
// whether the command is a console_execute.
func (p *parser) apiHeaders() (console bool, r *codec.Refusal) {
	for i := range p.f.Headers {
		h := &p.f.Headers[i]
		name := string(h.Name)
		switch {
		case p.cmd.Verb == VerbAPI && ascii.EqualFold(name, "console_execute"):
			console = fstext.IsTrue(string(h.Value))
		case p.cmd.Verb == VerbBgapi && ascii.EqualFold(name, "Job-UUID"):
			id := string(h.Value)
			if !isJobUUID(id) {
				r := refuse(ReasonJobUUID, "Job-UUID", id)
				r.Reply = codec.ReplyRefused + string(r.Reason) + ", use 1 to 64 letters, digits, - and _"
				return false, r
			}
			p.cmd.JobUUID = id
		default:
			p.drop(name)
		}
	}
	p.dropBody()
	return console, nil
}

// maxJobUUID is the most bytes of a Job-UUID. FreeSWITCH writes it twice into a reply of 512 bytes
// (mod_event_socket.c, listener_run).
const maxJobUUID = 64

func isJobUUID(s string) bool {
	return len(s) <= maxJobUUID && fstext.IsPlain(s) && !strings.ContainsAny(s, ".@+")
}

// cutAPI splits the text of an API command into name and argument, without the blanks that
// FreeSWITCH strips.
func cutAPI(text string) (name, args string, r *codec.Refusal) {
	name, args, _ = strings.Cut(text, " ")
	if strings.IndexByte(name, '\t') >= 0 {
		return "", "", refuse(ReasonBlank, "a tab beside the name of the API in", text)
	}
	if fstext.KeepsBlanks(name) {
		return name, args, nil // the argument of this API keeps its blanks
	}
	args = strings.TrimRight(strings.TrimLeft(args, " "), fstext.LineBlanks)
	if args != "" && args[0] == '\t' {
		return "", "", refuse(ReasonBlank, "a tab beside the name of the API in", text)
	}
	return name, args, nil
}

// sendAPI appends one API command to the frames to forward.
func (p *parser) sendAPI(name, args string) {
	verb := p.cmd.Verb.String()
	line := make([]byte, 0, len(verb)+len(name)+len(args)+2)
	line = append(line, verb...)
	line = append(line, ' ')
	line = append(line, name...)
	if args != "" {
		line = append(line, ' ')
		line = append(line, args...)
	}
	frame := codec.Frame{Line: line}
	if p.cmd.JobUUID != "" {
		frame.Headers = []codec.Header{{Name: []byte("Job-UUID"), Value: []byte(p.cmd.JobUUID)}}
		p.cmd.Text += "\nJob-UUID: " + p.cmd.JobUUID
	}
	p.cmd.Upstream = append(p.cmd.Upstream, frame)
}

// parseConsole splits a console_execute into the API commands that FreeSWITCH would run for it.
// Each is forwarded as a frame of its own.
func (p *parser) parseConsole() *codec.Refusal {
	text := strings.TrimLeft(p.args, " ")
	parts := fstext.ConsoleParts(text)
	if len(parts) > MaxParts {
		return refuse(ReasonTooManyParts, "console_execute", text)
	}
	for _, part := range parts {
		name, args, r := cutAPI(part)
		if r != nil {
			return r
		}
		if r := p.runAPI(nested.Origin{Path: "api console_execute"}, name, args); r != nil {
			return r
		}
	}
	if len(p.cmd.Upstream) == 0 {
		p.cmd.Answer = "-ERR " + p.args + " Command not found!\n"
		p.cmd.AnswerAPI = true
	}
	return nil
}

// parseUnloadSelf parses a command that FreeSWITCH turns into a bgapi which unloads or reloads
// mod_event_socket. It accepts only a command that says exactly that.
func (p *parser) parseUnloadSelf(console bool) *codec.Refusal {
	refusal := refuse(ReasonRewritten, "not plainly an unload or reload of mod_event_socket:", p.args)
	words := strings.Split(ascii.ToLower(strings.TrimRight(p.args, " ")), " ")
	bgapi := words[0] == "bgapi"
	if bgapi {
		words = words[1:]
	}
	if console || p.cmd.Verb != VerbAPI || len(words) != 2 || words[1] != "mod_event_socket" {
		return refusal
	}
	verb := words[0]
	if verb != "unload" && verb != "reload" {
		return refusal
	}
	tokens := words[1:]
	config := p.analyzer.Catalog().API(verb).Class
	if !bgapi {
		p.analyzer.Add(effect.Effect{Kind: effect.KindAPI, Name: verb, Args: tokens[0], Tokens: tokens, Class: config, Path: "api " + verb})
	}
	text := verb + " " + tokens[0]
	p.analyzer.Add(effect.Effect{Kind: effect.KindAPI, Name: "bgapi", Args: text, Tokens: []string{text}, Class: effect.ClassNested, Path: "api bgapi"})
	p.analyzer.Add(effect.Effect{Kind: effect.KindAPI, Name: verb, Args: tokens[0], Tokens: tokens, Class: config, Path: "api bgapi > api " + verb})
	if bgapi {
		p.sendAPI("bgapi", text)
	} else {
		p.sendAPI(verb, tokens[0])
	}
	return nil
}

// isRewritten reports whether FreeSWITCH would replace a frame with this header text by an unload
// or reload of mod_event_socket (mod_event_socket.c, parse_command).
func isRewritten(text string) bool {
	return ascii.IndexFold(text, "mod_event_socket") >= 0 &&
		(ascii.IndexFold(text, "unload") >= 0 || ascii.IndexFold(text, "reload") >= 0)
}
