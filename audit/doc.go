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
// second, of kind reply, refers to it by its sequence once FreeSWITCH has answered. The first
// without the second is a command that the guard answered itself, a denied one for instance, or
// one whose reply never came. See the Field constants for the names,
// which are a contract, and Kind for which of them a record of each kind has. A field that has
// nothing to say is left out.
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
// # What never enters
//
// Secrets: the lines of auth and userauth, and the values of headers and variables whose names
// look like those of secrets, are replaced by [redacted] (see Redact for what is recognised).
// Replies may hold what FreeSWITCH was asked for, so only the first line of one that begins +OK,
// -ERR or -USAGE is written, and not even that for an API that tells secrets; see Log.Reply.
//
// Hostile text is bounded, and escaped as JSON demands. A byte that is not part of valid UTF-8 is
// written as \ufffd, the replacement character: the file is always valid UTF-8, at the price that
// such bytes cannot be told apart afterwards.
//
// # Failure
//
// A write that fails is returned to its caller and remembered by Err until a write works again;
// every Write tries anew, and so does Probe, so the log recovers by itself. Writers wait for the
// disk, one after the other: a disk that hangs without an error holds every session that has a
// command to record for as long as it hangs. That is the meaning of "nothing unrecorded"; whoever
// wants a limit puts one around the session.
//
// A file that is renamed (logrotate) is written on until Reopen. A file that is removed would
// swallow records unseen; that is noticed within a quarter of a second, the Write that notices it
// fails, and the next one begins a new file with a record that says so.
package audit
