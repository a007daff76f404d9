package catalog_test

import (
	"slices"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
)

// TestSecretTokens checks that the secrets of FreeSWITCH's own tree and those that a policy marks
// are found by their place.
func TestSecretTokens(t *testing.T) {
	cat, err := catalog.Builtin().With([]catalog.Module{
		{Name: "mine", Split: "space", Secret: []int{1, 3}},
		{Name: "whole", Secret: []int{0}},
		{Name: "conference", Subcommands: []catalog.Subcommand{{Name: "tag", Secret: []int{3}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		send string
		want []int
	}{
		{"api mine a b c d e", []int{1, 3}},
		{"api mine a", nil},
		{"api MINE a b", []int{1}},
		{"api whole a b", []int{0}},
		{"api conference room tag 5 secret", []int{3}},
		{"api conference room dtmf 5 123", []int{3}},
		{"api conference room mute 5", nil},
		{"api uuid_send_dtmf " + "u1" + " 123", []int{1}},
		{"api status", nil},
	} {
		c, err := command.Parse(cat, nil, &codec.Frame{Line: []byte(tt.send)})
		if err != nil {
			t.Fatal(err)
		}
		if got := cat.SecretTokens(&c.Effects[0]); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.send, got, tt.want)
		}
	}
	c, err := command.Parse(cat, nil, &codec.Frame{Line: []byte("api uuid_send_dtmf u1 123")})
	if err != nil || !slices.Equal((*catalog.Catalog)(nil).SecretTokens(&c.Effects[0]), []int{1}) {
		t.Errorf("a nil catalogue knows none: %v", err)
	}
	if got := cat.SecretTokens(&effect.Effect{Kind: effect.KindDial, Name: "mine", Tokens: []string{"a", "b"}}); got != nil {
		t.Errorf("of a leg: %v", got)
	}
}
