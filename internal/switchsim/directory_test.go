package switchsim_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

const dialString = "{sip_invite_domain=${domain_name},leg_timeout=${call_timeout},presence_id=${dialed_user}@${dialed_domain}}" +
	"${sofia_contact(*/${dialed_user}@${dialed_domain})}"

// executions returns the executions of these kinds as text, with a star if no command named them.
func executions(s *switchsim.Switch, kinds ...string) (got []string) {
	for _, e := range s.Executed() {
		if !slices.Contains(kinds, e.Kind) {
			continue
		}
		line := strings.TrimRight(e.Kind+" "+e.Name+" "+e.Args, " ")
		if e.Own {
			line += "*"
		}
		got = append(got, line)
	}
	return got
}

// TestDirectory checks that a user's leg is dialled as the directory says, with the values of the
// variables that it mentions.
func TestDirectory(t *testing.T) {
	const contact = "dial sofia/internal/sip:1000@d:5060"
	s := start(t, switchsim.Options{DialString: dialString})
	for _, c := range []struct {
		name, frame string
		want        []string
	}{
		{"plain", "api originate user/1000@d &park", []string{
			"dial user/1000@d", "api sofia_contact */1000@d*", "var originate presence_id 1000@d*", contact + "*", "app park"}},
		{"an API", `api originate {domain_name=\'x,api_on_originate=create_uuid\spwned\'}user/1000@d &park`, []string{
			"var originate domain_name x,api_on_originate=create_uuid pwned", "dial user/1000@d", "api sofia_contact */1000@d*",
			"var originate sip_invite_domain x*", "var originate api_on_originate create_uuid pwned",
			"var originate presence_id 1000@d*", contact + "*", "api create_uuid pwned", "app park"}},
		{"an application", `api originate {call_timeout=\'30,execute_on_answer=log:x\'}user/1000@d &park`, []string{
			"var originate call_timeout 30,execute_on_answer=log:x", "dial user/1000@d", "api sofia_contact */1000@d*",
			"var originate leg_timeout 30*", "var originate execute_on_answer log:x", "var originate presence_id 1000@d*",
			contact + "*", "app log x", "app park"}},
		{"twice", `api originate {call_timeout=\'1,leg_timeout=2\'}user/1000@d &park`, []string{
			"var originate call_timeout 1,leg_timeout=2", "dial user/1000@d", "api sofia_contact */1000@d*",
			"var originate leg_timeout 1*", "var originate leg_timeout 2", "var originate presence_id 1000@d*", contact + "*", "app park"}},
		{"values are not expanded", `api originate {origination_nested_vars=true,call_timeout=${status}}user/1000@d &park`, []string{
			"var originate origination_nested_vars true", "var originate call_timeout ${status}", "dial user/1000@d",
			"api sofia_contact */1000@d*", "var originate leg_timeout ${status}*", "var originate presence_id 1000@d*", contact + "*",
			"app park"}},
		{"not at all", `api originate {user_recurse_variables=false,call_timeout=\'1,a=b\'}user/1000@d &park`, []string{
			"var originate user_recurse_variables false", "var originate call_timeout 1,a=b", "dial user/1000@d",
			"api sofia_contact */1000@d*", "var originate presence_id 1000@d*", contact + "*", "app park"}},
		{"no user", "api originate user/${x}@d &park", []string{"dial user/${x}@d"}},
		{"a group", "api originate group/all@d &park", []string{
			"dial group/all@d", "api group_call all@d*", "dial user/all@d*", "api sofia_contact */all@d*",
			"var originate presence_id all@d*", "dial sofia/internal/sip:all@d:5060*", "app park"}},
		{"a bridge", "sendmsg U\ncall-command: execute\nexecute-app-name: bridge\nexecute-app-arg: user/1000@d", []string{
			"app bridge user/1000@d", "dial user/1000@d", "api echo x", "api sofia_contact */1000@d*",
			"var originate sip_invite_domain x*", "var originate presence_id 1000@d*", contact + "*"}},
	} {
		s.Clear()
		s.AddChannel(testUUID, map[string]string{"domain_name": "${echo x}"})
		s.Run([]byte(strings.ReplaceAll(c.frame, " U\n", " "+testUUID+"\n") + "\n\n"))
		got := executions(s, "api", "app", "dial", "var")
		got = slices.DeleteFunc(got, func(line string) bool { return strings.HasPrefix(line, "api originate ") })
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: executed\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// TestNoDirectory checks that without a dial string a user's leg answers, and there is no group.
func TestNoDirectory(t *testing.T) {
	s := start(t, switchsim.Options{})
	s.Run([]byte("api originate user/1000@d &park\n\napi originate group/all@d &park\n\n"))
	want := []string{"dial user/1000@d", "app park", "dial group/all@d"}
	if got := executions(s, "app", "dial"); !slices.Equal(got, want) {
		t.Errorf("executed %q, want %q", got, want)
	}
	if s.Known("sofia_contact") {
		t.Error("sofia_contact exists")
	}
}
