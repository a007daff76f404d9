package policy_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
	"eslguard/policy"
)

// manyRules returns a policy with one client, acme, which has 1,000 rules of mixed kinds.
func manyRules() string {
	var allow, deny []string
	for i := range 400 {
		allow = append(allow, fmt.Sprintf("dial sofia/gateway/carrier%d/1*", i), fmt.Sprintf("api uuid_send_dtmf <uuid> %d*", i))
	}
	for i := range 200 {
		deny = append(deny, fmt.Sprintf("dial sofia/gateway/carrier%d/1900*", i))
	}
	allow = append(allow, `dial user/ann.smith\@pbx.example.org`, "subscribe CHANNEL_*", "api @status", "api show channels|calls **",
		"api originate **", "app park", "var originate * *")
	return withRules(allow, deny)
}

// decisions are effects and how manyRules decides them.
var decisions = []struct {
	name   string
	effect effect.Effect
	want   policy.Action
}{
	{"by name", effect.Effect{Kind: effect.KindAPI, Name: "show", Tokens: []string{"channels", "as", "json"}, Fold: 7, Class: effect.ClassRead}, policy.Allow},
	{"by class", effect.Effect{Kind: effect.KindAPI, Name: "status", Class: effect.ClassStatus}, policy.Allow},
	{"by pattern", effect.Effect{Kind: effect.KindSubscribe, Name: "CHANNEL_CREATE"}, policy.Allow},
	{"by prefix", effect.Effect{Kind: effect.KindDial, Name: "sofia/gateway/carrier399/15551234"}, policy.Allow},
	{"by prefix, oddly spelled", effect.Effect{Kind: effect.KindDial, Name: "user/ann.smith@pbx.example.org"}, policy.Allow},
	{"denied", effect.Effect{Kind: effect.KindDial, Name: "sofia/gateway/carrier7/19005551234"}, policy.Deny},
}

// BenchmarkDecide decides under 1,000 rules.
func BenchmarkDecide(b *testing.B) {
	c := load(b, manyRules()).Client("acme")
	for _, d := range decisions {
		b.Run(d.name, func(b *testing.B) {
			effects := []effect.Effect{d.effect}
			b.ReportAllocs()
			for b.Loop() {
				if got := c.Decide(effects).Action; got != d.want {
					b.Fatal(got)
				}
			}
		})
	}
}

// BenchmarkParseAndDecide parses a command and decides its effects under 1,000 rules.
func BenchmarkParseAndDecide(b *testing.B) {
	p := load(b, manyRules())
	c := p.Client("acme")
	for _, tt := range []struct {
		name, line string
		want       policy.Action
	}{
		{"api status", "api status", policy.Allow},
		{"originate", "bgapi originate {origination_uuid=" + uuid + ",origination_caller_id_name='Ann Smith',originate_timeout=30}" +
			"[leg_timeout=10]sofia/gateway/carrier1/15551234,[leg_timeout=20]sofia/gateway/carrier2/15551234|sofia/gateway/carrier3/15551234 &park", policy.Allow},
	} {
		b.Run(tt.name, func(b *testing.B) {
			f := &codec.Frame{Line: []byte(tt.line)}
			st := &command.State{}
			b.ReportAllocs()
			for b.Loop() {
				cmd, err := command.Parse(p.Catalog(), st, f)
				if err != nil {
					b.Fatal(err)
				}
				if d := c.Decide(cmd.Effects); d.Action != tt.want {
					b.Fatal(d)
				}
			}
		})
	}
}

// TestDecideAllocatesNothing: Decide does not allocate for a command that is allowed.
func TestDecideAllocatesNothing(t *testing.T) {
	c := load(t, manyRules()).Client("acme")
	for _, d := range decisions {
		effects := []effect.Effect{d.effect}
		if got := c.Decide(effects).Action; got != d.want {
			t.Errorf("%s: %s, want %s", d.name, got, d.want)
		}
		if d.want != policy.Allow {
			continue
		}
		if n := testing.AllocsPerRun(100, func() { c.Decide(effects) }); n != 0 {
			t.Errorf("%s: %v allocations", d.name, n)
		}
	}
}

// manyClients returns a policy with n clients in a few hundred networks, each with its own
// password.
func manyClients(n int) string {
	clients := make([]string, n)
	for i := range clients {
		network := fmt.Sprintf(`"10.%d.0.0/16"`, i%200)
		clients[i] = client(fmt.Sprintf("client-%05d", i), network, "", sum(fmt.Sprintf("password %d", i)))
	}
	return withClients(clients...)
}

// BenchmarkLoad reads and compiles a policy of 10,000 clients and puts it in force.
func BenchmarkLoad(b *testing.B) {
	text := manyClients(10_000)
	path := write(b, text)
	s, err := policy.Open(policy.Options{Path: path})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		writeTo(b, path, text+strings.Repeat("\n", 1+i%2))
		b.StartTimer()
		if c, err := s.Reload(b.Context()); err != nil || !c.Changed() {
			b.Fatal(c, err)
		}
	}
}

// BenchmarkLogin logs in as one of 10,000 clients.
func BenchmarkLogin(b *testing.B) {
	p := load(b, manyClients(10_000))
	addr := netip.MustParseAddr("10.7.1.1")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Login(b.Context(), addr, policy.Credentials{Password: "password 207"}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWarnings lints a policy of 1,000 rules.
func BenchmarkWarnings(b *testing.B) {
	p := load(b, manyRules())
	b.ReportAllocs()
	for b.Loop() {
		if len(p.Warnings()) == 0 {
			b.Fatal("a client without tests is doubtful")
		}
	}
}
