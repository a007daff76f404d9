package learn_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
	"eslguard/policy"
)

// load loads text, which must be a valid policy.
func load(t testing.TB, text string) *policy.Policy {
	t.Helper()
	path := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// withRules returns a policy with one client, acme, of one role with these rules.
func withRules(allow, deny []string) string {
	doc := map[string]any{
		"version":   1,
		"upstreams": map[string]any{"pbx": map[string]any{"address": "127.0.0.1:8021", "password": map[string]any{"env": "X"}}},
		"sets": map[string]any{
			"premium": []string{"1900*", "1976*"}, "people": []string{"1000", "1001", "ann smith"}, "events": []string{"CHANNEL_*", "LOG"},
		},
		"apis": map[string]any{"uuid_audio_fork": map[string]any{"class": "media", "uuid": []int{0}, "split": "words 4"}},
		"roles": map[string]any{
			"r": map[string]any{"unguarded": true, "allow": append([]string{}, allow...), "deny": append([]string{}, deny...)},
		},
		"clients": map[string]any{
			"acme": map[string]any{
				"from": []string{"10.0.0.0/8"}, "auth": map[string]any{"password": []string{policy.HashSHA256("x")}}, "roles": []string{"r"},
			},
		},
	}
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// effectsOf returns the effects of a command.
func effectsOf(t testing.TB, text string) []effect.Effect {
	return effectsIn(t, catalog.Builtin(), text)
}

// effectsIn returns the effects of a command that is parsed with the catalogue cat.
func effectsIn(t testing.TB, cat *catalog.Catalog, text string) []effect.Effect {
	t.Helper()
	f, err := codec.NewClientReader(strings.NewReader(text+"\n\n"), codec.Limits{}).Next()
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	cmd, err := command.Parse(cat, &command.State{}, f)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return cmd.Effects
}

// uuid is the uuid of a channel.
const uuid = "5d1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a11"

// run returns a sendmsg that runs an application.
func run(name, args string) string {
	return "sendmsg " + uuid + "\ncall-command: execute\nexecute-app-name: " + name + "\nexecute-app-arg: " + args
}
