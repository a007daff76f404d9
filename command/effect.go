package command

// An EffectKind says what sort of thing an effect is. The zero kind is invalid and matched by no rule.
type EffectKind uint8

// The kinds of effects, see the table of the package comment.
const (
	KindInvalid EffectKind = iota
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

// String returns the word that rules begin with.
func (k EffectKind) String() string { panic("todo") }

// A Later says when an effect happens. The zero Later is now.
type Later uint8

// When an effect happens.
const (
	Now       Later = iota
	Once            // by a schedule, once
	Repeating       // by a schedule, again and again
)

// An Effect is one thing that a command would cause in FreeSWITCH.
type Effect struct {
	Kind EffectKind
	// Name is the first token after the kind: the API, the application, the event, the
	// channel verb, the opaque reason, HOST:PORT of a handover.
	Name string
	// Args is the argument text as FreeSWITCH gets it, not split. Empty when there is none.
	Args string
	// Tokens are the arguments split as FreeSWITCH splits them for Name; rules are matched on them.
	Tokens []string
	// Fold has bit i set when FreeSWITCH compares Tokens[i] without case. Name is always
	// folded for api, app, subscribe, log, channel and never otherwise.
	Fold uint64
	// Class is what the catalogue says of an api or app; ClassNone: in no class.
	Class Class
	// UUIDs are the channels that the effect acts on.
	UUIDs []string
	// Path is how the effect was found, outermost first: "api bgapi > api expand > app system".
	Path  string
	Later Later
}
