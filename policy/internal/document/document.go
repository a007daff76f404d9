package document

import (
	"strings"

	"eslguard/policy/internal/words"
)

// Version is the version of the policy file's format that this package reads.
const Version = 1

// The largest values of "sessions", "jobs" and "filters".
const (
	maxSessions = 1_000_000
	maxJobs     = 100_000
	maxFilters  = 4_096
)

// A Document is the merged content of a policy's files, before it is compiled. Its lists are in the
// order of the files.
type Document struct {
	Upstreams      []Upstream
	Sets           []Set
	Roles          []Role
	Clients        []Client
	APIs           []API
	ProtectionsOff []ProtectionOff
	Tests          []Test
}

// An Upstream is one entry of "upstreams". File or Env says where its password is; the other is
// empty.
type Upstream struct {
	Name      string
	pos       Pos
	Address   Text
	File, Env Text
	// SharedEvents and SharedConnections are true for "events": "shared" and "connections":
	// "shared".
	SharedEvents, SharedConnections bool
}

// A Set is one entry of "sets".
type Set struct {
	Name    string
	Pos     Pos
	Entries []Text
}

// A Role is one entry of "roles".
type Role struct {
	Name        string
	Pos         Pos
	Include     []Text
	Allow, Deny []Text
	Limits      []Limit
	Require     []Require
	Unguarded   bool
}

// A Require is one entry of a role's "require".
type Require struct {
	Key    Text
	Values []Text
}

// A Limit is one entry of a role's "limits".
type Limit struct {
	Key    Text
	Values []Text
}

// A Client is one entry of "clients". Sessions, Jobs and Filters are zero if the file does not
// state them.
type Client struct {
	Name     string
	Pos      Pos
	From     []Text
	User     Text
	Secrets  []Secret
	Upstream Text
	Roles    []Text
	Observe  bool
	Sessions int
	Jobs     int
	Filters  int
	// RecordAll is true for "record": "all".
	RecordAll bool
}

// A Secret is one hash of a client's password. NotAfter is empty if the password does not expire.
type Secret struct {
	Hash     Text
	NotAfter Text
}

// A ProtectionOff is one entry of "protections_off". Note is the reason why the protection is off.
type ProtectionOff struct {
	Name string
	Pos  Pos
	Note Text
}

// A Test is one entry of "tests".
type Test struct {
	Pos                      Pos
	Role                     Text
	Client, Send, Expect, By Text
	After                    []Text
}

// Read reads the files and merges them. It reports every problem to rep, also a name that two files
// define. The document is never nil; if there are problems, it contains what could be read.
func Read(files []*Source, rep *Report) *Document {
	doc := &Document{}
	for _, f := range files {
		if n := readTree(f, rep); n != nil {
			r := &fileReader{src: f, rep: rep}
			r.document(n, doc)
		}
	}
	unique(rep, "upstream", doc.Upstreams, func(d Upstream) (string, Pos) { return d.Name, d.pos })
	unique(rep, "set", doc.Sets, func(d Set) (string, Pos) { return d.Name, d.Pos })
	unique(rep, "role", doc.Roles, func(d Role) (string, Pos) { return d.Name, d.Pos })
	unique(rep, "client", doc.Clients, func(d Client) (string, Pos) { return d.Name, d.Pos })
	unique(rep, "api", doc.APIs, func(d API) (string, Pos) { return d.Name, d.Pos })
	unique(rep, "protection", doc.ProtectionsOff, func(d ProtectionOff) (string, Pos) { return d.Name, d.Pos })
	return doc
}

// unique reports every name that an earlier definition already has.
func unique[T any](rep *Report, what string, defs []T, id func(T) (string, Pos)) {
	first := make(map[string]Pos, len(defs))
	for _, d := range defs {
		name, p := id(d)
		if was, ok := first[name]; ok {
			rep.Errorf(p, "", "the %s %s is already defined in %s", what, words.Quote(name), was.Source.Name)
			continue
		}
		first[name] = p
	}
}

func (r *fileReader) document(n *node, doc *Document) {
	top := &Path{}
	r.object(n, top,
		field{"$schema", r.note},
		field{"note", r.note},
		field{"version", r.version},
		field{"upstreams", func(n *node, at *Path) { r.names(n, at, doc.upstream(r)) }},
		field{"sets", func(n *node, at *Path) { r.names(n, at, doc.set(r)) }},
		field{"roles", func(n *node, at *Path) { r.names(n, at, doc.role(r)) }},
		field{"clients", func(n *node, at *Path) { r.names(n, at, doc.client(r)) }},
		field{"apis", func(n *node, at *Path) { r.names(n, at, doc.api(r)) }},
		field{"protections_off", func(n *node, at *Path) { r.names(n, at, doc.protectionsOff(r)) }},
		field{"tests", func(n *node, at *Path) { r.array(n, at, 0, doc.test(r)) }},
	)
	r.need(n, r.pos(n, top), "version", `add "version": 1`)
}

