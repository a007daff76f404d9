package nested_test

import (
	"slices"
	"testing"

	"eslguard/effect"
)

const dailyFile = "$${recordings_dir}/${strftime(%Y%m%d)}/${uuid}.wav"

// TestExpanded checks that every opaque effect lists the effects with the expansions for which it
// is opaque, if a rule can name all of these expansions. Otherwise one opaque effect lists others.
func TestExpanded(t *testing.T) {
	for _, tt := range []struct {
		send string
		want []string // the effects with expansions; nil if a rule cannot name all of them
	}{
		{execute("record_session", "/rec/${uuid}.wav"), []string{"app record_session /rec/${uuid}.wav"}},
		{execute("record_session", dailyFile+" +30"), []string{"app record_session " + dailyFile + " +30"}},
		{execute("set", "file=/rec/${uuid}.wav"), []string{"app set file=/rec/${uuid}.wav", "var channel file /rec/${uuid}.wav"}},
		{execute("set", "execute_on_answer=record_session /rec/${uuid}.wav"), []string{"app set execute_on_answer=record_session /rec/${uuid}.wav",
			"var channel execute_on_answer record_session /rec/${uuid}.wav", "app record_session /rec/${uuid}.wav"}},
		{execute("bridge", "sofia/gateway/acme/${uuid}"), []string{"app bridge sofia/gateway/acme/${uuid}", "dial sofia/gateway/acme/${uuid}"}},
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
		{execute("record_session", "/rec/${foo}.wav"), nil},
		{execute("record_session", "/rec/${uuid}${foo}.wav"), nil},
		{execute("record_session", "/rec/${strftime(%H:%M)}.wav"), nil},
		{execute("record_session", "/rec/${strftime(%Y ${uuid})}.wav"), nil},
		{execute("record_session", "/rec/${system(id)}.wav"), nil},
		{execute("record_session", "/rec/${uuid"), nil},
		{execute("set", "app_disable_expand_variables=$${x}"), nil},
		{execute("set", "execute_on_answer=$${x}"), nil},
		{execute("set", "execute_on_answer=${x} y"), nil},
		{execute("set", "hold_music=$${x}"), nil},
		{execute("bridge", "user/${uuid}"), nil},
		{"api expand uuid_kill ${uuid}", nil}, // no channel runs it
		{"api expand uuid:u1 uuid_kill ${uuid}", nil},
	} {
		c := parse(t, tt.send)
		var got [][]string
		for i := range c.Effects {
			e := &c.Effects[i]
			if e.Kind != effect.KindOpaque {
				if e.Expanded != nil {
					t.Errorf("%q: %s has Expanded but is not opaque", tt.send, e)
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
			t.Errorf("%q: the opaque effects list %q, want %q", tt.send, got, tt.want)
		}
	}
}
