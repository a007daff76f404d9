// Package realclients runs ESL clients that others wrote, unmodified, through the guard against the
// stand-in for FreeSWITCH, and asserts what each client makes of the answers.
//
// What a client takes for success, a failure or nothing at all is decided by its code alone, so
// only that code can say whether a denial reaches the caller that it belongs to. Each client is
// driven by a small script of testdata/node that uses its public calls and prints one JSON object a
// step; the tests compare these with a table.
//
// The clients are npm packages, pinned with their dependencies by testdata/node/package-lock.json.
// The tests install them into the user's cache folder, once for each lock file. Where node or npm
// is missing, or the packages cannot be had, the tests skip and say so; with
// ESLGUARD_REQUIRE_NODE=1 in the environment they fail instead.
package realclients