func (r *fileReader) version(n *node, at *Path) {
	if r.is(n, at, '0') && n.text != "1" {
		r.errorf(n, at, "this eslguard reads version 1", "version %s is not known", words.Quote(n.text))
	}
}

// A nameReader reads one entry of an object whose keys are names.
type nameReader = func(name string, p Pos, n *node, at *Path)

func (doc *Document) upstream(r *fileReader) nameReader {
	return func(name string, p Pos, n *node, at *Path) {
		d := Upstream{Name: name, pos: p}
		r.object(n, at,
			field{"note", r.note},
			field{"address", func(n *node, at *Path) { d.Address, _ = r.text(n, at) }},
			field{"password", func(n *node, at *Path) { r.passwordFrom(n, at, &d) }},
			field{"events", func(n *node, at *Path) { d.SharedEvents = r.shared(n, at) }},
			field{"connections", func(n *node, at *Path) { d.SharedConnections = r.shared(n, at) }},
		)
		r.need(n, p, "address", `"address": "127.0.0.1:8021"`)
		r.need(n, p, "password", passwordHint)
		doc.Upstreams = append(doc.Upstreams, d)
	}
}

// shared reads "own" or "shared". It returns true for "shared".
func (r *fileReader) shared(n *node, at *Path) bool {
	return r.word(n, at, "own", "shared") == "shared"
}

const passwordHint = `{"file": "/run/secrets/esl"} or {"env": "ESLGUARD_UPSTREAM_PASSWORD"}`

func (r *fileReader) passwordFrom(n *node, at *Path, d *Upstream) {
	if n.kind == '"' {
		r.errorf(n, at, passwordHint, "the password itself does not belong into a policy")
		return
	}
	r.object(n, at,
		field{"file", func(n *node, at *Path) { d.File, _ = r.text(n, at) }},
		field{"env", func(n *node, at *Path) { d.Env, _ = r.text(n, at) }},
	)
	if n.kind == '{' && (d.File.Pos.At == nil) == (d.Env.Pos.At == nil) {
		r.errorf(n, at, passwordHint, `must have either "file" or "env"`)
	}
}

func (doc *Document) set(r *fileReader) nameReader {
	return func(name string, p Pos, n *node, at *Path) {
		doc.Sets = append(doc.Sets, Set{Name: name, Pos: p, Entries: r.texts(n, at, 1)})
	}
}

func (doc *Document) role(r *fileReader) nameReader {
	return func(name string, p Pos, n *node, at *Path) {
		d := Role{Name: name, Pos: p}
		r.object(n, at,
			field{"note", r.note},
			field{"include", func(n *node, at *Path) { d.Include = r.texts(n, at, 0) }},
			field{"unguarded", func(n *node, at *Path) { d.Unguarded = r.flag(n, at) }},
			field{"allow", func(n *node, at *Path) { d.Allow = r.rules(n, at) }},
			field{"deny", func(n *node, at *Path) { d.Deny = r.rules(n, at) }},
			field{"limits", func(n *node, at *Path) {
				r.names(n, at, func(key string, p Pos, n *node, at *Path) {
					d.Limits = append(d.Limits, Limit{Key: Text{key, p}, Values: r.oneOrMore(n, at)})
				})
			}},
			field{"require", func(n *node, at *Path) {
				r.names(n, at, func(key string, p Pos, n *node, at *Path) {
					d.Require = append(d.Require, Require{Key: Text{key, p}, Values: r.oneOrMore(n, at)})
				})
			}},
		)
		doc.Roles = append(doc.Roles, d)
	}
}

// rules reads an array of rules. Each is a string, or an object with the rule and a note.
func (r *fileReader) rules(n *node, at *Path) (out []Text) {
	r.array(n, at, 0, func(n *node, at *Path) {
		if n.kind != '{' {
			if s, ok := r.text(n, at); ok {
				out = append(out, s)
			}
			return
		}
		r.object(n, at,
			field{"note", r.note},
			field{"rule", func(n *node, at *Path) {
				if s, ok := r.text(n, at); ok {
					out = append(out, s)
				}
			}},
		)
		r.need(n, r.pos(n, at), "rule", `{ "rule": "api @status", "note": "…" }, or the rule alone`)
	})
	return out
}

