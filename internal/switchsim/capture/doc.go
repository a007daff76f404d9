// Package capture has what listeners of a real FreeSWITCH were sent, for tests.
//
// The listeners were sent these events in this order, and others between them. Text is as it was
// recorded, byte by byte.
package capture
