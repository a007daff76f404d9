package policy

import "eslguard/policy/internal/words"

// Version is the version of the policy file's format that this package reads.
const Version = 1

// The most that "sessions", "jobs" and "filters" may say.
const (
	maxSessions = 1_000_000
	maxJobs     = 100_000
	maxFilters  = 4_096
)

// A document is what the files of a policy say, merged, before any of it is compiled.
type document struct {
	upstreams []upstreamDef
	sets      []setDef
	roles     []roleDef
	clients   []clientDef
	apis      []apiDef
	off       []offDef
	tests     []testDef
}

type upstreamDef struct {
	name      string
	pos       pos
	address   located
	file, env located
}

type setDef struct {
	name    string
	pos     pos
	entries []located
}

type roleDef struct {
	name        string
	pos         pos
	include     []located
	allow, deny []located
	limits      []limitDef
	require     []requireDef
	unguarded   bool
}

type requireDef struct {
	key    located
	values []located
}

type limitDef struct {
	key    located
	values []located
}

type clientDef struct {
	name     string
	pos      pos
	from     []located
	user     located
	secrets  []secretDef
	upstream located
	roles    []located
	observe  bool
	sessions int
	jobs     int
	filters  int
	// recordAll is "record": "all".
	recordAll bool
}

type secretDef struct {
	hash     located
	notAfter located
}

type testDef struct {
	pos                      pos
	role                     located
	client, send, expect, by located
	after                    []located
}

// readDocument reads every file and merges them. The same name in two places is an error.
func readDocument(files []*source, rep *report) *document {
	doc := &document{}
	for _, f := range files {
		if n := readTree(f, rep); n != nil {
			r := &fileReader{src: f, rep: rep}
			r.document(n, doc)
		}
	}
	unique(rep, "upstream", doc.upstreams, func(d upstreamDef) (string, pos) { return d.name, d.pos })
	unique(rep, "set", doc.sets, func(d setDef) (string, pos) { return d.name, d.pos })
	unique(rep, "role", doc.roles, func(d roleDef) (string, pos) { return d.name, d.pos })
	unique(rep, "client", doc.clients, func(d clientDef) (string, pos) { return d.name, d.pos })
	unique(rep, "api", doc.apis, func(d apiDef) (string, pos) { return d.name, d.pos })
	unique(rep, "protection", doc.off, func(d offDef) (string, pos) { return d.name, d.pos })
	return doc
}

// unique notes every name that an earlier file has already.
func unique[T any](rep *report, what string, defs []T, id func(T) (string, pos)) {
	first := make(map[string]pos, len(defs))
	for _, d := range defs {
		name, p := id(d)
		if was, ok := first[name]; ok {
			rep.errorf(p, "", "the %s %s is in %s already", what, words.Quote(name), was.src.name)
			continue
		}
		first[name] = p
	}
}

func (r *fileReader) document(n *node, doc *document) {
	top := &path{}
	r.object(n, top,
		field{"$schema", r.note},
		field{"note", r.note},
		field{"version", r.version},
		field{"upstreams", func(n *node, at *path) { r.names(n, at, doc.upstream(r)) }},
		field{"sets", func(n *node, at *path) { r.names(n, at, doc.set(r)) }},
		field{"roles", func(n *node, at *path) { r.names(n, at, doc.role(r)) }},
		field{"clients", func(n *node, at *path) { r.names(n, at, doc.client(r)) }},
		field{"apis", func(n *node, at *path) { r.names(n, at, doc.api(r)) }},
		field{"protections_off", func(n *node, at *path) { r.names(n, at, doc.protectionsOff(r)) }},
		field{"tests", func(n *node, at *path) { r.array(n, at, 0, doc.test(r)) }},
	)
	r.need(n, r.pos(n, top), "version", `add "version": 1`)
}

func (r *fileReader) version(n *node, at *path) {
	if r.is(n, at, '0') && n.text != "1" {
		r.errorf(n, at, "this eslguard reads version 1", "version %s is not known", words.Quote(n.text))
	}
}

// A nameReader reads one entry of an object whose keys are names.
type nameReader = func(name string, p pos, n *node, at *path)

func (doc *document) upstream(r *fileReader) nameReader {
	return func(name string, p pos, n *node, at *path) {
		d := upstreamDef{name: name, pos: p}
		r.object(n, at,
			field{"note", r.note},
			field{"address", func(n *node, at *path) { d.address, _ = r.text(n, at) }},
			field{"password", func(n *node, at *path) { r.passwordFrom(n, at, &d) }},
		)
		r.need(n, p, "address", `"address": "127.0.0.1:8021"`)
		r.need(n, p, "password", passwordHint)
		doc.upstreams = append(doc.upstreams, d)
	}
}

const passwordHint = `{"file": "/run/secrets/esl"} or {"env": "ESLGUARD_UPSTREAM_PASSWORD"}`

func (r *fileReader) passwordFrom(n *node, at *path, d *upstreamDef) {
	if n.kind == '"' {
		r.errorf(n, at, passwordHint, "the password itself does not belong into a policy")
		return
	}
	r.object(n, at,
		field{"file", func(n *node, at *path) { d.file, _ = r.text(n, at) }},
		field{"env", func(n *node, at *path) { d.env, _ = r.text(n, at) }},
	)
	if n.kind == '{' && (d.file.pos.at == nil) == (d.env.pos.at == nil) {
		r.errorf(n, at, passwordHint, `must have either "file" or "env"`)
	}
}

func (doc *document) set(r *fileReader) nameReader {
	return func(name string, p pos, n *node, at *path) {
		doc.sets = append(doc.sets, setDef{name: name, pos: p, entries: r.texts(n, at, 1)})
	}
}

