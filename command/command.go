package command

import (
	"strings"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command/internal/nested"
	"eslguard/effect"
)

// A Command is what one frame asks FreeSWITCH to do. It holds no reference to the frame
// that it was parsed from.
type Command struct {
	Verb Verb
	// Text is the command for people and records: the line and the headers that matter, whole and
	// not redacted, and the beginning of a body that goes up. Whoever prints it bounds and redacts
	// it. Of auth and userauth it holds the verb alone.
	Text string
	// Effects are all that the command would cause. None: it touches only the client's own
	// session. They may be shared with other commands: never change them.
	Effects []effect.Effect
	// Upstream is what goes up, in order: one frame, or one for each part of a
	// console_execute, or none when Answer is set.
	Upstream []codec.Frame
	// Answer, when not empty, is FreeSWITCH's own answer to the command, known without
	// asking it: the text of a command/reply. Nothing goes up.
	Answer string
	// AnswerAPI says that Answer is the body of an api/response instead.
	AnswerAPI bool
	// JobUUID is the id of the job that a bgapi starts: the client's own or "".
	JobUUID string
	// Dropped names what the client sent and the canonical form leaves out or says otherwise
	// (headers, "line without a colon", "body", unknown event names, "linger without a time"),
	// bounded, for the record.
	Dropped []string
	// note is what State.Apply does once the command has gone up.
	note func(*State)
}

// API reports whether the reply to the command is an api/response.
func (c *Command) API() bool { return c.Verb == VerbAPI }

// SetJobUUID gives a bgapi that has no Job-UUID of its own this one, so that the job is known
// before FreeSWITCH has answered. For every other command it does nothing. id must be
// [0-9A-Za-z_-]{1,64}.
func (c *Command) SetJobUUID(id string) {
	if c.Verb != VerbBgapi || c.JobUUID != "" || len(c.Upstream) != 1 {
		return
	}
	c.JobUUID = id
	c.Upstream[0].Headers = []codec.Header{{Name: []byte("Job-UUID"), Value: []byte(id)}}
}

// Parse says what f would cause. cat is the catalogue of the policy in force, st what the
// session did before, nil standing for nothing; Parse reads st and leaves it alone. Its error
// is a *codec.Refusal that is not Fatal.
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

// parsed is a Command with room for what most commands have: one effect, one frame.
type parsed struct {
	cmd     Command
	effects [1]effect.Effect
	frames  [1]codec.Frame
}

// A parser is the state of one Parse.
type parser struct {
	st     *State
	f      *codec.Frame
	cmd    *Command
	line   string
	args   string // what follows the verb and one space
	spaced bool   // the verb is followed by a space
	an     nested.Analyzer
}

// parse calls the parser of the verb. The switch is over all of them; what it does not
// know is refused.
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
		// Logged in, FreeSWITCH does not know these any more.
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

// parseBare is for the verbs that have no arguments.
func (p *parser) parseBare() *codec.Refusal {
	switch p.cmd.Verb {
	case VerbExit:
		p.send("exit")
	case VerbNoevents:
		p.send("noevents")
		p.cmd.note = (*State).noevents
	case VerbNolog:
		p.send("nolog")
		p.cmd.note = (*State).nolog
	case VerbNolinger:
		p.parseNolinger()
	case VerbConnect:
		// Attached, FreeSWITCH would answer with a block whose end only a blank line tells.
		p.answer(notFound)
	case VerbResume:
		p.parseResume()
	default:
		return refuseVerb(p.cmd.Verb.String())
	}
	return nil
}

// words returns the words after the verb, nil without one. One space parts them; those at
// the end do not count.
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

// send makes line the frame that goes up.
func (p *parser) send(line string) {
	p.cmd.Upstream = append(p.cmd.Upstream, codec.Frame{Line: []byte(line)})
}

// answer makes text FreeSWITCH's own answer to the command.
func (p *parser) answer(text string) { p.cmd.Answer = text }

// The bounds of Command.Dropped: entries, and bytes of one.
const (
	maxDropped     = 32
	maxDroppedText = 64
)

// drop records that something of the client's is left out.
func (p *parser) drop(what string) {
	if len(p.cmd.Dropped) < maxDropped {
		p.cmd.Dropped = append(p.cmd.Dropped, what[:min(len(what), maxDroppedText)])
	}
}

// dropAll records the headers and the body of a verb that has none.
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
