package redact_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"eslguard/audit/redact"
	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
)

// countedAPIs are described by a policy, one for each way of splitting an argument.
var countedAPIs = []catalog.Module{
	{Name: "uuid_audio_fork", UUID: []int{0}, Split: "space", Secret: []int{3}},
	{Name: "mine_char", Split: "char | 4", Secret: []int{1}},
	{Name: "mine_both", Split: "char ; 5", Secret: []int{0, 2}},
	{Name: "mine_words", Split: "words 4", Secret: []int{1}},
	{Name: "mine_last", Split: "words 3", Secret: []int{2}},
	{Name: "mine_first", Split: "first", Secret: []int{1}},
	{Name: "mine_first_0", Split: "first", Secret: []int{0}},
	{Name: "mine_words_0", Split: "words 3", Secret: []int{0}},
	{Name: "conference", Subcommands: []catalog.Subcommand{{Name: "tag", Secret: []int{3}}}},
}

// oddPieces are parts of arguments whose tokens are hard to count.
var oddPieces = []string{
	"a", "bb", "'", `"`, `\`, `\s`, `\n`, " ", "  ", "|", "||", ";", ";;", ",", "^^|", "^^;", "^^ ", "^^", "{", "}", "$", "${x}", "''", "x=", `\|`,
	`\'`, "[", "]", "<", ">", "(", "((", ")", ":", "::", "=", "%20", "%28", "%7C", `\ `, "é", "tag", "r", " tag ", "!x::", "-", "*", "\t", "%09",
}

// TestPlacesAreThoseOfTheTokens checks that a token that is a secret by its place is redacted
// wherever the argument begins and however it is split, as the analysis of the command splits it.
func TestPlacesAreThoseOfTheTokens(t *testing.T) {
	cat, err := catalog.Builtin().With(countedAPIs)
	if err != nil {
		t.Fatal(err)
	}
	secrets := new(redact.Secrets).Marking(cat)
	places := map[string][]int{"uuid_send_dtmf": {1}}
	names := []string{"uuid_send_dtmf"}
	separators := map[string]string{"mine_char": "|", "mine_both": ";"}
	for _, m := range countedAPIs {
		names = append(names, m.Name)
		if places[m.Name] = m.Secret; m.Secret == nil {
			places[m.Name] = m.Subcommands[0].Secret
		}
	}
	rnd := rand.New(rand.NewPCG(1, 4))
	found := 0
	for range 60_000 {
		api := names[rnd.IntN(len(names))]
		sep := separators[api]
		if sep == "" {
			sep = " "
		}
		var parts []string
		for range 1 + rnd.IntN(8) {
			if parts = append(parts, sep); rnd.IntN(100) < 45 {
				parts[len(parts)-1] = oddPieces[rnd.IntN(len(oddPieces))]
			}
		}
		args := strings.Join(slices.Insert(parts, rnd.IntN(len(parts)+1), planted), "")
		if api == "conference" && rnd.IntN(10) < 7 {
			args = "r" + sep + "tag" + sep + "5" + sep + args
		}
		before := []string{"api ", "bgapi ", "api expand ", "api sched_api +1 none "}[rnd.IntN(4)]
		text := before + api + " " + args
		cmd, err := command.Parse(cat, nil, &codec.Frame{Line: []byte(text)})
		if err != nil {
			continue
		}
		for i := range cmd.Effects {
			f := &cmd.Effects[i]
			if f.Name != api || f.Kind != effect.KindAPI || !onlyIn(f.Tokens, places[api], api == "conference") {
				continue
			}
			found++
			if got := secrets.Redact(text, redact.AsCommand, nil); strings.Contains(got, planted) {
				t.Errorf("%q: tokens %q: got %q", text, f.Tokens, got)
			}
			break
		}
	}
	if found < 5_000 {
		t.Errorf("only %d commands have a secret", found)
	}
}

// onlyIn reports whether the planted secret is in tokens, and only at the places.
func onlyIn(tokens []string, places []int, tag bool) bool {
	if tag && (len(tokens) < 2 || !strings.EqualFold(tokens[1], "tag")) {
		return false
	}
	in := false
	for i, token := range tokens {
		if strings.Contains(token, planted) {
			if in = true; !slices.Contains(places, i) {
				return false
			}
		}
	}
	return in
}
