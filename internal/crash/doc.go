// Package crash contains tests of a promise that no single part of eslguard can keep: nothing that
// FreeSWITCH executes is unrecorded.
//
// They build the program and run it, in durable mode, between clients under load and the simulator,
// which reports what it executed. Then they make happen what happens to programs: it is killed with
// SIGKILL at random moments and started again on the same audit, its disk is full, or it has few
// file descriptors. Everything that was executed must be in the audit, as allowed. The whole audit
// must verify, with every MAC and with the checkpoints that the operator's log contained before the
// crash.
//
// A kill leaves the data in the system's cache. Package audit tests what a host leaves that loses
// its power, with a file layer that forgets what was not synced.
package crash
