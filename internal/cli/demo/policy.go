package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
)

// A policyCopy is the demo's copy of the example policy, in a file that the demo changes.
type policyCopy struct {
	path string
	doc  map[string]any
	// first is the first text of the file.
	first []byte
}

// write writes the copy: the example, with the stand-in as every upstream. secret is the file with
// the stand-in's password.
func (p *policyCopy) write(example []byte, upstream, secret string) error {
	if err := json.Unmarshal(example, &p.doc); err != nil {
		return fmt.Errorf("the example policy: %w", err)
	}
	upstreams, ok := p.doc["upstreams"].(map[string]any)
	if !ok {
		return errors.New("the example policy has no upstreams")
	}
	for name := range upstreams {
		upstreams[name] = map[string]any{"address": upstream, "password": map[string]any{"file": secret}}
	}
	var err error
	if p.first, err = json.MarshalIndent(p.doc, "", "  "); err != nil {
		return err
	}
	return p.replace(p.first)
}

// restore undoes every change.
func (p *policyCopy) restore() error { return p.replace(p.first) }

// save replaces the file by doc.
func (p *policyCopy) save(doc any) error {
	data, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	return p.replace(data)
}

// replace replaces the file by a rename, so that the guard never reads half of it.
func (p *policyCopy) replace(data []byte) error {
	next := filepath.Join(filepath.Dir(p.path), ".policy.next")
	if err := os.WriteFile(next, append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(next, p.path)
}

// misspelt is the rule that breaks the policy: there is no such API.
const misspelt = "api statuss"

// breakIt saves the policy with another role that has a misspelt rule.
func (p *policyCopy) breakIt() error {
	roles, _ := p.doc["roles"].(map[string]any)
	broken, more := maps.Clone(p.doc), maps.Clone(roles)
	more["misspelt-in-the-demo"] = map[string]any{"allow": []string{misspelt}}
	broken["roles"] = more
	return p.save(broken)
}

// deny saves the policy with another role for a client, which denies it what rules match. It
// removes the policy's tests about that client, which expect otherwise.
func (p *policyCopy) deny(client string, rules ...string) error {
	const role = "denied-in-the-demo"
	roles, _ := p.doc["roles"].(map[string]any)
	clients, _ := p.doc["clients"].(map[string]any)
	c, _ := clients[client].(map[string]any)
	if roles == nil || c == nil {
		return fmt.Errorf("the example policy has no roles, or no client %s", client)
	}
	roles[role] = map[string]any{"deny": rules}
	has, _ := c["roles"].([]any)
	c["roles"] = append(has, role)
	var tests []any
	all, _ := p.doc["tests"].([]any)
	for _, t := range all {
		if t, ok := t.(map[string]any); !ok || t["client"] != client {
			tests = append(tests, t)
		}
	}
	p.doc["tests"] = tests
	return p.save(p.doc)
}
