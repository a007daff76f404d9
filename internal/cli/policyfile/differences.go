package policyfile

import (
	"maps"
	"slices"
	"strings"

	"eslguard/policy"
)

// Differences says in words which clients and upstreams are new, gone or different in now. It never
// returns an empty list.
func Differences(old, now policy.Summary) []string {
	var out []string
	out = appendDifferences(out, "client", clientTexts(old), clientTexts(now))
	out = appendDifferences(out, "upstream", upstreamTexts(old), upstreamTexts(now))
	if len(out) == 0 {
		return []string{"nothing that the summary shows"}
	}
	return out
}

func appendDifferences(out []string, what string, old, now map[string]string) []string {
	all := maps.Clone(old)
	maps.Copy(all, now)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		was, had := old[name]
		is, has := now[name]
		switch {
		case !had:
			out = append(out, what+" "+name+" is new")
		case !has:
			out = append(out, what+" "+name+" is gone")
		case was != is:
			out = append(out, what+" "+name+" has changed")
		}
	}
	return out
}

// ChangedUpstreams returns the upstreams of now that old does not have, or has with another address
// or password.
func ChangedUpstreams(old, now *policy.Policy) map[string]*policy.Upstream {
	type login struct{ address, password string }
	was := make(map[string]login)
	for _, u := range old.Summary().Upstreams {
		was[u.Name] = login{u.Address, u.Password}
	}
	upstreams := now.Upstreams()
	for _, u := range now.Summary().Upstreams {
		if was[u.Name] == (login{u.Address, u.Password}) {
			delete(upstreams, u.Name)
		}
	}
	return upstreams
}

// clientTexts returns the text of each client, by name, to be compared.
func clientTexts(s policy.Summary) map[string]string {
	out := make(map[string]string, len(s.Clients))
	for i := range s.Clients {
		var b strings.Builder
		writeClient(&b, &s.Clients[i])
		out[s.Clients[i].Name] = b.String()
	}
	return out
}

// upstreamTexts returns the text of each upstream, by name, to be compared.
func upstreamTexts(s policy.Summary) map[string]string {
	out := make(map[string]string, len(s.Upstreams))
	for _, u := range s.Upstreams {
		out[u.Name] = strings.Join([]string{u.Address, u.Password, u.Events, u.Connections}, " ")
	}
	return out
}
