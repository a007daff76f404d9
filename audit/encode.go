package audit

import (
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit/redact"
	"eslguard/catalog"
	"eslguard/effect"
)

// timeLayout is RFC 3339 in UTC with a fixed number of digits, so that records also sort as text.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// An encoder writes the fields of records. One goroutine uses it at a time.
type encoder struct {
	secrets *redact.Secrets
	current redact.Secrets // with the places of secrets of the current record
	names   []string       // names of what was redacted in the current record
	// places is the list that placesIn returns. calls are the effects of callsOf that it looks at.
	places  []catalog.SecretPlace
	calls   []*effect.Effect
	callsOf *Record
}

// encode adds the fields of r after the first ones (time, seq, lost, kind). e is nil if zerolog is
// disabled globally. The methods of a nil event do nothing, and emit notices that nothing was
// written.
func (n *encoder) encode(e *zerolog.Event, r *Record) {
	n.names, n.current = n.names[:0], *n.secrets
	n.current.Use(r.Catalog)
	defer n.release()
	addWord(e, FieldSession, r.Session)
	addWord(e, FieldClient, r.Client)
	addWord(e, FieldAddr, r.Addr)
	addWord(e, FieldUser, r.User)
	addWord(e, FieldUpstream, r.Upstream)
	addWord(e, FieldVerb, r.Verb)
	if r.Kind == KindCommand {
		e.Str(FieldCommand, n.command(r))
		e.Int(FieldCommandBytes, len(r.Command))
		n.effects(e, r)
	}
	n.dropped(e, r.Dropped)
	addWord(e, FieldDecision, r.Decision.String())
	addWord(e, FieldRole, r.Role)
	n.text(e, FieldRule, r.Rule)
	n.text(e, FieldNear, r.Near)
	n.text(e, FieldReason, r.Reason)
	addWord(e, FieldPolicy, r.Policy)
	addWord(e, FieldID, r.ID)
	if r.Times > 0 {
		e.Uint64(FieldTimes, r.Times)
	}
	n.outcome(e, r)
	n.addRedacted(e)
}

// outcome adds the fields that are known only after the command or the session.
func (n *encoder) outcome(e *zerolog.Event, r *Record) {
	if r.Of != 0 {
		e.Uint64(FieldOf, r.Of)
	}
	addWord(e, FieldJob, r.JobUUID)
	addWord(e, FieldCall, r.CallUUID)
	if r.Reply.Text != "" || r.Reply.Hash != "" {
		addWord(e, FieldReply, r.Reply.Text)
		e.Int64(FieldReplyBytes, r.Reply.Bytes)
		addWord(e, FieldReplyHash, r.Reply.Hash)
		for name := range strings.SplitSeq(r.Reply.redacted, redactedSep) {
			n.noteRedacted(name)
		}
	}
	if r.Kind == KindReply || r.Kind == KindJob || r.Kind == KindEnd {
		e.Int64(FieldTook, r.Took.Microseconds())
	}
	if r.Kind == KindRecording {
		addWord(e, FieldFile, r.File)
		e.Int64(FieldFileBytes, r.FileBytes)
		addWord(e, FieldFileSHA256, r.FileSHA256)
		e.Int64(FieldLostBytes, r.LostBytes)
	}
	if r.Kind == KindEnd {
		e.Uint64(FieldCommands, r.Commands)
		e.Uint64(FieldDenied, r.Denied)
		e.Uint64(FieldObserved, r.Observed)
		e.Int64(FieldUndelivered, r.Undelivered)
	}
}

// release drops the references to the effects of the record that was written.
func (n *encoder) release() {
	clear(n.calls)
	n.calls, n.callsOf = n.calls[:0], nil
}

// command returns the text of the command without secrets.
func (n *encoder) command(r *Record) string {
	text := redact.Clip(r.Command, MaxCommand)
	if n.current.Harmless(text) {
		return text
	}
	defer n.restorePlaces(n.current.Places)
	n.current.Places = n.placesIn(r, nil)
	return n.current.Redact(text, redact.AsCommand, n.noteRedacted)
}

// restorePlaces undoes a change of the places of secrets.
func (n *encoder) restorePlaces(places []catalog.SecretPlace) { n.current.Places = places }

// args returns the arguments of f, an effect of r, without secrets. Some secrets are recognised
// only after the command's name.
func (n *encoder) args(r *Record, f *effect.Effect) string {
	args := redact.Clip(f.Args, MaxEffectArgs)
	if n.current.Harmless(args) && !n.current.TakesSecret(f) {
		return args // avoids allocating a method value
	}
	defer n.restorePlaces(n.current.Places)
	n.current.Places = n.placesIn(r, f)
	return n.current.Args(f, args, n.noteRedacted)
}

// dropped adds the names of dropped headers, at most MaxDropped of them.
func (n *encoder) dropped(e *zerolog.Event, names []string) {
	if e == nil || len(names) == 0 {
		return
	}
	a := e.CreateArray()
	for _, name := range names[:min(len(names), MaxDropped)] {
		a.Str(n.redact(redact.Clip(name, MaxText), redact.AsText))
	}
	e.Array(FieldDropped, a)
}

// text adds s, redacted and bounded, unless it is empty.
func (n *encoder) text(e *zerolog.Event, name, s string) {
	if s != "" {
		e.Str(name, n.redact(redact.Clip(s, MaxText), redact.AsWords))
	}
}

// redact returns s without secrets, and notes the names of those.
func (n *encoder) redact(s string, as redact.Reading) string {
	if n.current.Harmless(s) {
		return s // avoids allocating a method value
	}
	return n.current.Redact(s, as, n.noteRedacted)
}

// noteRedacted notes the name of what was redacted.
func (n *encoder) noteRedacted(name string) {
	if name != "" && len(n.names) < MaxRedacted && !slices.Contains(n.names, name) {
		n.names = append(n.names, name)
	}
}

// addRedacted adds the names of what was redacted, if anything was.
func (n *encoder) addRedacted(e *zerolog.Event) {
	if len(n.names) > 0 {
		e.Strs(FieldRedacted, n.names)
	}
}

// addWord adds s, a name or number that cannot be a secret, bounded, unless it is empty.
func addWord(e *zerolog.Event, name, s string) {
	if s != "" {
		e.Str(name, redact.Clip(s, MaxText))
	}
}

// stamp appends t in the form that records have.
func stamp(b []byte, t time.Time) []byte { return t.UTC().AppendFormat(b, timeLayout) }

// firstLine returns s up to its first line end.
func firstLine(s string) string {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return s[:i]
	}
	return s
}
