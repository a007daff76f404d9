// Package watch follows a policy's files and folders as they change.
//
// [Run] watches the folders that the policy's name and its symbolic links lead through, since a
// file that is replaced takes its own watch along. It also looks at the files twice a second,
// because network file systems tell nothing of changes. Files are read soon after their last
// change, and no later than a quarter of a second after the first. Files that are probably
// half-written are read again a few times.
package watch
