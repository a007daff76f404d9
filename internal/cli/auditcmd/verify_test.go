package auditcmd

import (
	"strings"
	"testing"

	"eslguard/audit/trail"
)

// TestConclusion checks that audit verify never promises more than what it was given proves.
func TestConclusion(t *testing.T) {
	own, copied := []trail.Checkpoint{{Seq: 9}}, []trail.Checkpoint{{Seq: 9}, {Seq: 9, Copied: true}}
	problem := []trail.Finding{{Fault: trail.FaultChanged}}
	for _, c := range []struct {
		name        string
		r           trail.Report
		given       bool
		label, text string
	}{
		{"without a key", trail.Report{Last: 9}, false, "OK", "as far as accidents go: without a key"},
		{"all is proven", trail.Report{Last: 9, Proven: 9, Checkpoints: copied}, true, "OK", "the audit is whole"},
		{"all is proven, without a copy", trail.Report{Last: 9, Proven: 9, Checkpoints: own}, true, "OK", "the audit is whole; only a checkpoint from off the host can"},
		{"one record is not", trail.Report{Last: 9, Proven: 8}, true, "WHOLE", "up to record 8; after that not proven: no checkpoint covers record 9 yet"},
		{"several are not", trail.Report{Last: 9, Proven: 6}, true, "WHOLE", "up to record 6; after that not proven: no checkpoint covers records 7 to 9 yet"},
		{"some MACs only", trail.Report{Last: 9, Records: 9, MACsChecked: 4}, true, "OK", "of its 9 records, the keys and checkpoints that were given prove 4"},
		{"retired fast", trail.Report{Last: 9, Proven: 9, RetiredFast: 3}, true, "OK", "what is left of the audit is whole; only a checkpoint from off the host can prove that no end was cut off (--checkpoint); 3 records were RETIRED UNUSUALLY FAST"},
		{"retired fast, one is not", trail.Report{Last: 9, Proven: 8, RetiredFast: 1}, true, "WHOLE", "record 9 yet; 1 record was RETIRED UNUSUALLY FAST"},
		{"the first records are gone", trail.Report{First: 5, Last: 9, Proven: 9, Checkpoints: own}, true, "OK", "what is left of the audit is whole; only a checkpoint"},
		{"broken", trail.Report{Last: 9, Proven: 9, Problems: problem}, true, "NOT OK", "1 problem"},
	} {
		label, text := conclusion(&c.r, c.given)
		if label != c.label || !strings.Contains(text, c.text) {
			t.Errorf("%s: %s %s, want %s …%s", c.name, label, text, c.label, c.text)
		}
	}
}

// TestFromLog checks that the checkpoints in an operator's log are found, whatever else is in it or
// before its lines.
func TestFromLog(t *testing.T) {
	const a, b = `{"level":"info","checkpoint":"a\n\n\u2014 x\n"}`, `{"checkpoint":"b\n","time":"x"}`
	long := `{"stack":"` + strings.Repeat("x", 1<<20) + `"}`
	const want = "a\n\n— x\n\nb\n\n"
	for name, log := range map[string]string{
		"lines of JSON":       a + "\n" + `{"message":"y"}` + "\n" + b + "\n",
		"text before them":    "eslguard: warming up\n" + a + "\n" + b,
		"a prefix":            "Nov 23 10:00:00 host eslguard[1]: " + a + "\nNov 23 10:00:01 host eslguard[1]: " + b + "\n",
		"a long line between": a + "\n" + long + "\n" + b + "\n",
		"a torn line":         a + "\n" + b + "\n" + b[:10],
	} {
		if got := string(fromLog([]byte(log))); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, plain := range []string{"", "eslguard audit 1\n7\nx\ny\n\n— x y\n\n", `{"message":"y"}`, "{"} {
		if got := string(fromLog([]byte(plain))); got != plain {
			t.Errorf("%q: %q", plain, got)
		}
	}
}

func TestReportTexts(t *testing.T) {
	key, none := &verifyOptions{key: "identity"}, &verifyOptions{}
	signed, copied := trail.Checkpoint{Seq: 7, Signer: "eslguard"}, trail.Checkpoint{Seq: 5, Copied: true}
	for _, c := range []struct{ got, want string }{
		{macsText(&trail.Report{}, key), "the records have none"},
		{macsText(&trail.Report{MACs: 5}, none), "not checked: 5 records have one, see --key"},
		{macsText(&trail.Report{MACs: 5, MACsChecked: 3}, key), "3 of 5 fit"},
		{checkpointsText(&trail.Report{}), "none that could be compared with the records"},
		{checkpointsText(&trail.Report{Checkpoints: []trail.Checkpoint{signed}}), "1 fit, the signatures of 1 were checked"},
		{
			checkpointsText(&trail.Report{Checkpoints: []trail.Checkpoint{signed, copied}}),
			"2 fit, the signatures of 1 were checked; nothing up to record 5 was changed or cut off since the copy was made",
		},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	for _, c := range []struct {
		o    verifyOptions
		want bool
	}{{*none, false}, {*key, true}, {verifyOptions{public: "k"}, true}, {verifyOptions{checkpoints: []string{"f"}}, true}, {verifyOptions{json: true}, false}} {
		if got := c.o.proves(); got != c.want {
			t.Errorf("%+v: %v", c.o, got)
		}
	}
}
