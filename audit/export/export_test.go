package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"eslguard/audit/export"
	"eslguard/audit/trail"
)

// lines are records of every kind and decision, as they are written.
const lines = `{"time":"2026-03-01T11:00:00.003000Z","seq":1,"kind":"start","version":"1.2.3"}
{"time":"2026-03-01T11:00:00.012000Z","seq":2,"kind":"session","session":"sessioni","addr":"10.1.2.3:40312"}
{"time":"2026-03-01T11:00:00.015000Z","seq":3,"kind":"login","session":"sessioni","addr":"10.1.2.3:40312","user":"1000@acme.test","decision":"deny","reason":"wrong password"}
{"time":"2026-03-01T11:00:00.018000Z","seq":4,"kind":"login","session":"sessioni","client":"acme-dialer","addr":"[2001:db8::7]:5060","upstream":"pbx","decision":"allow","policy":"4f2a91c07be3"}
{"time":"2026-03-01T11:00:00.021000Z","seq":5,"kind":"command","session":"sessioni","client":"acme-dialer","addr":"10.1.2.3:40312","verb":"api","command":"api status","command_bytes":10,"effects":[{"kind":"api","name":"status"}],"decision":"allow","role":"monitor","rule":"api @status","policy":"4f2a91c07be3"}
{"time":"2026-03-01T11:00:00.024000Z","seq":6,"kind":"reply","session":"sessioni","client":"acme-dialer","of":5,"reply":"+OK","reply_bytes":322,"took_us":12340}
{"time":"2026-03-01T11:00:00.027000Z","seq":7,"kind":"command","session":"sessioni","client":"acme-dialer","addr":"10.1.2.3:40312","verb":"bgapi","command":"bgapi system a|b=c\\d\n\u001b[2J","effects":[{"kind":"api","name":"system","args":"a|b=c"}],"decision":"deny","reason":"api system is not allowed to acme-dialer","id":"k3v9q2xa","redacted":["password"]}
{"time":"2026-03-01T11:00:00.030000Z","seq":8,"kind":"command","session":"sessioni","client":"acme-dialer","addr":"","verb":"api","command":"api x","effects":[],"decision":"observe","reason":"no rule allows it"}
{"time":"2026-03-01T11:00:00.030000Z","seq":9,"kind":"command","command":"x","decision":"refuse","reason":"mixed-line-ends"}
{"time":"2026-03-01T11:00:00.045000Z","seq":10,"kind":"reply","session":"sessioni","reason":"FreeSWITCH closed the connection","of":8,"took_us":2000000}
{"time":"2026-03-01T11:00:00.045000Z","seq":11,"kind":"job","session":"sessioni","of":8,"job":"j1","reply":"-ERR NO_ANSWER","reply_bytes":14,"took_us":2000000}
{"time":"2026-03-01T11:00:00.048000Z","seq":12,"kind":"end","session":"sessioni","client":"acme-dialer","addr":"10.1.2.3:40312","reason":"the client did not read","took_us":60000000,"commands":5,"denied":2,"observed":1}
{"time":"2026-03-01T11:00:00.054000Z","seq":13,"kind":"stop"}
`

// each calls do with each of the records.
func each(t *testing.T, do func(*trail.Record)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := trail.Read(t.Context(), path, trail.Filter{}, func(r *trail.Record) error {
		do(r)
		return nil
	})
	if err != nil || s.Bad > 0 {
		t.Fatal(s, err)
	}
}

// A schema is what the published schema requires, see testdata.
type schema struct {
	Classes map[string]struct {
		constraint
		Category   int
		Activities map[string]string
	}
	Objects map[string]constraint
	Enums   map[string]map[string]string
}

type constraint struct {
	Required   []string   `json:"required"`
	AtLeastOne [][]string `json:"at_least_one"`
}

// missing returns what an object lacks.
func (c constraint) missing(o map[string]any) (list []string) {
	has := func(name string) bool { _, ok := o[name]; return ok }
	for _, name := range c.Required {
		if !has(name) {
			list = append(list, name)
		}
	}
	for _, names := range c.AtLeastOne {
		if !slices.ContainsFunc(names, has) {
			list = append(list, "one of "+strings.Join(names, ", "))
		}
	}
	return list
}

