package audit

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"eslguard/command"

	"github.com/rs/zerolog"
)

// timeLayout is RFC 3339 in UTC with a fixed number of digits, so that records also sort as text.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// An encoder writes records' fields. One goroutine uses it at a time.
type encoder struct {
	secrets *secrets
	now     secrets  // those of the record at hand
	left    []string // what was left out of the record so far, by name
	// stands is the list that standing returns. calls are the effects of callsOf that it looks at.
	stands  []command.SecretPlace
	calls   []*command.Effect
	callsOf *Record
}

// encode adds the fields of r after the head (time, seq, lost, kind). e is nil when zerolog was
// told globally to write nothing; its methods bear that, and emit notices it.
func (n *encoder) encode(e *zerolog.Event, r *Record) {
	n.left, n.now = n.left[:0], *n.secrets
	n.now.use(r.Catalog)
	defer n.forget()
	word(e, FieldSession, r.Session)
	word(e, FieldClient, r.Client)
	word(e, FieldAddr, r.Addr)
	word(e, FieldUser, r.User)
	word(e, FieldUpstream, r.Upstream)
	word(e, FieldVerb, r.Verb)
	if r.Kind == KindCommand {
		e.Str(FieldCommand, n.command(r))
		e.Int(FieldCommandBytes, len(r.Command))
		n.effects(e, r)
	}
	n.dropped(e, r.Dropped)
	word(e, FieldDecision, r.Decision.String())
	word(e, FieldRole, r.Role)
	n.text(e, FieldRule, r.Rule)
	n.text(e, FieldNear, r.Near)
	n.text(e, FieldReason, r.Reason)
	word(e, FieldPolicy, r.Policy)
	word(e, FieldID, r.ID)
	if r.Times > 0 {
		e.Uint64(FieldTimes, r.Times)
	}
	n.outcome(e, r)
	n.redacted(e)
}

// outcome adds what is known only afterwards.
func (n *encoder) outcome(e *zerolog.Event, r *Record) {
	if r.Of != 0 {
		e.Uint64(FieldOf, r.Of)
	}
	word(e, FieldJob, r.JobUUID)
	word(e, FieldCall, r.CallUUID)
	if r.Reply.Text != "" || r.Reply.Hash != "" {
		word(e, FieldReply, r.Reply.Text)
		e.Int64(FieldReplyBytes, r.Reply.Bytes)
		word(e, FieldReplyHash, r.Reply.Hash)
		for name := range strings.SplitSeq(r.Reply.left, leftSep) {
			n.leave(name)
		}
	}
	if r.Kind == KindReply || r.Kind == KindJob || r.Kind == KindEnd {
		e.Int64(FieldTook, r.Took.Microseconds())
	}
	if r.Kind == KindRecording {
		word(e, FieldFile, r.File)
		e.Int64(FieldFileBytes, r.FileBytes)
		word(e, FieldFileSHA256, r.FileSHA256)
		e.Int64(FieldLostBytes, r.LostBytes)
	}
	if r.Kind == KindEnd {
		e.Uint64(FieldCommands, r.Commands)
		e.Uint64(FieldDenied, r.Denied)
		e.Uint64(FieldObserved, r.Observed)
		e.Int64(FieldUndelivered, r.Undelivered)
	}
}

// forget lets go of the effects of the record that is written.
func (n *encoder) forget() {
	clear(n.calls)
	n.calls, n.callsOf = n.calls[:0], nil
}

// command returns the text of the command without secrets.
func (n *encoder) command(r *Record) string {
	text := clip(r.Command, MaxCommand)
	if n.now.harmless(text) {
		return text
	}
	defer n.restore(n.now.places)
	n.now.places = n.standing(r, nil)
	return n.now.redact(text, asCommand, n.leave)
}

// restore makes all places hold again.
func (n *encoder) restore(places []command.SecretPlace) { n.now.places = places }

// args returns the arguments of f, an effect of r, without secrets. Some show only behind the
// command's name.
func (n *encoder) args(r *Record, f *command.Effect) string {
	args := clip(f.Args, MaxEffectArgs)
	if n.now.harmless(args) && !n.now.mayTake(f) {
		return args // without the price of a method value
	}
	defer n.restore(n.now.places)
	n.now.places = n.standing(r, f)
	return n.now.args(f, args, n.leave)
}

// args returns args, those of f or their beginning, without secrets. It tells left, unless that is
// nil, the name of each secret.
func (k *secrets) args(f *command.Effect, args string, left func(name string)) string {
	switch {
	case !k.mayTake(f):
		return k.redact(args, argsReading(f), left)
	case isUnnamed(f):
		if left != nil {
			left(command.OpaqueExpansion)
		}
		return k.marker(args)
	}
	lead := f.Name + " "
	return strings.TrimPrefix(k.redact(lead+args, argsReading(f), left), lead)
}

// mayTake reports whether a command takes a secret by its place in the arguments of f, or none can
// tell which command it is.
func (k *secrets) mayTake(f *command.Effect) bool {
	return isCall(f) && (isUnnamed(f) || k.placed(clip(f.Name, MaxText)))
}

// isUnnamed reports whether an expansion decides what f runs.
func isUnnamed(f *command.Effect) bool { return isCall(f) && strings.Contains(f.Name, "${") }

// isCall reports whether f runs an API or an application.
func isCall(f *command.Effect) bool {
	return f.Kind == command.KindAPI || f.Kind == command.KindApp
}

// argsReading is what f's arguments are redacted as: its name is not among them.
func argsReading(f *command.Effect) reading {
	if f.Kind == command.KindVar || setter(clip(f.Name, MaxText)) {
		return asSetting
	}
	return asText
}

// dropped adds the names, cut at MaxDropped.
func (n *encoder) dropped(e *zerolog.Event, names []string) {
	if e == nil || len(names) == 0 {
		return
	}
	a := e.CreateArray()
	for _, name := range names[:min(len(names), MaxDropped)] {
		a.Str(n.redact(clip(name, MaxText), asText))
	}
	e.Array(FieldDropped, a)
}

// text adds s, redacted and bounded, unless it is empty.
func (n *encoder) text(e *zerolog.Event, name, s string) {
	if s != "" {
		e.Str(name, n.redact(clip(s, MaxText), asWords))
	}
}

// redact is n's secrets' redact, and takes note of what was left out.
func (n *encoder) redact(s string, as reading) string {
	if n.now.harmless(s) {
		return s // without the price of a method value
	}
	return n.now.redact(s, as, n.leave)
}

// leave takes note of the name of what was left out.
func (n *encoder) leave(name string) {
	if name != "" && len(n.left) < MaxRedacted && !slices.Contains(n.left, name) {
		n.left = append(n.left, name)
	}
}

// redacted adds the names of what was left out, unless nothing was.
func (n *encoder) redacted(e *zerolog.Event) {
	if len(n.left) > 0 {
		e.Strs(FieldRedacted, n.left)
	}
}

// word adds s, a name or number that cannot be a secret, bounded, unless it is empty.
func word(e *zerolog.Event, name, s string) {
	if s != "" {
		e.Str(name, clip(s, MaxText))
	}
}

// stamp appends t as records show it.
func stamp(b []byte, t time.Time) []byte { return t.UTC().AppendFormat(b, timeLayout) }

// clip cuts s to n bytes, or up to three less so as not to part a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	end := n
	for end > n-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	if !utf8.RuneStart(s[end]) {
		end = n
	}
	return s[:end]
}

// firstLine is s up to its first line end.
func firstLine(s string) string {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return s[:i]
	}
	return s
}
