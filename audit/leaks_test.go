package audit_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"eslguard/audit"
	"eslguard/audit/redact"
	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
)

// A leak is a form in which a secret was found in an audit, or could be. § stands for the secret.
// keep is the text that must remain, separated by "|".
type leak struct{ name, in, keep string }

// jsonWebToken is a token whose signature is the secret.
const jsonWebToken = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJTIn0.§"

var leaks = []leak{
	// XML.
	{"an element", "api luarun x.lua <user><password>§</password><name>k</name></user>", "<user><password>|</password><name>k</name></user>"},
	{"an element in capitals", "api luarun x <PASSWORD>§</PASSWORD>k", "</PASSWORD>k"},
	{"an element with a prefix", "api luarun x <vm:password>§</vm:password>k", "</vm:password>k"},
	{"an element with attributes", `api luarun x <password type="x">§</password>k`, `type="x"|</password>k`},
	{"an element with children", "api luarun x <credentials><user>§</user></credentials>k", "k"},
	{"an element with CDATA", "api luarun x <pin><![CDATA[§]]></pin>k", "</pin>k"},
	{"an element over lines", "sendevent X\n\n<privatekey>\n§\n§\n</privatekey>\nk", "<privatekey>|</privatekey>\nk"},
	{"an element that is cut off", "sendevent X\nk: k\n\n<password>\n  §", "k: k|<password>"},
	{"an attribute", `api luarun x <user id="1000" password="§" number="k"/>`, `id="1000"|number="k"/>`},
	{"an attribute in single quotes", "api luarun x <user id='1' a1-hash='§' k='k'/>", "id='1'|k='k'/>"},
	{"a param", `api luarun x <param name="password" value="§"/><a k="k"/>`, `name="password"|<a k="k"/>`},
	{"a param, the other way round", `api luarun x <param value="§" name="vm-password"/>k`, `name="vm-password"/>k`},
	{"a param with data", `api luarun x <variable name="x_token" data="§"/>k`, `"x_token"|k`},
	{"a param's element", `api luarun x <param name="password">§</param>k`, `"password">|</param>k`},
	{"a param over lines", "sendevent X\n\n<param name=\"password\"\n value=\"§\"/>\nk", "\nk"},
	{"a variable of a preprocessor", `api luarun x <X-PRE-PROCESS cmd="set" data="default_password=§"/>`, `cmd="set"`},
	{"an escaped element", "api luarun x &lt;password&gt;§&lt;/password&gt;k", "&lt;password&gt;|&lt;/password&gt;k"},
	{"an escaped name of an element", "api luarun x <p&#97;ssword>§</password>k", "x|k"},
	// Keys of media.
	{"crypto_key", "api uuid_setvar 8fd3 rtp_last_audio_local_crypto_key AES_CM inline:§", "rtp_last_audio_local_crypto_key"},
	{"crypto_key in braces", "api originate {srtp_remote_audio_crypto_key=§,a=k}user/1 &park", "a=k}user/1 &park"},
	{"crypto of SDP", "sendevent X\n\nv=0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:§|2^20|1:32\na=k", "v=0|a=crypto:1 AES_CM|\na=k"},
	{"ice-pwd", "sendevent X\n\na=ice-ufrag:k\na=ice-pwd:§\na=k", "a=ice-ufrag:k|\na=k"},
	{"srtp-key", "api uuid_setvar 8fd3 srtp-key §", "srtp-key"},
	// NAME VALUE.
	{"filter", "filter variable_sip_auth_password §", "filter variable_sip_auth_password"},
	{"filter delete", "filter delete variable_pin §", "filter delete variable_pin"},
	{"uuid_setvar of a new name", "api uuid_setvar 8fd3 a1-hash §", "a1-hash"},
	{"uuid_setvar_multi", "api uuid_setvar_multi 8fd3 a=k;otp=§", "a=k;otp="},
	{"memcache set", "api memcache set my_token § 60", "memcache set my_token"},
	{"memcache add", "api memcache add sessions.pin §", "memcache add sessions.pin"},
	{"hiredis_raw SET", "api hiredis_raw default SET user:1000:password §", "hiredis_raw default SET user:1000:password"},
	{"hiredis_raw AUTH", "api hiredis_raw default AUTH §", "hiredis_raw default AUTH"},
	{"an option", "api system backup --password §", "system backup --password"},
	{"an option with =", "api system backup --k=k --api-key=§", "--k=k --api-key="},
	// Places.
	{"vm_fsdb_auth_login", "api vm_fsdb_auth_login default acme.test 1000 §", "vm_fsdb_auth_login default acme.test 1000"},
	{"vm_fsdb_auth_login, nested", "api expand vm_fsdb_auth_login default acme.test 1000 §", "acme.test 1000"},
	{"vm_fsdb_auth_login, in brackets", "api eval ${vm_fsdb_auth_login(default acme.test 1000 §)}", "acme.test 1000"},
	{"vm_fsdb_pref_password_set", "api vm_fsdb_pref_password_set default acme.test 1000 §", "acme.test 1000"},
	{"vm_fsdb_pref_password_set in a job", "bgapi VM_FSDB_pref_password_set default acme.test 1000 §", "acme.test 1000"},
	{"db insert", "api db insert/acme/user_password/§", "insert/acme/user_password/"},
	{"db insert, the realm", "api db insert/passwords/1000/§", "insert/passwords/1000/"},
	{"hash insert", "api hash insert/acme/1000-pin/§", "insert/acme/1000-pin/"},
	{"hash insert_ifempty", "api hash insert_ifempty/acme/token/§", "insert_ifempty/acme/token/"},
	{"hash delete_ifmatch", "api hash delete_ifmatch/acme/token/§", "delete_ifmatch/acme/token/"},
	{"hash as an application", "sendmsg 8fd3\ncall-command: execute\nexecute-app-name: hash\nexecute-app-arg: insert/acme/otp/§", "insert/acme/otp/"},
	{"hash in an expansion", "api eval ${hash(insert/acme/pin/§)}", "insert/acme/pin/"},
	{"hash, escaped", "api eval hash%28insert%2Facme%2Fpin%2F§", "insert%2Facme%2Fpin%2F"},
	{"conference pin", "api conference 3000 pin §", "conference 3000 pin"},
	{"conference +PIN", "api originate user/1 &conference(3000@default+§)", "user/1 &conference(3000@default+"},
	{"conference +PIN+flags", "api originate user/1 &conference(3000@default+§+flags{mute})", "3000@default+|+flags{mute})"},
	{"conference +PIN as an application", "sendmsg 8fd3\ncall-command: execute\nexecute-app-name: conference\nexecute-app-arg: 3000@default+§", "3000@default+"},
	{"conference +PIN inline", "api originate user/1 conference:3000@default+§ inline", "conference:3000@default+| inline"},
	// Escapes.
	{"a letter of JSON", `api json {"pass\u0077ord":"§","k":"k"}`, `"k":"k"}`},
	{"a letter of JSON in JSON", `api json {"data":"{\"pass\\u0077ord\":\"§\"}"}`, `{"data":`},
	{"a quote of JSON", `api json {\u0022password\u0022:\u0022§\u0022}`, "api json"},
	{"a letter of a URL", "api curl http://k/?pass%77ord=§", "http://k/?"},
	{"= of a URL", "api lua x.lua password%3D§", "password%3D"},
	{"= and a blank before", "api lua x.lua k%20pin%3D§", "k%20pin%3D"},
	{": and quotes of a URL", "api lua x.lua %7B%22pin%22%3A%22§%22%7D", "%7B%22pin%22%3A"},
	{"escaped twice", "api lua x.lua pin%253D§", "pin%253D"},
	{"in braces, neighbours stay", "api originate {pass%77ord=§,a=k}user/1 &park", "a=k}user/1 &park"},
	{"a character reference", "api lua x.lua password&#61;§", "password&#61;"},
	{"a hexadecimal reference", "api lua x.lua p&#x61;ssword=§", "="},
	{"an escape of Lua", `api luarun x p\x61ssword=§`, "="},
	{"behind an escaped line end", `api json {"data":"k\npin: §"}`, `{"data":"k\npin:`},
	{"setvar, escaped blanks", "api lua uuid_setvar%208fd3%20pin%20§", "pin"},
	// Names.
	{"a1-hash", "api lua x a1-hash=§", "a1-hash="},
	{"vm_a1_hash", "api lua x vm_a1_hash=§", "vm_a1_hash="},
	{"cookie", "api curl http://k append_headers Cookie:§", "http://k append_headers Cookie:"},
	{"Set-Cookie", "sendevent X\nSet-Cookie: k=§; Path=/\nk: k", "\nk: k"},
	{"passcode", "api originate {room_passcode=§,a=k}user/1 &park", "a=k}"},
	{"pin", "api originate {confPin=§,a=k}user/1 &park", "a=k}"},
	{"PINCode", "api originate {PINCode=§,a=k}user/1 &park", "a=k}"},
	{"pin2", "api originate {pin2=§,a=k}user/1 &park", "a=k}"},
	{"privatekey", "api lua x privatekey=§", "privatekey="},
	{"privateKey", "api lua x privateKey: §", "privateKey:"},
	{"signature", "sendevent X\nX-Signature: §\nk: k", "\nk: k"},
	{"jwt", "api lua x jwt=§", "jwt="},
	{"sessionJWT", "api lua x sessionJWT=§", "sessionJWT="},
	{"bearer", "api lua x bearer=§", "bearer="},
	{"Bearer TOKEN", "api lua x 'Bearer §' k", "Bearer |' k"},
	{"psk", "api lua x wifi-psk=§", "wifi-psk="},
	{"otp", "api lua x otp: §", "otp:"},
	{"totp", "api lua x user.totp=§", "user.totp="},
	{"accessKey", "api lua x accessKey=§", "accessKey="},
	{"signing_key", "api lua x signing_key=§", "signing_key="},
	{"session.key", "api lua x session.key=§", "session.key="},
	{"hmac", "api lua x hmac=§", "hmac="},
	{"name and value of JSON", `api json {"name":"password","value":"§","k":"k"}`, `"password","value":|"k":"k"}`},
	// Secrets without a name.
	{"a web token", "api lua x.lua " + jsonWebToken + " k", "api lua x.lua | k"},
	{"a web token as a header", "sendevent X\nIdentity: " + jsonWebToken + ";info=k", "Identity: |;info=k"},
	{"a private key", "sendevent X\nk: k\n\n-----BEGIN PRIVATE KEY-----\n§\n§\n-----END PRIVATE KEY-----\nk", "k: k|-----BEGIN|-----END PRIVATE KEY-----\nk"},
	{"a private key in a line", `api lua x -----BEGIN RSA PRIVATE KEY-----\n§\n-----END RSA PRIVATE KEY-----`, "-----BEGIN RSA|-----END RSA"},
	// URLs.
	{"a SIP URI", "api originate sofia/external/sip:1000:§@10.0.0.1 &park", "sip:1000:|@10.0.0.1 &park"},
	{"a SIPS URI", "api lua x sips:1000:§@10.0.0.1;transport=tls", "sips:1000:|@10.0.0.1;transport=tls"},
	{"a SIP URI in angles", `api lua x "A" <sip:1000:§@10.0.0.1>`, "sip:1000:|@10.0.0.1>"},
	{"a SIP URI, escaped", "api lua x sip%3A1000%3A§%4010.0.0.1", "sip%3A1000%3A"},
	{"a user with a sign", "api curl https://a+b:§@host/k", "https://a+b:|@host/k"},
	{"no user", "api hiredis_raw redis://:§@host/0", "redis://:|@host/0"},
	{"a comma in a password", "api curl https://k:§,§@host/k", "https://k:|@host/k"},
	{"a URL in JSON", `api json {"url":"https:\/\/k:§@host\/"}`, `"url":"https:\/\/k:`},
	{"a URL, escaped", "api lua x https%3A%2F%2Fk%3A§%40host", "https%3A%2F%2Fk%3A"},
	{"a signature in a query", "api curl https://host/f?a=k&signature=§&b=k", "https://host/f?a=k&signature=|&b=k"},
	{"sig in a query", "api curl https://host/f?sig=§&se=k", "?sig=|&se=k"},
	{"X-Amz-Signature", "api curl https://host/f?X-Amz-Date=k&X-Amz-Signature=§", "X-Amz-Date=k&X-Amz-Signature="},
	{"a token in a query", "api playback https://host/f?token=§&k=k", "?token=|&k=k"},
	{"a query in XML", "api luarun x https://host/f?token=§&amp;k=k", "?token=|&amp;k=k"},
	// Logins.
	{"userauth", "userauth 1000:§@acme.test", "userauth"},
	{"userauth, the password in the domain's place", "userauth 1000@§", "userauth"},
}

