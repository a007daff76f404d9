package audit

// FormatVersion is the version of the folder's format, in the field format of every head. A reader
// refuses any other version.
const FormatVersion = 1

// CheckpointVersion is the version of the checkpoints, in the first line of each. A reader refuses
// versions that it does not know.
const CheckpointVersion = 2

// unnumberedVersion is the version of checkpoints that have no number. They are not written any
// more.
const unnumberedVersion = 1

// PlainSuffixes are the suffixes of plain files, which have no chain. A path that does not exist
// and has none of them becomes a folder.
var PlainSuffixes = [...]string{".json", ".jsonl", ".log"}

// The files of a folder. Any other file in it is left alone.
const (
	// SegmentPrefix begins the name of everything that belongs to a segment. The sequence of the
	// segment's first record follows, in decimal, with at least SegmentDigits digits.
	SegmentPrefix = "audit-"
	// SegmentDigits is the width to which the sequence is padded, so that names sort as text for
	// the first 10^12 records. Readers sort by the number.
	SegmentDigits = 12
	// SegmentSuffix ends the name of a segment.
	SegmentSuffix = ".jsonl"
	// CompressedSuffix follows SegmentSuffix in the name of a finished segment that is compressed.
	// If a segment exists with and without it, the one without it is whole.
	CompressedSuffix = ".zst"
	// TornSuffix replaces SegmentSuffix in the name of the file with the bytes that were set aside
	// from the segment's end.
	TornSuffix = ".torn"
	// CheckpointFile contains the checkpoints, each followed by an empty line.
	CheckpointFile = "checkpoints"
	// ReserveFile holds back space on the disk. Its content means nothing.
	ReserveFile = "reserve"
	// LockFile is locked by the run that writes to the folder.
	LockFile = "lock"
	// RecordingsFolder is the subfolder of an audit for the recordings of whole sessions.
	RecordingsFolder = "recordings"
	// RecordingSuffix ends the name of a file of a recording.
	RecordingSuffix = ".session.jsonl"
)

// The end of every line in a folder: hashKey, HashText bytes, and then either hashEnd, or macKey,
// HashText bytes and hashEnd. The part before hashKey is the record's body.
const (
	hashKey = `,"` + FieldHash + `":"`
	macKey  = `","` + FieldMAC + `":"`
	hashEnd = `"}`
	// maxEnding is how many bytes they add to a line at most.
	maxEnding = len(hashKey) + len(macKey) + 2*HashText + len(hashEnd)
)

const (
	// HashSize is the size of a chain hash, a MAC and a chain key in bytes: that of SHA-256.
	HashSize = 32
	// HashText is the length of a hash as text: standard base64 without padding.
	HashText = 43
	// RatchetLabel is what is hashed before a key to get the next key.
	RatchetLabel = "eslguard audit ratchet"
	// CheckpointHead is the first line of a checkpoint without the version and the line feed.
	CheckpointHead = "eslguard audit "
	// SignaturePrefix begins the line of a checkpoint with its signature. A name, a blank and
	// SignatureSize bytes in standard base64 follow.
	SignaturePrefix = "— "
	// SignatureSize is the size of a signature in bytes: four that identify the key, and the 64 of
	// Ed25519.
	SignatureSize = 4 + 64
)

