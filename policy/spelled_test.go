package policy_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/policy"
)

// run returns a sendmsg that runs an application.
func run(name, args string) string {
	return "sendmsg " + uuid + "\ncall-command: execute\nexecute-app-name: " + name + "\nexecute-app-arg: " + args
}

// TestSpelledExpansions: a rule that spells an expansion allows it without a rule for opaque
// effects.
func TestSpelledExpansions(t *testing.T) {
	const rec = `app record_session \$${recordings_dir}/\${strftime(%Y%m%d)}/\${uuid}.wav`
	for _, tt := range []struct {
		name        string
		allow, deny []string
		rows        []row
	}{
		{"by sendmsg", []string{`app record_session /rec/\${uuid}.wav`}, nil, []row{
			{allow, run("record_session", "/rec/${uuid}.wav")},
			{deny, run("record_session", "/rec/${foo}.wav")}, {deny, run("record_session", "/rec/${uuid}${uuid}.wav")},
			{deny, run("record_session", "/rec/$${uuid}.wav")}, {deny, run("record_session", "/rec/x.wav")},
			{deny, run("record_session", "/rec/${uuid:1}.wav")},
			{deny, run("record_session", "/rec/${uuid}.wav") + "\nloops: 2"},
		}},
		{"of a schedule or a loop", []string{`repeating app record_session /rec/\${uuid}.wav`}, nil, []row{
			{allow, run("record_session", "/rec/${uuid}.wav") + "\nloops: 2"}, {deny, run("record_session", "/rec/${uuid}.wav")},
		}},
		{"in a variable", []string{"api originate **", "app park", "dial sofia/gateway/acme/1212", "api strftime %*", "var originate execute_on_answer *", rec}, nil, []row{
			{allow, "bgapi originate {execute_on_answer='record_session $${recordings_dir}/${strftime(%Y%m%d)}/${uuid}.wav'}sofia/gateway/acme/1212 &park"},
			{deny, "bgapi originate {execute_on_answer='record_session $${recordings_dir}/${strftime(%Y%m)}/${uuid}.wav'}sofia/gateway/acme/1212 &park"},
			{deny, "bgapi originate {execute_on_answer='record_session $${base_dir}/${strftime(%Y%m%d)}/${uuid}.wav'}sofia/gateway/acme/1212 &park"},
			{deny, "bgapi originate {uuid=x,execute_on_answer='record_session $${recordings_dir}/${strftime(%Y%m%d)}/${uuid}.wav'}sofia/gateway/acme/1212 &park"},
			{deny, "bgapi originate {recordings_dir=/etc,execute_on_answer='record_session $${recordings_dir}/${strftime(%Y%m%d)}/${uuid}.wav'}sofia/gateway/acme/1212 &park"},
			{deny, "bgapi originate {execute_on_answer='record_session $${recordings_dir}/${strftime(%Y%m%d)}/${uuid}.wav ${x}'}sofia/gateway/acme/1212 &park"},
		}},
		{"of an API", []string{"api originate **", "app park", "dial null/x", "var originate api_on_answer *",
			`api uuid_audio_fork \${uuid} start wss://agent.example.org/*`}, nil, []row{
			{allow, "api originate {api_on_answer='uuid_audio_fork ${uuid} start wss://agent.example.org/c'}null/x &park"},
			{deny, "api originate {api_on_answer='uuid_audio_fork ${x} start wss://agent.example.org/c'}null/x &park"},
			{deny, "api originate {api_on_answer='uuid_audio_fork ${uuid} start wss://agent.example.org/${uuid}'}null/x &park"},
		}},
		{"in the application of an originate", []string{"api originate **", `app record_session /rec/\${uuid}.wav`, "dial null/x"}, nil, []row{
			{allow, "api originate null/x &record_session(/rec/${uuid}.wav)"},
		}},
		{"not by a wildcard", []string{"app say *", `app phrase \${uu*`, `app set a=\${uuid*`}, nil, []row{
			{deny, run("say", "${uuid}")}, {deny, run("phrase", "${uuid}")}, {deny, run("set", "a=${uuid}.wav")},
		}},
		{"not by the rest", []string{"app say **", `app say en \${uuid} **`}, nil, []row{
			{deny, run("say", "en ${uuid} x y ${uuid}")},
		}},
		{"not by a regular expression", []string{`app say /.*\$\{uuid\}/`}, nil, []row{{deny, run("say", "${uuid}")}}},
		{"not by a class", []string{"app @media"}, nil, []row{{deny, run("say", "${uuid}")}}},
		{"with a wildcard beside it", []string{`app record_session /rec/\${uuid}_*.wav`}, nil, []row{
			{allow, run("record_session", "/rec/${uuid}_1.wav")}, {deny, run("record_session", "/rec/${uuid}_../../x.wav")},
			{deny, run("record_session", "/rec/${uuid}_${uuid}.wav")}, {deny, run("record_session", "/rec/${uuid}_1.wav${uuid}.wav")},
		}},
		{"all effects", []string{`app set file=\${uuid}.wav`, `var channel file \${uuid}.wav`, `app bridge **`, "dial **"}, nil, []row{
			{allow, run("set", "file=${uuid}.wav")}, {deny, run("bridge", "sofia/gateway/acme/${uuid}")},
		}},
		{"a part of them only", []string{`app set file=\${uuid}.wav`, `var channel file *`}, nil, []row{{deny, run("set", "file=${uuid}.wav")}}},
		{"a leg", []string{`app bridge sofia/gateway/acme/\${uuid}`, `dial sofia/gateway/acme/\${uuid}`}, nil, []row{
			{allow, run("bridge", "sofia/gateway/acme/${uuid}")},
		}},
		{"an extension that begins otherwise", []string{`app record_session /rec/\${uuid}.wav`}, []string{"app record_session /etc/* **", "app record_session /rec/*.mp4"}, []row{
			{allow, run("record_session", "/rec/${uuid}.wav")},
		}},
		{"a deny of what it may become", []string{`app record_session /rec/\${uuid}.wav`}, []string{"app record_session /rec/a*"}, []row{
			{deny, run("record_session", "/rec/${uuid}.wav")},
		}},
		{"a deny by a regular expression", []string{`app record_session /rec/\${uuid}.wav`}, []string{"app record_session /x[0-9]/"}, []row{
			{deny, run("record_session", "/rec/${uuid}.wav")},
		}},
		{"a deny of any path", []string{`app record_session \$${dir}/x.wav`}, []string{"app record_session /etc/* **"}, []row{
			{deny, run("record_session", "$${dir}/x.wav")},
		}},
		{"a deny of several tokens", []string{`app record_session \$${dir}`}, []string{"app record_session /rec/x.wav +30"}, []row{
			{deny, run("record_session", "$${dir}")},
		}},
		{"a deny of a leg", []string{`app bridge sofia/gateway/acme/\${uuid}`, `dial sofia/gateway/acme/\${uuid}`}, []string{"dial sofia/gateway/acme/1900*"}, []row{
			{deny, run("bridge", "sofia/gateway/acme/${uuid}")},
		}},
		{"a deny of opaque", []string{`app record_session /rec/\${uuid}.wav`}, []string{"opaque expansion"}, []row{
			{deny, run("record_session", "/rec/${uuid}.wav")},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := load(t, withRules(tt.allow, tt.deny))
			for _, r := range tt.rows {
				if d := p.Client("acme").Decide(effectsIn(t, p.Catalog(), r.command)); d.Action.String() != r.want {
					t.Errorf("%q: %s, want %s: %s", r.command, d.Action, r.want, d.Reason)
				}
			}
		})
	}
}

