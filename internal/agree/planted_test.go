package agree_test

import (
	"regexp"
	"strings"
	"testing"

	"eslguard/codec"
	"eslguard/command"
	"eslguard/internal/switchsim"
	"eslguard/policy"
)

// plantMark is the beginning of an input in whose frames the words and variables are planted:
// values that act in FreeSWITCH although they look plain. wildPolicy decides what passes.
const plantMark = "\xff\xfe"

// plantedValues are words that act as the name of a file, or in a header, a dial string, SQL or an
// expression.
var plantedValues = []string{
	"x;id;#.shell_stream", "x.file", "x.file_string", "../x.wav", "a//b.wav", "%2e%2e/x.wav%00.file", "x.http", "http://h/x.wav", "shell_stream://id",
	"file_string://a.wav!b.wav", "tone_stream://path=/dev/zero", "{a=b}x.wav", "{a=b", "a@@1.wav", "x.wav", "hello", "v1.2/x.wav",
	"A%0D%0AX-Other%3A y", "50% az", "50% off", `a\nX-Other: y`, `a" <b>`, "a=(b)", "a:b", "a,b", "a|b", "a]b", "a}b", ":_:", "',api_on_answer=log x", "<X/>", "a::b",
}

// plantedVariables are variables whose values are used elsewhere.
var plantedVariables = []string{
	"sip_h_X-T", "origination_caller_id_name", "effective_caller_id_number", "alert_info", "sip_from_display", "presence_data_cols", "accountcode", "ringback", "hold_music",
	"fifo_music", "sound_prefix", "domain_name", "call_timeout", "sip_route_uri", "cdr_csv_base", "my_var", "a<b", "a:b",
}

// wildPolicy allows everything by wildcards.
const wildPolicy = `{"version":1,"upstreams":{"pbx":{"address":"127.0.0.1:8021","password":{"env":"X"}}},"roles":{"r":{"allow":[
	"api **", "app **", "dial **", "dialplan **", "var **", "inject **", "channel **", "subscribe **", "filter **", "log DEBUG"]}},
	"clients":{"c":{"from":["127.0.0.1/32"],"auth":{"password":["sha256:0000000000000000000000000000000000000000000000000000000000000000"]},"roles":["r"]}}}`

// plantedWord and plantedVariable return a word and a variable of a grammar that plants.
func (g *grammar) plantedWord() string     { return g.one(plantedValues...) }
func (g *grammar) plantedVariable() string { return g.one(plantedVariables...) }

// newGrammar returns the grammar of an input, which says whether it plants.
func newGrammar(data []byte) *grammar {
	rest, plants := strings.CutPrefix(string(data), plantMark)
	return &grammar{data: []byte(rest), plants: plants}
}

// plainSQL matches text that may become part of a statement.
var plainSQL = regexp.MustCompile(`^[A-Za-z0-9_:.,+=' -]*$`)

// harms describes an execution that no wildcard may allow. It returns "" for any other.
func harms(e switchsim.Execution) string {
	switch e.Kind {
	case "shell", "crash":
		return e.Kind
	case "fetch":
		return "a URL is fetched"
	case "sql":
		if !plainSQL.MatchString(e.Args) {
			return "SQL is changed"
		}
	case "open", "write":
		if e.Name == "file" || e.Name == "file_string" || e.Name == "tts" {
			return "a name leads to another"
		}
	case "invite":
		for _, line := range switchsim.InviteLines(e.Args) {
			if strings.HasPrefix(line, "X-Other:") {
				return "a header is added"
			}
		}
	}
	return ""
}

// TestPlanted plays frames with values that act, under a policy with only wildcards.
func TestPlanted(t *testing.T) {
	const seeds = 4000
	sim, err := switchsim.Start(switchsim.Options{DialString: directory})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	p, err := policy.Parse("p.json", []byte(wildPolicy))
	if err != nil {
		t.Fatal(err)
	}
	passed, harmful := 0, 0
	for n := range seeds {
		g := newGrammar(append([]byte(plantMark), seed(n)...))
		wire := g.frame()
		sim.Clear()
		sim.AddChannel(chanA, nil)
		sim.AddChannel(chanB, nil)
		sim.Run([]byte(wire))
		raw := harmOf(sim)
		sim.Clear()
		sim.AddChannel(chanA, nil)
		sim.AddChannel(chanB, nil)
		if plays(p, sim, wire) {
			passed++
		}
		if what := harmOf(sim); what != "" {
			t.Fatalf("seed %d: %q: %s", n, wire, what)
		}
		if raw != "" {
			harmful++
		}
	}
	t.Logf("%d of %d frames passed, %d would have done harm", passed, seeds, harmful)
	if passed < seeds/20 || harmful < seeds/100 {
		t.Errorf("%d of %d frames passed, and %d would have done harm: too few to say anything", passed, seeds, harmful)
	}
}

func harmOf(sim *switchsim.Switch) string {
	for _, e := range sim.Executed() {
		if what := harms(e); what != "" {
			return what + ": " + e.Kind + " " + e.Name + " " + e.Args
		}
	}
	return ""
}

// plays runs the part of a frame that passes on the switch, and reports whether anything passed.
func plays(p *policy.Policy, sim *switchsim.Switch, wire string) bool {
	f, err := codec.NewClientReader(strings.NewReader(wire), codec.Limits{}).Next()
	if err != nil {
		return false
	}
	cmd, err := command.Parse(p.Catalog(), nil, f)
	if err != nil || p.Client("c").Decide(cmd.Effects).Action != policy.Allow {
		return false
	}
	var up []byte
	for i := range cmd.Upstream {
		if up, err = codec.Append(up, &cmd.Upstream[i]); err != nil {
			return false
		}
	}
	sim.Run(up)
	return true
}
