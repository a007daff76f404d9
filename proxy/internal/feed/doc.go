// Package feed serves one session from the shared event stream of its upstream.
//
// # Subscriptions
//
// A Feed has what the session has subscribed to (event.Subscription), and chooses from each batch
// of the stream the events that the client is sent, in the client's format. A change of the
// subscription and its answer take effect together: both happen under the lock of the session's
// Writer, between two batches.
//
// # Handover
//
// After myevents, FreeSWITCH itself chooses the session's events, on a connection of the session's
// own. Before that command, the connection is given the same subscription. From then on both
// connections report the same events in the same order, one of them later than the other. An event
// that the client has been sent from the stream is skipped when it comes on the session's own
// connection. An event that comes there first waits until the stream delivers it, since the stream
// may have to deliver others before it. The stream is left once both have reported the same events.
// So no event is lost and none is sent twice. Only events of other channels, which FreeSWITCH had
// queued before it accepted myevents, may be left out.
//
// # Cost of filters
//
// The filters of a session are tried in the goroutine that serves all sessions of the upstream. All
// sessions of a client share an allowance for that. A session that exceeds it is ended, and until
// it has come back, so is every other session of the client that has filters to try.
package feed