// TestDecidedExpansions: a rule must not spell an expansion whose value the client may set.
func TestDecidedExpansions(t *testing.T) {
	const (
		rec    = `app record_session \$${recordings_dir}/x.wav`
		own    = `app record_session /rec/\${uuid}.wav`
		anyDir = `a client with the role "r" may set the variable "recordings_dir" by "var channel * *", so what is expanded from "recordings_dir" could be anything`
		anyID  = `so what is expanded from "uuid" could be anything (add "var channel|originate|global `
	)
	for _, tt := range []struct {
		name        string
		allow, deny []string
		want        string // "" if it loads
	}{
		{"no variable", []string{rec}, nil, ""},
		{"another one", []string{rec, "var channel campaign_* *"}, nil, ""},
		{"any variable", []string{rec, "var channel * *"}, nil, anyDir},
		{"any variable but for that one", []string{rec, "var channel * *"}, []string{"var channel|originate|global Recordings_dir *"}, ""},
		{"any variable, but denied in another scope", []string{rec, "var channel * *"}, []string{"var originate|global recordings_dir *"}, anyDir},
		{"any variable, but denied one value", []string{rec, "var channel * *"}, []string{"var channel|originate|global recordings_dir /etc"}, anyDir},
		{"any variable, denied with **", []string{rec, "var channel * *"}, []string{"var channel recordings_dir **"}, ""},
		{"any variable of all scopes", []string{rec, "var **"}, nil, `so what is expanded from "recordings_dir" could be anything`},
		{"a global one", []string{rec, "var global RECORDINGS_DIR /rec"}, nil, `"var global RECORDINGS_DIR /rec"`},
		{"by a regular expression", []string{rec, "var channel /rec.*/ *"}, nil, `so what is expanded from "recordings_dir" could be anything`},
		{"repeating", []string{rec, "repeating var channel recordings_dir *"}, nil, `so what is expanded from "recordings_dir" could be anything`},
		{"the uuid", []string{own, "var channel uuid x"}, nil, anyID},
		{"the uuid of an originate", []string{own, "var originate origination_uuid *"}, nil, anyID},
		{"the uuid of an originate, as one", []string{own, "var originate origination_uuid <uuid>"}, nil, ""},
		{"the uuid of an originate, nearly as one", []string{own, "var originate origination_uuid <uuid>|x-<uuid>"}, nil, anyID},
		{"any variable, that of the uuid of an originate among them", []string{own, "var channel * *"}, nil, `may set the variable "origination_uuid" by "var channel * *"`},
		{"any variable but for that of the uuid of an originate", []string{own, "var channel * *"}, []string{"var channel|originate|global origination_uuid *"}, ""},
		{"all that is expanded is allowed", []string{rec, "var channel * *", "opaque expansion"}, nil, ""},
		{"in a deny", []string{"var channel * *"}, []string{rec}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := withRules(tt.allow, tt.deny)
			if tt.want == "" {
				load(t, text)
				return
			}
			if got := problems(t, text).Error(); !strings.Contains(got, tt.want) || !strings.Contains(got, rec[:len("app record_session")]) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestDecidedByTwoRoles: two roles that are valid alone may be an error together.
func TestDecidedByTwoRoles(t *testing.T) {
	text := strings.Replace(withRules([]string{`app record_session /rec/\${uuid}.wav`}, nil), `"roles":{`, `"roles":{"setter":{"allow":["var channel uuid *"]},`, 1)
	load(t, text)
	got := problems(t, strings.Replace(text, `"roles":["r"]`, `"roles":["setter","r"]`, 1)).Error()
	if !strings.Contains(got, `the client "acme" may set the variable "uuid" by "var channel uuid *", so what is expanded from "uuid" could be anything`) {
		t.Error(got)
	}
}

// TestUncertainExpansions: if the client may set the variable, and a rule allows all expansions,
// only that rule allows a spelled expansion.
func TestUncertainExpansions(t *testing.T) {
	rules := []string{`app record_session /rec/\${uuid}.wav`, "var channel uuid *", "opaque expansion"}
	const sent = "/rec/${uuid}.wav"
	d := load(t, withRules(rules, nil)).Client("acme").Decide(effectsOf(t, run("record_session", sent)))
	if d.Action != policy.Allow {
		t.Errorf("%+v", d)
	}
	d = load(t, withRules(rules, []string{"opaque expansion"})).Client("acme").Decide(effectsOf(t, run("record_session", sent)))
	if d.Action != policy.Deny {
		t.Errorf("%+v", d)
	}
}

// TestUncertainRepetition: a rule for expansions does not allow repeating ones, and a spelled
// expansion whose variable the client may set does not get around that.
func TestUncertainRepetition(t *testing.T) {
	rules := []string{`repeating app record_session /rec/\${uuid}.wav`, "opaque expansion"}
	sent := run("record_session", "/rec/${uuid}.wav") + "\nloops: 2"
	if d := load(t, withRules(rules, nil)).Client("acme").Decide(effectsOf(t, sent)); d.Action != policy.Allow {
		t.Errorf("%+v", d)
	}
	d := load(t, withRules(append(rules, "var channel uuid *"), nil)).Client("acme").Decide(effectsOf(t, sent))
	if d.Action != policy.Deny {
		t.Errorf("the client decides what is expanded, and it is allowed: %+v", d)
	}
}

// TestUnspelledReason: a denial says which expansion a rule would have to spell.
func TestUnspelledReason(t *testing.T) {
	c := load(t, withRules([]string{"app set **", "var channel a *"}, nil)).Client("acme")
	d := c.Decide(effectsOf(t, run("set", "a=secret${uuid}-$${dir}")))
	if !strings.Contains(d.Reason, "it stands for ${uuid}, $${dir}, which rules that spell it cover") || strings.Contains(d.Reason, "secret") {
		t.Error(d.Reason)
	}
	effects := effectsOf(t, run("set", "a=x ${uuid}-$${dir}*"))
	want := []string{`app set a=x\s\${uuid}-\$${dir}\*`, `var channel a x\s\${uuid}-\$${dir}\*`}
	i := slices.IndexFunc(effects, func(e effect.Effect) bool { return e.Kind == effect.KindOpaque })
	p := load(t, withRules([]string{"app set **", "var channel a *"}, nil))
	if got, why := p.Suggester(c).Rules(&effects[i]); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q: %s", got, want, why)
	}
	if d := load(t, withRules(want, nil)).Client("acme").Decide(effects); d.Action != policy.Allow {
		t.Errorf("the rules do not cover what they are for: %s", d.Reason)
	}
	effects = effectsOf(t, run("record_session", "/r/"+uuid+"/${uuid}.wav"))
	i = slices.IndexFunc(effects, func(e effect.Effect) bool { return e.Kind == effect.KindOpaque })
	if got, _ := p.Suggester(c).Rules(&effects[i]); !slices.Equal(got, []string{"app record_session /r/" + uuid + `/\${uuid}.wav`}) {
		t.Errorf("got %q, want the rule for this uuid alone", got)
	}
	c = load(t, withRules([]string{`app record_session /rec/\${uuid}.wav`}, []string{"app record_session /rec/a*"})).Client("acme")
	if d := c.Decide(effectsOf(t, run("record_session", "/rec/${uuid}.wav"))); !strings.Contains(d.Reason, "a deny could match what is expanded in it") {
		t.Error(d.Reason)
	}
	d = c.Decide(effectsOf(t, run("set", "a=secret${foo}-$${dir}")))
	if strings.Contains(d.Reason, "stands for") {
		t.Error(d.Reason)
	}
}
