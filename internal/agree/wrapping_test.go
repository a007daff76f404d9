package agree_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"eslguard/effect"
	"eslguard/internal/switchsim"
	"eslguard/policy"
)

// # Wrapping
//
// One API and one application are denied, and everything else is allowed, including every wrapper.
// A wrapping puts one of the two into others, by hand, so that FreeSWITCH will run it: it adds
// exactly the quotes and escapes that are removed on the way. Whatever is wrapped around it, the
// frame must be denied. Then characters are changed at random. Some of these frames are harmless
// and pass, and those must not run the two. The simulated switch shows what runs. It leaves out
// some hooks that other hooks set, so it does not run what every frame contains.

// The API and the application that are denied.
const (
	deniedAPI = "list_users"
	deniedApp = "set_name"
)

// maxWrapped is the maximum size of a frame in bytes. Quotes within quotes grow with each layer.
const maxWrapped = 2000

// A wrapping makes frames.
type wrapping struct{ *rand.Rand }

func (w wrapping) one(list ...string) string { return list[w.IntN(len(list))] }

// fold writes some letters in upper case.
func (w wrapping) fold(s string) string {
	if w.IntN(2) == 0 {
		return s
	}
	b := []byte(s)
	for i := range b {
		if 'a' <= b[i] && b[i] <= 'z' && w.IntN(2) == 0 {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// token writes s as one token for a splitter on sep.
func (w wrapping) token(s, sep string) string {
	if w.IntN(2) == 0 && s != "" && !strings.ContainsAny(s, ` '\`+sep) && !strings.HasPrefix(s, "^^") {
		return s
	}
	if w.IntN(3) == 0 && sep == " " && s != "" && !strings.HasPrefix(s, "^^") {
		return strings.NewReplacer(`\`, `\\`, " ", `\s`, "'", `\'`).Replace(s)
	}
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
}

// tokens joins tokens for the splitter on spaces, or with a separator of their own.
func (w wrapping) tokens(list ...string) string {
	sep, start := " ", ""
	if w.IntN(8) == 0 {
		for _, other := range []string{"|", "~", ";"} {
			if !strings.Contains(strings.Join(list, ""), other) {
				sep, start = other, "^^"+other
				break
			}
		}
	}
	text := ""
	for i, t := range list {
		if i > 0 {
			text += sep
			if sep == " " {
				text += w.one("", "", "", " ")
			}
		}
		if sep == " " {
			t = w.token(t, sep)
		} else {
			t = "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(t) + "'"
		}
		text += t
	}
	return start + text
}

// kept writes s so that its expansion is s.
func kept(s string) string {
	if !strings.Contains(s, `\`) && !strings.Contains(s, "${") {
		return s
	}
	return strings.NewReplacer(`\`, `\\`, "${", `\${`).Replace(s)
}

// isSimple reports whether a text needs no quotes in a dial string, a block, an expansion and an
// application's parentheses.
func isSimple(s string) bool { return !strings.ContainsAny(s, `'"\,|{}[]()<>=:$^&;~`) }

// api returns an API that contains the denied API or application at that depth.
func (w wrapping) api(depth int) call {
	if depth == 0 {
		return call{w.fold(deniedAPI), "x"}
	}
	if w.IntN(2) == 0 {
		return w.apiOfApp(w.app(depth - 1))
	}
	return w.apiOfAPI(w.api(depth - 1))
}

// app returns an application that contains it. Its argument is expanded when it runs.
func (w wrapping) app(depth int) call {
	if depth == 0 {
		return call{w.fold(deniedApp), "x"}
	}
	if w.IntN(3) == 0 {
		return w.appOfAPI(w.api(depth - 1))
	}
	return w.appOfApp(w.app(depth - 1))
}

func (w wrapping) apiOfAPI(in call) call {
	text, hook := in.text(), in.name+" "+kept(in.args)
	hooks := []string{"api_on_answer_1", "api_before_bridge", "api_on_ring[0]", "api_hangup_hook"}
	if strings.Contains(hook, "::") {
		hooks = hooks[:3] // the last would be split there
	}
	switch w.IntN(10) {
	case 0:
		return call{w.fold("xml_wrap"), w.one("", "encoded ", "ENCODED ") + text}
	case 1:
		return call{w.fold("sched_api"), w.one("+1 ", "@1 ") + w.one("g ", " ") + text + w.one("", " &")}
	case 2:
		return call{w.fold("expand"), w.one("", "uuid:"+chanA+" ") + hook}
	case 3:
		if isSimple(text) {
			return call{w.fold("eval"), w.one("", "x ", "uuid:"+chanA+" ") + w.mention(in)}
		}
	case 4:
		return call{w.fold("json"), w.json("fsapi", "cmd", in.name, "arg", in.args)}
	case 5:
		return call{w.fold("chat"), w.fold("api") + "|a|" + urlEncode(text) + "|b"}
	case 6:
		return call{w.fold("uuid_setvar"), w.tokens(chanA, w.fold(w.one(hooks...)), hook)}
	case 7:
		if isSimple(hook) {
			return call{w.fold("originate"), w.tokens("{"+w.fold("api_on_answer")+"="+hook+"}null/x", "&park")}
		}
	case 8:
		if isSimple(text) {
			return call{w.fold("uuid_setvar"), w.tokens(chanA, "note", w.mention(in))}
		}
	}
	return call{w.fold("bgapi"), w.one("", "uuid:j ", "UUID:j ") + text}
}

// mention returns an expansion that runs a simple API.
func (w wrapping) mention(in call) string {
	return w.one("$", "$$") + w.one("{"+in.name+" "+in.args+"}", "{"+in.name+"("+in.args+")}")
}

func (w wrapping) json(command, key, name, rest, args string) string {
	text := func(s string) string {
		b, _ := json.Marshal(s)
		if w.IntN(3) == 0 {
			return strings.ReplaceAll(string(b), "s", `\u0073`)
		}
		return string(b)
	}
	return fmt.Sprintf(`{%q:%q,%q:{"uuid":%q,%q:%s,%q:%s}}`, w.fold("command"), w.fold(command), w.fold("data"), chanA,
		w.fold(key), text(name), w.fold(rest), text(args))
}

func urlEncode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02x", s[i])
	}
	return b.String()
}

func (w wrapping) apiOfApp(in call) call {
	path := in.name + "::" + in.args
	switch w.IntN(11) {
	case 0:
		return call{w.fold("sched_broadcast"), w.tokens("+1", chanA, path)}
	case 1:
		return call{w.fold("uuid_transfer"), w.tokens(append([]string{chanA}, w.inline(in)...)...)}
	case 2:
		return call{w.fold("sched_transfer"), w.tokens(append([]string{"+1", chanA}, w.inline(in)...)...)}
	case 3:
		return call{w.fold("tone_detect"), w.tokens(chanA, "k", "1000", "r", "+5", in.name, in.args, "1")}
	case 4:
		return call{w.fold("json"), w.json("execute", "app", in.name, "arg", in.args)}
	case 5:
		return call{w.fold("uuid_setvar"), w.tokens(chanA, w.fold(w.one("execute_on_answer", "execute_on_ring_2")), in.name+w.one(" ", ":", "::")+in.args)}
	case 6:
		return call{w.fold("uuid_setvar"), w.tokens(chanA, w.fold("hold_music"), kept(in.name+"::"+in.args))}
	case 7:
		if isSimple(in.args) {
			return call{w.fold("originate"), w.tokens("null/x", "&"+in.name+"("+in.args+")")}
		}
	case 8:
		if isSimple(in.args) {
			return call{w.fold(w.one("originate", "originate")), w.tokens("loopback/app="+in.name+":"+in.args, w.one("&park", "park"))}
		}
	case 9:
		if isSimple(in.args) {
			return call{w.fold("conference"), w.tokens("c", w.fold(w.one("dial", "bgdial")), "loopback/app="+in.name+":"+in.args)}
		}
	}
	return call{w.fold("uuid_broadcast"), w.tokens(chanA, path, w.one("aleg", "both"))}
}

// inline returns an extension for an inline dialplan, and that dialplan.
func (w wrapping) inline(in call) []string {
	text := in.name + ":" + in.args
	if w.IntN(3) == 0 && !strings.Contains(text, "#") && !strings.ContainsAny(text, `'\`) {
		return []string{"m:#:" + text, w.fold("inline")}
	}
	if text = w.token(text, ","); w.IntN(4) == 0 && !strings.ContainsAny(text, ",'\\$") {
		return []string{"nobody", w.fold("inline") + ":" + text}
	}
	return []string{text, w.fold("inline")}
}

func (w wrapping) appOfAPI(in call) call {
	hook := in.name + " " + kept(in.args)
	switch w.IntN(3) {
	case 0:
		if isSimple(in.text()) {
			return call{w.fold(w.one("log", "eval", "set")), w.one("x=", "") + w.mention(in)}
		}
	case 1:
		if !strings.ContainsAny(in.args, ",'\\") {
			return call{w.fold("bind_digit_action"), kept("r,1," + w.fold("api:") + in.name + "," + in.args)}
		}
	}
	// The argument is expanded, and the value is expanded again.
	return call{w.fold("set"), kept(w.fold("api_on_answer") + "=" + kept(hook))}
}

func (w wrapping) appOfApp(in call) call {
	path, value := in.name+"::"+in.args, in.name+w.one(" ", "::")+in.args
	switch w.IntN(8) {
	case 0:
		return call{w.fold("transfer"), kept(w.tokens(w.inline(in)...))}
	case 1:
		return call{w.fold("execute_extension"), kept(w.tokens(w.inline(in)...))}
	case 2:
		return call{w.fold("limit_execute"), kept(w.tokens("hash", "r", "i", "1", in.name, in.args))}
	case 3:
		return call{w.fold("bind_meta_app"), kept(w.tokens("1", "a", "s", path))}
	case 4:
		return call{w.fold("set"), kept("execute_on_answer=" + kept(value))}
	case 5:
		if isSimple(in.args) {
			return call{w.fold("bridge"), "loopback/app=" + in.name + ":" + in.args}
		}
	case 6:
		if !strings.ContainsAny(in.args, ",'\\") {
			return call{w.fold("bind_digit_action"), kept("r,1," + w.one("exec:", "EXEC[i]:") + in.name + "," + in.args)}
		}
	}
	return call{w.fold("broadcast"), kept(w.tokens(path, "aleg"))}
}

// frame returns a frame with that depth.
func (w wrapping) frame(depth int) string {
	if w.IntN(3) == 0 {
		in := w.app(depth)
		b := "sendmsg " + chanA + "\ncall-command: "
		switch w.IntN(4) {
		case 0:
			return b + "execute\nexecute-app-name: " + in.name + "::" + in.args + "\n\n"
		case 1:
			return b + "execute\nexecute-app-name: " + in.name + "\ncontent-type: text/plain\n" + withBody(in.args)
		case 2:
			return b + "xferext\napplication: " + in.text() + "\n\n"
		}
		return b + "execute\nexecute-app-name: " + in.name + "\nexecute-app-arg: " + in.args + "\n\n"
	}
	text := w.api(depth).text()
	if w.IntN(4) == 0 && !strings.Contains(text, ";;") {
		return w.fold("api ") + w.one("", " ", "version;;", "version ;;") + text + "\nconsole_execute: true\n\n"
	}
	return w.fold(w.one("api ", "bgapi ")) + text + w.one("", " ", "  ") + "\n\n"
}

// denying returns the client of a policy that allows everything but the two.
func denying(t *testing.T) *policy.Client {
	t.Helper()
	type object map[string]any
	b, err := json.Marshal(object{
		"version":   1,
		"upstreams": object{"pbx": object{"address": "127.0.0.1:8021", "password": object{"file": "/dev/null"}}},
		"roles": object{"all": object{"allow": rules, "deny": []string{
			"api " + deniedAPI + " **", "app " + deniedApp + " **", "repeating api " + deniedAPI + " **",
		}}},
		"clients": object{"test": object{
			"from": []string{"127.0.0.0/8"}, "auth": object{"password": []string{policy.HashSHA256(guarded)}}, "upstream": "pbx", "roles": []string{"all"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse("policy.json", b)
	if err != nil {
		t.Fatal(err)
	}
	return p.Client("test")
}

// ranDenied reports whether the switch has run one of the two since it was cleared.
func ranDenied(sim *switchsim.Switch) bool {
	for _, ran := range sim.Executed() {
		if ran.Kind == "api" && strings.EqualFold(ran.Name, deniedAPI) || ran.Kind == "app" && strings.EqualFold(ran.Name, deniedApp) {
			return true
		}
	}
	return false
}

// play runs bytes on a cleared switch, and then everything that they stored there.
func play(sim *switchsim.Switch, up []byte) {
	sim.Clear()
	sim.AddChannel(chanA, nil)
	sim.Run(up)
	sim.Provoke()
}

// TestWrapped checks that no wrapping makes a denied command allowed.
func TestWrapped(t *testing.T) {
	const frames, deepest = 2000, 10
	w, sim, client := wrapping{rand.New(rand.NewPCG(5, 6))}, start(t), denying(t)
	made, ran, named, changed := 0, 0, 0, 0
	for made < frames {
		frame := w.frame(w.IntN(deepest))
		if len(frame) > maxWrapped {
			continue
		}
		made++
		play(sim, []byte(frame))
		runs := ranDenied(sim)
		if runs {
			ran++
		}
		fate, c, _ := newTrial(sim).judge(frame)
		if fate == passed && client.Decide(c.Effects).Action != policy.Allow {
			named++
		} else if fate == passed && runs {
			t.Errorf("%q is allowed: %q", frame, spell(c.Effects))
		}
		if frame = w.noise(frame); frame == "" {
			continue
		}
		fate, c, up := newTrial(sim).judge(frame)
		if fate != passed || client.Decide(c.Effects).Action != policy.Allow {
			continue
		}
		changed++
		if play(sim, up); ranDenied(sim) {
			t.Errorf("%q goes up as %q, which runs what is denied: %q", frame, up, spell(c.Effects))
		}
	}
	t.Logf("%d frames: %d run the denied command on a simulated switch, %d are denied for it, the others opaque or refused; "+
		"of those with a change %d are allowed", made, ran, named, changed)
	if ran*100 < made*50 || named*100 < made*30 || changed*100 < made*10 {
		t.Errorf("of %d frames %d run the denied command, %d are denied for it, and changed %d are allowed", made, ran, named, changed)
	}
}

// noise changes a character or two in the text of a frame. It returns "" if nothing is left.
func (w wrapping) noise(frame string) string {
	text, end, _ := strings.Cut(frame, "\n\n")
	for range 1 + w.IntN(2) {
		start := strings.IndexByte(text, ' ') + 1
		i := start + w.IntN(len(text)-start)
		if w.IntN(3) == 0 {
			text = text[:i] + text[i+1:]
			continue
		}
		text = text[:i] + w.one("'", `\`, " ", "  ", `"`, "$", "{", "}", "(", ")", "|", ",", ":", "::", ";", "^^", "^^|", "%20", `\'`,
			`\\`, `\s`, `\n`, "[", "]", "!", "=", "/", "&", "#", "m:|:", "\t", "${", "%[a=b]", "+", "-", "ARRAY::") + text[i:]
	}
	return text + "\n\n" + end
}

func spell(effects []effect.Effect) (list []string) {
	for i := range effects {
		list = append(list, effects[i].String())
	}
	return list
}
