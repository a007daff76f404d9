package command_test

import (
	"errors"
	"fmt"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
)

// TestParseUnicastHost checks that an address has only one spelling, and that a name cannot be read
// as a number.
func TestParseUnicastHost(t *testing.T) {
	const reply = "-ERR refused, header-value, write %s as a plain address such as 10.0.0.5, or as a name"
	var tests []parseTest
	for _, name := range []string{"remote-ip", "local-ip"} {
		for _, host := range []string{
			"10.5", "0xa.0.0.5", "0XA000005", "012.0.0.5", "10.0.0.005", "167772165", "0", "127.1", "10.0.0.5.", "10.0.0.256", "1.2.3.4.5", "a.5", "5.0xa", ".", "0x",
		} {
			_, err := command.Parse(catalog.Builtin(), nil, frame("sendmsg u1\ncall-command: unicast\n"+name+": "+host))
			var r *codec.Refusal
			if !errors.As(err, &r) || r.Reason != command.ReasonHeaderValue || r.Reply != fmt.Sprintf(reply, name) || r.Fatal {
				t.Errorf("%s %s: %v", name, host, err)
			}
		}
	}
	for _, host := range []string{"10.0.0.5", "localhost", "sip-1.example.org", "10.0.0.5.example", "deadbeef", "cafe.example."} {
		tests = append(tests, parseTest{send: "sendmsg u1\ncall-command: unicast\nremote-ip: " + host, effects: []string{"channel unicast u1 " + host + " 8026 127.0.0.1 8025 udp "}})
	}
	tests = append(tests, parseTest{send: "sendmsg u1\ncall-command: unicast\nlocal-ip: 0.0.0.0", effects: []string{"channel unicast u1 127.0.0.1 8026 0.0.0.0 8025 udp "}})
	for _, host := range []string{"10.5", "0xa.0.0.5", "167772165", "012.0.0.5"} {
		tests = append(tests, parseTest{send: "sendmsg u1\ncall-command: execute\nexecute-app-name: socket\nexecute-app-arg: " + host + ":1", effects: []string{"app socket " + host + ":1 @exec", "opaque unknown-syntax"}})
	}
	runParse(t, append(tests, parseTest{send: "sendmsg u1\ncall-command: execute\nexecute-app-name: socket\nexecute-app-arg: 10.0.0.5:08040", effects: []string{"app socket 10.0.0.5:08040 @exec", "handover 10.0.0.5:8040"}}))
}
