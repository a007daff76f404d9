package fstext

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"eslguard/fstext/ascii"
)

// knowing returns an Expander for a switch that has the global variable hostname, with the value
// vm, and the APIs echo, toupper and hostname.
func knowing() *Expander {
	return &Expander{
		Variable: func(name string) (string, bool) {
			switch {
			case strings.ContainsAny(name, ":["):
				return "", false
			case name == "hostname":
				return "vm", true
			}
			return "", true
		},
		Call: func(name, args string, sure bool) (string, bool) {
			args = TrimBlanks(args)
			switch ascii.ToLower(TrimBlanks(name)) {
			case "echo":
				return args, sure
			case "toupper":
				return strings.ToUpper(args), sure
			case "hostname":
				return "vm", sure
			}
			return "", sure
		},
	}
}

// TestExpansionsAsRecorded compares with what a real FreeSWITCH made of 1,995 texts.
func TestExpansionsAsRecorded(t *testing.T) {
	f, err := os.Open("testdata/expansion.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	agreed, unknown, lines := 0, 0, 0
	for scan := bufio.NewScanner(z); scan.Scan(); lines++ {
		var r struct{ Eval, Out string }
		if err := json.Unmarshal(scan.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		want := strings.TrimSuffix(r.Out, "-ERR no reply\n")
		// The text is the argument of an API, from which FreeSWITCH strips blanks.
		got, known := knowing().Expand(TrimBlanks(r.Eval), 0)
		switch {
		case !known:
			unknown++
		case got == want:
			agreed++
		default:
			t.Errorf("%q: %q, FreeSWITCH made %q", r.Eval, got, want)
		}
	}
	t.Logf("%d lines: %d agreed, 0 refused, %d opaque", lines, agreed, unknown)
	if lines != 1995 || agreed*100 < lines*95 {
		t.Errorf("of %d lines only %d agreed", lines, agreed)
	}
}
