package cli_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"eslguard/internal/cli"
)

// suggestPolicy writes a policy whose client c may do what the rules say, and nothing else. rules
// are the elements of a JSON array.
func suggestPolicy(t *testing.T, rules string) string {
	t.Helper()
	const allow = `"allow": [`
	at := strings.Index(allowAll, allow)
	end := at + strings.Index(allowAll[at:], "]")
	return writeFile(t, "policy.json", allowAll[:at]+`"unguarded": true, `+allow+rules+allowAll[end:])
}

// unsuggested are the exchanges in which an effect is denied that no rule can allow: an unknown
// API, or bytes that are not UTF-8.
var unsuggested = map[string]bool{"api-unknown": true, "api-console-execute-unknown": true, "bgapi-unknown": true, "high-bytes": true}

// TestSuggestionsArePasted checks that the rules that explain --suggest prints for recorded
// sessions, put into the policy, allow everything that no rule allowed before.
func TestSuggestionsArePasted(t *testing.T) {
	file, err := os.Open("testdata/exchanges.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	nothing := suggestPolicy(t, "")
	pasted := 0
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		var exchange struct {
			Name string
			Send []string
		}
		if err := json.Unmarshal(scanner.Bytes(), &exchange); err != nil {
			t.Fatal(err)
		}
		sent := latin1(strings.Join(exchange.Send, ""))
		status, rules, stderr := run(t, sent, "explain", "--policy", nothing, "--client", "c", "--suggest")
		none := strings.Contains(stderr, "no rule can allow")
		if status != cli.StatusOK || none != unsuggested[exchange.Name] {
			t.Errorf("%s: status %d, %s", exchange.Name, status, stderr)
		}
		if none {
			continue
		}
		list := strings.Split(strings.TrimSpace(rules), "\n")
		if list[0] != "" {
			pasted += len(list)
		}
		policy := suggestPolicy(t, strings.Join(list, ", "))
		status, stdout, stderr := run(t, sent, "explain", "--policy", policy, "--client", "c", "--json")
		if status != cli.StatusOK || strings.Contains(stdout, `"decision":"deny"`) {
			t.Errorf("%s: status %d, with %q:\n%s%s", exchange.Name, status, list, stdout, stderr)
		}
	}
	if pasted < 50 {
		t.Errorf("only %d rules were suggested", pasted)
	}
}

// TestSuggestionsForBgapiOfFsCli checks that check does not warn of the rules that --suggest prints
// for a bgapi that is typed into fs_cli, which sends it within an api.
func TestSuggestionsForBgapiOfFsCli(t *testing.T) {
	for _, typed := range []string{"bgapi status", "bgapi originate user/1000 &park"} {
		_, rules, _ := run(t, "api "+typed+"\n\n", "explain", "--policy", suggestPolicy(t, ""), "--client", "c", "--suggest")
		list := strings.Split(strings.TrimSpace(rules), "\n")
		status, stdout, _ := run(t, "", "check", suggestPolicy(t, strings.Join(list, ", ")))
		if status != cli.StatusOK || strings.Contains(stdout, "/roles/") || list[0] == "" {
			t.Errorf("%q with %q: status %d, %s", typed, list, status, stdout)
		}
	}
}
