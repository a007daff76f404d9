package recording_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/audit/recording"
)

// A header is a name and a value of an event, or a command and its argument.
type header struct{ name, value string }

// leaks contain secrets, PLANTED, as the switch repeats them, and other text, KEPT.
var leaks = []header{
	{"variable_vm_a1_hash", "PLANTED"}, {"variable_a1-hash", "PLANTED"}, {"variable_sip_h_Cookie", "k=PLANTED; Path=/"}, {"variable_passcode", "PLANTED"},
	{"variable_confPin", "PLANTED"}, {"variable_tls_privatekey", "PLANTED"}, {"variable_sip_h_X-Signature", "PLANTED"}, {"variable_jwt", "PLANTED"},
	{"variable_bearer", "PLANTED"}, {"variable_psk", "PLANTED"}, {"variable_otp", "PLANTED"}, {"variable_pin2", "PLANTED"},
	{"variable_rtp_last_audio_local_crypto_key", "AES_CM_128_HMAC_SHA1_80 inline:PLANTED"}, {"variable_srtp_remote_audio_crypto_key", "PLANTED"},
	{"variable_switch_r_sdp", "v=0\r\na=crypto:1 AES_CM_128 inline:PLANTED|2^20\r\na=KEPT\r\n"}, {"variable_sip_req_uri", "sip:1000:PLANTED@KEPT"},
	{"variable_url", "https://user:PLANTED@KEPT/"}, {"variable_file", "https://host/f?signature=PLANTED&a=KEPT"}, {"variable_sip_h_Identity", "eyJhbGciOiJFUzI1NiJ9.e30.PLANTED"},
	{"variable_x", "<user><password>PLANTED</password><a>KEPT</a></user>"}, {"variable_x", `<user id="KEPT" password="PLANTED"/>`},
	{"variable_x", `<param value="PLANTED" name="password"/>KEPT`}, {"variable_x", `{"pass\u0077ord":"PLANTED","a":"KEPT"}`}, {"variable_x", "pass%77ord%3DPLANTED"},
	{"variable_x", "<privatekey>\nPLANTED\nPLANTED\n</privatekey>KEPT"}, {"variable_x", "-----BEGIN PRIVATE KEY-----\nPLANTED\n-----END PRIVATE KEY-----\nKEPT"},
	{"api vm_fsdb_auth_login", "default KEPT 1000 PLANTED"}, {"api vm_fsdb_pref_password_set", "default KEPT 1000 PLANTED"},
	{"api db", "insert/KEPT/user_password/PLANTED"}, {"api hash", "insert/KEPT/pin/PLANTED"}, {"api memcache", "set KEPT_otp PLANTED"},
	{"api hiredis_raw", "KEPT AUTH PLANTED"}, {"api uuid_setvar", "KEPT crypto_key PLANTED"}, {"api conference", "KEPT@default+PLANTED+flags{mute} list"},
	{"app conference", "KEPT@default+PLANTED"}, {"app set", "passcode=PLANTED"}, {"app hash", "insert/KEPT/token/PLANTED"}, {"api originate", "{otp=PLANTED}sofia/x/KEPT &park"},
}

// plainEvent, jsonEvent and xmlEvent return an event with these headers in the three formats of
// FreeSWITCH.
func plainEvent(headers []header) string {
	var b strings.Builder
	for _, h := range headers {
		fmt.Fprintf(&b, "%s: %s\n", h.name, url.PathEscape(h.value))
	}
	return event("plain", b.String()+"\n")
}

func jsonEvent(headers []header) string {
	var members []string
	for _, h := range headers {
		text, err := json.Marshal(map[string]string{h.name: h.value})
		if err != nil {
			panic(err)
		}
		members = append(members, strings.TrimSuffix(strings.TrimPrefix(string(text), "{"), "}"))
	}
	return event("json", "{"+strings.Join(members, ",")+"}")
}

func xmlEvent(headers []header) string {
	var b strings.Builder
	for _, h := range headers {
		fmt.Fprintf(&b, "    <%s>%s</%s>\n", h.name, html.EscapeString(url.PathEscape(h.value)), h.name)
	}
	return event("xml", "<event>\n  <headers>\n"+b.String()+"  </headers>\n</event>\n")
}

