package catalog_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy"
)

// harmfulLegs are values that no wildcard of a dial rule may match.
var harmfulLegs = []string{"1,user/2", "1|2", "a/b", "a;b=c", "a^b", "a%b", "a@b", "[x=y]1", "{x=y}1", "<x=y>1", "a:_:b", "a\nb", "a'b", "a b", "$", "a\\b"}

// A shippedRole is a role of a file that is shipped, with the text of its rules.
type shippedRole struct {
	client *policy.Client
	cat    *catalog.Catalog
	rules  []string
	sets   map[string][]string
}

// A ruleText is the text of a rule. In the file it may be in an object with a note.
type ruleText string

func (r *ruleText) UnmarshalJSON(data []byte) error {
	noted := struct{ Rule *string }{(*string)(r)}
	if json.Unmarshal(data, noted.Rule) == nil {
		return nil
	}
	return json.Unmarshal(data, &noted)
}

// shippedRoles loads the roles of every file that is shipped, each with its own client.
func shippedRoles(t *testing.T) map[string]shippedRole {
	t.Helper()
	files, err := filepath.Glob("../roles/*.json")
	if err != nil || len(files) < 7 {
		t.Fatalf("%d files of roles, %v", len(files), err)
	}
	out := make(map[string]shippedRole)
	for _, file := range append(files, "../policies.example.json") {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		var parts struct {
			Sets  map[string][]string
			Roles map[string]struct{ Allow []ruleText }
		}
		if err := json.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &parts); err != nil {
			t.Fatal(err)
		}
		delete(doc, "tests")
		doc["upstreams"] = map[string]any{"pbx": map[string]any{"address": "127.0.0.1:8021", "password": map[string]any{"env": "X"}}}
		clients := make(map[string]any)
		for name := range parts.Roles {
			clients[name] = map[string]any{
				"from": []string{"127.0.0.1/32"}, "roles": []string{name},
				"auth": map[string]any{"user": name + "@x", "password": []string{"sha256:" + strings.Repeat("0", 64)}},
			}
		}
		doc["clients"] = clients
		text, _ := json.Marshal(doc)
		p, err := policy.Parse("p.json", text)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for name, role := range parts.Roles {
			var rules []string
			for _, r := range role.Allow {
				rules = append(rules, string(r))
			}
			out[filepath.Base(file)+" "+name] = shippedRole{p.Client(name), p.Catalog(), rules, parts.Sets}
		}
	}
	return out
}

// samples are tried for regular expressions, in this order.
var samples = []string{"", "pbx.example.org", "1000@pbx.example.org", "%(2000,4000,440.0,480.0)", "1000", "moh/8000", "PCMU"}

var angle = regexp.MustCompile(`<(uuid|\d+)(-\d+)?>`)

var digits = regexp.MustCompile(`<digits(?: (\d+)(?:-\d+)?)?>`)

// withDigits returns a rule with each <digits 7-15> replaced by digits.
func withDigits(rule string) string {
	return digits.ReplaceAllStringFunc(rule, func(s string) string {
		n, _ := strconv.Atoi(digits.FindStringSubmatch(s)[1])
		return strings.Repeat("1", max(n, 1))
	})
}

// fill returns the texts that a token of a rule matches, with its stars replaced by value.
func (r *shippedRole) fill(t *testing.T, token, value string) (out []string) {
	t.Helper()
	if len(token) > 2 && token[0] == '/' && strings.HasSuffix(token, "/") {
		re := regexp.MustCompile(`^(?:` + token[1:len(token)-1] + `)$`)
		i := slices.IndexFunc(samples, re.MatchString)
		if i < 0 {
			t.Fatalf("no sample matches %s", token)
		}
		return samples[i : i+1]
	}
	if name, ok := strings.CutPrefix(token, "$"); ok && !strings.Contains(token, "|") {
		for _, entry := range r.sets[name] {
			out = append(out, r.fill(t, entry, value)...)
		}
		return out
	}
	for alt := range strings.SplitSeq(token, "|") {
		if name, ok := strings.CutPrefix(alt, "$"); ok {
			out = append(out, r.fill(t, "$"+name, value)...)
			continue
		}
		if alt == `""` {
			out = append(out, "")
			continue
		}
		alt = angle.ReplaceAllStringFunc(alt, func(s string) string {
			if s == "<uuid>" {
				return "5d1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a11"
			}
			return angle.FindStringSubmatch(s)[1]
		})
		alt = strings.NewReplacer("?", "1", "*", value, `\@`, "@", `\/`, "/", `\s`, " ", `\$`, "$", `\<`, "<", `\>`, ">").Replace(alt)
		out = append(out, alt)
	}
	return out
}

// effects returns effects that a rule matches, with the stars of token at replaced by value; an at
// of -1 means the name. more are the tokens for a **.
func (r *shippedRole) effects(t *testing.T, rule string, at int, value string, more ...string) (out []effect.Effect) {
	t.Helper()
	bare, leg := withoutLeg(withDigits(rule))
	words := strings.Split(strings.TrimPrefix(bare, "repeating "), " ")
	kind, words := words[0], words[1:]
	if kind == "subscribe" && words[0] == "**" {
		words[0] = "HEARTBEAT" // one of the events that it matches
	}
	rest := words[len(words)-1] == "**"
	if rest {
		words = words[:len(words)-1]
	}
	valueAt := func(i int) string {
		if i == at {
			return value
		}
		return "1"
	}
	tokens := [][]string{{}}
	for i, w := range words[1:] {
		var longer [][]string
		for _, text := range r.fill(t, w, valueAt(i)) {
			for _, before := range tokens {
				longer = append(longer, append(slices.Clone(before), text))
			}
		}
		tokens = longer[:min(len(longer), 12)]
	}
	for _, name := range r.names(t, kind, words[0], valueAt(-1)) {
		for _, list := range tokens {
			if rest {
				list = append(slices.Clone(list), more...)
			}
			e := effect.Effect{Kind: kindOf(kind), Name: name, Tokens: list, Leg: leg}
			if e.Kind == effect.KindAPI || e.Kind == effect.KindApp {
				e.Class, _ = r.cat.Class(e.Kind, name)
			}
			if strings.HasPrefix(rule, "repeating ") {
				e.Later = effect.Repeating
			}
			out = append(out, e)
		}
	}
	return out
}

