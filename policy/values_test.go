package policy_test

import (
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/policy"
)

// valueGroups are rules as people write them, with values that they allow and values that are not
// meant.
var valueGroups = []ruleGroup{
	{"a file below a folder", []string{"app playback /var/sounds/*"}, nil, []row{
		{allow, run("playback", "/var/sounds/hello.wav")}, {allow, run("playback", "/var/sounds/v1.2/hello.wav")},
		{allow, run("playback", "/var/sounds/hello")}, {allow, run("playback", "/var/sounds/+4930123.mp3")},
		{allow, run("playback", "/var/sounds/1000@pbx.example.org.wav")}, {allow, run("playback", "/var/sounds/en/us/callie/ivr/ivr-hello.PCMU")},
		{deny, run("playback", "/var/sounds/x;id;#.shell_stream")}, {deny, run("playback", "/var/sounds/x.file")},
		{deny, run("playback", "/var/sounds/%2e%2e/x.wav%00.file")}, {deny, run("playback", "/var/sounds/../x.wav")},
		{deny, run("playback", "/var/sounds//x.wav")}, {deny, run("playback", "/var/sounds/./x.wav")}, {deny, run("playback", "/var/sounds/a!b.wav")},
		{deny, run("playback", "/var/sounds/x.some_stream")},
	}},
	{"a file by what its name begins with", []string{"app playback prompt_*", "app playback custom/?.wav"}, nil, []row{
		{allow, run("playback", "prompt_1.wav")}, {allow, run("playback", "prompt_a/b.wav")}, {allow, run("playback", "custom/1.wav")},
		{deny, run("playback", "prompt_/../../x.wav")}, {deny, run("playback", "prompt_x.tone_stream")}, {deny, run("playback", "prompt_://x/y.wav")},
	}},
	{"a folder by the beginning of its name", []string{"app playback /var/sound*"}, nil, []row{
		{allow, run("playback", "/var/sounds/a.wav")}, {deny, run("playback", "/var/sound/../a.wav")},
	}},
	{"a stream that is spelled", []string{"app playback local_stream://*", "app playback http_cache://cdn.example.org/*", "app playback tone_stream://*"}, nil, []row{
		{allow, run("playback", "local_stream://moh")}, {allow, run("playback", "http_cache://cdn.example.org/prompts/a.wav")},
		{allow, run("playback", "http_cache://cdn.example.org/say")},
		{deny, run("playback", "http_cache://cdn.example.org.evil.example/a.wav")}, {deny, run("playback", "http_cache://cdn.example.org/../a.wav")},
		{deny, run("playback", "http_cache://cdn.example.org/a.shell_stream")}, {deny, run("playback", "tone_stream://%(1,1,1);loops=-1")},
		{deny, run("playback", "tone_stream://path=/dev/zero")},
	}},
	{"any host of a stream is not a wildcard's", []string{"app playback http://*", "app playback file_string://*"}, nil, []row{
		{deny, run("playback", "http://evil.example/a.wav")}, {deny, run("playback", "file_string://a.wav!b.wav")},
	}},
	{"a recording", []string{"api uuid_record <uuid> start|stop /var/rec/*"}, nil, []row{
		{allow, "api uuid_record " + uuid + " start /var/rec/2026-11-28.12.30.wav"}, {deny, "api uuid_record " + uuid + " start /var/rec/a.file"},
		{deny, "api uuid_record " + uuid + " start /var/rec/a.http"}, {deny, "api uuid_record " + uuid + " start {spool_path=/x}/var/rec/a.wav"},
	}},
	{"a variable that becomes a header", []string{"api uuid_setvar **", "var channel sip_h_X-Customer *", "var channel effective_caller_id_name *", "var channel alert_info *"}, nil, []row{
		{allow, "api uuid_setvar " + uuid + " sip_h_X-Customer 50% off; id=7, <sip:a@b>"}, {allow, "api uuid_setvar " + uuid + " effective_caller_id_name Ann O-Neill 100%"},
		{allow, "api uuid_setvar " + uuid + " effective_caller_id_name Ann%20Smith"}, {allow, "api uuid_setvar " + uuid + " alert_info ring;x=1"},
		{deny, "api uuid_setvar " + uuid + ` sip_h_X-Customer '1\nX: y'`}, {deny, "api uuid_setvar " + uuid + ` alert_info '1\r\nX: y'`},
		{deny, "api uuid_setvar " + uuid + " effective_caller_id_name A%0D%0AX: y"}, {deny, "api uuid_setvar " + uuid + " effective_caller_id_name 50% az"},
		{deny, "api uuid_setvar " + uuid + " effective_caller_id_name A%250d%250aX"}, {deny, "api uuid_setvar " + uuid + ` effective_caller_id_name a" <b>`},
	}},
	{"any variable", []string{"api uuid_setvar **", "var channel * *"}, nil, []row{
		{allow, "api uuid_setvar " + uuid + " campaign_id 17"}, {allow, "api uuid_setvar " + uuid + " sip_h_X-Customer 17"},
		{deny, "api uuid_setvar " + uuid + " sip_route_uri sip:b.example"}, {deny, "api uuid_setvar " + uuid + " presence_data_cols a"},
		{deny, "api uuid_setvar " + uuid + " fifo_music x::y"}, {deny, "api uuid_setvar " + uuid + " sound_prefix /x"},
		{deny, "api uuid_setvar " + uuid + " spy_uuid " + uuid}, {deny, "api uuid_setvar " + uuid + " voicemail_authorized true"},
		{deny, "api uuid_setvar " + uuid + " accountcode x"}, {deny, "api uuid_setvar " + uuid + " 'a\\nb' x"}, {deny, "api uuid_setvar " + uuid + " a<b x"},
		{deny, "api uuid_setvar " + uuid + " execute_on_answer park"}, {deny, "api uuid_setvar " + uuid + ` campaign_id 'a\nb'`},
	}},
	{"a variable that becomes SQL", []string{"api uuid_setvar **", "var channel presence_data_cols|lrn|accountcode *"}, nil, []row{
		{allow, "api uuid_setvar " + uuid + " presence_data_cols first_name:last_name"}, {allow, "api uuid_setvar " + uuid + " accountcode acme.de"},
		{deny, "api uuid_setvar " + uuid + " presence_data_cols a='b"}, {deny, "api uuid_setvar " + uuid + " lrn 1)"}, {deny, "api uuid_setvar " + uuid + " accountcode ../x"},
	}},
	{"a variable that another host is in", []string{"api uuid_setvar **", "var channel sip_route_uri *", "var channel sip_invite_domain *",
		`var channel sip_invite_req_uri sip:*\@pbx.example.org`}, nil, []row{
		{allow, "api uuid_setvar " + uuid + " sip_invite_req_uri sip:1000@pbx.example.org"},
		{deny, "api uuid_setvar " + uuid + " sip_invite_req_uri sip:1000@b.example;x=@pbx.example.org"},
		{deny, "api uuid_setvar " + uuid + " sip_route_uri sip:b.example"}, {deny, "api uuid_setvar " + uuid + " sip_invite_domain b.example"},
	}},
	{"a global variable", []string{"api global_setvar **", "var global * *"}, nil, []row{
		{allow, "api global_setvar motd=Ann 50%"}, {deny, "api global_setvar motd=<X-PRE-PROCESS/>"}, {deny, "api global_setvar spawn_system_shell=/bin/sh"},
		{deny, "api global_setvar disable_system_api_commands=false"},
	}},
	{"an originate to the directory", []string{"api originate **", "dial user/*", "dial sofia/gateway/acme/*", "app park", "var originate domain_name|call_timeout|my_var|sip_h_X-Name *"}, nil, []row{
		{allow, "api originate {domain_name=pbx.example.org,call_timeout=30,my_var='Ann Smith 50%'}user/1000 &park"},
		{allow, `api originate {my_var=\'a,b\'}sofia/gateway/acme/1000 &park`},
		{deny, `api originate {my_var=\'a,b\'}user/1000 &park`}, {deny, "api originate {my_var=a]b}User/1000 &park"},
		{deny, `api originate {domain_name=\'x,y=z\'}user/1000 &park`}, {deny, `api originate {call_timeout=\'30,y=z\'}user/1000 &park`},
		{deny, "api originate {call_timeout=30x}user/1000 &park"}, {deny, `api originate {my_var=\'a,b\'}sofia/gateway/acme/1000,user/1000 &park`},
		{deny, "api originate {my_var='a:_:b'}user/1000 &park"}, {deny, "api originate {my_var=a%2cb}user/1000 &park"},
	}},
	{"an event that is injected", []string{"inject NOTIFY * * * * *", "inject CHANNEL_CALLSTATE **", "channel sendevent <uuid>"}, nil, []row{
		{allow, "sendevent NOTIFY\nprofile: internal\nuser: 1000\nhost: pbx.example.org\nevent-string: check-sync;reboot=true\ncontent-type: a/b"},
		{deny, "sendevent NOTIFY\nprofile: internal\nto-uri: sip:1@b.example\nevent-string: x"},
		{deny, "sendevent NOTIFY\nprofile: internal\nuser: 1000\nhost: h\nevent-string: x\nfrom-uri: sip:boss@x"},
		{deny, "sendevent NOTIFY\nprofile: internal\nuser: 1000\nhost: h\nevent-string: x\nextra-headers: X: y"},
		{deny, "sendevent NOTIFY\nprofile: internal\nuser: 1000\nhost: h\nevent-string: x\ncontent-type: a/b;c=d"},
		{deny, "sendevent NOTIFY\nprofile: internal\nuser: 1000\nhost: h\nevent-string: x\nContent-Length: 2\n\nhi"},
		{deny, "sendevent CHANNEL_CALLSTATE\npresence-data-cols: a='b"}, {allow, "sendevent CHANNEL_CALLSTATE\nx: y"},
	}},
	{"a class is as narrow as *", []string{"api @status|@read|@call|@media"}, nil, []row{
		{allow, "api uuid_exists " + uuid}, {allow, "api uuid_displace " + uuid + " start /var/a.wav"}, {deny, "api uuid_displace " + uuid + " start /var/a.file"},
		{deny, "api show 'channels\\nx'"},
	}},
	{"an extension", []string{"api uuid_transfer <uuid> * XML *", "dialplan XML * *"}, nil, []row{
		{allow, "api uuid_transfer " + uuid + " +4930123 XML pbx.example.org"}, {allow, "api uuid_transfer " + uuid + " *98 XML default"},
		{deny, "api uuid_transfer " + uuid + " 1;x=y XML default"}, {deny, "api uuid_transfer " + uuid + " '1 2' XML default"},
	}},
	{"what a conference keeps", []string{"api conference * **", "app conference **", "dial **", "var originate origination_caller_id_* *"}, nil, []row{
		{allow, "api conference 3000 set max_members 10"}, {allow, "api conference 3000 set caller_id_name 'Ann Smith'"}, {allow, "api conference 3000 play a.wav"},
		{deny, "api conference 3000 set sound_prefix /etc"}, {deny, "api conference 3000 set sound_prefix http_cache://http://h"},
		{deny, "api conference 3000 set caller_id_name A%22%0D%0AX"}, {deny, "api conference 3000 set something_new x"},
		{deny, "api conference 3000 dial sofia/internal/x 1234 A%0D%0AX"}, {allow, "api conference 3000 dial sofia/internal/x 1234 Ann"},
	}},
	{"a word that would be a stream", []string{"app fifo **", "api sofia status **", "api @call"}, nil, []row{
		{deny, run("fifo", "support out wait undef /tmp/x|y.http_cache")}, {deny, run("fifo", "support in http://h/x")}, {allow, run("fifo", "support in")},
		{deny, "api sofia status gateway a://b"}, {allow, "api sofia status gateway acme.example.ws"},
	}},
	{"variables beside others", []string{"api uuid_setvar **", "api originate **", "dial sofia/internal/x", "app park", "var channel|originate * *", "var originate sip_invite_params *"}, nil, []row{
		{allow, "api originate {sip_h_X-A=1,sip_h_Call-Info=x}sofia/internal/x &park"}, {deny, "api originate {sip_h_Route=x}sofia/internal/x &park"},
		{deny, "api originate {sip_h_P-Asserted-Identity=x}sofia/internal/x &park"}, {deny, "api originate {sip_invite_params=maddr=10.0.0.1}sofia/internal/x &park"},
		{deny, "api originate {sip_invite_full_from=x}sofia/internal/x &park"}, {deny, "api uuid_setvar " + uuid + " playback_delimiter _"},
		{deny, "api uuid_setvar " + uuid + " native_backup_extension file_string"},
	}},
	{"a stream within a stream", []string{"app playback http_cache://https://*.example.org/*", "app playback http_cache://https://cdn.example.org/*"}, nil, []row{
		{deny, run("playback", "http_cache://https://evil.example/x.example.org/y.wav")}, {allow, run("playback", "http_cache://https://cdn.example.org/y.wav")},
	}},
	{"a URL behind its host", []string{"api curl https://api.example.org/* **"}, nil, []row{
		{allow, "api curl https://api.example.org/v1/calls?id=5&n=a%20b"}, {deny, "api curl https://api.example.org/%2e%2e/x"}, {deny, "api curl https://api.example.org@b/x"},
	}},
	{"letters of any script", []string{"app playback /var/sounds/*", "api callcenter_config agent set status * *", "api uuid_transfer <uuid> * XML *", "dialplan XML * *"}, nil, []row{
		{allow, run("playback", "/var/sounds/\u00e4rger.wav")}, {allow, "api callcenter_config agent set status J\u00f6rg@default Available"},
		{allow, "api uuid_transfer " + uuid + " j\u00fcrgen XML default"}, {deny, run("playback", "/var/sounds/a\u2215b.wav")}, {deny, run("playback", "/var/sounds/\u202ea.wav")},
	}},
	{"texts as people write them", []string{"app speak flite * *", "api uuid_setvar **", "var channel my_* *"}, nil, []row{
		{allow, run("speak", "flite|kal|Hello, and/or call us at https://x.example/z! {ok}")}, {allow, "api uuid_setvar " + uuid + ` my_json {"a":"b/c"}`},
	}},
	{"a loop with its count", []string{"app loop_playback +*\\s/var/sounds/*"}, nil, []row{
		{allow, run("loop_playback", "+5 /var/sounds/a.wav")}, {deny, run("loop_playback", "+5 /var/sounds/../a.wav")},
	}},
	{"what telephones are shown", []string{"inject PRESENCE_IN sip *", "api presence in * **", "api uuid_display <uuid> *"}, nil, []row{
		{allow, "sendevent PRESENCE_IN\nproto: sip\nfrom: 1000@d\nstatus: Active (1 waiting)"}, {deny, "sendevent PRESENCE_IN\nproto: sip\nfrom: 1000@d\nstatus: x</note>"},
		{allow, "api presence in 1000@d away"}, {deny, "api presence in 1000@d <x/>"}, {allow, "api uuid_display " + uuid + " Bob|100"}, {deny, "api uuid_display " + uuid + " Bob|100@h>,<sip:911@e"},
	}},
	{"where a message goes", []string{"api chat sip **"}, nil, []row{{deny, "api chat sip|1000@d|internal/x@127.0.0.1:9|hi"}}},
	{"a group that is kept", []string{"api group insert **", "dial user/*"}, nil, []row{
		{allow, "api group insert:sales:user/1000"}, {deny, "api group insert:sales:sofia/internal/x@evil.example"},
	}},
	{"what is spelled or matched by a regular expression is the author's business", []string{"app playback /var/sounds/\\*.file", `app playback /\/x\/.*/`, "api uuid_setvar **", "var channel sip_route_uri sip:b.example"}, nil, []row{
		{allow, run("playback", "/var/sounds/*.file")}, {allow, run("playback", "/x/../a.file")}, {deny, run("playback", "/x/a;id;#.shell_stream")},
		{deny, run("playback", "/x/a%2eshell_stre%61m%00.file")}, {deny, "api uuid_setvar " + uuid + " my_var /x/a.shell_stream"}, {allow, "api uuid_setvar " + uuid + " sip_route_uri sip:b.example"},
	}},
}

