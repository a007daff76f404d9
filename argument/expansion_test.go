package argument_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/argument"
)

// TestExpansionVariable checks which expansions a rule can name, and which variable each one is.
func TestExpansionVariable(t *testing.T) {
	for _, tt := range []struct {
		text, name string
		ok         bool
	}{
		{"${uuid}", "uuid", true},
		{"${strftime(%Y%m%d)}", "", true},
		{"${strftime(%Y-%m-%d_%H-%M-%S)}", "", true},
		{"$${recordings_dir}", "recordings_dir", true},
		{"$${my-dir2}", "my-dir2", true},

		{"", "", false},
		{"uuid", "", false},
		{"${uuid", "", false},
		{"${UUID}", "", false}, // FreeSWITCH reads it as ${uuid}, but nobody needs it
		{"${ uuid}", "", false},
		{"${uuid:1:2}", "", false},
		{"${uuid[0]}", "", false},
		{"${foo}", "", false},
		{"${recordings_dir}", "", false},
		{"${strftime()}", "", false}, // FreeSWITCH's own format, with a space
		{"${strftime(%Y/%m)}", "", false},
		{"${strftime(%Y.%m)}", "", false},
		{"${strftime(%H:%M)}", "", false},
		{"${strftime(%Y %m)}", "", false},
		{"${strftime(%c)}", "", false},
		{"${strftime(%)}", "", false},
		{"${strftime(%e)}", "", false},
		{"${strftime(%%)}", "", false},
		{"${strftime(0|%Y)}", "", false},
		{"${strftime(%Y)x}", "", false},
		{"${strftime (%Y)}", "", false},
		{"${strftime(" + strings.Repeat("%Y", 17) + ")}", "", false},
		{"${strftime(${x})}", "", false},
		{"$${strftime(%Y)}", "strftime(%Y)", false},
		{"${system(id)}", "", false},
		{"$${uuid}", "uuid", false},
		{"$${caller_id_name}", "caller_id_name", false},
		{"$${Destination_Number}", "Destination_Number", false},
		{"$${sip_h_X-Dir}", "sip_h_X-Dir", false},
		{"$${bleg_uuid}", "bleg_uuid", false},
		{"$${a:1}", "a:1", false},
		{"$${a[0]}", "a[0]", false},
		{"$${a.b}", "a.b", false},
		{"$${}", "", false},
		{"$${a}b}", "a}b", false},
	} {
		if name, ok := argument.ExpansionVariable(tt.text); ok != tt.ok || ok && name != tt.name {
			t.Errorf("ExpansionVariable(%q) = %q, %v, want %q, %v", tt.text, name, ok, tt.name, tt.ok)
		}
	}
}

// TestExpansions checks where expansions begin and end.
func TestExpansions(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"/rec/a.wav", nil},
		{"$ {a} $$ {b}", nil},
		{"/rec/${uuid}.wav", []string{"${uuid}"}},
		{"$${a}/${b}$${c}", []string{"$${a}", "${b}", "$${c}"}},
		{"$$${a}", []string{"$${a}"}},
		{"${a${b}}${c", []string{"${a${b}}", "${c"}},
		{"${strftime(%Y)}}", []string{"${strftime(%Y)}"}},
	} {
		var got []string
		for _, span := range argument.Expansions(tt.text) {
			got = append(got, tt.text[span.Start:span.End])
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("Expansions(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}