// The names of a record's fields, in the order in which they are written. They are stable: fields
// may be added, but none is renamed or given another meaning.
const (
	// FieldTime is when the record was made: RFC 3339, UTC, always with six digits after the
	// second.
	FieldTime = "time"
	// FieldSeq is the record's sequence number, from 1, strictly increasing.
	FieldSeq = "seq"
	// FieldLost is how many records right before this one could not be written. Absent if none
	// failed.
	FieldLost = "lost"
	// FieldKind is what the record is about: see Kind.
	FieldKind = "kind"
	// FieldSession is the session's id, unique over all runs.
	FieldSession = "session"
	// FieldClient is the client's name in the policy. Absent before the login.
	FieldClient = "client"
	// FieldAddr is the client's address and port. For counted connections it is their address, or
	// the network of an IPv6 host.
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
	// FieldEffects lists what the command would cause: objects with the fields from FieldEffectKind
	// on.
	FieldEffects = "effects"
	// FieldEffectsTotal is how many effects there were, if FieldEffects does not list each of them:
	// one named AllEvents represents many, and of a denied command only effects that were not
	// allowed are listed, and not all of these.
	FieldEffectsTotal = "effects_total"
	// FieldEffectsDenied is how many of the effects of a denied command were not allowed, if it had
	// several.
	FieldEffectsDenied = "effects_denied"
	// FieldDropped lists what the client sent and the canonical form does not contain.
	FieldDropped = "dropped"
	// FieldDecision is allow, deny, refuse or observe: see Decision.
	FieldDecision = "decision"
	// FieldRole is the role that decided.
	FieldRole = "role"
	// FieldRule is the rule that decided, as it is written in the policy.
	FieldRule = "rule"
	// FieldNear is the rule that comes nearest to a command that no rule allows, as it is written
	// in the policy. The client does not receive it.
	FieldNear = "near"
	// FieldReason is a sentence that explains a decision, or why a session or a run ended.
	FieldReason = "reason"
	// FieldPolicy is the revision of the policy in force.
	FieldPolicy = "policy"
	// FieldID is the short id that the client received in the reply to a denied command.
	FieldID = "id"
	// FieldTimes is how many more denials the record represents, equal to an earlier one with the
	// same FieldID. For a session it is how many more connections. Absent if the record is about
	// one.
	FieldTimes = "times"
	// FieldOf is the sequence of the command's record, in the record of a reply or a job.
	FieldOf = "of"
	// FieldReply is the first line of the reply, if it may be recorded.
	FieldReply = "reply"
	// FieldReplyBytes is the length of the reply's text or body, in bytes.
	FieldReplyBytes = "reply_bytes"
	// FieldReplyHash is a keyed hash of the reply, if its first line may not be recorded.
	FieldReplyHash = "reply_hash"
	// FieldTook is the time since the command's record, or since the session's start, in
	// microseconds.
	FieldTook = "took_us"
	// FieldCommands is how many commands the session sent.
	FieldCommands = "commands"
	// FieldDenied is how many of them were denied or refused.
	FieldDenied = "denied"
	// FieldObserved is how many of them were forwarded only because the client's mode is observe.
	FieldObserved = "observed"
	// FieldUndelivered is how many bytes were still queued for the client when its session ended.
	FieldUndelivered = "undelivered_bytes"
	// FieldVersion is the program's version, in a start record.
	FieldVersion = "version"
	// FieldTorn is how many bytes of an unfinished line an earlier run left, in a start record.
	FieldTorn = "torn_bytes"
	// FieldTornFile is the name of the file to which these bytes were moved.
	FieldTornFile = "torn_file"
	// FieldJob is the Job-UUID of a bgapi, in the record of its reply and in that of its job.
	FieldJob = "job"
	// FieldCall is the uuid of the call that a command created.
	FieldCall = "call"
	// FieldFile is the name of a file of a recording.
	FieldFile = "file"
	// FieldFileBytes is the size of that file.
	FieldFileBytes = "file_bytes"
	// FieldFileSHA256 is the SHA-256 of that file's content, in hex.
	FieldFileSHA256 = "file_sha256"
	// FieldLostBytes is how many bytes of the session are missing from the recording.
	FieldLostBytes = "lost_bytes"
	// FieldRedacted names what was redacted in the record, in order, each name once.
	FieldRedacted = "redacted"
)

// The names of the fields that only records in a folder have; see the package comment.
const (
	// FieldFormat is FormatVersion. In a head.
	FieldFormat = "format"
	// FieldPrevSegment is the name of the segment before this one, without CompressedSuffix. In a
	// head, except in the very first one.
	FieldPrevSegment = "prev_segment"
	// FieldPrevSeq is the sequence of the record before, 0 if there is none. In a head.
	FieldPrevSeq = "prev_seq"
	// FieldPrevHash is the hash of the record before, and all zeros if there is none. In a head.
	FieldPrevHash = "prev_hash"
	// FieldUnsynced is the first sequence from which on records of earlier segments may be missing
	// because a sync failed. In a head.
	FieldUnsynced = "unsynced_from"
	// FieldRecipient is the age recipient to which the head's key is encrypted. In every head of a
	// run that has one.
	FieldRecipient = "recipient"
	// FieldSealed is the head's key, encrypted: an age file in standard base64 with padding.
	FieldSealed = "sealed_key"
	// FieldSigner is the name and the key hash of the run's signer, in the form NAME+HASH with
	// which a note's verifier begins. In every head of a run that has one.
	FieldSigner = "signer"
	// FieldCheckpoint is the number of the last checkpoint in the file of checkpoints. In every
	// head of a run with a signer, unless the file has none.
	FieldCheckpoint = "checkpoint"
	// FieldRetiredFrom and FieldRetiredTo are the first and the last sequence of the segments that
	// are deleted after this record.
	FieldRetiredFrom = "retired_from"
	// FieldRetiredTo is described at FieldRetiredFrom.
	FieldRetiredTo = "retired_to"
	// FieldRetiredHash is the hash of the record with the sequence FieldRetiredTo.
	FieldRetiredHash = "retired_hash"
	// FieldRetiredAge is how old the last record of the deleted segments was, in whole seconds, if
	// they are deleted because of Options.KeepSize.
	FieldRetiredAge = "retired_age_s"
	// FieldRetiredFiles lists the files of recordings that are deleted after this record.
	FieldRetiredFiles = "retired_files"
	// FieldHash is the record's chain hash. Only in a folder, and the last field there except for
	// FieldMAC.
	FieldHash = "hash"
	// FieldMAC is the record's MAC. Only in a folder with a recipient, and the last field there.
	FieldMAC = "mac"
)

// The names of the fields of one effect.
const (
	// FieldEffectKind is the word with which rules for the effect begin: api, app, subscribe.
	FieldEffectKind = "kind"
	// FieldEffectName is the first token after the kind.
	FieldEffectName = "name"
	// FieldEffectArgs is the argument text, redacted and cut at MaxEffectArgs bytes.
	FieldEffectArgs = "args"
	// FieldEffectPath is how the effect was found, redacted and cut at MaxEffectArgs bytes.
	FieldEffectPath = "path"
	// FieldEffectLater is once or repeating, for an effect that a schedule or the loops of a
	// sendmsg would cause.
	FieldEffectLater = "later"
	// FieldEffectLeg is which leg is dialled: a-leg, b-leg or other-leg. Only in effects of the
	// kind dial.
	FieldEffectLeg = "leg"
)
