package event_test

import (
	"slices"
	"testing"

	"eslguard/event"
)

func TestLines(t *testing.T) {
	for _, tt := range []struct {
		name string
		done []string
		want []string
	}{
		{"a new connection", nil, nil},
		{"only a format", []string{"event json"}, []string{"event json CUSTOM", "noevents"}},
		{"a format is left", []string{"event xml ALL", "noevents"}, []string{"event xml CUSTOM", "noevents"}},
		{"nothing is left", []string{"event plain ALL", "noevents"}, nil},
		{"types", []string{"event DTMF", "event json API"}, []string{"event json API DTMF"}},
		{"CUSTOM", []string{"event CUSTOM"}, []string{"event plain CUSTOM"}},
		{"subclasses", []string{"event DTMF CUSTOM b a"}, []string{"event plain DTMF CUSTOM a b"}},
		{"subclasses without CUSTOM", []string{"event CUSTOM a", "nixevent ALL", "event API"},
			[]string{"event plain CUSTOM a", "nixevent ALL", "event plain API"}},
		{"no type", []string{"nixevent API"}, []string{"event plain CUSTOM", "nixevent ALL"}},
		{"ALL", []string{"event DTMF", "event ALL"}, []string{"event plain ALL"}},
		{"ALL with other subclasses", []string{"event ALL CUSTOM a", "nixevent CUSTOM sofia::register vm::maintenance"},
			[]string{"event plain ALL", "nixevent CUSTOM sofia::register vm::maintenance", "event plain CUSTOM a"}},
		{"filters", []string{"filter A b", "filter add add -c", "filter add delete /x y/", "event plain API"},
			[]string{"filter add A b", "filter add add -c", "filter add delete /x y/", "event plain API"}},
	} {
		var s event.Subscription
		for _, line := range tt.done {
			apply(t, &s, line)
		}
		got := s.Lines()
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		var restored event.Subscription
		for _, line := range got {
			apply(t, &restored, line)
		}
		if again := restored.Lines(); !slices.Equal(again, got) {
			t.Errorf("%s: restored, the lines are %q, not %q", tt.name, again, got)
		}
	}
}
