// Package recording keeps whole sessions: every frame of both directions, with its time, in files
// of their own next to the records of the audit.
//
// A recording is JSON with one frame per line, after a first line that says whose session it is:
//
//	{"recording":1,"session":"3kq7xw2a","client":"crm","addr":"10.1.0.7:9","began":"…","file":1}
//	{"us":1042,"from":"client","frame":"api status\n\n"}
//	{"us":2310,"from":"guard","frame":"Content-Type: api/response\n…"}
//
// us is in microseconds since began. Frames from the client are as the client sent them, those from
// the guard as the client receives them. Secrets are replaced as in records, because of their
// names, also where values are encoded, in JSON or in XML. The answer to a command that contains a
// secret, or asks for what may be one, is replaced as well. A frame longer than MaxFrame is cut,
// and its line then says how many bytes it had.
//
// The session never waits for the recording: frames go to a queue, and a goroutine writes them. If
// the disk is too slow, frames that do not fit into the queue are left out and counted: in the
// file, by a line before the next frame,
//
//	{"us":2310,"lost":70412}
//
// and in the record about the file that the audit keeps, together with the file's SHA-256. So the
// chain of the audit covers the recording. After a failure, of a full disk for example, the session
// is recorded in another file as soon as one can be begun.
package recording