// TestLeaks checks for each form that no secret remains in a redacted text, in a record's command
// and effects, and in the first line of a reply, and that everything else remains.
func TestLeaks(t *testing.T) {
	if len(leaks) < 90 {
		t.Errorf("only %d forms", len(leaks))
	}
	for _, tt := range slices.Concat(leaks, placeLeaks) {
		t.Run(tt.name, func(t *testing.T) {
			in := strings.ReplaceAll(tt.in, "§", planted)
			if in == tt.in || tt.keep == "" {
				t.Fatal("the form has no secret, or nothing that remains")
			}
			got := redact.Redact(in)
			checkLeft(t, "Redact", got, tt.keep)
			if strings.Count(got, "\n") != strings.Count(in, "\n") {
				t.Errorf("a line is gone: %q", got)
			}
			checkLeft(t, "once more", redact.Redact(got), "")
			checkRecord(t, in, tt.keep)
		})
	}
}

// checkLeft fails if the secret is in got, or if a part of keep is not.
func checkLeft(t *testing.T, what, got, keep string) {
	t.Helper()
	if strings.Contains(got, planted) {
		t.Errorf("%s: the secret is in %q", what, got)
	}
	for k := range strings.SplitSeq(keep, "|") {
		if !strings.Contains(got, k) {
			t.Errorf("%s: %q is not in %q", what, k, got)
		}
	}
}

