// Package event has the events of the simulator: their names, the three forms in which FreeSWITCH
// serialises them, and the subscriptions and filters that choose the ones that a session is sent.
package event
