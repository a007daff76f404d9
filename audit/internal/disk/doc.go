// Package disk is the part of a file system that an audit is written to: a folder ([Volume]) or a
// single plain file ([PlainFile]).
//
// Both are interfaces, so that tests can make them fail and lose what was not synced. A [Stopwatch]
// measures how long their operations take, so that a disk that hangs is noticed.
package disk
