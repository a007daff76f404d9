package switchsim_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// plainInvite is the request of a leg without variables.
var plainInvite = []string{
	"INVITE sip:1@h SIP/2.0", "From: <sip:0000000000@192.0.2.1>", "To: <sip:1@h>", "Call-ID: UUID",
	"Contact: <sip:mod_sofia@192.0.2.1:5060>", "Remote-Party-ID: <sip:0000000000@192.0.2.1>;party=calling;screen=yes;privacy=off",
}

// invites returns the requests that a frame caused, each as its lines.
func invites(s *switchsim.Switch) (all [][]string) {
	for _, e := range s.Executed() {
		if e.Kind == "invite" {
			all = append(all, switchsim.InviteLines(anyUUID.ReplaceAllString(e.Args, "UUID")))
		}
	}
	return all
}

// TestInvite is the table of the headers that variables add to an INVITE or replace in it.
func TestInvite(t *testing.T) {
	s := start(t, switchsim.Options{DialString: dialString})
	for _, c := range []struct {
		name, vars string
		want       []string
	}{
		{"nothing", "", nil},
		{"a header", "{sip_h_X-A=1}", []string{"X-A: 1"}},
		{"a line more", `{sip_h_X-A=1\\nX-B: 2}`, []string{"X-A: 1", "X-B: 2"}},
		{"a folded line", `{sip_h_X-A=1\\n X-B: 2}`, []string{"X-A: 1 X-B: 2"}},
		{"alert", `{alert_info=a\\r\\nX-B: 2}`, []string{"Alert-Info: a", "X-B: 2"}},
		{"a name", "{origination_caller_id_name=Ann}", []string{`From: "Ann" <sip:0000000000@192.0.2.1>`,
			`Remote-Party-ID: "Ann"<sip:0000000000@192.0.2.1>;party=calling;screen=yes;privacy=off`}},
		{"a name decoded", "{origination_caller_id_name=A%0D%0AX-Inj%3A 1,sip_cid_type=pid}", []string{
			`From: "A`, `X-Inj: 1" <sip:0000000000@192.0.2.1>`, `P-Asserted-Identity: "A`,
			`X-Inj: 1" <sip:0000000000@192.0.2.1>`, "Privacy: none"}},
		{"a name in quotes", `{origination_caller_id_name='A"B"C',sip_cid_type=none}`, []string{`From: "B" <sip:0000000000@192.0.2.1>`}},
		{"a display", `{sip_from_display=A%0AB: 1,sip_cid_type=none}`, []string{`From: "A`, `B: 1" <sip:0000000000@192.0.2.1>`}},
		{"a number", "{origination_caller_id_number='1\\\\nX-B: 2',sip_cid_type=pid,sip_cid_suppress_privacy_none=true}", []string{
			"From: <sip:1%0AX-B%3A%202@192.0.2.1>", "P-Asserted-Identity: <sip:1", "X-B: 2@192.0.2.1>"}},
		{"addresses", "{sip_invite_params=a,sip_invite_tel_params=b,sip_invite_to_params=c,sip_invite_from_params=d,sip_invite_contact_params=~e}",
			[]string{"INVITE sip:1;b@h;a SIP/2.0", "From: <sip:0000000000@192.0.2.1;d>", "To: <sip:1@h;c>",
				"Contact: <sip:mod_sofia@192.0.2.1:5060>;e"}},
		{"whole addresses", "{sip_invite_full_from=a,sip_invite_full_to=b,sip_invite_call_id=c,sip_invite_req_uri=sip:d,sip_contact_user=e}",
			[]string{"INVITE sip:d SIP/2.0", "From: a", "To: b", "Call-ID: c", "Contact: <sip:e@192.0.2.1:5060>"}},
		{"others", "{sip_geolocation=g,sip_route_uri=r,max_forwards=9,sip_content_encoding=z,sip_invite_domain=i,sip_cid_type=none}", []string{
			"Geolocation: g", "Route: r", "Max-Forwards: 9", "Content-Encoding: z", "From: <sip:0000000000@i>"}},
	} {
		s.Clear()
		s.Run([]byte("api originate '" + strings.ReplaceAll(c.vars, "'", `\'`) + "'sofia/internal/1@h &park\n\n"))
		all := invites(s)
		if len(all) != 1 {
			t.Errorf("%s: %d requests: %v", c.name, len(all), s.Executed())
			continue
		}
		got := slices.DeleteFunc(all[0], func(line string) bool { return slices.Contains(plainInvite, line) })
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestInviteAddress is the table of the addresses that a leg calls and names.
func TestInviteAddress(t *testing.T) {
	for _, c := range []struct{ leg, url, to string }{
		{"sofia/internal/1@h", "sip:1@h", "sip:1@h"},
		{"sofia/internal/sip:1@h:5080", "sip:1@h:5080", "sip:1@h:5080"},
		{"sofia/internal/1@h^2", "sip:1@h", "sip:2@h"},
		{"sofia/internal/1@h^2@i", "sip:1@h", "sip:2@i"},
		{"sofia/internal/1;a@h", "sip:1%3Ba@h", "sip:1%3Ba@h"},
		{"[sofia_suppress_url_encoding=true]sofia/internal/1;a@h", "sip:1;a@h", "sip:1;a@h"},
		{"[sip_destination_prefix=9]sofia/internal/1@h", "sip:91@h", "sip:91@h"},
		{"sofia/gateway/g/1", "sip:1@g", "sip:1@g"},
		{"sofia/gateway/g/1@h", "sip:1@h", "sip:1@h"},
	} {
		s := start(t, switchsim.Options{})
		s.Run([]byte("api originate " + c.leg + " &park\n\n"))
		want := []string{"INVITE " + c.url + " SIP/2.0", "To: <" + c.to + ">"}
		if all := invites(s); len(all) != 1 || all[0][0] != want[0] || !slices.Contains(all[0], want[1]) {
			t.Errorf("%s: %q, want %q", c.leg, all, want)
		}
	}
}

// TestInviteCaller checks the caller ID that the arguments of originate or the channel that dials
// give, also by way of the directory.
func TestInviteCaller(t *testing.T) {
	const name = `From: "Ann" <sip:7@192.0.2.1>`
	for _, frame := range []string{
		"api originate sofia/internal/1@h &park XML default Ann 7",
		"api originate {origination_caller_id_name=Ann}user/1@h &park XML default Bob 7",
		"api originate {origination_caller_id_name=Ann}group/1@h &park XML default Bob 7",
		"sendmsg " + testUUID + "\ncall-command: execute\nexecute-app-name: bridge\nexecute-app-arg: sofia/gateway/g/1",
		"sendmsg " + testUUID + "\ncall-command: execute\nexecute-app-name: bridge\nexecute-app-arg: user/1@h",
	} {
		s := start(t, switchsim.Options{DialString: dialString})
		s.AddChannel(testUUID, map[string]string{"effective_caller_id_name": "%41nn", "effective_caller_id_number": "7"})
		s.Run([]byte(frame + "\n\n"))
		if all := invites(s); len(all) != 1 || !slices.Contains(all[0], name) {
			t.Errorf("%s: %q, want %q", frame, all, name)
		}
	}
}