// denyGroups are deny rules under rules that allow everything. A deny matches every spelling of
// what it names.
var denyGroups = []ruleGroup{
	{"a folder", []string{"app playback /.*/", "api uuid_record **", "api uuid_record <uuid> start /.*/"}, []string{"app playback /etc/*", "api uuid_record * * /etc/* **"}, []row{
		{allow, run("playback", "/var/a.wav")}, {deny, run("playback", "/etc/a.wav")}, {deny, run("playback", "//etc/a.wav")},
		{deny, run("playback", "/./etc/a.wav")}, {deny, run("playback", "/var/../etc/a.wav")}, {deny, run("playback", "/etc//a.wav")},
		{deny, run("playback", "{a=b}/etc/a.wav")}, {deny, run("playback", "file:///etc/a.wav")}, {deny, run("playback", "file://localhost/etc/a.wav")},
		{deny, run("playback", "file:///%65tc/a.wav")}, {deny, run("playback", "/%65tc/a.wav%00.file")}, {deny, run("playback", "x/etc/a.wav.file")},
		{deny, run("playback", "file_string:///var/a.wav!/etc/a.wav")}, {deny, run("playback", "file_string://'/etc'/a.wav")},
		{deny, run("playback", "x/a%21/etc/b.wav%21c.file_string%00.file")}, {deny, run("playback", "/var/%2e%2e/etc/a.wav%00.file")},
		{deny, "api uuid_record " + uuid + " start /var//../etc/a.wav"}, {deny, "api uuid_record " + uuid + " start /./etc/./a.wav 60"},
	}},
	{"a module", []string{"api load|unload|reload mod_*"}, []string{"api load|unload|reload mod_perl"}, []row{
		{allow, "api load mod_amr"}, {deny, "api load mod_perl"}, {deny, "api load mod_perl.so"}, {deny, "api reload mod_perl.x.y"},
	}},
	{"files that other names lead to", []string{"app playback /.*/", "app playback *"}, []string{"app playback /etc/*"}, []row{
		{deny, run("playback", "{a=b} /etc/x.wav")}, {deny, run("playback", "tone_stream://path=/etc/x")}, {deny, run("playback", "../../../etc/x.wav")},
		{deny, run("playback", "/proc/self/root/etc/x.wav")},
	}},
	{"an address", []string{"api originate **", "dial /(?s).*/", "app park"}, []string{"dial */1900*"}, []row{
		{deny, "api originate sofia/internal/sip:19005551234@host &park"}, {deny, "api originate sofia/internal/SIPS:1-900@host &park"},
		{deny, "api originate sofia/internal/1-900-555@host;x=/ &park"}, {deny, "api originate sofia/internal/<sip:1900@gw> &park"}, {deny, "api originate sofia/internal/tel:+1900 &park"},
		{allow, "api originate sofia/internal/sip:1800@host &park"},
	}},
	{"the number of a loopback", []string{"api originate **", "dial /.*/", "dialplan **", "app park"}, []string{"dial loopback/1900*"}, []row{
		{deny, "api originate loopback/001900555/default &park"}, {deny, "api originate loopback/+1900555/default/XML &park"},
		{deny, "api originate loopback/1-900-555 &park"}, {allow, "api originate loopback/2900555/default/XML &park"},
	}},
	{"a number", []string{"api originate **", "dial /.*/", "app park"}, []string{"dial sofia/gateway/acme/1900*"}, []row{
		{allow, "api originate sofia/gateway/acme/12125551234 &park"}, {allow, "api originate sofia/gateway/acme/+12125551234 &park"},
		{deny, "api originate sofia/gateway/acme/19005551234 &park"}, {deny, "api originate sofia/gateway/acme/+19005551234 &park"},
		{deny, "api originate sofia/gateway/acme/0019005551234 &park"}, {deny, "api originate sofia/gateway/acme/1_900_555_1234 &park"},
		{deny, "api originate sofia/gateway/acme/+1-900-555-1234 &park"}, {deny, "api originate sofia/gateway/acme/%2B1900555 &park"},
		{deny, "api originate sofia/gateway/acme/011-1900-555 &park"},
	}},
	{"a number behind signs and prefixes", []string{"api originate **", "dial /sofia.gateway.acme.[0-9*#+-]+/", "app park"}, []string{"dial sofia/gateway/acme/1900*"},
		append(legs(deny, "#19001234567", "*19001234567", "1+9001234567", "1#9*0+0555", "++1900555", "+001900555", "00+1900555", "0+1900555", "+0111900555",
			"001119001234567", "00000019001234567", "01900555", "0110111900555", "#31#1900555", "*31#1900555", "*31*1900555", "##31##1900555", "+#31#001900555",
			"#31#*21*+1900555", "0#31#1900555", "19001234567#", "#31#1-900-555", "0110110110110110111900555", "*1*2*3*4*5*6*7#1900555"),
			legs(allow, "12125551234#", "+12125551234", "0012125551234", "#31#12125551234", "*21*2125551234#", "00491900555", "#31#+491900555", "2+1900555", "11900555")...)},
	{"a number with an international prefix", []string{"api originate **", "dial sofia/gateway/acme/*", "app park"}, []string{"dial sofia/gateway/acme/+49*|sofia/gateway/acme/0900*"},
		append(legs(deny, "0049301", "01149301", "+0049301", "#31#0049301", "+49-30#1", "0900555", "0-900", "000900555", "+00900555"),
			legs(allow, "049301", "4930+1", "900555", "#31#12125551234", "+4430900")...)},
	{"an extension", []string{"api uuid_transfer **", "dialplan XML * *"}, []string{"dialplan XML default 00*|1900*"}, []row{
		{allow, "api uuid_transfer " + uuid + " 1000 XML default"}, {deny, "api uuid_transfer " + uuid + " 0049301 XML default"},
		{deny, "api uuid_transfer " + uuid + " +49301 XML default"}, {deny, "api uuid_transfer " + uuid + " +1900 XML default"}, {deny, "api uuid_transfer " + uuid + " 1-900-1 XML default"},
		{deny, "api uuid_transfer " + uuid + " 0012 XML DEFAULT"}, {deny, "api uuid_transfer " + uuid + " 0012"}, {deny, "api uuid_transfer " + uuid + " 0012 XML"},
	}},
	{"a header", []string{"api uuid_setvar **", "var channel effective_caller_id_name /(?s).*/"}, []string{"var channel effective_caller_id_name *Police*"}, []row{
		{allow, "api uuid_setvar " + uuid + " effective_caller_id_name Ann"}, {deny, "api uuid_setvar " + uuid + " effective_caller_id_name The%20Police"},
		{deny, "api uuid_setvar " + uuid + " effective_caller_id_name %50olice"},
	}},
}