// objects checks every object within an event.
func (s *schema) objects(t *testing.T, in string, o map[string]any) {
	for name, v := range o {
		below, ok := v.(map[string]any)
		if !ok || name == "unmapped" {
			continue
		}
		c, known := s.Objects[name]
		if !known {
			t.Errorf("%s: the object %s is not in the schema's list", in, name)
		}
		if list := c.missing(below); len(list) > 0 {
			t.Errorf("%s: %s lacks %v", in, name, list)
		}
		s.objects(t, in+"."+name, below)
	}
}

// TestOCSFKeepsTheSchema checks that every event has what the published schema requires, and
// numbers with their own captions.
func TestOCSFKeepsTheSchema(t *testing.T) {
	data, err := os.ReadFile("testdata/ocsf-" + export.SchemaVersion + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var s schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	each(t, func(r *trail.Record) {
		e, ok := export.OCSF(r)
		if !ok {
			seen["none"]++
			return
		}
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var o map[string]any
		if err := json.Unmarshal(text, &o); err != nil {
			t.Fatal(err)
		}
		in := fmt.Sprintf("record %d", r.Seq)
		number := func(name string) string { return strconv.Itoa(int(o[name].(float64))) }
		class, ok := s.Classes[number("class_uid")]
		if !ok || int(o["category_uid"].(float64)) != class.Category {
			t.Errorf("%s: class %v, category %v", in, o["class_uid"], o["category_uid"])
		}
		seen[number("class_uid")]++
		if list := class.missing(o); len(list) > 0 {
			t.Errorf("%s lacks %v", in, list)
		}
		if _, ok := class.Activities[number("activity_id")]; !ok || number("type_uid") != number("class_uid")+fmt.Sprintf("%02s", number("activity_id")) {
			t.Errorf("%s: activity %v, type %v", in, o["activity_id"], o["type_uid"])
		}
		for name, enum := range s.Enums {
			if caption := strings.TrimSuffix(name, "_id"); enum[number(name)] != o[caption] {
				t.Errorf("%s: %s %v is called %q, want %q", in, name, o[name], o[caption], enum[number(name)])
			}
		}
		if o["metadata"].(map[string]any)["version"] != export.SchemaVersion {
			t.Errorf("%s: version %v", in, o["metadata"])
		}
		s.objects(t, in, o)
	})
	if seen["6003"] != 7 || seen["3002"] != 3 || seen["none"] != 3 {
		t.Errorf("events of each class: %v", seen)
	}
}

func TestOCSFDecisions(t *testing.T) {
	want := map[uint64][3]string{
		3: {"Denied", "Blocked", "Failure"},
		4: {"Allowed", "Allowed", "Success"},
		5: {"Allowed", "Allowed", "Success"},
		7: {"Denied", "Blocked", "Failure"},
		8: {"Observed", "Logged", "Success"},
		9: {"Denied", "Rejected", "Failure"},
		// Outcomes have no decision, only success or failure.
		6:  {"Unknown", "No Action", "Success"},
		10: {"Unknown", "No Action", "Failure"},
		11: {"Unknown", "No Action", "Failure"},
		12: {"Unknown", "No Action", "Success"},
	}
	each(t, func(r *trail.Record) {
		if e, ok := export.OCSF(r); ok {
			if got := [3]string{e.Action, e.Disposition, e.Status}; got != want[r.Seq] {
				t.Errorf("record %d: %v, want %v", r.Seq, got, want[r.Seq])
			}
		}
	})
}

// TestOCSFEndCounts checks that the end of a session says how many commands there were, and what
// became of them.
func TestOCSFEndCounts(t *testing.T) {
	ends := 0
	each(t, func(r *trail.Record) {
		if r.Kind != "end" {
			return
		}
		ends++
		e, ok := export.OCSF(r)
		if got := fmt.Sprint(e.Unmapped["commands"], e.Unmapped["denied"], e.Unmapped["observed"]); !ok || got != "5 2 1" {
			t.Errorf("got %s, %v", got, ok)
		}
	})
	if ends != 1 {
		t.Errorf("%d ends", ends)
	}
}

func TestCEF(t *testing.T) {
	var out []byte
	n := 0
	each(t, func(r *trail.Record) {
		n++
		out = export.AppendCEF(out, r, "1|0")
	})
	got := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(got) != n {
		t.Fatalf("%d lines of %d records:\n%s", len(got), n, out)
	}
	for i, want := range map[int]string{
		11: `CEF:0|eslguard|eslguard|1\|0|end|audit end|1|rt=1772362800048 externalId=12 suser=acme-dialer src=10.1.2.3 spt=40312 ` +
			`reason=the client did not read cs1Label=session cs1=sessioni cn2Label=took_us cn2=60000000 cn3Label=observed cn3=1`,
		3: `CEF:0|eslguard|eslguard|1\|0|login.allow|audit login|1|rt=1772362800018 externalId=4 act=allow suser=acme-dialer ` +
			`c6a2Label=Source IPv6 Address c6a2=2001:db8::7 spt=5060 cs1Label=session cs1=sessioni cs3Label=policy cs3=4f2a91c07be3 dhost=pbx`,
		6: `CEF:0|eslguard|eslguard|1\|0|command.deny|api system|6|rt=1772362800027 externalId=7 act=deny suser=acme-dialer ` +
			`src=10.1.2.3 spt=40312 msg=bgapi system a|b\=c\\d\n<U+001B>[2J reason=api system is not allowed to acme-dialer ` +
			`cs1Label=session cs1=sessioni cs4Label=effects cs4=api system a|b\=c cs6Label=job or id cs6=k3v9q2xa`,
	} {
		if got[i] != want {
			t.Errorf("record %d:\n%s\nwant:\n%s", i+1, got[i], want)
		}
	}
}

// TestCEFHoldsHostileText checks that no text can end its line, its field or the header.
func TestCEFHoldsHostileText(t *testing.T) {
	for _, s := range []string{"a|b", `a\`, "a\nCEF:0|x", "a\r\nb", "a=b c=d", "\x00\x1b[2J\u202e", "\xff\xfe", strings.Repeat("é", 4096)} {
		r := &trail.Record{Kind: "command", Decision: "deny", Command: s, Effects: []trail.Effect{{Kind: "api", Name: s}}}
		line := string(export.AppendCEF(nil, r, "1"))
		plain := strings.NewReplacer(`\\`, "", `\|`, "", `\=`, "").Replace(line)
		if strings.Count(line, "\n") != 1 || strings.ContainsAny(line, "\r\x00\x1b\u202e") || len(line) > 9<<10 {
			t.Errorf("%q: %q", s, line)
		}
		header, extension, _ := strings.Cut(plain, "|rt=")
		if strings.Count(header, "|") != 6 {
			t.Errorf("%q: the header has other fields: %q", s, header)
		}
		for _, w := range strings.Fields(extension) {
			if key, _, ok := strings.Cut(w, "="); ok && (key == "c" || key == "a") {
				t.Errorf("%q: it made a field: %q", s, line)
			}
		}
	}
}

func TestCast(t *testing.T) {
	at := time.Date(2026, 3, 1, 11, 0, 0, 0, time.UTC)
	var b bytes.Buffer
	c, err := export.NewCast(&b, "eslguard session \"s1\"", at)
	for _, do := range []func() error{
		func() error { return c.Output(at.Add(250*time.Millisecond), "> api status\n") },
		func() error { return c.Marker(at.Add(250*time.Millisecond), "allow api status") },
		func() error { return c.Output(at.Add(100*time.Millisecond), "the clock went back\n") },
		func() error {
			return c.Output(at.Add(61*time.Second+5*time.Microsecond+250*time.Millisecond), "late\n")
		},
	} {
		if err == nil {
			err = do()
		}
	}
	want := `{"version":3,"term":{"cols":120,"rows":36},"timestamp":1772362800,"title":"eslguard session \"s1\""}
[0.250000, "o", "\u003e api status\r\n"]
[0.000000, "m", "allow api status"]
[0.000000, "o", "the clock went back\r\n"]
[61.000005, "o", "late\r\n"]
`
	if err != nil || b.String() != want {
		t.Errorf("%v\n%s\nwant:\n%s", err, b.String(), want)
	}
}
