// Package realclients contains tests that run unmodified ESL clients of others through the guard
// against the simulator, and check what each client makes of the answers.
//
// Only the code of a client decides what it regards as a success or a failure, so only that code
// shows whether a denial reaches the right caller. A small script in testdata/node uses the public
// calls of each client and prints one JSON object a step. The tests compare these with a table.
//
// The clients are npm packages. testdata/node/package-lock.json pins them and their dependencies.
// The tests install them into the user's cache folder, once for each lock file. If node or npm is
// missing, or the packages cannot be downloaded, the tests are skipped with a message. If the
// environment contains ESLGUARD_REQUIRE_NODE=1, they fail instead.
package realclients
