package audit

// FormatVersion is the version of the folder's format, in the field format of every head. A reader
// refuses a version that it does not know.
const FormatVersion = 1

// CheckpointVersion is the version of the checkpoints, in the first line of each. A reader refuses
// a version that it does not know.
const CheckpointVersion = 2

// unnumberedVersion is the version of checkpoints that have no number. They are not written any
// more.
const unnumberedVersion = 1

// PlainSuffixes end the names of plain files, which have no chain. What is not there yet and has
// another name becomes a folder.
var PlainSuffixes = [...]string{".json", ".jsonl", ".log"}

// The files of a folder. Whatever else is in it is nobody's business here.
const (
	// SegmentPrefix begins the name of everything that belongs to a segment. After it stands the
	// sequence of the segment's first record, in decimal, at least SegmentDigits wide.
	SegmentPrefix = "audit-"
	// SegmentDigits pads the sequence, so that names sort as text for the first 10^12 records. Readers
	// sort by the number.
	SegmentDigits = 12
	// SegmentSuffix ends the name of a segment.
	SegmentSuffix = ".jsonl"
	// CompressedSuffix follows SegmentSuffix in the name of a segment that has been finished and
	// compressed. Where a segment is there with and without it, the one without is whole.
	CompressedSuffix = ".zst"
	// TornSuffix takes the place of SegmentSuffix in the name of the file that holds the bytes
	// that were set aside from the segment's end.
	TornSuffix = ".torn"
	// CheckpointFile holds the checkpoints, each followed by an empty line.
	CheckpointFile = "checkpoints"
	// ReserveFile holds back space on the disk. What is in it means nothing.
	ReserveFile = "reserve"
	// LockFile is held by the run that writes.
	LockFile = "lock"
	// RecordingsFolder is the folder within an audit's for the recordings of whole sessions.
	RecordingsFolder = "recordings"
	// RecordingSuffix ends the name of a recording's file.
	RecordingSuffix = ".session.jsonl"
)

// The end of every line in a folder: hashKey, HashText bytes, and either hashEnd or macKey, HashText bytes and
// hashEnd. What stands before hashKey is the record's body.
const (
	hashKey = `,"` + FieldHash + `":"`
	macKey  = `","` + FieldMAC + `":"`
	hashEnd = `"}`
	// maxEnding is how much longer they make a line, in bytes.
	maxEnding = len(hashKey) + len(macKey) + 2*HashText + len(hashEnd)
)

const (
	// HashSize is the size of a chain hash, a MAC and a chain key in bytes: SHA-256's.
	HashSize = 32
	// HashText is the length of a hash as text: standard base64 without padding.
	HashText = 43
	// RatchetLabel is what the ratchet hashes before the old key.
	RatchetLabel = "eslguard audit ratchet"
	// CheckpointHead is the first line of a checkpoint, but for the version and the line feed.
	CheckpointHead = "eslguard audit "
	// SignaturePrefix begins the line of a checkpoint that holds its signature; a name, a blank and
	// SignatureSize bytes in standard base64 follow.
	SignaturePrefix = "— "
	// SignatureSize is the size of a signature in bytes: four that tell the key, and Ed25519's 64.
	SignatureSize = 4 + 64
)

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
	// FieldAddr is the client's address and port; of connections that are counted, their address,
	// or the network of an IPv6 host.
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
	// FieldEffectsTotal is how many effects there were, where FieldEffects does not list each of
	// them: one named AllEvents stands for many, and of a denied command only some of those are
	// listed that were not allowed.
	FieldEffectsTotal = "effects_total"
	// FieldEffectsDenied is how many of the effects of a denied command were not allowed, where it
	// had several.
	FieldEffectsDenied = "effects_denied"
	// FieldDropped lists what the client sent and the canonical form left out.
	FieldDropped = "dropped"
	// FieldDecision is allow, deny, refuse or observe, see Decision.
	FieldDecision = "decision"
	// FieldRole is the role by which it was decided.
	FieldRole = "role"
	// FieldRule is the rule by which it was decided, as it stands in the policy.
	FieldRule = "rule"
	// FieldNear is, of a command that no rule allows, the rule that comes nearest, as it stands in
	// the policy. The client is not told it.
	FieldNear = "near"
	// FieldReason is a sentence: why it was decided so, why a session or a run ended.
	FieldReason = "reason"
	// FieldPolicy is the revision of the policy in force.
	FieldPolicy = "policy"
	// FieldID is the short id that the client was given in a denial's reply.
	FieldID = "id"
	// FieldTimes is how many more denials the record stands for, equal to the one with the same
	// FieldID before it; of a session, how many more connections. Absent: the record is of one.
	FieldTimes = "times"
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
	// FieldObserved is how many of them were forwarded only because the client's mode is observe.
	FieldObserved = "observed"
	// FieldUndelivered is how many bytes waited for the client when its session ended.
	FieldUndelivered = "undelivered_bytes"
	// FieldVersion is the program's version, in a start record.
	FieldVersion = "version"
	// FieldTorn is how many bytes of an unfinished line an earlier run had left, in a start record.
	FieldTorn = "torn_bytes"
	// FieldTornFile is the name of the file into which they were moved.
	FieldTornFile = "torn_file"
	// FieldJob is the Job-UUID of a bgapi: in its reply's record and in the job's.
	FieldJob = "job"
	// FieldCall is the uuid of the call that a command made.
	FieldCall = "call"
	// FieldFile is the name of a recording's file.
	FieldFile = "file"
	// FieldFileBytes is its size.
	FieldFileBytes = "file_bytes"
	// FieldFileSHA256 is the SHA-256 of its content, in hex.
	FieldFileSHA256 = "file_sha256"
	// FieldLostBytes is how many bytes of the session are missing from the recording.
	FieldLostBytes = "lost_bytes"
	// FieldRedacted names what was left out of the record, in order, each name once.
	FieldRedacted = "redacted"
)

