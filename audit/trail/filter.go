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

// A Filter says which records are wanted: those that match all its fields. A zero field matches
// every record, and so does the zero Filter.
type Filter struct {
	Client, Session, Decision string
	// Kind is the kind of a record (command, login), or of one of its effects (api, dial).
	Kind string
	// Name is the name of an effect, in any case: originate, CHANNEL_CREATE. If Kind is that of an
	// effect, the same effect must match both.
	Name string
	// Effect reports whether an effect is wanted. A record matches if one of its effects does. Nil:
	// every record matches.
	Effect func(*Effect) bool
	// Since and Until bound the time: from Since on, and before Until. Segments that are more than
	// an hour outside are not read, so records are missed if a clock went back farther.
	Since, Until time.Time
	// Grep is matched with all texts of the record: the command, the effects, the rule, the reason,
	// the reply, addresses and ids.
	Grep *regexp.Regexp
	// Outcomes adds the replies and job results of the commands that match, although they lack the
	// fields of a command.
	Outcomes bool
}

// clockSlack is how far a clock may have gone back without Since and Until missing a record.
// Segments that are farther outside are not read.
const clockSlack = time.Hour

// A matcher applies a filter to lines.
type matcher struct {
	Filter
	required [][]byte // what the line of a wanted record must contain
	awaited  map[uint64]struct{}
}

// maxWanted is for how many commands a matcher awaits the outcome at once.
const maxWanted = 100_000

func newMatcher(f Filter) *matcher {
	m := &matcher{Filter: f, awaited: map[uint64]struct{}{}}
	// A quote within a JSON string is escaped, so these bytes occur only at the beginning of a
	// field.
	for _, w := range []struct{ name, value string }{
		{audit.FieldClient, f.Client}, {audit.FieldSession, f.Session}, {audit.FieldDecision, f.Decision}, {audit.FieldKind, f.Kind},
	} {
		if w.value == "" {
			continue
		}
		if b, err := json.Marshal(w.value); err == nil {
			// The writer may escape other characters than json.Marshal. Then the bytes cannot be
			// compared.
			if plainText(w.value) {
				m.required = append(m.required, append([]byte(`"`+w.name+`":`), b...))
			}
		}
	}
	return m
}

// plainText reports whether every encoder writes s in the same way in JSON.
func plainText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`"\/<>&`, r) })
}

// match returns the record in a line if it is wanted, and nil if it is not. The error says that the
// line is not a record.
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
			delete(m.awaited, r.Of) // there are no further outcomes
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

// awaitOutcome makes match return the outcome of a command.
func (m *matcher) awaitOutcome(r *Record) {
	if len(m.awaited) >= maxWanted {
		// The oldest commands will hardly get an outcome any more.
		seqs := slices.Sorted(maps.Keys(m.awaited))
		for _, seq := range seqs[:len(seqs)/2] {
			delete(m.awaited, seq)
		}
	}
	m.awaited[r.Seq] = struct{}{}
}

// Wants reports whether f matches a record. It ignores Outcomes.
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

// hasName reports whether e has that name, in any case, or represents an effect that has it.
func (e *Effect) hasName(name string) bool {
	return strings.EqualFold(e.Name, name) || e.IsAll() && audit.IsEvent(strings.ToUpper(name))
}

// grepMatches reports whether Grep matches one of the record's texts.
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

// inTimeRange returns the segments that may contain records between Since and Until. starts returns
// when a segment begins, and false if that is not known.
func (f *Filter) inTimeRange(list []Segment, starts func(Segment) (time.Time, bool)) []Segment {
	if !f.Since.IsZero() {
		// A segment ends when the next one begins. Look for the last one that began before Since.
		lo, hi := 0, len(list)
		for lo+1 < hi {
			mid := (lo + hi) / 2
			if t, ok := starts(list[mid]); ok && t.Before(f.Since.Add(-clockSlack)) {
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
			if !ok || t.Before(f.Until.Add(clockSlack)) {
				break
			}
			end--
		}
		list = list[:end]
	}
	return list
}
