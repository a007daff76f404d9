package effect

import "strings"

// OnChannel returns the effect of acting on the channel uuid by verb. path is its Path. Further
// tokens say how.
func OnChannel(verb, uuid, path string, more ...string) Effect {
	tokens := append([]string{uuid}, more...)
	e := Effect{Kind: KindChannel, Name: verb, Args: strings.Join(tokens, " "), Tokens: tokens, UUIDs: tokens[:1:1], Path: path}
	switch verb {
	case "nomedia":
		e.UUIDs = tokens
	case "unicast":
		e.Fold = 1 << unicastTransport
	}
	return e
}

// ChannelTokens returns the names of the tokens that follow a verb of the kind channel, as the
// documentation has them: one for each. An unknown verb has the uuid alone.
func ChannelTokens(verb string) []string {
	switch verb {
	case "unicast":
		return []string{"UUID", "REMOTE-IP", "REMOTE-PORT", "LOCAL-IP", "LOCAL-PORT", "TRANSPORT", "FLAGS"}
	case "nomedia":
		return []string{"UUID", "NOMEDIA-UUID"}
	}
	return []string{"UUID"}
}

// unicastTransport is the token of the transport, which FreeSWITCH compares without case.
const unicastTransport = 5
