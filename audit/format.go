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
