// Package crash has no code, only tests of a promise that no part of eslguard can keep alone:
// nothing that FreeSWITCH executes is unrecorded.
//
// They build the real program and run it, in durable mode, between clients under load and the
// stand-in for FreeSWITCH, which tells what it executed. Then they do to the program what happens
// to programs: it is killed with SIGKILL at random moments and started again on the same audit, its
// disk is full, or it has few file descriptors. Whatever was executed must be in the audit,
// allowed, and the audit must verify as a whole, with every MAC and with the checkpoints that the
// operator's log told before the crash.
//
// A kill leaves what the system has in its cache. What a host that loses its power leaves is tested
// in package audit, over a file layer that forgets what was not synced.
package crash
