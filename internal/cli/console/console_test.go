package console

import (
	"strings"
	"testing"
)

func TestReadSecret(t *testing.T) {
	longest := strings.Repeat("x", maxSecret)
	for _, c := range []struct{ in, want, err string }{
		{"secret\n", "secret", ""},
		{"secret", "secret", ""},
		{"secret\r\nmore\n", "secret", ""},
		{" with blanks \n", " with blanks ", ""},
		{longest + "\n", longest, ""},
		{longest + "x\n", "", "the password is longer than 512 bytes"},
		{"", "", "the password is empty"},
		{"\nsecret\n", "", "the password is empty"},
	} {
		console := Console{Stdin: strings.NewReader(c.in)}
		got, err := console.ReadSecret()
		if got != c.want || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%.20q: %.20q, %v; want %.20q, %q", c.in, got, err, c.want, c.err)
		}
	}
}