// The names of the fields that only records in a folder have; see the package comment.
const (
	// FieldFormat is FormatVersion, in a head.
	FieldFormat = "format"
	// FieldPrevSegment is the name of the segment before this one, without CompressedSuffix, in a
	// head. Absent in the very first.
	FieldPrevSegment = "prev_segment"
	// FieldPrevSeq is the sequence of the record before, 0 for none, in a head.
	FieldPrevSeq = "prev_seq"
	// FieldPrevHash is the hash of the record before, in a head. That of no record is all zeros.
	FieldPrevHash = "prev_hash"
	// FieldUnsynced is the sequence from which on records of the segments before may be missing, because
	// a sync failed, in a head.
	FieldUnsynced = "unsynced_from"
	// FieldRecipient is the age recipient that the head's key is sealed to, in every head of a run that has one.
	FieldRecipient = "recipient"
	// FieldSealed is the head's key, sealed: an age file in standard base64 with padding.
	FieldSealed = "sealed_key"
	// FieldSigner is the name and the key's hash of the run's signer, NAME+HASH as a note's
	// verifier begins, in every head of a run that has one.
	FieldSigner = "signer"
	// FieldCheckpoint is the number of the last checkpoint that was in the file of checkpoints, in
	// every head of a run with a signer. Absent where there was none.
	FieldCheckpoint = "checkpoint"
	// FieldRetiredFrom and FieldRetiredTo are the first and the last sequence of the segments
	// that are deleted after this record.
	FieldRetiredFrom = "retired_from"
	// FieldRetiredTo see FieldRetiredFrom.
	FieldRetiredTo = "retired_to"
	// FieldRetiredHash is the hash of the record with the sequence FieldRetiredTo.
	FieldRetiredHash = "retired_hash"
	// FieldRetiredAge is how old the last record that goes was, in whole seconds, where it goes for
	// the size of all.
	FieldRetiredAge = "retired_age_s"
	// FieldRetiredFiles lists the files of recordings that are deleted after this record.
	FieldRetiredFiles = "retired_files"
	// FieldHash is the record's chain hash. In a folder only, the last but FieldMAC.
	FieldHash = "hash"
	// FieldMAC is the keyed hash. In a folder with a recipient only, the last.
	FieldMAC = "mac"
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
	// FieldEffectLater is once or repeating, for an effect that a schedule, or the loops of a sendmsg, would cause.
	FieldEffectLater = "later"
	// FieldEffectLeg is where a leg stands that is dialled: a-leg, b-leg or other-leg. Of a dial
	// only.
	FieldEffectLeg = "leg"
)
