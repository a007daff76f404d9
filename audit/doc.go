// Package audit writes down what was done: one JSON object a line, into a file of its own.
//
// The audit file is output, not logging. A record is in the file, or the caller that it belongs
// to is told that it is not; the proxy then refuses the command. Nothing is sampled, batched away
// or dropped.
//
// # Records
//
// There is one record for the start and the end of a run, for a session's start, its login (a
// failed one too) and its end, for each command, for what became of it, and for each reload of the
// policy. A command makes two records: the first is written before the command is forwarded, the
// second, of kind reply, refers to it by its sequence once FreeSWITCH has answered; a bgapi makes a third,
// of kind job, with its result. The first
// without the second is a command that the guard answered itself, a denied one for instance, or
// one whose reply never came. See the Field constants for the names,
// which are a contract, and Kind for which of them a record of each kind has. A field that has
// nothing to say is left out.
//
// # Denials
//
// A command that is denied or refused has at most MaxDeniedEffects effects in its record: of a
// denied one those that are not allowed, the one that settled it first. effects_total says how many
// there are, effects_denied how many of them are not allowed.
//
// A record may stand for several denials, which were equal to one that was recorded before with the
// same id: times says how many more. The first is written before it is answered, and what follows
// is counted by the caller and written within a second, and before any other record of the session.
// So the id that a client was told is always that of a record; a run that is killed may lose the
// numbers of its last second. Such a record is not waited for in durable mode. A session record
// with times stands for connections that were closed at once.
//
// One effect, of the kind subscribe and with the name AllEvents, stands in any record for all the
// effects of "event ALL".
//
// # Sequence
//
// Every record has the next sequence number; a file that is opened again goes on from its last
// record. The sequence of a record that could not be written is spent and never given to another
// record, so a failure shows as a gap, and the next record that could be written says in its field
// lost how many went missing right before it. A failure may have left a part of the record in the
// file, even all of it but the line feed. So: a record whose sequence lies in such a gap was
// reported as failed, and its command was refused, whatever it says. A line that is not whole is
// closed with a line feed before the next record, so every other line stays readable.
//
// # A file or a folder
//
// Open writes to a plain file or to a folder. In a plain file there are records and nothing else; it
// is for trying things out, and for those who take the lines elsewhere at once. A folder holds
// segments, which are chained, rotated and retired as follows.
//
// # Segments
//
// A segment is a file audit-<first sequence>.jsonl of records, one a line, each line ended by a line
// feed. A finished one may be compressed (.jsonl.zst); everything said here is about the bytes before
// that. A run never appends to a segment of an earlier run.
//
// The first record of every segment is its head: of kind start where it begins a run, of kind
// reopen otherwise. It has the fields format, prev_seq and prev_hash, prev_segment where there is a
// segment before, recipient and sealed_key where the run has a recipient, and signer and checkpoint
// where it has a signer. Its sequence is the one in the segment's name. The last record is of kind
// seal, or stop where the run ends; where it is of another kind, the run was killed or the disk
// failed.
//
// Over all segments the sequences go up by one, but for what the field lost declares: a record's
// sequence is that of the record before it, plus one, plus lost (0 where absent). So it is from
// the last record of a segment to the head of the next, too.
//
// # Chain
//
// The lines of a folder end with a hash, and where the run has a recipient also with a MAC:
//
//	BODY,"hash":"HASH"}
//	BODY,"hash":"HASH","mac":"MAC"}
//
// BODY is all from the line's { up to the comma before "hash". HASH and MAC are 43 characters of
// standard base64 without padding. With prev the 32 bytes of the hash of the record before, whichever
// segment it is in, and 32 zero bytes before the very first record:
//
//	HASH = SHA-256(prev || BODY)
//	MAC  = HMAC-SHA-256(key, HASH)          of the 32 bytes, not of their text
//
// The head's prev_hash is prev, so each segment can be checked by itself.
//
// HASH can be computed by anyone: it proves order and wholeness from any hash that one trusts,
// such as a checkpoint's, backwards to the first record, and nothing by itself. MAC can be computed
// only with the key of its record. A run with a recipient makes a random key of 32 bytes for its start
// record, and forgets each key once its record is written: the key of a record is
//
//	key of sequence n+1 = SHA-256("eslguard audit ratchet" || key of sequence n)
//
// sequence by sequence, also over those that lost declares, until the run ends. Another run has another
// key. Every head, be it a start or a reopen, holds its own key, sealed to the recipient with age
// (field sealed_key; the field recipient says to whom), so a run can be checked from any segment on: the start of a long one may
// be deleted already. Where the segments before are there, the key must be the one that they lead to.
//
// So who takes the host finds no key with which to change what is already written, as far as a program whose
// memory is collected can forget, and who holds the recipient's identity can tell. The first head that is there, a start or
// what retirement left, and its sealed key are not proven by
// this: a recipient is public, so who takes the host can seal a key of his own and write all from there on
// anew. Against that stand the checkpoints, one right after every start record and one before every
// retirement, once a copy of one that comes later has left the host.
//
// # Checkpoints
//
// With a signer, a checkpoint is made after every start record, every so many records, every so many
// seconds in which records were written, before segments are deleted, and at the end of a run. It is a
// note (golang.org/x/mod/sumdb/note, Ed25519) with a text of seven lines:
//
//	eslguard audit 2
//	SEQUENCE
//	HASH
//	TIME
//	NUMBER
//	PREVIOUS SEQUENCE
//	PREVIOUS HASH
//
// It says that the record SEQUENCE has the chain hash HASH (as in its line). All records up to it
// were synced before it was signed, but for those that an unsynced_from before it declares. NUMBER
// counts the checkpoints of the folder from 1. The last two lines are about the checkpoint before
// it: the sequence that it is about, and the SHA-256 of its text, in base64 as HASH is; without one
// they are 0 and the base64 of 32 zero bytes. So one that is missing, was changed or moved shows in
// the next one.
//
// Checkpoints are appended to the file checkpoints, each followed by an empty line, and then given
// to Options.Checkpoint, for the operator's log: only a copy off the host proves that nothing
// before it was cut off or changed. One that cannot be appended is given all the same, and appended
// before the next one, unless the run is killed before. A checkpoint that a crash tore is closed
// with two line feeds and left, and its number is given again.
//
// Every head of a run with a signer says so (field signer), and which was the last checkpoint in
// the file (field checkpoint). So the chain tells of a file that is gone, and of one that an older
// copy has replaced. A run that ends in order has a checkpoint of its stop record, and readers warn
// if it is not there. Nothing else in the folder tells whether the last checkpoints of a run were
// dropped, alone or together with the records after the one before them. That takes a copy of one
// of them.
//
// Version 1 of the checkpoints had the first four lines only. They are read, and not written any
// more. The first one with a number says of the last one without what it says of any other.
//
// # Hand-over
//
// A segment is finished when it is large or old enough: a record of kind seal, a sync, and the next
// segment with its head, which is synced together with the folder before any other record follows.
//
// A write that fails is cut off again, and the segment stays. Where that is not possible, the segment is left
// with a last line that is not whole, and without a seal. Where the disk is full, it is finished by means
// of the reserve that is held back there. A sync that fails is final
// for its segment, since nobody knows what it left: another one is begun, without a seal in the
// old one, whose head says in unsynced_from which was the first record that was not known to be
// on disk. Records from there up to prev_seq may be missing at the end of the segments before, and
// this is declared; in durable mode their writers were told of the failure, unless a record is of a
// kind that is not waited for (see Options.Durable).
// Only a reopen has unsynced_from. It is higher than the sequence of the head before it and of
// every checkpoint that was made by then: what these are about was synced. A reader excuses no more
// than that, no hash that does not fit, and no record that is missing between others, unless bytes
// there are lost. The records before such a gap are not linked to what follows it, so only a
// checkpoint that was made before the gap, or their MACs, prove them.
//
// A segment that cannot be begun is removed again, and its head's sequence is spent (lost). Where
// even that fails, it stays as a segment of a head alone, or of no whole line, which no later head names in
// prev_segment: readers pass over it.
//
// At the start of a run, what stands after the last whole line of the last segment is moved into the file
// audit-<first sequence>.torn, beside what may be there already, and the start record says so
// (torn_bytes, torn_file). A segment without a single whole line goes away with that. The start record's
// prev_seq and prev_hash are those of the last whole line that was found.
//
// # Retirement
//
// Only the oldest segments are deleted, and before that a record of kind retire says
// which: retired_from and retired_to are the first and the last sequence that go, retired_hash is the
// chain hash of the last. The record is synced, and signed by a checkpoint where there is a
// signer, before the first file is deleted, the oldest first. So the head of the oldest segment
// that is left has a prev_seq that lies within what some retire record names (or is 0); where it is that record's
// retired_to, its prev_hash is retired_hash. A crash may leave segments that are retired already;
// the next retirement names them again. A .torn file goes with its segment, and a checkpoint with its record.
// Anyone who can write to the folder can append such a record. So a reader with the public key
// believes only one that a good checkpoint covers: a run with a signer makes that checkpoint before
// it deletes anything.
//
// What is younger than KeepAtLeast is not deleted because of KeepSize. While that is larger than
// KeepSize, Write refuses records, with ErrKept, until it is old enough: a disk that is full by
// order. Where segments go because of KeepSize, the record says in retired_age_s how old the last
// record was that goes; below FastRetirement, a day, that is unusually fast, and told to
// Options.Trouble as ErrFast.
//
// The files in the folder recordings (package recording) fall under the same limits by themselves: complete ones
// that were finished too long ago, and the oldest while all recordings together are too large. A record of kind
// retire names them in retired_files, instead of the fields above, and is synced and signed before they are deleted.
//
// # What never enters
//
// Secrets: the lines of auth and userauth, and the values of headers and variables whose names look
// like those of secrets, are replaced by [redacted:TOKEN] (see Redact for what is recognised, and
// Options.SecretNames). TOKEN is 8 letters of a keyed hash of the value without blanks and quotes
// around it: equal values of a run have equal tokens. The field redacted names what was left out:
// the header, variable, option, member, attribute or element, auth or userauth, the command that
// takes it by its place (where the effects show that it stands there), expansion where one decides
// what takes the arguments, or what it is where no name announces it: url, sip, sips, bearer,
// inline, jwt, private key, dtmf, digit. Replies may hold what FreeSWITCH was asked for, so only
// the first line of one that begins +OK, -ERR or -USAGE is written, and not even that for an API
// that tells secrets or for a command that has one in it, which its answer may repeat; see
// Log.Reply and Log.LeavesOut.
//
// Hostile text is bounded, and escaped as JSON demands. A byte that is not part of valid UTF-8 is
// written as \ufffd, the replacement character: the file is always valid UTF-8, at the price that
// such bytes cannot be told apart afterwards.
//
// # Failure
//
// A record's Size tells its caller how much it took, for a limit on what others cause to be
// written; there is none here.
//
// A write that fails is returned to its caller and remembered by Err until a write works again;
// every Write tries anew, and so does Probe, so the log recovers by itself. (Another segment is tried four times a
// second at most; in between the error is the last one's.) Writers wait for the
// disk, one after the other: a disk that hangs without an error holds every session that has a
// command to record for as long as it hangs. That is the meaning of "nothing unrecorded"; whoever
// wants a limit puts one around the session. Stalled tells that the disk hangs, and waits for
// nothing.
//
// A file that is renamed (logrotate) is written on until Reopen. A file that is removed would
// swallow records unseen; that is noticed within a quarter of a second, the Write that notices it
// fails, and the next one begins a new file with a record that says so.
package audit
