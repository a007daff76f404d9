//go:build !race

package sharing_test

// mostConnections is how many connections 1,000 short sessions may need.
const mostConnections = 16
