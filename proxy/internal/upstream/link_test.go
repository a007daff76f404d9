package upstream

import "testing"

func TestEventHeader(t *testing.T) {
	for _, test := range []struct{ head, want string }{
		{"Event-Name: BACKGROUND_JOB\nJob-UUID: abc\nJob-Command: x", "abc"},
		{"Event-Name: BACKGROUND_JOB\nJob-UUID: abc", "abc"},
		{"Event-Name: BACKGROUND_JOB\nX-Job-UUID: abc", ""},
		{"Event-Name: BACKGROUND_JOB", ""},
		{"", ""},
	} {
		if got := eventHeader([]byte(test.head), "Job-UUID"); got != test.want {
			t.Errorf("eventHeader(%q) = %q, want %q", test.head, got, test.want)
		}
	}
}
