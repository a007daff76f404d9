package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
)

// A demoPolicy is the demo's copy of the example policy, in a file that it changes.
type demoPolicy struct {
	path string
	doc  map[string]any
	// first is what the file held at first.
	first []byte
}

// write makes the copy: the example with every upstream led to the stand-in.
func (dp *demoPolicy) write(example []byte, upstream, secret string) error {
	if err := json.Unmarshal(example, &dp.doc); err != nil {
		return fmt.Errorf("the example policy: %w", err)
	}
	upstreams, ok := dp.doc["upstreams"].(map[string]any)
	if !ok {
		return errors.New("the example policy has no upstreams")
	}
	for name := range upstreams {
		upstreams[name] = map[string]any{"address": upstream, "password": map[string]any{"file": secret}}
	}
	var err error
	if dp.first, err = json.MarshalIndent(dp.doc, "", "  "); err != nil {
		return err
	}
	return dp.replace(dp.first)
}

// restore takes every change back.
func (dp *demoPolicy) restore() error { return dp.replace(dp.first) }

func (dp *demoPolicy) save(doc any) error {
	data, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	return dp.replace(data)
}

// replace replaces the file at once, so that nobody reads half of it.
func (dp *demoPolicy) replace(data []byte) error {
	next := filepath.Join(filepath.Dir(dp.path), ".policy.next")
	if err := os.WriteFile(next, append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(next, dp.path)
}

// misspelt is the rule that breaks the policy: there is no such API.
const misspelt = "api statuss"

// breakIt saves the policy with a further role that has a misspelt rule.
func (dp *demoPolicy) breakIt() error {
	roles, _ := dp.doc["roles"].(map[string]any)
	broken, more := maps.Clone(dp.doc), maps.Clone(roles)
	more["misspelt-in-the-demo"] = map[string]any{"allow": []string{misspelt}}
	broken["roles"] = more
	return dp.save(broken)
}

// deny gives a client a further role that denies it what rules says. The tests that say
// otherwise go with it.
func (dp *demoPolicy) deny(client string, rules ...string) error {
	const role = "denied-in-the-demo"
	roles, _ := dp.doc["roles"].(map[string]any)
	clients, _ := dp.doc["clients"].(map[string]any)
	c, _ := clients[client].(map[string]any)
	if roles == nil || c == nil {
		return fmt.Errorf("the example policy has no roles, or no client %s", client)
	}
	roles[role] = map[string]any{"deny": rules}
	has, _ := c["roles"].([]any)
	c["roles"] = append(has, role)
	var tests []any
	all, _ := dp.doc["tests"].([]any)
	for _, t := range all {
		if t, ok := t.(map[string]any); !ok || t["client"] != client {
			tests = append(tests, t)
		}
	}
	dp.doc["tests"] = tests
	return dp.save(dp.doc)
}
