package effect

import "strings"

// OnChannel returns the effect of the channel verb or call-command verb on the channel uuid. path
// is the effect's Path, and more are the tokens after the uuid.
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

// ChannelTokens returns a placeholder, such as "UUID", for each token that follows a verb of the
// kind channel in a rule. An unknown verb has only the uuid.
func ChannelTokens(verb string) []string {
	switch verb {
	case "unicast":
		return []string{"UUID", "REMOTE-IP", "REMOTE-PORT", "LOCAL-IP", "LOCAL-PORT", "TRANSPORT", "FLAGS"}
	case "nomedia":
		return []string{"UUID", "NOMEDIA-UUID"}
	}
	return []string{"UUID"}
}

// unicastTransport is the index of the token with the transport, which FreeSWITCH compares without
// case.
const unicastTransport = 5
