package command_test

import (
	"slices"
	"testing"

	"eslguard/catalog"
	"eslguard/command"
	"eslguard/effect"
)

const dailyFile = "$${recordings_dir}/${strftime(%Y%m%d)}/${uuid}.wav"

// TestExpanded: every opaque effect says where the expansions stand that it is for, if a rule can
// name all of them; else one of them says that it is for something else.
func TestExpanded(t *testing.T) {
	for _, tt := range []struct {
		send string
		want []string // where they stand; nil: a rule cannot name all of them
	}{
		{app("record_session", "/rec/${uuid}.wav"), []string{"app record_session /rec/${uuid}.wav"}},
		{app("record_session", dailyFile+" +30"), []string{"app record_session " + dailyFile + " +30"}},
		{app("set", "file=/rec/${uuid}.wav"), []string{"app set file=/rec/${uuid}.wav", "var channel file /rec/${uuid}.wav"}},
		{app("set", "execute_on_answer=record_session /rec/${uuid}.wav"), []string{"app set execute_on_answer=record_session /rec/${uuid}.wav",
			"var channel execute_on_answer record_session /rec/${uuid}.wav", "app record_session /rec/${uuid}.wav"}},
		{app("bridge", "sofia/gateway/acme/${uuid}"), []string{"app bridge sofia/gateway/acme/${uuid}", "dial sofia/gateway/acme/${uuid}"}},
		{"bgapi originate {execute_on_answer='record_session " + dailyFile + "'}sofia/gateway/acme/1212 &park", []string{"app record_session " + dailyFile}},
		{"bgapi originate {api_on_answer='uuid_kill ${uuid}'}null/x &park", []string{"api uuid_kill ${uuid}"}},
		// The channel has expanded the text before the API expand gets it.
		{"bgapi originate {api_on_answer='expand uuid_kill ${uuid}'}null/x &park", []string{"api expand uuid_kill ${uuid}", "api uuid_kill ${uuid}"}},
		{"bgapi originate null/x &record_session(/rec/${uuid}.wav)", []string{"app record_session /rec/${uuid}.wav"}},

		{"api callcenter_config agent set contact a {execute_on_answer='record_session /rec/${uuid}.wav'}null/x", []string{
			"var originate execute_on_answer record_session /rec/${uuid}.wav", "app record_session /rec/${uuid}.wav"}},

		{"api callcenter_config agent set contact a {execute_on_answer='record_session /rec/${foo}.wav'}null/x", nil},
		{"api callcenter_config agent set contact a user/${uuid}", nil},
		{"api fifo_member add f {execute_on_answer='record_session /rec/${uuid}.wav'}null/x", nil},
		{app("record_session", "/rec/${foo}.wav"), nil},
		{app("record_session", "/rec/${uuid}${foo}.wav"), nil},
		{app("record_session", "/rec/${strftime(%H:%M)}.wav"), nil},
		{app("record_session", "/rec/${strftime(%Y ${uuid})}.wav"), nil},
		{app("record_session", "/rec/${system(id)}.wav"), nil},
		{app("record_session", "/rec/${uuid"), nil},
		{app("set", "app_disable_expand_variables=$${x}"), nil},
		{app("set", "execute_on_answer=$${x}"), nil},
		{app("set", "execute_on_answer=${x} y"), nil},
		{app("set", "hold_music=$${x}"), nil},
		{app("bridge", "user/${uuid}"), nil},
		{"api expand uuid_kill ${uuid}", nil}, // no channel runs it
		{"api expand uuid:u1 uuid_kill ${uuid}", nil},
	} {
		c, err := command.Parse(catalog.Builtin(), nil, frame(tt.send))
		if err != nil {
			t.Errorf("%q: %v", tt.send, err)
			continue
		}
		var got [][]string
		for i := range c.Effects {
			e := &c.Effects[i]
			if e.Kind != effect.KindOpaque {
				if e.Expanded != nil {
					t.Errorf("%q: %s is not opaque", tt.send, e)
				}
				continue
			}
			var names []string
			for j := range e.Expanded {
				names = append(names, e.Expanded[j].String())
			}
			got = append(got, names)
		}
		same := func(names []string) bool { return slices.Equal(names, tt.want) }
		other := func(names []string) bool { return !same(names) }
		if len(got) == 0 || tt.want != nil && slices.ContainsFunc(got, other) || tt.want == nil && !slices.ContainsFunc(got, same) {
			t.Errorf("%q: what is opaque stands for %q, want %q", tt.send, got, tt.want)
		}
	}
}

// app is a sendmsg that runs an application.
func app(name, args string) string {
	return "sendmsg u1\ncall-command: execute\nexecute-app-name: " + name + "\nexecute-app-arg: " + args
}