// decideUnprotected is like decide without protections, which would refuse some of these values
// before the rules decide.
func decideUnprotected(t *testing.T, p *policy.Policy, client, text string) (action, why string) {
	t.Helper()
	var names []string
	for _, protection := range catalog.Protections() {
		names = append(names, protection.Name)
	}
	cat, err := p.Catalog().Without(names...)
	if err != nil {
		t.Fatal(err)
	}
	return decideBy(t, p, cat, client, text)
}

// TestValues: a wildcard in an allow matches harmless values only, and a deny matches every
// spelling.
func TestValues(t *testing.T) {
	for _, group := range append(valueGroups, denyGroups...) {
		t.Run(group.name, func(t *testing.T) {
			p := load(t, withRules(group.allow, group.deny))
			for _, r := range group.rows {
				if got, why := decideUnprotected(t, p, "acme", r.command); got != r.want {
					t.Errorf("%q: %s, want %s (%s)", r.command, got, r.want, why)
				}
			}
		})
	}
}

// TestReasonsOfValues: a denial says which value is not harmless, and why.
func TestReasonsOfValues(t *testing.T) {
	p := load(t, withRules([]string{"app playback /var/sounds/*", "api uuid_setvar **", "var channel * *", "var channel sip_h_X-A *", "api originate **", "dial user/*",
		"app park", "var originate my_var *", "api uuid_kill *"}, nil))
	for _, tt := range []struct{ command, want string }{
		{run("playback", "/var/sounds/x.file"), "argument 1 (file) is not matched by `*`, since the name ends in .file, which FreeSWITCH opens as a stream"},
		{run("playback", "/var/sounds/x;id;#.shell_stream"), "the name ends in .shell_stream, by which FreeSWITCH runs a program"},
		{run("playback", "/var/sounds/../x.wav"), "it holds .."},
		{run("playback", "/var/sounds/x.exe"), `the name ends in ".exe", which is no ending of a plain file`},
		{"api uuid_setvar " + uuid + ` sip_h_X-A 'a\nb'`, "the value (header) is not matched by `*`, since it holds a line feed, which is not plain in a header"},
		{"api uuid_setvar " + uuid + " sip_route_uri x", "the name of the variable (variable) is not matched by `*`, since the value of this variable acts, so its name must be spelled"},
		{`api originate {my_var=\'a,b\'}user/1000 &park`, "it holds a comma, which is not plain in a template"},
		{"api uuid_kill all", "it is the word all, which stands for every channel"},
	} {
		if got, why := decideUnprotected(t, p, "acme", tt.command); got != deny || !strings.Contains(why, tt.want) {
			t.Errorf("%q: %s (%s), want a denial that says %q", tt.command, got, why, tt.want)
		}
	}
}