// TestLeaksOfEvents checks that the secret of every leak is replaced in all three formats of an
// event, and that the text around it remains.
func TestLeaksOfEvents(t *testing.T) {
	forms := map[string]func([]header) string{"plain": plainEvent, "json": jsonEvent, "xml": xmlEvent}
	if n := len(leaks) * len(forms); n < 90 {
		t.Errorf("only %d forms", n)
	}
	for _, l := range leaks {
		headers := []header{{"Event-Name", "X"}, l, {"c", "NEXT"}}
		if api, ok := strings.CutPrefix(l.name, "api "); ok {
			headers = []header{{"Event-Name", "X"}, {"API-Command", api}, {"API-Command-Argument", l.value}, {"c", "NEXT"}}
		} else if app, ok := strings.CutPrefix(l.name, "app "); ok {
			headers = []header{{"Event-Name", "X"}, {"Application", app}, {"Application-Data", l.value}, {"c", "NEXT"}}
		}
		for form, write := range forms {
			frame := write(headers)
			got := recorded(t, frame)
			if strings.Contains(got, "PLANTED") || !strings.Contains(got, "NEXT") || strings.Contains(l.value, "KEPT") && !strings.Contains(got, "KEPT") {
				t.Errorf("%s, %s %q: recorded is %q", form, l.name, l.value, got)
			}
		}
	}
}

// TestLeaksOfAnswers checks secrets in answers of the switch that are not events.
func TestLeaksOfAnswers(t *testing.T) {
	for _, body := range []string{
		"<users>\n  <user id=\"KEPT\" password=\"PLANTED\"/>\n</users>\n", "<a>\n  <password>\n    PLANTED\n  </password>\n  <b>KEPT</b>\n</a>\n",
		"<a>x</a><password>PLANTED</password><b>KEPT</b>\n", "<params>\n<param name=\"password\"\n  value=\"PLANTED\"/>\n<b c=\"KEPT\"/></params>",
		"<params><variable name=\"pin\">PLANTED</variable></params>\nKEPT", "<a>\n<vm:password>PLANTED</vm:password>\n<b>KEPT</b></a>",
		"<?xml version=\"1.0\"?>\n<user vm-password='PLANTED' a='KEPT'></user>", "+OK sip:1000:PLANTED@KEPT\n", "KEPT\na=crypto:1 x inline:PLANTED\n",
		"KEPT\n-----BEGIN EC PRIVATE KEY-----\nPLANTED\nPLANTED\n-----END EC PRIVATE KEY-----\n", `{"name":"password","value":"PLANTED","a":"KEPT"}`,
		`[{"name":"a","value":"KEPT"},{"name":"x_token","value":"PLANTED"}]`, `{"variable":"pin","data":4711,"a":"KEPT"}`, `{"x":{"privateKey":"PLANTED"},"a":"KEPT"}`,
		`{"url":"https:\/\/user:PLANTED@KEPT\/"}`, `{"a":"KEPT","x":"pin%3DPLANTED"}`, "Cookie: PLANTED\nc: KEPT\n", "otp%3DPLANTED\nKEPT",
	} {
		got := recorded(t, reply(body))
		if strings.Contains(got, "PLANTED") || strings.Contains(got, "4711") || !strings.Contains(got, "KEPT") {
			t.Errorf("%q: recorded is %q", body, got)
		}
	}
}

// TestLeaksOfClients checks secrets in commands of a client.
func TestLeaksOfClients(t *testing.T) {
	for _, frame := range []string{
		"filter delete KEPT_pin PLANTED\n\n", "api vm_fsdb_auth_login default KEPT 1000 PLANTED\n\n", "bgapi db insert/KEPT/pin/PLANTED\nJob-UUID: KEPT\n\n",
		"sendevent X\nKEPT: k\nX-Body: pin%3DPLANTED\n\n", "sendevent X\nContent-Length: 60\n\n<a>KEPT</a>\n<password>\nPLANTED\n</password>\n",
		"sendmsg KEPT\ncall-command: execute\nexecute-app-name: conference\nexecute-app-arg: 3000@default+PLANTED\n\n",
		"sendmsg KEPT\ncall-command: execute\nexecute-app-name: conference\nContent-Length: 20\n\n3000@default+PLANTED",
		"api originate {otp=PLANTED,a=KEPT}user/1 &park\n\n", "userauth KEPT@PLANTED\n\nKEPT", "api uuid_setvar KEPT a1-hash PLANTED\n\n",
		"sendevent CUSTOM\n Password: PLANTED\nX-A: KEPT\n\n", "sendevent CUSTOM\nX-Password : PLANTED\nX-A: KEPT\n\n",
		"sendevent CUSTOM\n\tX-Token\t: PLANTED\nX-A: KEPT\n\n", "sendevent CUSTOM\nMy Secret: PLANTED\nX-A: KEPT\n\n",
		"sendevent CUSTOM\n Password: two PLANTED\nX-A: KEPT\n\n",
	} {
		r, dir, _ := start(t, func(*recording.Options) {})
		r.FromClient([]byte(frame))
		r.Close()
		got := read(t, filepath.Join(dir, "abc-1"+recording.Suffix))[1].Frame
		if strings.Contains(got, "PLANTED") || !strings.Contains(got, "KEPT") {
			t.Errorf("%q: recorded is %q", frame, got)
		}
	}
}
