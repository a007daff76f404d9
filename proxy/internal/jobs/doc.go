// Package jobs counts the bgapi jobs that run on each upstream, so that a client has no more than
// its policy allows, and reports their results.
//
// # The end of a job
//
// A Registry learns of the ends of jobs from BACKGROUND_JOB events on the proxy's own stream of
// events, since a client may not have subscribed to them, may filter them, and may be gone before
// its job is. It believes only the events that mod_event_socket fires at the end of a job, and an
// event ends the job whose command it names: two clients may choose the same Job-UUID. If they run
// the same command under it, both jobs count until as many have ended. Results are reported by a
// goroutine of the Registry's own, so that no other reader of the stream waits for that.
//
// # Jobs within commands
//
// The API bgapi (`api bgapi originate …`, a bgapi in a schedule or an expansion) starts a thread of
// FreeSWITCH like the command of that name, and is counted with it. FreeSWITCH chooses its
// Job-UUID, so such a job is known by its command alone: the end that FreeSWITCH reports counts for
// the oldest job of the same command, whichever client started it. A job whose end is missed, or
// that a schedule begins later, counts for LostAfter.
//
// # Lost jobs
//
// If FreeSWITCH did not send these events all the time that a job ran, the end of the job may have
// been missed. Such a job counts for LostAfter, and any job counts for a day at most.
package jobs
