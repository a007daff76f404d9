// Package capture has what 24 listeners of a real FreeSWITCH were sent while it served calls, for
// tests.
//
// The events are a part of the 2,015 that were capture: of each kind at most 12 that the same
// listeners were sent and that look alike. The listeners were sent these events in this order, and
// others between them. Text is as it was recorded, byte by byte.
package capture
