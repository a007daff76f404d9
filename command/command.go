package command

import "eslguard/codec"

// A Verb is the word that a command begins with. The zero Verb is invalid and never forwarded.
type Verb uint8

// The verbs of mod_event_socket. Auth and Userauth are only ever answered by the proxy.
const (
	VerbInvalid Verb = iota
	VerbAuth
	VerbUserauth
	VerbExit
	VerbAPI
	VerbBgapi
	VerbEvent
	VerbNixevent
	VerbNoevents
	VerbFilter
	VerbLog
	VerbNolog
	VerbMyevents
	VerbDivertEvents
	VerbGetvar
	VerbConnect
	VerbResume
	VerbLinger
	VerbNolinger
	VerbSendmsg
	VerbSendevent
)

// String returns the verb as it is written on the wire.
func (v Verb) String() string { panic("todo") }

// A Command is what one frame asks FreeSWITCH to do. It holds no reference to the frame
// that it was parsed from.
type Command struct {
	Verb Verb
	// Text is the command for people and records: the line and the headers that matter,
	// whole and not redacted. Whoever prints it bounds and redacts it.
	Text string
	// Effects are all that the command would cause. None: it touches only the client's own session.
	Effects []Effect
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
	// Dropped names what the client sent and the canonical form leaves out (headers,
	// "body", unknown event names), bounded, for the record.
	Dropped []string
	// note is what State.Apply does once the command has gone up.
	note func(*State)
}

// API reports whether the reply to the command is an api/response.
func (c *Command) API() bool { return c.Verb == VerbAPI }

// Parse says what f would cause. cat is the catalogue of the policy in force, st what the
// session did before; Parse reads st and leaves it alone. Its error is a *codec.Refusal that is not Fatal.
func Parse(cat *Catalog, st *State, f *codec.Frame) (*Command, error) { panic("todo") }

// A State is what of a session's past the meaning of its next command rests on, and what
// was allowed to it that lasts. The zero State is that of a session just logged in.
type State struct {
	// contents are the command package's own
}

// Apply notes that c has gone up.
func (s *State) Apply(c *Command) { panic("todo") }

// Lasting returns the effects that go on: subscriptions, the log level, the attached
// channel. A new policy decides them again.
func (s *State) Lasting() []Effect { panic("todo") }