// withoutLeg returns a rule without the place of a leg, which rules of the kind dial may name, and
// that place.
func withoutLeg(rule string) (string, effect.Leg) {
	words := strings.Split(rule, " ")
	leg, ok := effect.ParseLeg(words[min(1, len(words)-1)])
	if !ok {
		return rule, effect.LegUnknown
	}
	return strings.Join(slices.Delete(words, 1, 2), " "), leg
}

// names returns the names that the first token of a rule matches.
func (r *shippedRole) names(t *testing.T, kind, token, value string) []string {
	t.Helper()
	if !strings.HasPrefix(token, "@") {
		return r.fill(t, token, value)
	}
	var out []string
	for _, name := range append(r.cat.APINames(), r.cat.AppNames()...) {
		k := kindOf(kind)
		class, _ := r.cat.Class(k, name)
		if slices.Contains(strings.Split(token, "|"), "@"+class.String()) {
			out = append(out, name)
		}
	}
	return out
}

func kindOf(word string) effect.Kind {
	for k := effect.KindAPI; k <= effect.KindOpaque; k++ {
		if k.String() == word {
			return k
		}
	}
	return effect.KindInvalid
}

// TestRolesMatchHarmlessValuesOnly tries the harmful values of its type in the place of each
// wildcard in every rule of every shipped role. No rule may allow one.
func TestRolesMatchHarmlessValuesOnly(t *testing.T) {
	tried := 0
	for name, role := range shippedRoles(t) {
		for _, rule := range role.rules {
			if !strings.Contains(rule, "*") || strings.HasPrefix(rule, "subscribe ") || strings.HasPrefix(rule, "log ") {
				continue
			}
			tried += role.attack(t, name, rule)
		}
	}
	if tried < 5_000 {
		t.Errorf("only %d values were tried", tried)
	}
}

// attack tries harmful values in the place of each wildcard of a rule, and returns how many it
// tried.
func (r *shippedRole) attack(t *testing.T, role, rule string) (tried int) {
	bare, _ := withoutLeg(withDigits(rule))
	words := strings.Split(bare, " ")[1:]
	for at := -1; at < len(words)-1; at++ {
		word := words[at+1]
		if word == "**" || !strings.Contains(word, "*") || strings.HasPrefix(word, "/") {
			continue
		}
		if strings.Contains(word, "://") {
			continue // the rule spells the stream; TestValues in package policy has some of these
		}
		for i, plain := range r.effects(t, rule, at, "1") {
			values := harmfulLegs
			if at >= 0 {
				form := catalog.FormOf(&plain)
				values = nil
				for _, typ := range form.Types(at).Types() {
					values = append(values, valuesOf(typ)...)
				}
			}
			for _, value := range values {
				if value == "" {
					continue
				}
				e := r.effects(t, rule, at, value)[i]
				tried++
				if d := r.client.Decide([]effect.Effect{e}); d.Action == policy.Allow && d.Rule == rule {
					t.Errorf("%s: %q allows %q", role, rule, e.String())
				}
			}
		}
	}
	if words[len(words)-1] == "**" || strings.HasPrefix(words[0], "@") {
		tried += r.attackRest(t, role, rule)
	}
	return tried
}

// attackRest tries harmful values among the tokens that a ** matches, and returns how many it
// tried.
func (r *shippedRole) attackRest(t *testing.T, role, rule string) (tried int) {
	for _, plain := range r.effects(t, rule, -2, "") {
		for extra := range 3 {
			more := slices.Repeat([]string{"1"}, extra)
			e := plain
			e.Tokens = append(slices.Clone(plain.Tokens), append(more, "1")...)
			i := len(e.Tokens) - 1
			form := catalog.FormOf(&e)
			for _, typ := range form.Types(i).Types() {
				for _, v := range valuesOf(typ) {
					bad := e
					bad.Tokens = append(slices.Clone(e.Tokens[:i]), v)
					tried++
					if d := r.client.Decide([]effect.Effect{bad}); v != "" && d.Action == policy.Allow && d.Rule == rule {
						t.Errorf("%s: %q allows %q", role, rule, bad.String())
					}
				}
			}
		}
	}
	return tried
}

// TestRolesAllowPlainValues checks that every rule allows the effects that
// TestRolesMatchHarmlessValuesOnly tries if these have a harmless value.
func TestRolesAllowPlainValues(t *testing.T) {
	plain := []string{"1", "a.wav", "pbx.example.org", "", "1000@pbx.example.org"}
	for name, role := range shippedRoles(t) {
		for _, rule := range role.rules {
			if strings.HasPrefix(rule, "log ") {
				continue
			}
			passes := false
			for at := -1; at < strings.Count(withDigits(rule), " ")-1; at++ {
				for _, value := range plain {
					for _, e := range role.effects(t, rule, at, value) {
						passes = passes || role.client.Decide([]effect.Effect{e}).Action == policy.Allow
					}
				}
			}
			if !passes {
				t.Errorf("%s: nothing that %q seems to mean is allowed", name, rule)
			}
		}
	}
}
