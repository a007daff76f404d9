package audit

// The names of a record's fields, in the order in which they are written. They are stable:
// one may be added, none is renamed or given another meaning.
const (
	// FieldTime is when the record was made: RFC 3339, UTC, always six digits of a second.
	FieldTime = "time"
	// FieldSeq is the record's sequence number, from 1, strictly increasing.
	FieldSeq = "seq"
	// FieldLost is how many records right before this one could not be written.
	FieldLost = "lost"
	// FieldKind is what the record is about, see Kind.
	FieldKind = "kind"
	// FieldSession is the session's id, unique over all runs.
	FieldSession = "session"
	// FieldClient is the client's name in the policy. Absent before the login.
	FieldClient = "client"
	// FieldAddr is the client's address and port.
	FieldAddr = "addr"
	// FieldUser is the user@domain that a userauth named, accepted or not.
	FieldUser = "user"
	// FieldUpstream is the name of the upstream in the policy.
	FieldUpstream = "upstream"
	// FieldVerb is the command's verb.
	FieldVerb = "verb"
	// FieldCommand is the command's text, redacted and cut at MaxCommand bytes.
	FieldCommand = "command"
	// FieldCommandBytes is the length of the command's whole text, in bytes.
	FieldCommandBytes = "command_bytes"
	// FieldEffects lists what the command would cause: objects of the FieldEffect names.
	FieldEffects = "effects"
	// FieldEffectsTotal is how many effects there were, where more than MaxEffects were.
	FieldEffectsTotal = "effects_total"
	// FieldDropped lists what the client sent and the canonical form left out.
	FieldDropped = "dropped"
	// FieldDecision is allow, deny, refuse or observe, see Decision.
	FieldDecision = "decision"
	// FieldRole is the role by which it was decided.
	FieldRole = "role"
	// FieldRule is the rule by which it was decided, as it stands in the policy.
	FieldRule = "rule"
	// FieldReason is a sentence: why it was decided so, why a session or a run ended.
	FieldReason = "reason"
	// FieldPolicy is the revision of the policy in force.
	FieldPolicy = "policy"
	// FieldID is the short id that the client was given in a denial's reply.
	FieldID = "id"
	// FieldOf is the sequence of the command that a reply answers.
	FieldOf = "of"
	// FieldReply is the first line of the reply, where it may be told.
	FieldReply = "reply"
	// FieldReplyBytes is the length of the reply's text or body, in bytes.
	FieldReplyBytes = "reply_bytes"
	// FieldReplyHash is a keyed hash of the reply, where its first line is not told.
	FieldReplyHash = "reply_hash"
	// FieldTook is the time since the command's record, or since the session's start, in µs.
	FieldTook = "took_us"
	// FieldCommands is how many commands the session sent.
	FieldCommands = "commands"
	// FieldDenied is how many of them were denied or refused.
	FieldDenied = "denied"
	// FieldUndelivered is how many bytes waited for the client when its session ended.
	FieldUndelivered = "undelivered_bytes"
	// FieldVersion is the program's version, in a start record.
	FieldVersion = "version"
	// FieldTorn is how many bytes of an unfinished line an earlier run had left, in a start record.
	FieldTorn = "torn_bytes"
)

// The names of the fields of one effect.
const (
	// FieldEffectKind is the word that rules for it begin with: api, app, subscribe.
	FieldEffectKind = "kind"
	// FieldEffectName is the first token after the kind.
	FieldEffectName = "name"
	// FieldEffectArgs is the argument text, redacted and cut at MaxEffectArgs bytes.
	FieldEffectArgs = "args"
	// FieldEffectPath is how the effect was found, redacted and cut likewise.
	FieldEffectPath = "path"
	// FieldEffectLater is once or repeating, for an effect that a schedule would cause.
	FieldEffectLater = "later"
)
