package audit

import (
	"fmt"
	"time"

	"eslguard/catalog"
	"eslguard/effect"
)

// A Kind says what a record is about. The zero Kind is invalid: such a record is not written.
type Kind uint8

// The kinds of records, with the fields that each may have in addition to time, seq, lost, kind,
// redacted and, in a folder, hash and mac.
const (
	// KindStart begins a run: version, torn_bytes, torn_file, and in a folder the fields of a head.
	// Open writes it.
	KindStart Kind = iota + 1
	// KindStop ends a run: reason. Close writes it. A run without it was killed.
	KindStop
	// KindReopen begins a file that follows another within a run: reason, and in a folder the
	// fields of a head and unsynced_from. Only the log itself writes it.
	KindReopen
	// KindProbe is a trial write after a failure. It has no further fields. Probe writes it.
	KindProbe
	// KindSession begins a session: session, addr. Without a session it is about connections that
	// did not become one or were closed at once: decision if they were refused, reason, their
	// address or network in addr, and times if they are counted.
	KindSession
	// KindLogin is a login, accepted or not: session, client, addr, user, upstream, decision,
	// reason, policy.
	KindLogin
	// KindCommand is a command, before it is forwarded or denied: all fields except those that are
	// named here only for other kinds.
	KindCommand
	// KindReply is the outcome of a command: session, client, of, reply, reply_bytes, reply_hash,
	// took_us, job for a bgapi, call if the command created one, and reason if no reply came.
	KindReply
	// KindReload is an attempt to load the policy: decision (allow if it is in force), policy,
	// reason.
	KindReload
	// KindEnd ends a session: session, client, addr, reason, commands, denied, observed,
	// undelivered_bytes, took_us.
	KindEnd
	// KindJob is the result of a bgapi, as the guard's own connection for BACKGROUND_JOB events
	// receives it, whether or not the client subscribed to them: session, client, of (the record of
	// the bgapi), job, call if it was an originate, reply, reply_bytes, reply_hash, took_us.
	KindJob
	// KindSeal is the last record of a finished segment: reason. Only the log itself writes it.
	KindSeal
	// KindRetire precedes the deletion of old segments: retired_from, retired_to, retired_hash,
	// retired_age_s, reason; or of old recordings: retired_files, reason. Only the log itself
	// writes it.
	KindRetire
	// KindRecording is a complete file of a session that is recorded whole: session, client, file,
	// file_bytes, file_sha256, lost_bytes, and reason if the file ended early.
	KindRecording
)

// String returns the word that a record contains, and "invalid" for a Kind that does not exist.
func (k Kind) String() string {
	switch k {
	case KindStart:
		return "start"
	case KindStop:
		return "stop"
	case KindReopen:
		return "reopen"
	case KindProbe:
		return "probe"
	case KindSession:
		return "session"
	case KindLogin:
		return "login"
	case KindCommand:
		return "command"
	case KindReply:
		return "reply"
	case KindReload:
		return "reload"
	case KindEnd:
		return "end"
	case KindJob:
		return "job"
	case KindSeal:
		return "seal"
	case KindRetire:
		return "retire"
	case KindRecording:
		return "recording"
	default:
		return "invalid"
	}
}

// onlyByLog reports whether only the log itself writes records of this kind.
func (k Kind) onlyByLog() bool {
	switch k {
	case KindStart, KindStop, KindReopen, KindProbe, KindSeal, KindRetire:
		return true
	default:
		return false
	}
}

// A Decision is what was decided about a command, a login or a policy. The zero Decision is none;
// Write refuses a command, login or reload without one.
type Decision uint8

// The decisions.
const (
	// Allow: forwarded, because a rule allows it.
	Allow Decision = iota + 1
	// Deny: answered by the guard, because no rule allows it.
	Deny
	// Refuse: answered by the guard whatever the rules say, because of its form, a limit or a
	// failure.
	Refuse
	// Observe: forwarded although no rule allows it, because the client's mode is observe.
	Observe
)

// String returns the word that a record contains, and "" for none.
func (d Decision) String() string {
	switch d {
	case Allow:
		return "allow"
	case Deny:
		return "deny"
	case Refuse:
		return "refuse"
	case Observe:
		return "observe"
	default:
		return ""
	}
}

