package catalog

import (
	"slices"
	"testing"
)

func TestParseEventName(t *testing.T) {
	for _, name := range EventNames() {
		if got, ok := ParseEventName(name); !ok || got.String() != name {
			t.Errorf("ParseEventName(%q) = %v, %v", name, got, ok)
		}
	}
	for name, want := range map[string]string{
		"all": "ALL", "Heartbeat": "HEARTBEAT", "SWITCH_EVENT_API": "API", "switch_event_api": "API",
		"": "", "nosuch": "", "0123456789ABCAPI": "", "SWITCH_EVENT_": "", "HEARTBEAT ": "", "SWITCH_EVENT_SWITCH_EVENT_API": "",
	} {
		got, ok := ParseEventName(name)
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("ParseEventName(%q) = %v, %v, want %q", name, got, ok, want)
		}
	}
	if names := EventNames(); slices.Contains(names, "ALL") || names[EventCustom] != "CUSTOM" {
		t.Errorf("the names are %q", names)
	}
}

func TestFiredEvent(t *testing.T) {
	for _, tt := range []struct {
		name string
		want EventType
		ok   bool
	}{
		{"", EventCustom, true},
		{"CUSTOM", EventCustom, true},
		{"nosuch", EventCustom, true},
		{"NOTIFY", mustEvent(t, "NOTIFY"), true},
		{"SWITCH_EVENT_NOTIFY", mustEvent(t, "NOTIFY"), true},
		{"notify ", EventCustom, true},              // with a space at its end it is no event
		{"ALL", EventAll, false},                    // FreeSWITCH would fire an event called ALL
		{"0123456789abcNOTIFY", EventCustom, false}, // FreeSWITCH skips any 13 bytes
		{"0123456789abNOTIFY", EventCustom, true},
	} {
		if got, ok := FiredEvent(tt.name); ok != tt.ok || ok && got != tt.want {
			t.Errorf("FiredEvent(%q) = %v, %v, want %v, %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

func mustEvent(t *testing.T, name string) EventType {
	t.Helper()
	e, ok := ParseEventName(name)
	if !ok {
		t.Fatalf("no event %s", name)
	}
	return e
}

func TestInjectForm(t *testing.T) {
	for _, tt := range []struct {
		name, subclass string
		first, more    []string
	}{
		{"HEARTBEAT", "", nil, []string{"presence-data-cols"}},
		{"nosuch", "", nil, []string{"presence-data-cols"}},
		{"CUSTOM", "a::b", []string{"Event-Subclass"}, []string{"presence-data-cols"}},
		{"NOTIFY", "", []string{"profile", "user", "host", "to-uri", "event-string"},
			[]string{"contact-uri", "call-id", "uuid", "from-uri", "extra-headers", "content-type", "presence-data-cols", "_body"}},
		{"PRESENCE_IN", "", []string{"proto", "from"}, []string{"status", "force-status", "rpid", "presence-data-cols"}},
		{"DEL_SCHEDULE", "", nil, []string{"task-id", "task-runtime", "task-sql_manager", "presence-data-cols"}},
		{"NOTIFY", SMSSubclass, []string{"profile", "user", "host", "to-uri", "event-string"},
			[]string{"contact-uri", "call-id", "uuid", "from-uri", "extra-headers", "content-type", "presence-data-cols", "_body"}},
	} {
		f := InjectForm(tt.name, tt.subclass)
		if !slices.Equal(f.First, tt.first) || !slices.Equal(f.More, tt.more) {
			t.Errorf("%s %s: got %q, want %q and %q", tt.name, tt.subclass, f, tt.first, tt.more)
		}
	}
	sms := InjectForm("CUSTOM", "SMS::Send_Message")
	if !slices.Equal(sms.First, []string{"Event-Subclass", "dest_proto", "to", "from"}) || !slices.Contains(sms.More, "to_host") {
		t.Errorf("a text message has the form %q", sms)
	}
	if len(SMSTokens()) != len(sms.First) {
		t.Errorf("%d tokens are documented, and there are %d", len(SMSTokens()), len(sms.First))
	}
	sms.More[0], sms.First[0] = "x", "y"
	if again := InjectForm("CUSTOM", SMSSubclass); again.More[0] == "x" || again.First[0] == "y" {
		t.Error("a form shares its lists with the catalogue")
	}
}

func TestIsSMSHeader(t *testing.T) {
	for name, want := range map[string]bool{
		"to": true, "TO": true, "Event-Subclass": true, "subject": true, "unique-id": true, "hint": true, "Content-Type": true,
		"": false, "sip_h_X": false, "from_name": false, "to_x": false, "Event-Name": false,
	} {
		if got := IsSMSHeader(name); got != want {
			t.Errorf("IsSMSHeader(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestReservedSubclasses(t *testing.T) {
	list := ReservedSubclasses()
	if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
		t.Errorf("not sorted, or with duplicates: %q", list)
	}
	for _, name := range []string{"conference::maintenance", "sofia::register", "limit::usage"} {
		if !slices.Contains(list, name) {
			t.Errorf("%s is missing", name)
		}
	}
	list[0] = "changed"
	if ReservedSubclasses()[0] == "changed" {
		t.Error("the caller can change the list")
	}
}
