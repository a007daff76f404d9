package redact

import (
	"strings"
	"testing"

	"eslguard/catalog"
)

// hostile are parts of texts that might make a redactor read the same bytes again and again.
var hostile = []string{
	"{", "<secret=", "{secret='", "://", "://a:", "pass_", "passwor", "setvar pin ", "auth\n", "[redacted]", "secret=\\\n", "{pin=1,", "a", "{token=1,}",
	"<a", "<a ", "<a b='", "<pin>", "<pin>\n", "<pin>\na", "<pin> ", "<a name='pin'", "<a name='pin' value='", "<a name=pin ", "</", "sip:a:", "sip:a:@", "sips:",
	"conference", "conference(", "conference+", "+", "insert/", "insert/a", "insert/a/b/", "insert a/", "vm_fsdb_auth_login ", "vm_fsdb_auth_login(a",
	"%", "%25", "%2525", "%41", "%3D", "pin%3D", "\\", "\\\\", "\\u", "\\u0041", "&", "&#", "&#65;", "&lt;", "&lt;/", "&lt;pin&gt;", "inline:\n", "Bearer ", "eyJ", "eyJ.",
	"-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n", "PRIVATE KEY-----", "-----END", "?pin=", "&pin=1", "key", "a_key", "aB", "'pin' ", "\"name\":\"pin\",",
	"<pin a='b'>\n\n", "http://a:b\n", "http://+:+:", "pin, ", "{<[", "}>]", "^^", "\\npin", "execute-app-arg: ", "\x01\x02\x03\x04", "é", "\xff",
	"uuid_send_dtmf ", "uuid_send_dtmf", "send_dtmf!", "send_dtmf(", "alsa dtmf ", "conference dtmf a ", "conference ^^|dtmf|a|", "md5:", "{arg:send_dtmf", "{arg=",
	"execute-app-name: send_dtmf\n", "a_key: ",
}

// TestRedactLooksAFewTimes checks that the number of bytes read grows only with the length of the
// text, whatever it contains.
func TestRedactLooksAFewTimes(t *testing.T) {
	const size = 1 << 16
	for _, lead := range []string{"", "sendmsg conference\n", "{a='", "api uuid_setvar x ", "<a b=\"c\" "} {
		for _, part := range hostile {
			for _, separator := range []string{"", " "} {
				s := lead + strings.Repeat(part+separator, size/len(part+separator))
				plain, at := decoded(s)
				r := redactor{cursor: cursor{Secrets: new(Secrets), raw: s, s: plain, at: at}}
				r.walk()
				if r.work > maxWork*len(s) {
					t.Errorf("%q and many %q: %d bytes are looked at in %d", lead, part+separator, r.work, len(s))
				}
			}
		}
	}
}

// TestRedactAllocatesLittle checks that memory grows only with the length of the text, in few
// allocations.
func TestRedactAllocatesLittle(t *testing.T) {
	const most = 80 // allocations: of slices that grow, a few for each text
	for _, part := range []string{"{pin=%41,", "<pin>x</pin>", "a", "sip:a:b@c ", "pass%77ord=x\n"} {
		s := strings.Repeat(part, 1<<16/len(part))
		if n := testing.AllocsPerRun(2, func() { Redact(s) }); n > most {
			t.Errorf("%q: %.0f allocations for %d bytes", part, n, len(s))
		}
	}
	for _, s := range []string{"api status", "api originate user/1000 &park", "event plain ALL", "api show channels like 100%"} {
		if n := testing.AllocsPerRun(10, func() { Redact(s) }); n > 0 {
			t.Errorf("%q: %.0f allocations, want none", s, n)
		}
	}
}

// TestMarkedPlacesLookAFewTimes is like TestRedactLooksAFewTimes, for the places that a policy
// marks.
func TestMarkedPlacesLookAFewTimes(t *testing.T) {
	const size = 1 << 16
	cat, err := catalog.Builtin().With([]catalog.Module{
		{Name: "mine", Split: "space", Secret: []int{9, 40}}, {Name: "chars", Split: "char | 60", Secret: []int{1, 3}},
	})
	if err != nil {
		t.Fatal(err)
	}
	k := new(Secrets)
	k.Use(cat)
	for _, part := range []string{"mine ", "mine a ", "chars ", "chars a|", "chars a|b", "mine ^^|", "chars ^^ ", "mine 'a b' ", "mine|"} {
		s := strings.Repeat(part, size/len(part))
		r := redactor{cursor: cursor{Secrets: k, raw: s, s: s}}
		r.walk()
		if r.work > maxWork*len(s) {
			t.Errorf("many %q: %d bytes are looked at in %d", part, r.work, len(s))
		}
	}
}