// checkRecord writes the records of a command, with its effects, and of a reply that repeats it.
func checkRecord(t *testing.T, in, keep string) {
	t.Helper()
	l, path := open(t)
	r := audit.Record{Kind: audit.KindCommand, Command: in, Decision: audit.Deny, Reason: in, Rule: in}
	if f, err := codec.NewClientReader(strings.NewReader(in+"\n\n"), codec.Limits{}).Next(); err == nil {
		if cmd, err := command.Parse(catalog.Builtin(), &command.State{}, f); err == nil && cmd != nil {
			r.Effects, r.Dropped = cmd.Effects, cmd.Dropped
		}
	}
	if _, err := l.Write(&r); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(in, "\n")
	if strings.HasPrefix(in, "userauth") {
		first = "" // no reply repeats it
	}
	if _, err := l.Write(&audit.Record{Kind: audit.KindReply, Of: 1, Reply: l.Reply([]byte("+OK "+first), 9, false)}); err != nil {
		t.Fatal(err)
	}
	got := file(t, path)
	if i := bytes.Index(got, []byte(planted)); i >= 0 {
		t.Errorf("the secret is in a record: %q", got[max(0, i-100):i+len(planted)])
	}
	var rec struct {
		Command  string
		Redacted []string
	}
	for line := range bytes.Lines(got) {
		if bytes.Contains(line, []byte(`"kind":"command"`)) {
			if err := json.Unmarshal(line, &rec); err != nil {
				t.Fatal(err)
			}
		}
	}
	checkLeft(t, "the record", rec.Command, keep)
	if len(rec.Redacted) == 0 {
		t.Errorf("the record does not say what was left out of %q", rec.Command)
	}
}

// planted is a secret that no other text of the tests contains.
const planted = "Zq8h0wK5"
