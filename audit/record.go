package audit

import (
	"fmt"
	"time"

	"eslguard/command"
)

// A Kind says what a record is about. The zero Kind is invalid: such a record is not written.
type Kind uint8

// The kinds of records, with the fields that each may have besides time, seq, lost, kind, redacted
// and, in a folder, hash and mac.
const (
	// KindStart begins a run: version, torn_bytes, torn_file; in a folder also the fields of a head.
	// Open writes it.
	KindStart Kind = iota + 1
	// KindStop ends a run: reason. Close writes it. A run without it was killed.
	KindStop
	// KindReopen begins a file that follows another within a run: reason; in a folder also the
	// fields of a head, and unsynced_from. The log itself writes it.
	KindReopen
	// KindProbe is a trial write after a failure: nothing more. Probe writes it.
	KindProbe
	// KindSession begins a session: session, addr. Without a session it is about connections that
	// came to nothing or were closed at once: decision where they were refused, reason, the address
	// or network in addr, and times where they are counted.
	KindSession
	// KindLogin is a login, accepted or not: session, client, addr, user, upstream, decision,
	// reason, policy.
	KindLogin
	// KindCommand is a command, before it is forwarded or denied: all but what is named here
	// for other kinds only.
	KindCommand
	// KindReply is what became of a command: session, client, of, reply, reply_bytes,
	// reply_hash, took_us, job where it is a bgapi's, call where the command made one, reason where
	// no reply came.
	KindReply
	// KindReload is an attempt to load the policy: decision (allow: it is in force), policy,
	// reason.
	KindReload
	// KindEnd ends a session: session, client, addr, reason, commands, denied,
	// observed, undelivered_bytes, took_us.
	KindEnd
	// KindJob is the result of a bgapi, when the client sees its BACKGROUND_JOB: session, client,
	// of (the bgapi's command), job, call where it was an originate, reply, reply_bytes, reply_hash,
	// took_us.
	KindJob
	// KindSeal is the last record of a finished segment: reason. The log itself writes it.
	KindSeal
	// KindRetire goes before the deletion of old segments: retired_from, retired_to, retired_hash,
	// retired_age_s, reason; or of old recordings: retired_files, reason. The log itself writes it.
	KindRetire
	// KindRecording is a complete file of a session that is recorded whole: session, client, file,
	// file_bytes, file_sha256, lost_bytes, reason where it ended early.
	KindRecording
)

// String returns the word that stands in the record, and "invalid" for no kind.
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

// own reports whether only the log itself writes records of this kind.
func (k Kind) onlyByLog() bool {
	switch k {
	case KindStart, KindStop, KindReopen, KindProbe, KindSeal, KindRetire:
		return true
	default:
		return false
	}
}

// A Decision is what became of a command, a login or a policy. The zero Decision is none; a
// command or login without one is not written.
type Decision uint8

// The decisions.
const (
	// Allow: forwarded, because a rule allows it.
	Allow Decision = iota + 1
	// Deny: answered by the guard, because no rule allows it.
	Deny
	// Refuse: answered by the guard, whatever the rules say: for its form, a limit, a failure.
	Refuse
	// Observe: forwarded, though no rule allows it, because the client is only observed.
	Observe
)

// String returns the word that stands in the record, and "" for none.
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

// The bounds of what one record holds, in bytes unless it says otherwise. What is cut is cut before
// it is escaped, at a character's beginning.
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
	// MaxRedacted is how many names of what was left out are written.
	MaxRedacted = 64
	// MaxReply is how much of a reply's first line is written.
	MaxReply = 256
	// MaxText is how much of any other text is written.
	MaxText = 1 << 10
	// MaxHashed is how much of a reply is hashed.
	MaxHashed = 4 << 10
)

// A Record is what is to be written. A field that is zero is left out, and every other one is
// written, so a caller sets those that Kind names. Texts may be as the client sent them: Write
// redacts and bounds them. A password is never put into a record.
type Record struct {
	Kind Kind
	// Session is the session's id: one of Log.NewID.
	Session string
	// Client is the client's name, "" before its login.
	Client string
	// Addr is the client's address and port.
	Addr string
	// User is the user@domain of a userauth.
	User string
	// Upstream is the upstream's name.
	Upstream string
	// Verb is the command's verb; Command its whole text.
	Verb, Command string
	// Catalog is the one by which the command was read: the places of secrets that its policy marks
	// are left out. Nil: those of FreeSWITCH's own tree are.
	Catalog *command.Catalog
	// Effects are what the command would cause: all of it, or of a command that is denied those
	// that are not allowed, the one that settled it first. Write only reads them, and writes at
	// most MaxDeniedEffects of a command that is denied or refused.
	Effects []command.Effect
	// EffectsTotal is how many effects the command has. Zero: as many as Effects.
	EffectsTotal int
	// EffectsDenied is how many of them are not allowed, of a command that is denied. Zero is not
	// written.
	EffectsDenied int
	// Times is how many more denials the record stands for, which were equal to the one that has
	// the same ID and was written before; of a KindSession, how many connections. Zero: the record
	// is of one.
	Times uint64
	// Dropped names what the canonical form leaves out.
	Dropped  []string
	Decision Decision
	// Role, Rule and Reason explain the decision.
	Role, Rule, Reason string
	// Near is the rule that comes nearest to what no rule allows. Empty: there is none, or a rule
	// decided.
	Near string
	// Policy is the revision of the policy that was in force.
	Policy string
	// ID is the short id in a denial's reply: one of Log.NewID.
	ID string
	// Of is the sequence of the command that Reply answers, as Write returned it.
	Of uint64
	// JobUUID is the job of a bgapi.
	JobUUID string
	// File, FileBytes and FileSHA256 are the name, the size and the content's hash, in hex, of
	// a recording's file. Lost is how many bytes of the session are missing before its end.
	File       string
	FileBytes  int64
	FileSHA256 string
	LostBytes  int64
	// CallUUID is the call that an originate made.
	CallUUID string
	// Reply is what may be told of the reply, made by Log.Reply.
	Reply Reply
	// Took is the time that FreeSWITCH took to answer, or that the session lasted. It is
	// written in whole microseconds.
	Took time.Duration
	// Commands and Denied count the session's commands. Observed counts those that went up because
	// the client is observed, and that its rules would have denied.
	Commands, Denied, Observed uint64
	// Undelivered is how many bytes still waited for the client.
	Undelivered int64

	// Size is set by Write: how many bytes the record takes in the file, before it is compressed.
	// Zero: none, since it was not written.
	Size int

	retired retirement
}

// A Reply is what may be told of a reply. The zero Reply tells nothing.
type Reply struct {
	// Text is the first line, redacted and cut at MaxReply bytes, or "".
	Text string
	// Bytes is the length of the whole text or body.
	Bytes int64
	// Hash is a keyed hash, in hex, where Text is "".
	Hash string

	// left names what was left out of Text, joined by leftSep.
	redacted string
}

// leftSep is no part of a name.
const redactedSep = ","

// valid refuses a record that says nothing where it must. Nothing is spent for it.
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
