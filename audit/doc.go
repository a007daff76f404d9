// Package audit records what was done: one JSON object per line, in files of its own.
//
// The audit is output, not logging. Write returns only when the record is in the file, or returns
// an error, and the proxy then refuses the command. Nothing is sampled or dropped.
//
// # Records
//
// There is a record for the start and the end of a run; for the start of a session, its login (also
// a failed one) and its end; for each command and for its outcome; and for each reload of the
// policy. A command makes two records. The first is written before the command is forwarded. The
// second, of kind reply, refers to the first by its sequence and is written when FreeSWITCH has
// answered. A bgapi makes a third one, of kind job, with its result. If the second one is missing,
// the guard answered the command itself, for example because it was denied, or the reply never
// came.
//
// The Field constants are the names of the fields, which are a contract. Kind says which fields a
// record of each kind has. A field without a value is left out.
//
// # Denials
//
// The record of a command that is denied or refused has at most MaxDeniedEffects effects. For a
// denied command they are those that are not allowed, and the one that decided comes first.
// effects_total is how many effects the command has, effects_denied how many of them are not
// allowed.
//
// A record can represent several denials, equal to an earlier one with the same id; its field times
// says how many. The first denial is recorded before it is answered. The later ones are counted by
// the caller and recorded within a second, and before any other record of the session. So the id
// that a client receives is always that of a record, and a run that is killed may lose the counts
// of its last second. In durable mode no caller waits for a record with counts. A session record
// with times represents connections that were closed at once.
//
// One effect of the kind subscribe and with the name AllEvents represents all the effects of "event
// ALL" in any record.
//
// # Sequence
//
// Every record has the next sequence number. A file that is opened again continues after its last
// record. The sequence of a record that could not be written is never given to another record, so a
// failure shows as a gap, and the field lost of the next record says how many failed right before
// it. A failed write can leave a part of the record in the file, even all of it except the line
// feed. So if the sequence of a record lies in such a gap, the record was reported as failed and
// its command was refused, whatever the record says. An unfinished line is ended with a line feed
// before the next record, so that every other line stays readable.
//
// # A file or a folder
//
// Open writes to a plain file or to a folder. A plain file contains records and nothing else. It is
// for trials, and for sites where another program collects the lines at once. A folder contains
// segments, which are chained, rotated and retired as follows.
//
// # Segments
//
// A segment is a file audit-<first sequence>.jsonl of records, one per line, each line ended by a
// line feed. A finished segment may be compressed (.jsonl.zst); what follows is about the bytes
// before compression. A run never appends to a segment of an earlier run.
//
// The first record of a segment is its head: of kind start if it begins a run, of kind reopen
// otherwise. A head has the fields format, prev_seq and prev_hash, prev_segment if there is a
// segment before, recipient and sealed_key if the run has a recipient, and signer and checkpoint if
// it has a signer. Its sequence is the one in the name of the segment. The last record is of kind
// seal, or of kind stop if the run ends. If it is of another kind, the run was killed or the disk
// failed.
//
// The sequences of all segments go up by one, except for what the field lost declares: the sequence
// of a record is that of the record before it, plus one, plus lost (0 if absent). The same holds
// from the last record of a segment to the head of the next one.
//
// # Chain
//
// The lines of a folder end with a hash, and with a MAC if the run has a recipient:
//
//	BODY,"hash":"HASH"}
//	BODY,"hash":"HASH","mac":"MAC"}
//
// BODY is everything from the { of the line up to the comma before "hash". HASH and MAC are 43
// characters of standard base64 without padding. prev is the 32 bytes of the hash of the record
// before, in whichever segment that is, and 32 zero bytes for the very first record:
//
//	HASH = SHA-256(prev || BODY)
//	MAC  = HMAC-SHA-256(key, HASH)          of the 32 bytes, not of their text
//
// The file hash.go computes both. The head's prev_hash is prev, so each segment can be checked by
// itself.
//
// Anyone can compute HASH. From a hash that one trusts, such as that of a checkpoint, it proves the
// order and completeness of all records before; by itself it proves nothing. MAC can be computed
// only with the key of its record. A run with a recipient draws a random key of 32 bytes for its
// start record, and forgets each key once its record is written. The key of a record is
//
//	key of sequence n+1 = SHA-256("eslguard audit ratchet" || key of sequence n)
//
// for each sequence, also for those that lost declares, until the run ends. Another run has another
// key. Every head, a start or a reopen, contains its own key, encrypted to the recipient with age
// (field sealed_key; the field recipient is the recipient). So a run can be checked from any
// segment on, even if its first segments were deleted. If the earlier segments exist, the key must
// be the one that follows from theirs.
//
// So an attacker who takes over the host finds no key with which to change what is already written,
// as far as a program with a garbage collector can forget, and the holder of the recipient's
// identity can detect such a change. The MACs prove neither the first head that exists, whether it
// is a start or a later head that retirement left, nor its sealed key: a recipient is public, so an
// attacker can encrypt a key of their own and rewrite everything from there on. A checkpoint that
// was copied from the host afterwards detects that. There is one right after every start record and
// one before every retirement.
//
// # Checkpoints
//
// With a signer, a checkpoint is made after every start record, after a number of records, after a
// number of seconds in which records were written, before segments are deleted, and at the end of a
// run. It is a note (golang.org/x/mod/sumdb/note, Ed25519) with a text of seven lines:
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
// were synced before it was signed, except those that an unsynced_from before it declares. NUMBER
// counts the checkpoints of the folder from 1. The last two lines are about the checkpoint before
// it: its SEQUENCE, and the SHA-256 of its text in the same base64 as HASH. If there is none, they
// are 0 and the base64 of 32 zero bytes. So the next checkpoint shows that one is missing, was
// changed or was moved.
//
// Checkpoints are appended to the file checkpoints, each followed by an empty line, and then passed
// to Options.Checkpoint, for the operator's log: only a copy outside the host proves that nothing
// before it was cut off or changed. A checkpoint that cannot be appended is passed on all the same,
// and is appended before the next one unless the run is killed first. A checkpoint that a crash
// left unfinished is ended with two line feeds and stays, and its number is used again.
//
// Every head of a run with a signer names the signer (field signer) and the last checkpoint in the
// file (field checkpoint). So the chain shows that the file is missing, or that it was replaced by
// an older copy. A run that ends in order has a checkpoint of its stop record, and readers warn if
// it is missing. Nothing else in the folder shows that the last checkpoints of a run were removed,
// alone or together with the records after the one before them. That takes a copy of one of them.
//
// Version 1 of the checkpoints had only the first four lines. They are read, and not written any
// more. The first checkpoint with a number links to the last one without in the same way.
//
// # Hand-over
//
// When a segment is large or old enough, it is finished: a record of kind seal is written and
// synced. Then the next segment is begun with its head, which is synced together with the folder
// before any other record follows.
//
// If a write fails, the part that was written is cut off again and the segment goes on. If it
// cannot be cut off, the segment is left with an unfinished last line and without a seal. If the
// disk is full, the segment is finished with the space of the reserve. If a sync fails, the segment
// is final, since it is unknown what is on disk: the next segment is begun without a seal in the
// old one, and the unsynced_from of its head is the sequence of the first record that was not known
// to be on disk. Records from there up to prev_seq may be missing at the end of the segments
// before; the head declares this. In durable mode their writers received an error, unless they did
// not wait for the record (see Options.Durable). Only a reopen has unsynced_from. It is higher than
// the sequence of the head before it and of every checkpoint made by then, since these records were
// synced. A reader excuses no more than that: not a hash that does not match, and not a record that
// is missing between others, unless bytes are lost there. The records before such a gap are not
// linked to what follows, so only their MACs, or a checkpoint made before the gap, prove them.
//
// A segment that cannot be begun is removed again, and the sequence of its head is used up (lost).
// If it cannot be removed, it stays as a segment with only a head, or without a whole line. No
// later head names it in prev_segment, and readers skip it.
//
// At the start of a run, the bytes after the last whole line of the last segment are moved to the
// file audit-<first sequence>.torn, after any bytes that the file has already, and the start record
// says so (torn_bytes, torn_file). A segment without a single whole line disappears that way. The
// prev_seq and prev_hash of the start record are those of the last whole line that was found.
//
// # Retirement
//
// Only the oldest segments are deleted. Before that, a record of kind retire says which:
// retired_from and retired_to are the first and the last sequence that are deleted, and
// retired_hash is the chain hash of the last. The record is synced, and signed by a checkpoint if
// there is a signer, before the first file is deleted; the oldest is deleted first. So the prev_seq
// of the head of the oldest segment that is left is 0, or within the range of some retire record.
// If it is that record's retired_to, the prev_hash is its retired_hash. A crash may leave segments
// that are retired already; the next retirement names them again. A .torn file is deleted with its
// segment, and a checkpoint with its record. Anyone who can write to the folder can append a retire
// record. So a reader with the public key believes only one that a valid checkpoint covers: a run
// with a signer makes that checkpoint before it deletes anything.
//
// Nothing younger than KeepAtLeast is deleted because of KeepSize. While what is younger is larger
// than KeepSize, Write refuses records with ErrKept until it is old enough: the operator's options
// say that the disk is full. If segments are deleted because of KeepSize, the record's
// retired_age_s says how old the last of their records was. An age below FastRetirement, a day, is
// unusual and is reported to Options.Trouble as ErrFast.
//
// The files in the folder recordings (package recording) are subject to the same limits,
// separately: complete ones that were finished too long ago, and the oldest ones while all
// recordings together are too large. A record of kind retire names them in retired_files, without
// the fields above, and is synced and signed before they are deleted.
//
// # What is never recorded
//
// Secrets: the lines of auth and userauth, and the values of headers and variables whose names look
// like those of secrets, are replaced by [redacted:TOKEN]. See redact.Redact for what is
// recognised, and Options.SecretNames. TOKEN is 8 letters of a keyed hash of the value without
// blanks and quotes around it, so that equal values of a run have equal tokens. The field redacted
// names what was redacted: the header, variable, option, member, attribute or element; auth or
// userauth; the command that takes the secret by its place, if the effects show that the command is
// there; expansion if an expansion decides what takes the arguments; or, for a secret without a
// name, what it is: url, sip, sips, bearer, inline, jwt, private key, dtmf, digit. Replies can
// repeat what FreeSWITCH was asked for, so only the first line of a reply that begins with +OK,
// -ERR or -USAGE is recorded. Not even that line is recorded for an API that returns secrets, or
// for a command that contains one, which the answer may repeat; see Log.Reply and Log.LeavesOut.
//
// Hostile text is bounded, and escaped as JSON. A byte that is not part of valid UTF-8 is written
// as \ufffd, the replacement character: the file is always valid UTF-8, at the price that such
// bytes cannot be distinguished afterwards.
//
// # Failure
//
// A record's Size tells its caller how many bytes it took, so that the caller can limit what others
// cause to be written. The log itself has no limit.
//
// A write that fails is returned to its caller, and Err returns its error until a write succeeds.
// Every Write and every Probe tries again, so the log recovers by itself. (Another segment is tried
// four times a second at most; in between, Write returns the last error.) Writers wait for the disk
// one after the other, so a disk that hangs without an error stops every session that has a command
// to record. That is what "nothing unrecorded" means; a caller that wants a limit bounds the
// session. Stalled reports that the disk hangs, and waits for nothing.
//
// A file that is renamed (logrotate) is written to until Reopen. Records written to a removed file
// would be lost without notice. The log notices that within a quarter of a second: the Write that
// notices it fails, and the next one begins a new file with a record that says so.
package audit
