//go:build race

package sharing_test

// mostConnections is how many connections 1,000 short sessions may need. The race detector makes
// every command take so long that more are added.
const mostConnections = 64
