package trail

import (
	"time"

	"github.com/go-json-experiment/json"

	"eslguard/audit"
)

// A Record is a record as it was written. A field that it lacks is zero. Its texts may be hostile:
// quote and bound them before they are shown.
type Record struct {
	Time         time.Time `json:"time"`
	Seq          uint64    `json:"seq"`
	Lost         uint64    `json:"lost"`
	Kind         string    `json:"kind"`
	Session      string    `json:"session"`
	Client       string    `json:"client"`
	Addr         string    `json:"addr"`
	User         string    `json:"user"`
	Upstream     string    `json:"upstream"`
	Verb         string    `json:"verb"`
	Command      string    `json:"command"`
	CommandBytes int       `json:"command_bytes"`
	Effects      []Effect  `json:"effects"`
	EffectsTotal int       `json:"effects_total"`
	Dropped      []string  `json:"dropped"`
	Decision     string    `json:"decision"`
	Role         string    `json:"role"`
	Rule         string    `json:"rule"`
	Near         string    `json:"near"`
	Reason       string    `json:"reason"`
	Policy       string    `json:"policy"`
	ID           string    `json:"id"`
	Of           uint64    `json:"of"`
	Job          string    `json:"job"`
	Call         string    `json:"call"`
	Reply        string    `json:"reply"`
	ReplyBytes   int64     `json:"reply_bytes"`
	ReplyHash    string    `json:"reply_hash"`
	TookUS       int64     `json:"took_us"`
	Commands     uint64    `json:"commands"`
	Denied       uint64    `json:"denied"`
	Observed     uint64    `json:"observed"`
	Undelivered  int64     `json:"undelivered_bytes"`
	Version      string    `json:"version"`
	Redacted     []string  `json:"redacted"`
	// Recording is the name of a file of a recording, FileBytes its size, and LostBytes how many
	// bytes it lacks.
	Recording string `json:"file"`
	FileBytes int64  `json:"file_bytes"`
	LostBytes int64  `json:"lost_bytes"`
	Hash      string `json:"hash"`

	// EffectsDenied is how many of the effects were not allowed, if a denied command had several.
	EffectsDenied int `json:"effects_denied"`
	// Times is how many more denials the record represents, 0 for a record of one: see Count.
	Times uint64 `json:"times"`

	// Line is the line of the record without its line feed. It is valid until the function that was
	// called with the record returns.
	Line []byte `json:"-"`
	// File is the name of the segment.
	File string `json:"-"`
}

// Count returns how many commands, or connections, the record represents: one, unless it counts
// denials. It is at most 1,000,000, whatever the record says.
func (r *Record) Count() int { return int(min(max(r.Times, 1), maxTimes)) }

// maxTimes is the maximum that Count returns: far more than the denials of a session in the second
// that one record counts.
const maxTimes = 1_000_000

// kindSubscribe is the kind of the effects of the verb event.
const kindSubscribe = "subscribe"

// IsAll reports whether e represents the effects of "event ALL", one for each type of event.
func (e *Effect) IsAll() bool {
	return e.Kind == kindSubscribe && e.Name == audit.AllEvents && e.Args == ""
}

// An Effect is one effect of a command, as it was written.
type Effect struct {
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	Args  string `json:"args"`
	Path  string `json:"path"`
	Later string `json:"later"`
	// Leg is "" for other kinds than dial, and in records of releases that did not write it.
	Leg string `json:"leg"`
}

// parseRecord parses a line.
func parseRecord(b []byte) (*Record, error) {
	r := &Record{Line: b}
	if err := json.Unmarshal(b, r); err != nil {
		return nil, err
	}
	return r, nil
}
