// Package core is the switch behind the simulator's event socket: channels and their variables, the
// APIs and applications that are simulated, expansion, dial strings, the dialplan and the
// directory.
//
// A [Core] stores the state. A [Call] runs one command: it executes APIs and applications and
// reports each as an [Execution]. What is left to jobs, schedules and the channels' own threads
// runs in other goroutines, or at once and in order if the call is made so.
//
// The files are named after topics of FreeSWITCH: api.go finds an API; status.go, uuidapis.go and
// nestedapis.go are the APIs by topic; apps.go are the applications; originate.go, directory.go and
// invite.go dial; hooks.go runs what variables name; files.go and stored.go report what names and
// events lead to.
package core
