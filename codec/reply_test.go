package codec_test

import (
	"bytes"
	"strings"
	"testing"

	"eslguard/codec"
)

// TestRepliesAsRecorded compares the frames of the proxy with recorded ones of FreeSWITCH.
func TestRepliesAsRecorded(t *testing.T) {
	recorded := make(map[string]bool)
	for _, x := range readLines[exchange](t, "exchanges.jsonl") {
		recorded[x.Greeting] = true
		for _, s := range x.Steps {
			for _, r := range s.Recv {
				recorded[r] = true
			}
		}
	}
	for _, got := range [][]byte{
		codec.AppendAuthRequest(nil),
		codec.AppendDisconnectNotice(nil, ""),
		codec.AppendCommandReply(nil, "+OK accepted"),
		codec.AppendCommandReply(nil, "-ERR invalid"),
		codec.AppendCommandReply(nil, ""),
		codec.AppendCommandReply(nil, "-ERR permission denied"),
		codec.AppendAPIResponse(nil, nil),
	} {
		if !recorded[string(got)] {
			t.Errorf("%q is not among the recorded frames", got)
		}
	}
}

func TestReplies(t *testing.T) {
	const notice = "Content-Type: text/disconnect-notice\nContent-Length: "
	tests := []struct{ name, got, want string }{
		{"rude rejection", string(codec.AppendRudeRejection(nil)),
			"Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n"},
		{"control characters", string(codec.AppendCommandReply(nil, "a\tb\x01c\nd")), "Content-Type: command/reply\nReply-Text: a\tb c d\n\n"},
		{"notice", string(codec.AppendDisconnectNotice(nil, "policy\r\nchanged")),
			notice + "30\n\nDisconnected: policy  changed\n"},
		{"a long notice", string(codec.AppendDisconnectNotice(nil, strings.Repeat("x", 1000))),
			notice + "256\n\nDisconnected: " + strings.Repeat("x", 241) + "\n"},
		{"a long notice, cut between characters", string(codec.AppendDisconnectNotice(nil, strings.Repeat("x", 240)+"ää")),
			notice + "255\n\nDisconnected: " + strings.Repeat("x", 240) + "\n"},
		{"command/reply", string(codec.AppendCommandReply(nil, "-ERR a\n\nContent-Type: x\x7f")),
			"Content-Type: command/reply\nReply-Text: -ERR a  Content-Type: x \n\n"},
		{"api/response", string(codec.AppendAPIResponse(nil, []byte("a\n\nb"))),
			"Content-Type: api/response\nContent-Length: 4\n\na\n\nb"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
		if _, err := codec.NewUpstreamReader(strings.NewReader(tt.got), codec.UpstreamLimits{}).Next(); err != nil {
			t.Errorf("%s is not a frame: %v", tt.name, err)
		}
	}
	if got := codec.AppendCommandReply([]byte("a"), "b"); !bytes.HasPrefix(got, []byte("aContent")) {
		t.Errorf("not appended: %q", got)
	}
}
