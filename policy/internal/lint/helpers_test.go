package lint

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
	"eslguard/policy/internal/credential"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
)

// now is the time at which the policies are checked.
var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const uuid = "0f0e0d0c-1111-2222-3333-444455556666"

// compileRule compiles a rule, a deny rule if text begins with "deny".
func compileRule(t testing.TB, text string) *rule.Rule {
	t.Helper()
	text, deny := strings.CutPrefix(text, "deny ")
	rc := rule.Compiler{Vocab: rule.NewVocabulary(catalog.Builtin())}
	r, fault := rc.Compile(text, "r", deny)
	if fault != nil {
		t.Fatalf("%s: %s (%s)", text, fault.Text, fault.Hint)
	}
	return r
}

// ruleSet returns the set of one role with these rules; one that begins with "deny" is in the list
// "deny".
func ruleSet(t testing.TB, rules ...string) *role.Set {
	t.Helper()
	return compilePolicy(t, both(rules...)).Clients[0].Rights
}

// A compiledPolicy is a policy and the warnings of its rules.
type compiledPolicy struct {
	Policy
	rules document.Problems
}

// compilePolicy compiles a policy, which must have no errors, as package policy does. Its clients
// count as tested.
func compilePolicy(t testing.TB, text string) *compiledPolicy {
	t.Helper()
	var rep document.Report
	doc := document.Read([]*document.Source{{Name: "f", Data: []byte(text)}}, &rep)
	vocab := rule.NewVocabulary(catalog.Builtin())
	sets := make(map[string][]pattern.Glob)
	for _, set := range doc.Sets {
		for _, entry := range set.Entries {
			globs, fault := pattern.ParseAlternative(entry.Text, nil)
			if fault != nil {
				t.Fatal(fault)
			}
			sets[set.Name] = append(sets[set.Name], globs...)
		}
	}
	rc := role.Compiler{
		Rules: &rule.Compiler{Vocab: vocab, Sets: sets},
		Lint:  func(r *rule.Rule) []*pattern.Fault { return Rule(vocab, r) },
		Rep:   &rep,
	}
	p := Policy{Catalog: catalog.Builtin(), Roles: rc.Compile(doc.Roles), Now: now, Parse: parseBuiltin}
	nets := credential.NewNetworks()
	for i := range doc.Clients {
		d := &doc.Clients[i]
		var roles []*role.Role
		for _, name := range d.Roles {
			roles = append(roles, p.Roles[name.Text])
		}
		rights := role.NewSet(roles)
		p.Clients = append(p.Clients, Client{
			Name: d.Name, At: d.Pos, Observe: d.Observe, Tested: true, Identity: credential.Compile(d, nets, &rep), Rights: &rights,
		})
	}
	slices.SortFunc(p.Clients, func(a, b Client) int { return strings.Compare(a.Name, b.Name) })
	if err := rep.Err(); err != nil {
		t.Fatal(err)
	}
	return &compiledPolicy{p, rep.Warnings}
}

// warnings returns all warnings about a policy as "text (hint)", in the order of the file.
func warnings(t testing.TB, text string) (out []string) {
	t.Helper()
	p := compilePolicy(t, text)
	for _, w := range slices.Concat(p.rules, p.Warnings()).Sorted() {
		w.File, w.Line, w.Path = "", 0, ""
		out = append(out, strings.TrimPrefix(w.String(), ": "))
	}
	return out
}

// parseBuiltin parses a command with the built-in catalogue.
func parseBuiltin(text string) ([]effect.Effect, bool) {
	f, err := codec.NewClientReader(strings.NewReader(text+"\n\n"), codec.Limits{}).Next()
	if err != nil {
		return nil, false
	}
	cmd, err := command.Parse(catalog.Builtin(), &command.State{}, f)
	if err != nil {
		return nil, false
	}
	return cmd.Effects, true
}

// withRules returns a policy of one role with these rules, and a client that has it.
func withRules(allow, deny []string) string {
	lines, err := json.Marshal(map[string]any{"unguarded": true, "allow": append([]string{}, allow...), "deny": append([]string{}, deny...)})
	if err != nil {
		panic(err)
	}
	return withRoles(`"r": `+string(lines), client("acme", `"10.0.0.0/8"`, "", sum("x")))
}

// withClients returns a policy of a role with one rule, and these clients.
func withClients(clients ...string) string {
	return withRoles(`"r": {"allow": ["api status"]}`, clients...)
}

// withRoles returns a policy of these roles and clients.
func withRoles(roles string, clients ...string) string {
	return `{"version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
		"sets": {"premium": ["1900*", "1976*"]}, "roles": {` + roles + `}, "clients": {` + strings.Join(clients, ",\n") + `}}`
}

// client returns the entry of a client that has the role r. more is appended to its roles, such as
// `, "mode": "observe"`; each secret is a hash or an object.
func client(name, from, more string, secrets ...string) string {
	return fmt.Sprintf(`%q: {"from": [%s], "auth": {"password": [%s]}, "roles": ["r"]%s}`, name, from, strings.Join(secrets, ", "), more)
}

// sum returns the hash of a password as a JSON string.
func sum(password string) string { return strconv.Quote(credential.HashSHA256(password)) }

// quoted returns rules as a list of JSON strings.
func quoted(rules ...string) string {
	text, err := json.Marshal(append([]string{}, rules...))
	if err != nil {
		panic(err)
	}
	return string(text)
}

// matchWarnings checks that got is one warning that contains want, or none if want is empty.
func matchWarnings(t *testing.T, what string, got []string, want string) {
	t.Helper()
	if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.Contains(got[0], want)) {
		t.Errorf("%s:\ngot  %q\nwant %q", what, got, want)
	}
}
