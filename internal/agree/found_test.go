package agree_test

import (
	"strings"
	"testing"
)

// found are frames for which command and the switch once disagreed. U stands for a channel. The
// frames of one case are sent in order.
var found = []struct {
	name   string
	frames []string
}{
	{"list before a broadcast", []string{"api uuid_broadcast U set::ARRAY::execute_on_answer=log"}},
	{"list before a scheduled broadcast", []string{"bgapi sched_broadcast +1 U set::ARRAY::api_hangup_hook=echo"}},
	{"list after an originate", []string{"api originate null/x &set::ARRAY::execute_on_answer=log"}},
	{"list in a hook", []string{"api uuid_setvar U execute_on_answer set::ARRAY::api_hangup_hook=echo x"}},
	{"list as a name in JSON", []string{`api json {"command":"execute","data":{"uuid":"U","app":"ARRAY::log","arg":"x"}}`}},
	{"list in a chat", []string{"api chat api|a|ARRAY::echo x|b"}},
	{"list that pushes made, read as one text", []string{execute("push", "transfer_after_bridge=x") + "\nloops: 2"}},
	{"list that is read as one text", []string{"api uuid_setvar U transfer_after_bridge ARRAY::x|:y"}},
	{"dash before a transfer", []string{execute("transfer", "-x inline:log:x")}},
	{"dash before a scheduled transfer", []string{execute("sched_transfer", "+1 -x inline:log:x")}},
	{"dash before a deflection", []string{"api uuid_deflect U -x inline:log:x"}},
	{"quotes in a deflection", []string{"api uuid_deflect U 'a inline:log:x x'", execute("deflect", "'a inline:log:x x'")}},
	{"spaces in a deflection", []string{"api uuid_deflect U a  inline:log:x"}},
	{"flag alone", []string{"api uuid_transfer U -both", execute("transfer", "-both")}},
	{"no extension", []string{"api sched_transfer +1 U"}},
	{"value expanded twice", []string{execute("set", `execute_on_answer=lo\\'g x`)}},
	{"pushed value expanded twice", []string{execute("push", `execute_on_answer=lo\\'g x`)}},
	{"expansion in a queue's dial string", []string{`api fifo_member add f {api_on_answer=ech\\'o}null/x`}},
	{"cause that is missing", []string{"api uuid_broadcast U log!::x"}},
	{"cause of hold music", []string{"api uuid_setvar U hold_music log!X::x"}},
	{"console text that is not expanded", []string{"api global_setvar api_on_startup=originate null/x '&echo(x ${echo x})'"}},
	{"hold music that is expanded twice", []string{`api uuid_setvar U hold_music playback::0 \\${echo INFO}`}},
	{"blocks of a page", []string{"api page (a=b)<^^:c=x:_:y>null/x", "api page (a=b)<c=d> <e=f>null/x:_:<g=h>null/y",
		"api page (a=b)<c=d> <e=f> <g=h>null/x:_:null/y"}},
	{"orbit whose dialplan is not set", []string{`api originate '{mutex_orbit_dialplan=0${echo x}note,mutex_orbit_exten=x}null/x' &park`}},
	{"loopback to nowhere", []string{"api originate loopback/ &park"}},
}

// execute returns a sendmsg that runs an application.
func execute(app, arg string) string {
	return "sendmsg U\ncall-command: execute\nexecute-app-name: " + app + "\nexecute-app-arg: " + arg
}

func TestFound(t *testing.T) {
	sim := start(t)
	for _, c := range found {
		t.Run(c.name, func(t *testing.T) {
			tr := newTrial(sim)
			for _, f := range c.frames {
				tr.send(strings.NewReplacer(" U", " "+chanA, `"U"`, `"`+chanA+`"`).Replace(f) + "\n\n")
			}
			tr.end()
			for _, fault := range tr.faults {
				if why := isKnown(fault, tr.log.String()); why != "" {
					t.Skipf("not mended: %s", why)
				}
				t.Errorf("%s\n%s", fault, tr.log.String())
			}
		})
	}
}