// The bounds of a record, in bytes unless they say otherwise. Text is cut before it is escaped, at
// the beginning of a character.
const (
	// MaxCommand is how much of a command's text is written.
	MaxCommand = 4 << 10
	// MaxEffects is how many effects are written.
	MaxEffects = 1024
	// MaxDeniedEffects is how many effects of a command that is denied or refused are written.
	MaxDeniedEffects = 8
	// MaxEffectArgs is how much of an effect's arguments, and of its path, is written.
	MaxEffectArgs = 512
	// MaxDropped is how many dropped names are written.
	MaxDropped = 32
	// MaxRedacted is how many names of redacted values are written.
	MaxRedacted = 64
	// MaxReply is how much of a reply's first line is written.
	MaxReply = 256
	// MaxText is how much of any other text is written.
	MaxText = 1 << 10
	// MaxHashed is how much of a reply is hashed.
	MaxHashed = 4 << 10
)

// A Record is what is to be written. A zero field is left out and every other one is written, so a
// caller sets the fields that Kind lists. Texts may be as the client sent them: Write redacts and
// bounds them. A password is never put into a record.
type Record struct {
	Kind Kind
	// Session is the session's id, from Log.NewID.
	Session string
	// Client is the client's name, "" before its login.
	Client string
	// Addr is the client's address and port.
	Addr string
	// User is the user@domain of a userauth.
	User string
	// Upstream is the upstream's name.
	Upstream string
	// Verb is the command's verb, and Command its whole text.
	Verb, Command string
	// Catalog is the catalogue with which the command was parsed. The secrets whose places its
	// policy marks are redacted. Nil: those of FreeSWITCH's own tree.
	Catalog *catalog.Catalog
	// Effects are what the command would cause. For a denied command they are those that are not
	// allowed, and the one that decided comes first. Write does not change them, and writes at most
	// MaxDeniedEffects of a command that is denied or refused.
	Effects []effect.Effect
	// EffectsTotal is how many effects the command has. Zero: the length of Effects.
	EffectsTotal int
	// EffectsDenied is how many effects of a denied command are not allowed. Zero is not written.
	EffectsDenied int
	// Times is how many more denials the record represents, equal to an earlier one with the same
	// ID. For a KindSession it is how many connections. Zero: the record is about one.
	Times uint64
	// Dropped names what the canonical form does not contain.
	Dropped  []string
	Decision Decision
	// Role, Rule and Reason explain the decision.
	Role, Rule, Reason string
	// Near is the rule that comes nearest to a command that no rule allows. Empty: there is none,
	// or a rule decided.
	Near string
	// Policy is the revision of the policy that was in force.
	Policy string
	// ID is the short id in the reply to a denied command, from Log.NewID.
	ID string
	// Of is the sequence of the command that was answered, as Write returned it.
	Of uint64
	// JobUUID is the Job-UUID of a bgapi.
	JobUUID string
	// File, FileBytes and FileSHA256 are the name, the size and the hash of the content, in hex, of
	// a file of a recording. LostBytes is how many bytes of the session are missing before its end.
	File       string
	FileBytes  int64
	FileSHA256 string
	LostBytes  int64
	// CallUUID is the uuid of the call that an originate created.
	CallUUID string
	// Reply is what may be recorded of the reply, made by Log.Reply.
	Reply Reply
	// Took is the time that FreeSWITCH took to answer, or for which the session lasted. It is
	// written in whole microseconds.
	Took time.Duration
	// Commands and Denied count the session's commands. Observed counts those that were forwarded
	// only because the client's mode is observe.
	Commands, Denied, Observed uint64
	// Undelivered is how many bytes were still queued for the client.
	Undelivered int64

	// Size is set by Write to how many bytes the record takes in the file, before it is compressed.
	// Zero: the record was not written.
	Size int

	retired retirement
}

// A Reply is what may be recorded of a reply. The zero Reply says nothing.
type Reply struct {
	// Text is the first line, redacted and cut at MaxReply bytes, or "".
	Text string
	// Bytes is the length of the whole text or body.
	Bytes int64
	// Hash is a keyed hash, in hex, if Text is "".
	Hash string

	// redacted names what was redacted in Text, separated by redactedSep.
	redacted string
}

// redactedSep does not occur in names.
const redactedSep = ","

// valid refuses a record that lacks what its kind requires. No sequence is used up for it.
func valid(r *Record) error {
	switch {
	case r.Kind.String() == "invalid":
		return fmt.Errorf("%w: kind %d", ErrInvalid, r.Kind)
	case r.Kind.onlyByLog():
		return fmt.Errorf("%w: only the log itself writes a %s", ErrInvalid, r.Kind)
	case r.Decision.String() == "" && (r.Kind == KindCommand || r.Kind == KindLogin || r.Kind == KindReload):
		return fmt.Errorf("%w: a %s without a decision", ErrInvalid, r.Kind)
	case (r.Kind == KindReply || r.Kind == KindJob) && r.Of == 0:
		return fmt.Errorf("%w: a %s of no command", ErrInvalid, r.Kind)
	}
	return nil
}
