// Package watch follows a policy's files and folders as they change.
//
// [Run] watches the folders that the policy's path and its symbolic links lead through. It does not
// watch the files themselves, because a watch on a file ends when the file is replaced. It also
// polls the files twice a second, because network file systems do not report changes. Files are
// read soon after their last change, and no later than a quarter of a second after the first. Files
// that are probably half-written are read again a few times.
package watch
