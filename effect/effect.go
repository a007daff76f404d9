package effect

import "strings"

// A Kind is the sort of an effect. The zero Kind is invalid, and no rule matches it.
type Kind uint8

// The kinds of effects. The package comment describes them.
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

// String returns the word that rules of this kind begin with. It is "invalid" for the zero Kind and
// unknown values.
func (k Kind) String() string {
	if int(k) >= len(kindNames) {
		return kindNames[KindInvalid]
	}
	return kindNames[k]
}

// ParseKind returns the kind whose String is word. It returns KindInvalid and false for "invalid"
// and unknown words.
func ParseKind(word string) (Kind, bool) {
	for k := KindAPI; k <= KindOpaque; k++ {
		if kindNames[k] == word {
			return k, true
		}
	}
	return KindInvalid, false
}

// Later says when an effect happens. The zero Later is Now: when the command runs.
type Later uint8

// The times of effects.
const (
	Now       Later = iota
	Once            // once, by a schedule
	Repeating       // repeatedly, by a schedule or by the loops of a sendmsg
)

// String returns the word for l in audit records: "" for Now, "once" or "repeating". It treats an
// unknown value as the worst, "repeating".
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

// The reasons of opaque effects: why a part of a command cannot be analysed. There are no others.
const (
	OpaqueExpansion     = "expansion"      // FreeSWITCH would expand ${…} in it to an unknown value
	OpaqueScript        = "script"         // it runs a program or a script
	OpaqueWrapper       = "wrapper"        // it contains other commands, or stores some for later
	OpaqueDepth         = "depth"          // it is nested too deeply
	OpaqueUnknownSyntax = "unknown-syntax" // it can be read in more than one way
)

// FoldBits is the number of tokens for which Effect.Fold has a bit. All further tokens are compared
// with case.
const FoldBits = 64

// PathSeparator separates the commands in an effect's Path.
const PathSeparator = " > "

// An Effect is one thing that a command would cause in FreeSWITCH.
type Effect struct {
	Kind Kind
	// Class is the class of an api or app. It is ClassNone if that has no class, and for all other
	// kinds.
	Class Class
	Later Later
	// Leg says which place the leg of a dial effect has in its call. It is LegUnknown for all other
	// kinds.
	Leg Leg
	// Block says where in a dial string a leg is, or a variable that the dial string sets. The zero
	// Block means that the effect is not part of a dial string.
	Block Block
	// Directory reports, for a variable that an originate sets, whether one of its legs is of the
	// type user or group. FreeSWITCH then inserts the value into the dial string of the directory
	// wherever that mentions the variable (mod_dptools.c, user_outgoing_channel).
	Directory bool
	// Unlisted reports whether no catalogue contains the API of an api effect. No rule can name
	// such an API until a policy describes it.
	Unlisted bool
	// Name is what follows the kind in a rule. The package comment says what it is for each kind.
	Name string
	// Args is the argument as FreeSWITCH receives it, not split. It is "" if there is no argument.
	Args string
	// Tokens are the parts of the argument, split as FreeSWITCH does it for Name. Rules are matched
	// on them. Nil means none.
	Tokens []string
	// Fold has bit i set if FreeSWITCH compares Tokens[i] without case. The Name of an api, app,
	// subscribe, log or channel effect is always compared without case, and that of the others
	// never.
	Fold uint64
	// UUIDs are the channels that the effect acts on, nil for none.
	UUIDs []string
	// Path lists the commands that contain the effect, outermost first, separated by PathSeparator:
	// "api bgapi > api expand > app system". The path of an api or app ends with itself, that of
	// other kinds with what causes the effect.
	Path string
	// Why explains an opaque effect: what is not known, and what the user can do about it. It is
	// one line that is safe to print and contains no value from the command. It is "" if the name
	// says everything.
	Why string
	// Expanded is set on an opaque effect with the reason expansion if a rule can name all the
	// unknown expansions that caused it (argument.ExpansionVariable). It then lists all effects of
	// the command whose names or tokens contain such expansions. If rules spell all of these, the
	// opaque effect needs no rule of its own. Nil means that something else caused the opaque
	// effect.
	Expanded []Effect
	// Named reports whether Name or Tokens contain expansions. For an opaque effect it reports
	// whether a rule can name all the expansions that caused it.
	Named bool
}

// String returns the kind, the name and the tokens, separated by spaces, as in a rule. It neither
// quotes nor shortens them.
func (e *Effect) String() string {
	s := e.Kind.String() + " " + e.Name
	if len(e.Tokens) > 0 {
		s += " " + strings.Join(e.Tokens, " ")
	}
	return s
}
