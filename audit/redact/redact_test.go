package redact_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"eslguard/audit/redact"
)

func TestRedact(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		// Texts without a secret.
		{"nothing", "api status", "api status"},
		{"empty", "", ""},
		{"a name without a value", "api user_data 1000@acme.test param password", "api user_data 1000@acme.test param password"},
		{"a reference", "api eval ${sip_auth_password}", "api eval ${sip_auth_password}"},
		{"ping is no pin", "api sofia profile x ping=1 opinion: 2", "api sofia profile x ping=1 opinion: 2"},
		{"password as an argument elsewhere", "api originate user/password 1000 XML acme", "api originate user/password 1000 XML acme"},
		{"setvar of another", "api uuid_setvar 8fd3 color red and blue", "api uuid_setvar 8fd3 color red and blue"},
		{"an empty value", "{password=,a=b}", "{password=,a=b}"},
		{"already", "{password=[redacted],a=b}", "{password=[redacted],a=b}"},

		// Logins.
		{"auth", "auth ClueCon", "auth [redacted]"},
		{"userauth", "userauth 1000@acme.test:ClueCon", "userauth [redacted]"},
		{"any case, blanks", "  AuTh   ClueCon two", "  AuTh   [redacted]"},
		{"without its blank", "authClueCon", "auth[redacted]"},
		{"in another line", "api status\n\nauth ClueCon\nmore", "api status\n\nauth [redacted]\nmore"},
		{"no login", "api auth of course", "api auth of course"},

		// NAME=VALUE.
		{"to the end of the line", "api global_setvar default_password=a b,c;d", "api global_setvar default_password=[redacted]"},
		{"only its line", "execute-app-arg: sip_auth_password=x\nasync: true", "execute-app-arg: sip_auth_password=[redacted]\nasync: true"},
		{"CRLF", "X-Token: abc\r\nasync: true\r\n", "X-Token: [redacted]\r\nasync: true\r\n"},
		{"any case", "SIP_Auth_PASSWORD=x", "SIP_Auth_PASSWORD=[redacted]"},
		{"blanks around", "password = x", "password = [redacted]"},
		{"pin as a part", "member-pin=1 conf_pin=2", "member-pin=[redacted]"},
		{"in braces", "originate {a=b,sip_auth_password=x y,c=d}user/1 &park", "originate {a=b,sip_auth_password=[redacted],c=d}user/1 &park"},
		{"last in braces", "{sip_auth_password=x}user/1", "{sip_auth_password=[redacted]}user/1"},
		{"two", "{pin=1,token=2}user/1", "{pin=[redacted],token=[redacted]}user/1"},
		{"in brackets", "[leg_secret=x]user/1", "[leg_secret=[redacted]]user/1"},
		{"in angles", "<secret=x,a=b>{c=d}user/1", "<secret=[redacted],a=b>{c=d}user/1"},
		{"quoted", "{secret='x,y}z',a=b}user/1", "{secret=[redacted],a=b}user/1"},
		{"quoted and more", "{secret='x'y,a=b}user/1", "{secret=[redacted]"},
		{"an escape", `{secret=x\,y,a=b}user/1`, "{secret=[redacted]"},
		{"nested brackets", "{secret=x{y},a=b}user/1", "{secret=[redacted]"},
		{"another delimiter", "{^^:secret=x,y:a=b}user/1", "{^^:secret=[redacted]"},
		{"braces that do not close", "{secret=x,y", "{secret=[redacted]"},
		{"a bracket that is none", "a<b secret=x,y", "a<b secret=[redacted]"},
		{"JSON", `{"user":"1000","password":"x,y","n":1}`, `{"user":"1000","password":[redacted],"n":1}`},
		{"XML", `<param name="password" value="x"/><a/>`, `<param name="password" value=[redacted]/><a/>`},

		// NAME: VALUE.
		{"a header", "sip_auth_password: x y, z", "sip_auth_password: [redacted]"},
		{"no blank after the colon", "Api-Key:x", "Api-Key:[redacted]"},

		// NAME VALUE.
		{"uuid_setvar", "api uuid_setvar 8fd3 sip_auth_password x y", "api uuid_setvar 8fd3 sip_auth_password [redacted]"},
		{"nested", "bgapi expand uuid_setvar 8fd3 token x", "bgapi expand uuid_setvar 8fd3 token [redacted]"},
		{"uuid_setvar_multi", "api uuid_setvar_multi 8fd3 a=b;token=x;c=d", "api uuid_setvar_multi 8fd3 a=b;token=[redacted]"},
		{"a quoted name", "api uuid_setvar 8fd3 'token' x y", "api uuid_setvar 8fd3 'token' [redacted]"},
		{"a quoted name, escaped", `bgapi luarun x {\\"token\\":\\"x\\"}`, `bgapi luarun x {\\"token\\":[redacted]`},
		{"JSON within JSON", `api json {"data":"{\"token\":\"x\"}"}`, `api json {"data":"{\"token\":[redacted]`},
		{"conference", "api conference 3000 pin 1234", "api conference 3000 pin [redacted]"},
		{"not in the next line", "uuid_setvar x y\ntoken x", "uuid_setvar x y\ntoken x"},

		// URLs.
		{"a URL", "api curl https://acme:xy@host/path", "api curl https://acme:[redacted]@host/path"},
		{"a URL with a doubtful one", "api curl https://acme:x:y@host/path", "api curl https://acme:[redacted]"},
		{"a URL without one", "api curl https://host:80/a@b:c", "api curl https://host:80/a@b:c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := redact.Redact(tt.in); got != tt.want {
				t.Errorf("Redact(%q)\ngot  %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}

// TestRedactNames checks names of secrets, each in the forms in which names are written.
func TestRedactNames(t *testing.T) {
	for _, name := range []string{
		"auth", "credential", "passphrase", "passwd", "password", "private_key", "private-key", "api_key", "api-key",
		"apikey", "pwd", "secret", "token", "pass", "pin", "pw",
	} {
		for _, n := range []string{name, strings.ToUpper(name), "x_" + name, name + "-x", "x." + name + "_2"} {
			if got, want := redact.Redact("X: y\n"+n+"=x"), "X: y\n"+n+"=[redacted]"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
}

// planted is a secret that no other text of the tests contains.
const planted = "Zq8h0wK5"

// plantedForms are forms in which Redact promises to find a secret, whatever surrounds it. In a
// form with alone set, the secret must be the whole value.
var plantedForms = []struct {
	lead, tail string
	alone      bool
}{
	{lead: "\nauth "}, {lead: "\nuserauth "}, {lead: " sip_auth_password="}, {lead: "\nX-Token:  "}, {lead: "{secret="},
	{lead: "\nuuid_setvar x my_pin "}, {lead: "\nfilter variable_otp "}, {lead: "\nmemcache set x_pin "}, {lead: " rtp_crypto_key="},
	{lead: "{a1-hash="}, {lead: " sessionJWT: "}, {lead: " pass%77ord%3D"}, {lead: "\npin&#61;"}, {lead: "{\"p\\u0073k\":"},
	{lead: "\nuuid_send_dtmf 8fd3 "}, {lead: "\nsend_dtmf "}, {lead: "\nconference c dtmf all "}, {lead: " my_access_key="},
	{lead: "\nvm_fsdb_auth_login a b c "}, {lead: " insert/realm/my-pin/"}, {lead: "\na=crypto:1 X inline:"},
	{lead: "<password>", tail: "</password>"}, {lead: "\n<vm:pin x='y'>\n", tail: "\n</vm:pin>"},
	{lead: "<param name='password'>", tail: "</param>"}, {lead: "<user password='", tail: "' a='b'/>", alone: true},
	{lead: "<param value=\"", tail: "\" name=\"x_token\"/>", alone: true}, {lead: "\nhttps://u:", tail: "@host/", alone: true},
	{lead: " sip:1000:", tail: "@host", alone: true}, {lead: "?signature=", tail: "&a=b", alone: true},
	{lead: "\n'Bearer ", tail: "'", alone: true}, {lead: "\nconference 3000@default+", tail: "+flags{mute}", alone: true},
	{lead: "\n-----BEGIN PRIVATE KEY-----\n", tail: "\n-----END PRIVATE KEY-----"},
}

// checkPlanted puts the secret where Redact promises to find it, between before and after, and
// looks for it in the result. inside precedes it in the value, in forms in which it cannot end the
// value.
func checkPlanted(t *testing.T, before, inside, after string) {
	t.Helper()
	if strings.ContainsAny(inside, "\r\n") || strings.Contains(before+inside+after, planted) {
		return
	}
	value := planted
	if !strings.ContainsAny(inside, ",}]>'\"/") && !strings.Contains(inside, "-----END") {
		value = inside + planted
	}
	for _, form := range plantedForms {
		v := value
		if form.alone {
			v = planted
		}
		in := before + form.lead + v + form.tail + after
		got := redact.Redact(in)
		if strings.Contains(got, planted) {
			t.Fatalf("Redact(%q) = %q", in, got)
		}
		if n := strings.Count(in, "\n"); strings.Count(got, "\n") != n {
			t.Fatalf("Redact(%q) = %q: a line is gone", in, got)
		}
	}
}

// TestRedactSurroundings plants secrets between random sequences of texts that have a meaning for
// Redact.
func TestRedactSurroundings(t *testing.T) {
	parts := strings.Split("{ } [ ] < > ' \" \\ , ; : = ^^ ^^: ( ) $ / @ :// /> \t value= password pin token= "+
		"auth userauth uuid_setvar conference name x [redacted] a=b api # \n \r secret=' <a <pin> </ <b=\"c\" &lt; &gt; %3D %22 %20 \\u0070 \\n "+
		"&amp; ? & sip: + insert/ vm_fsdb_auth_login filter inline: Bearer eyJ -----BEGIN PRIVATE KEY----- -----END value=' http://", " ")
	parts = append(parts, " ", "  ")
	rnd := rand.New(rand.NewPCG(1, 2))
	row := func() string {
		var b strings.Builder
		for range rnd.IntN(9) {
			b.WriteString(parts[rnd.IntN(len(parts))])
		}
		return b.String()
	}
	for range 20_000 {
		checkPlanted(t, row(), row(), row())
	}
}

// FuzzRedact is like TestRedactSurroundings, with texts from the fuzzer.
func FuzzRedact(f *testing.F) {
	f.Add("", "", "")
	f.Add("{a='b',", ",c=d}user/1", "")
	f.Add("[^^:", ":x]", "]}>")
	f.Add("<param name='", "' value='", "\"/>")
	f.Add("api uuid_setvar x", "pin", "'\\")
	f.Add("auth", "://a:b@", "[redacted]")
	f.Add("<a b=\"%70", "\\u0070&lt;", "</x>-----END")
	f.Fuzz(checkPlanted)
}