func (doc *Document) client(r *fileReader) nameReader {
	return func(name string, p Pos, n *node, at *Path) {
		d := Client{Name: name, Pos: p}
		r.object(n, at,
			field{"note", r.note},
			field{"from", func(n *node, at *Path) { d.From = r.from(n, at) }},
			field{"auth", func(n *node, at *Path) { r.auth(n, at, &d) }},
			field{"roles", func(n *node, at *Path) { d.Roles = r.texts(n, at, 0) }},
			field{"upstream", func(n *node, at *Path) { d.Upstream, _ = r.text(n, at) }},
			field{"mode", func(n *node, at *Path) { d.Observe = r.word(n, at, "enforce", "observe") == "observe" }},
			field{"record", func(n *node, at *Path) { d.RecordAll = r.word(n, at, "commands", "all") == "all" }},
			field{"sessions", func(n *node, at *Path) { d.Sessions = r.number(n, at, 1, maxSessions) }},
			field{"jobs", func(n *node, at *Path) { d.Jobs = r.number(n, at, 1, maxJobs) }},
			field{"filters", func(n *node, at *Path) { d.Filters = r.number(n, at, 1, maxFilters) }},
		)
		r.need(n, p, "from", fromHint)
		r.need(n, p, "auth", authHint)
		r.need(n, p, "roles", `"roles": ["monitor"]`)
		doc.Clients = append(doc.Clients, d)
	}
}

const (
	fromHint = `to let every address in, say so: ["0.0.0.0/0", "::/0"]`
	authHint = `"auth": {"password": ["sha256:…"]}, as "eslguard password" makes it`
)

func (r *fileReader) from(n *node, at *Path) []Text {
	if n.kind == '[' && len(n.items) == 0 {
		r.errorf(n, at, fromHint, "names no network")
		return nil
	}
	return r.texts(n, at, 1)
}

func (r *fileReader) auth(n *node, at *Path, d *Client) {
	r.object(n, at,
		field{"user", func(n *node, at *Path) { d.User, _ = r.text(n, at) }},
		field{"password", func(n *node, at *Path) {
			r.array(n, at, 1, func(n *node, at *Path) { d.Secrets = append(d.Secrets, r.secret(n, at)) })
		}},
	)
	r.need(n, r.pos(n, at), "password", authHint)
}

// secret reads one hash: a string, or an object that also has a "not_after".
func (r *fileReader) secret(n *node, at *Path) (d Secret) {
	if n.kind != '{' {
		d.Hash, _ = r.text(n, at)
		return d
	}
	r.object(n, at,
		field{"note", r.note},
		field{"hash", func(n *node, at *Path) { d.Hash, _ = r.text(n, at) }},
		field{"not_after", func(n *node, at *Path) { d.NotAfter, _ = r.text(n, at) }},
	)
	r.need(n, r.pos(n, at), "hash", HashHint)
	return d
}

func (doc *Document) test(r *fileReader) func(n *node, at *Path) {
	return func(n *node, at *Path) {
		d := Test{Pos: r.pos(n, at)}
		read := func(key string, s *Text) field {
			return field{key, func(n *node, at *Path) { *s, _ = r.text(n, at) }}
		}
		r.object(n, at,
			field{"note", r.note},
			read("client", &d.Client), read("role", &d.Role), read("send", &d.Send), read("by", &d.By),
			field{"after", func(n *node, at *Path) { d.After = r.texts(n, at, 1) }},
			field{"expect", func(n *node, at *Path) {
				d.Expect = Text{r.word(n, at, "allow", "deny", "refuse"), r.pos(n, at)}
			}},
		)
		for _, key := range []string{"send", "expect"} {
			r.need(n, d.Pos, key, "")
		}
		if n.kind == '{' && n.has("client") == n.has("role") {
			r.rep.Errorf(d.Pos, `a test is about a client, or about any client with a role`, `must have either "client" or "role"`)
		}
		doc.Tests = append(doc.Tests, d)
	}
}

// HashHint is the hint that says how to make a hash.
const HashHint = `"eslguard password" makes one`

const offHint = `say why, as in "expr-depth": "our build has the fix"`

// protectionsOff reads the name of a protection that is off, and the reason why.
func (doc *Document) protectionsOff(r *fileReader) nameReader {
	return func(name string, p Pos, n *node, at *Path) {
		d := ProtectionOff{Name: name, Pos: p, Note: Text{n.text, r.pos(n, at)}}
		if r.is(n, at, '"') && strings.TrimSpace(n.text) == "" {
			r.errorf(n, at, offHint, "the reason is empty")
		}
		doc.ProtectionsOff = append(doc.ProtectionsOff, d)
	}
}
