package trail

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"eslguard/audit"
)

// A Filter says which records are wanted: those that all its fields agree to. A zero field agrees
// to all, and so does the zero Filter.
type Filter struct {
	Client, Session, Decision string
	// Kind is the kind of a record (command, login), or of one of its effects (api, dial).
	Kind string
	// Name is the name of an effect, in any case: originate, CHANNEL_CREATE. With an effect's Kind it must be that
	// effect's.
	Name string
	// Effect says whether an effect is wanted; a record is if one of its effects is. Nil: all
	// records are.
	Effect func(*Effect) bool
	// Since and Until bound the time: from Since on, before Until.
	Since, Until time.Time
	// Grep is looked for in all texts of the record: the command, the effects, the rule, the reason, the reply,
	// addresses and ids.
	Grep *regexp.Regexp
	// Outcomes adds the replies and job results of the commands that are wanted, though they lack what a
	// command has to be wanted for.
	Outcomes bool
}

// Slack is how far back a clock may have gone without a record being missed because of Since or Until: whole
// segments that are farther off are not read.
const Slack = time.Hour

// A matcher applies a filter to lines.
type matcher struct {
	Filter
	required [][]byte // what the line of a record that is wanted has in it
	awaited  map[uint64]struct{}
}

// maxWanted is how many commands a matcher waits for the outcome of at once.
const maxWanted = 100_000

func newMatcher(f Filter) *matcher {
	m := &matcher{Filter: f, awaited: map[uint64]struct{}{}}
	// A quote within a JSON string is escaped, so these stand only where a field begins.
	for _, w := range []struct{ name, value string }{
		{audit.FieldClient, f.Client}, {audit.FieldSession, f.Session}, {audit.FieldDecision, f.Decision}, {audit.FieldKind, f.Kind},
	} {
		if w.value == "" {
			continue
		}
		if b, err := json.Marshal(w.value); err == nil {
			// The writer may escape another character than this does; then the bytes rule out nothing.
			if plainText(w.value) {
				m.required = append(m.required, append([]byte(`"`+w.name+`":`), b...))
			}
		}
	}
	return m
}

// plainText reports whether there is only one way to write s in JSON that anyone uses.
func plainText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`"\/<>&`, r) })
}

// match returns the record in a line if it is wanted, and nil if not. Its error is that the line is not a record.
func (m *matcher) match(b []byte) (*Record, error) {
	outcome := len(m.awaited) > 0 && bytes.Contains(b, []byte(`,"`+audit.FieldOf+`":`))
	if !outcome {
		for _, must := range m.required {
			if !bytes.Contains(b, must) {
				return nil, nil
			}
		}
	}
	r, err := parseRecord(b)
	if err != nil {
		return nil, err
	}
	if _, ok := m.awaited[r.Of]; ok && r.Of > 0 {
		if r.Job == "" || r.Kind == audit.KindJob.String() {
			delete(m.awaited, r.Of) // nothing more comes of it
		}
		return r, nil
	}
	if !m.Wants(r) {
		return nil, nil
	}
	if m.Outcomes && r.Kind == audit.KindCommand.String() {
		m.awaitOutcome(r)
	}
	return r, nil
}

// want waits for the outcome of a command.
func (m *matcher) awaitOutcome(r *Record) {
	if len(m.awaited) >= maxWanted {
		// What has had none for so long hardly has one.
		seqs := slices.Sorted(maps.Keys(m.awaited))
		for _, seq := range seqs[:len(seqs)/2] {
			delete(m.awaited, seq)
		}
	}
	m.awaited[r.Seq] = struct{}{}
}

// Wants reports whether f wants a record. Outcomes plays no part in it.
func (f *Filter) Wants(r *Record) bool {
	switch {
	case f.Client != "" && r.Client != f.Client,
		f.Session != "" && r.Session != f.Session,
		f.Decision != "" && r.Decision != f.Decision,
		!f.Since.IsZero() && r.Time.Before(f.Since),
		!f.Until.IsZero() && !r.Time.Before(f.Until):
		return false
	}
	kind := f.Kind
	if kind == r.Kind {
		kind = ""
	}
	if (kind != "" || f.Name != "") && !slices.ContainsFunc(r.Effects, func(e Effect) bool {
		return (kind == "" || e.Kind == kind) && (f.Name == "" || e.hasName(f.Name))
	}) {
		return false
	}
	if f.Effect != nil && !slices.ContainsFunc(r.Effects, func(e Effect) bool { return f.Effect(&e) }) {
		return false
	}
	return f.Grep == nil || f.grepMatches(r)
}

// named reports whether e has that name, in any case, or stands for effects of which one has.
func (e *Effect) hasName(name string) bool {
	return strings.EqualFold(e.Name, name) || e.IsAll() && audit.IsEvent(strings.ToUpper(name))
}

// finds reports whether Grep matches one of the record's texts.
func (f *Filter) grepMatches(r *Record) bool {
	for _, s := range [...]string{
		r.Command, r.Reply, r.Rule, r.Near, r.Reason, r.Role, r.Client, r.Session, r.User, r.Addr, r.ID, r.Job, r.Call, r.Policy,
	} {
		if s != "" && f.Grep.MatchString(s) {
			return true
		}
	}
	return slices.ContainsFunc(r.Effects, func(e Effect) bool {
		return f.Grep.MatchString(strings.TrimRight(e.Kind+" "+e.Name+" "+e.Args, " "))
	})
}

// around returns the segments that may hold records between Since and Until. starts tells when a segment
// begins, as far as that is known.
func (f *Filter) inTimeRange(list []Segment, starts func(Segment) (time.Time, bool)) []Segment {
	if !f.Since.IsZero() {
		// A segment is over when the next one begins. Look for the last that began before.
		lo, hi := 0, len(list)
		for lo+1 < hi {
			mid := (lo + hi) / 2
			if t, ok := starts(list[mid]); ok && t.Before(f.Since.Add(-Slack)) {
				lo = mid
				continue
			}
			hi = mid
		}
		list = list[lo:]
	}
	if !f.Until.IsZero() {
		end := len(list)
		for end > 1 {
			t, ok := starts(list[end-1])
			if !ok || t.Before(f.Until.Add(Slack)) {
				break
			}
			end--
		}
		list = list[:end]
	}
	return list
}