func (doc *document) role(r *fileReader) nameReader {
	return func(name string, p pos, n *node, at *path) {
		d := roleDef{name: name, pos: p}
		r.object(n, at,
			field{"note", r.note},
			field{"include", func(n *node, at *path) { d.include = r.texts(n, at, 0) }},
			field{"unguarded", func(n *node, at *path) { d.unguarded = r.flag(n, at) }},
			field{"allow", func(n *node, at *path) { d.allow = r.rules(n, at) }},
			field{"deny", func(n *node, at *path) { d.deny = r.rules(n, at) }},
			field{"limits", func(n *node, at *path) {
				r.names(n, at, func(key string, p pos, n *node, at *path) {
					d.limits = append(d.limits, limitDef{key: located{key, p}, values: r.oneOrMore(n, at)})
				})
			}},
			field{"require", func(n *node, at *path) {
				r.names(n, at, func(key string, p pos, n *node, at *path) {
					d.require = append(d.require, requireDef{key: located{key, p}, values: r.oneOrMore(n, at)})
				})
			}},
		)
		doc.roles = append(doc.roles, d)
	}
}

// rules reads an array of rules: each a string, or an object with a note beside it.
func (r *fileReader) rules(n *node, at *path) (out []located) {
	r.array(n, at, 0, func(n *node, at *path) {
		if n.kind != '{' {
			if s, ok := r.text(n, at); ok {
				out = append(out, s)
			}
			return
		}
		r.object(n, at,
			field{"note", r.note},
			field{"rule", func(n *node, at *path) {
				if s, ok := r.text(n, at); ok {
					out = append(out, s)
				}
			}},
		)
		r.need(n, r.pos(n, at), "rule", `{ "rule": "api @status", "note": "…" }, or the rule alone`)
	})
	return out
}

func (doc *document) client(r *fileReader) nameReader {
	return func(name string, p pos, n *node, at *path) {
		d := clientDef{name: name, pos: p}
		r.object(n, at,
			field{"note", r.note},
			field{"from", func(n *node, at *path) { d.from = r.from(n, at) }},
			field{"auth", func(n *node, at *path) { r.auth(n, at, &d) }},
			field{"roles", func(n *node, at *path) { d.roles = r.texts(n, at, 0) }},
			field{"upstream", func(n *node, at *path) { d.upstream, _ = r.text(n, at) }},
			field{"mode", func(n *node, at *path) { d.observe = r.word(n, at, "enforce", "observe") == "observe" }},
			field{"record", func(n *node, at *path) { d.recordAll = r.word(n, at, "commands", "all") == "all" }},
			field{"sessions", func(n *node, at *path) { d.sessions = r.number(n, at, 1, maxSessions) }},
			field{"jobs", func(n *node, at *path) { d.jobs = r.number(n, at, 1, maxJobs) }},
			field{"filters", func(n *node, at *path) { d.filters = r.number(n, at, 1, maxFilters) }},
		)
		r.need(n, p, "from", fromHint)
		r.need(n, p, "auth", authHint)
		r.need(n, p, "roles", `"roles": ["monitor"]`)
		doc.clients = append(doc.clients, d)
	}
}

const (
	fromHint = `to let every address in, say so: ["0.0.0.0/0", "::/0"]`
	authHint = `"auth": {"password": ["sha256:…"]}, as "eslguard password" makes it`
)

func (r *fileReader) from(n *node, at *path) []located {
	if n.kind == '[' && len(n.items) == 0 {
		r.errorf(n, at, fromHint, "names no network")
		return nil
	}
	return r.texts(n, at, 1)
}

func (r *fileReader) auth(n *node, at *path, d *clientDef) {
	r.object(n, at,
		field{"user", func(n *node, at *path) { d.user, _ = r.text(n, at) }},
		field{"password", func(n *node, at *path) {
			r.array(n, at, 1, func(n *node, at *path) { d.secrets = append(d.secrets, r.secret(n, at)) })
		}},
	)
	r.need(n, r.pos(n, at), "password", authHint)
}

// secret reads one hash: a string, or an object that also says until when it holds.
func (r *fileReader) secret(n *node, at *path) (d secretDef) {
	if n.kind != '{' {
		d.hash, _ = r.text(n, at)
		return d
	}
	r.object(n, at,
		field{"note", r.note},
		field{"hash", func(n *node, at *path) { d.hash, _ = r.text(n, at) }},
		field{"not_after", func(n *node, at *path) { d.notAfter, _ = r.text(n, at) }},
	)
	r.need(n, r.pos(n, at), "hash", hashHint)
	return d
}

func (doc *document) test(r *fileReader) func(n *node, at *path) {
	return func(n *node, at *path) {
		d := testDef{pos: r.pos(n, at)}
		read := func(key string, s *located) field {
			return field{key, func(n *node, at *path) { *s, _ = r.text(n, at) }}
		}
		r.object(n, at,
			field{"note", r.note},
			read("client", &d.client), read("role", &d.role), read("send", &d.send), read("by", &d.by),
			field{"after", func(n *node, at *path) { d.after = r.texts(n, at, 1) }},
			field{"expect", func(n *node, at *path) {
				d.expect = located{r.word(n, at, "allow", "deny", "refuse"), r.pos(n, at)}
			}},
		)
		for _, key := range []string{"send", "expect"} {
			r.need(n, d.pos, key, "")
		}
		if n.kind == '{' && n.has("client") == n.has("role") {
			r.rep.errorf(d.pos, "of a client, or of a role whoever has it", `must have either "client" or "role"`)
		}
		doc.tests = append(doc.tests, d)
	}
}
