package command

import (
	"strings"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command/internal/nested"
	"eslguard/effect"
)

// A Command is what one frame asks FreeSWITCH to do. It keeps no reference to the frame that it was
// parsed from.
type Command struct {
	Verb Verb
	// Text is the command in readable form, for records: the line, the headers that matter, and the
	// beginning of the body if the body is forwarded. It is neither shortened nor redacted: limit
	// and redact it before you print it. For auth and userauth it is the verb alone.
	Text string
	// Effects is everything that the command would cause. It is empty if the command concerns only
	// the client's own session. It may be shared with other commands: never change it.
	Effects []effect.Effect
	// Upstream has the frames that are forwarded, in order: one frame, or one for each part of a
	// console_execute. It is empty if Answer is set.
	Upstream []codec.Frame
	// Answer is FreeSWITCH's own answer to the command, if it is known without asking: the text of
	// a command/reply. Then nothing is forwarded. It is empty if FreeSWITCH has to answer.
	Answer string
	// AnswerAPI says that Answer is the body of an api/response instead.
	AnswerAPI bool
	// JobUUID is the client's own id for the job that a bgapi starts, or the one that SetJobUUID
	// set. It is empty if there is neither, and for every other verb.
	JobUUID string
	// Dropped names, for the record, what the client sent and the canonical form leaves out or
	// changes: names of headers, "line without a colon", "body", unknown event names, "linger
	// without a time". It has at most 32 entries of at most 64 bytes.
	Dropped []string
	// apply is called by State.Apply once the command has been forwarded. Nil if the command
	// changes nothing in the session.
	apply func(*State)
}

// API reports whether the reply to the command is an api/response.
func (c *Command) API() bool { return c.Verb == VerbAPI }

// SetJobUUID sets the Job-UUID of a bgapi that has none of its own, so that the job's id is known
// before FreeSWITCH answers. It does nothing for any other command. id must match
// [0-9A-Za-z_-]{1,64}.
func (c *Command) SetJobUUID(id string) {
	if c.Verb != VerbBgapi || c.JobUUID != "" || len(c.Upstream) != 1 {
		return
	}
	c.JobUUID = id
	c.Upstream[0].Headers = []codec.Header{{Name: []byte("Job-UUID"), Value: []byte(id)}}
}

// Parse parses f and returns what it would cause. cat is the catalogue of the policy in force. st
// is the state of the session; nil means that of a new session. Parse only reads st. An error is
// always a *codec.Refusal that is not Fatal.
func Parse(cat *catalog.Catalog, st *State, f *codec.Frame) (*Command, error) {
	if st == nil {
		st = new(State)
	}
	out := new(parsed)
	out.cmd.Upstream = out.frames[:0:1]
	p := &parser{st: st, f: f, cmd: &out.cmd, line: string(f.Line)}
	p.an.Init(cat, out.effects[:0:1])
	p.cmd.Text = p.line
	if f.Unread > 0 {
		p.drop("line without a colon")
	}
	var word string
	word, p.args, p.spaced = strings.Cut(p.line, " ")
	p.cmd.Verb = parseVerb(word)
	if p.cmd.Verb == VerbInvalid {
		return nil, refuseVerb(word)
	}
	r := p.parse()
	if r == nil && p.an.Guard.Refusal != nil {
		r = refuseProtection(p.an.Guard.Refusal)
	}
	if r != nil {
		r.API = p.cmd.Verb == VerbAPI && p.spaced
		return nil, r
	}
	p.cmd.Effects = p.an.Found()
	return p.cmd, nil
}

// parsed is a Command with memory for one effect and one frame, which is what most commands have.
type parsed struct {
	cmd     Command
	effects [1]effect.Effect
	frames  [1]codec.Frame
}

// A parser is the state of one call of Parse.
type parser struct {
	st     *State
	f      *codec.Frame
	cmd    *Command
	line   string
	args   string // what follows the verb and one space
	spaced bool   // the verb is followed by a space
	an     nested.Analyzer
}

// parse calls the parser of the verb. It refuses a verb that has none.
func (p *parser) parse() *codec.Refusal {
	switch p.cmd.Verb {
	case VerbAPI, VerbBgapi:
		return p.parseAPI()
	case VerbSendmsg:
		return p.parseSendmsg()
	case VerbSendevent:
		return p.parseSendevent()
	case VerbFilter:
		p.dropAll()
		return p.parseFilter()
	case VerbAuth, VerbUserauth:
		// FreeSWITCH does not know these after the login.
		p.cmd.Text = p.cmd.Verb.String()
		p.answer(notFound)
		return nil
	}
	p.dropAll()
	words, r := p.words()
	if r != nil {
		return r
	}
	switch p.cmd.Verb {
	case VerbEvent:
		return p.parseEvent(words)
	case VerbNixevent:
		return p.parseNixevent(words)
	case VerbLog:
		return p.parseLog(words)
	case VerbMyevents:
		return p.parseMyevents(words)
	case VerbDivertEvents:
		return p.parseDivertEvents(words)
	case VerbGetvar:
		return p.parseGetvar(words)
	case VerbLinger:
		return p.parseLinger(words)
	}
	if len(words) > 0 {
		return refuse(ReasonSyntax, p.cmd.Verb.String()+" takes nothing after it, not", p.args)
	}
	return p.parseBare()
}

// parseBare parses the verbs that take no arguments.
func (p *parser) parseBare() *codec.Refusal {
	switch p.cmd.Verb {
	case VerbExit:
		p.send("exit")
	case VerbNoevents:
		p.send("noevents")
		p.cmd.apply = (*State).noevents
	case VerbNolog:
		p.send("nolog")
		p.cmd.apply = (*State).nolog
	case VerbNolinger:
		p.parseNolinger()
	case VerbConnect:
		// On an attached session FreeSWITCH would answer with a block that only a blank line ends.
		p.answer(notFound)
	case VerbResume:
		p.parseResume()
	default:
		return refuseVerb(p.cmd.Verb.String())
	}
	return nil
}

// words splits the text after the verb into words, nil if there are none. It refuses tabs and two
// spaces in a row. It ignores spaces at the end.
func (p *parser) words() ([]string, *codec.Refusal) {
	text := strings.TrimRight(p.args, " ")
	if strings.IndexByte(text, '\t') >= 0 {
		return nil, refuse(ReasonBlank, "a tab in", text)
	}
	if text == "" {
		return nil, nil
	}
	if text[0] == ' ' || strings.Contains(text, "  ") {
		return nil, refuse(ReasonBlank, "more than one space in", text)
	}
	return strings.Split(text, " "), nil
}

// send appends a frame that consists of line to the frames to forward.
func (p *parser) send(line string) {
	p.cmd.Upstream = append(p.cmd.Upstream, codec.Frame{Line: []byte(line)})
}

// answer sets text as FreeSWITCH's own answer to the command.
func (p *parser) answer(text string) { p.cmd.Answer = text }

// The bounds of Command.Dropped: the number of entries, and the bytes of one.
const (
	maxDropped     = 32
	maxDroppedText = 64
)

// drop records that what, sent by the client, is left out.
func (p *parser) drop(what string) {
	if len(p.cmd.Dropped) < maxDropped {
		p.cmd.Dropped = append(p.cmd.Dropped, what[:min(len(what), maxDroppedText)])
	}
}

// dropAll records all headers and the body as left out, for a verb that takes neither.
func (p *parser) dropAll() {
	for i := range p.f.Headers {
		p.drop(string(p.f.Headers[i].Name))
	}
	p.dropBody()
}

func (p *parser) dropBody() {
	if len(p.f.Body) > 0 {
		p.drop("body")
	}
}
