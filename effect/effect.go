package effect

import "strings"

// An Kind says what sort of thing an effect is. The zero kind is invalid and matched by no rule.
type Kind uint8

// The kinds of effects, see the table of the package comment.
const (
	KindInvalid Kind = iota
	KindAPI
	KindApp
	KindDial
	KindDialplan
	KindVar
	KindSubscribe
	KindInject
	KindChannel
	KindFilter
	KindLog
	KindHandover
	KindOpaque
)

var kindNames = [...]string{
	KindInvalid:   "invalid",
	KindAPI:       "api",
	KindApp:       "app",
	KindDial:      "dial",
	KindDialplan:  "dialplan",
	KindVar:       "var",
	KindSubscribe: "subscribe",
	KindInject:    "inject",
	KindChannel:   "channel",
	KindFilter:    "filter",
	KindLog:       "log",
	KindHandover:  "handover",
	KindOpaque:    "opaque",
}

// String returns the word that rules begin with, and "invalid" for the zero kind and unknown ones.
func (k Kind) String() string {
	if int(k) >= len(kindNames) {
		return kindNames[KindInvalid]
	}
	return kindNames[k]
}

// A Later says when an effect happens. The zero Later is now.
type Later uint8

// When an effect happens.
const (
	Now       Later = iota
	Once            // by a schedule, once
	Repeating       // again and again: by a schedule, or by the loops of a sendmsg
)

// String returns the word that records have for l: "" for Now, "once" or "repeating". An unknown
// value is taken for the worst, "repeating".
func (l Later) String() string {
	switch l {
	case Now:
		return ""
	case Once:
		return "once"
	default:
		return "repeating"
	}
}

// The reasons of opaque effects: why something cannot be taken apart. The set is closed.
const (
	OpaqueExpansion     = "expansion"      // ${…} would be expanded in it, and could run any API
	OpaqueScript        = "script"         // it runs a program or a script
	OpaqueWrapper       = "wrapper"        // it holds other commands, or stores what runs later
	OpaqueDepth         = "depth"          // it is nested too deep
	OpaqueUnknownSyntax = "unknown-syntax" // it can be read in more than one way
)

// An Effect is one thing that a command would cause in FreeSWITCH.
type Effect struct {
	Kind Kind
	// Class is what the catalogue says of an api or app; ClassNone: in no class.
	Class Class
	Later Later
	// Leg says of a dial where the leg stands in its call. It is LegUnknown of all other kinds.
	Leg Leg
	// Block says, of a leg and of a variable that a dial string sets, where they stand in it. The
	// zero Block is nowhere.
	Block Block
	// Directory says, of a variable that an originate sets, that one of its legs is of the type
	// user or group: FreeSWITCH puts the value into the dial string of the directory wherever that
	// mentions it (mod_dptools.c, user_outgoing_channel).
	Directory bool
	// Unlisted says, of an api, that no catalogue has it: no rule can name it until a policy
	// describes it.
	Unlisted bool
	// Name is the first token after the kind: the API, the application, the event, the
	// channel verb, the opaque reason, HOST:PORT of a handover. APIs, applications and channel
	// verbs are in lower case, events and log levels in upper case, however the client wrote them.
	Name string
	// Args is the argument text as FreeSWITCH gets it, not split. Empty when there is none.
	Args string
	// Tokens are the arguments split as FreeSWITCH splits them for Name; rules are matched on them.
	Tokens []string
	// Fold has bit i set when FreeSWITCH compares Tokens[i] without case. Name is always
	// folded for api, app, subscribe, log, channel and never otherwise.
	Fold uint64
	// UUIDs are the channels that the effect acts on.
	UUIDs []string
	// Path is how the effect was found, outermost first: "api bgapi > api expand > app system". For
	// an api or app it ends in itself, for other kinds in what causes them.
	Path string
	// Why says, of an opaque effect, what could not be told and what to do about it, in words that
	// are safe to print, on one line and without a value of the command. Empty: its name says all.
	Why string
	// Expanded says, of an opaque effect for the reason expansion, that all that it stands for are
	// expansions that a rule can name ([ExpansionVariable]): they stand in the names and tokens of
	// these effects, which are all of the command's that hold any. Where rules spell all of them,
	// the opaque effect needs no rule of its own. Nil: it stands for something else.
	Expanded []Effect
	// Named says that Name or Tokens contain expansions. Of an opaque effect it says that a rule
	// can name all the expansions that it stands for.
	Named bool
}

// String returns the effect as rules spell it: the kind, the name and the tokens, not
// quoted and not bounded.
func (e *Effect) String() string {
	s := e.Kind.String() + " " + e.Name
	if len(e.Tokens) > 0 {
		s += " " + strings.Join(e.Tokens, " ")
	}
	return s
}
