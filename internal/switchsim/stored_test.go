package switchsim_test

import (
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// TestStored is the table of what variables and events put into statements and into the names of
// call records.
func TestStored(t *testing.T) {
	const app = "sendmsg U\ncall-command: execute\nexecute-app-name: "
	for _, c := range []struct{ frame, want string }{
		{"api uuid_setvar U presence_data_cols a:b", "sql channels a=NULL,b='it''s'"},
		{"api uuid_setvar U presence_data_cols x=1,y", "sql channels x=1,y=NULL"},
		{"api uuid_setvar U presence_data_cols x''y", "sql channels xy=NULL"},
		{`api uuid_setvar U presence_data_cols x\'y`, "sql channels x''y=NULL"},
		{"api uuid_setvar U Presence_Data_Cols a", "sql channels a=NULL"},
		{"api uuid_setvar U presence_data x", ""},
		{app + "set\nexecute-app-arg: presence_data_cols=a", "sql channels a=NULL"},
		{app + "export\nexecute-app-arg: nolocal:presence_data_cols=a", "sql channels a=NULL"},
		{app + "log\nexecute-app-arg: %[presence_data_cols=a]x", "sql channels a=NULL"},
		{app + "set_global\nexecute-app-arg: presence_data_cols=a", "sql channels a=NULL"},
		{"api originate {presence_data_cols=a}null/x &park", "sql channels a=NULL"},
		{"sendevent CHANNEL_CALLSTATE\nchannel-call-state-number: 4\npresence-data-cols: a,b\nPD-a,b: 1", "sql channels a,b='1'"},
		{"sendevent CHANNEL_CALLSTATE\npresence-data-cols: a", ""},
		{"sendevent CHANNEL_BRIDGE\nunique-id: U\npresence-data-cols: a", "sql channels a=NULL"},
		{"sendevent CHANNEL_BRIDGE\npresence-data-cols: a", ""},
		{"sendevent CHANNEL_CALLSTATE\nunique-id: U\nchannel-call-state-number: 4\npresence-data-cols: a", "sql channels a=NULL"},
		{"sendevent CHANNEL_CALLSTATE\nunique-id: x\nchannel-call-state-number: 4\npresence-data-cols: a", ""},
		{"sendevent CHANNEL_STATE\nchannel-state-number: 4\npresence-data-cols: a", "sql channels a=NULL"},
		{"sendevent CHANNEL_ORIGINATE\npresence-data-cols: a", "sql channels a=NULL"},
		{"sendevent ADD_SCHEDULE\ntask-id: 1\ntask-runtime: 2", "sql tasks 1,2,0"},
		{"sendevent DEL_SCHEDULE\ntask-id: 1 or 1=1", "sql tasks 1 or 1=1"},
		{"sendevent NOTIFY\npresence-data-cols: a", ""},
		{"api uuid_setvar U accountcode ../x\n\napi uuid_kill U", "write cdr_csv /var/log/freeswitch/x.csv"},
		{"api uuid_setvar U cdr_csv_base /tmp/..\n\napi uuid_kill U", "write cdr_csv /Master.csv"},
		{"api uuid_kill U", ""},
	} {
		s := start(t, switchsim.Options{})
		s.AddChannel(testUUID, map[string]string{"b": "it's"})
		s.Run([]byte(strings.ReplaceAll(c.frame+"\n\n", " U", " "+testUUID)))
		if got := follows(s); got != c.want {
			t.Errorf("%s: %q, want %q", c.frame, got, c.want)
		}
		s.Close()
	}
}
