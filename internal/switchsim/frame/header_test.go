package frame_test

import (
	"slices"
	"testing"

	"eslguard/internal/switchsim/frame"
)

// TestHeaderListAdd is the table of what switch_event_base_add_header makes of headers.
func TestHeaderListAdd(t *testing.T) {
	for _, c := range []struct {
		name string
		add  [][2]string
		want []string
	}{
		{"in order", [][2]string{{"B", "1"}, {"A", "2"}, {"b", "3"}}, []string{"B=1", "A=2", "b=3"}},
		{"empty deletes all", [][2]string{{"A", "1"}, {"B", "2"}, {"a", "3"}, {"A", ""}}, []string{"B=2"}},
		{"empty adds nothing", [][2]string{{"A", ""}}, nil},
		{"a list", [][2]string{{"A", "ARRAY::x|:y"}}, []string{"A=ARRAY::x|:y"}},
		{"a list of one", [][2]string{{"A", "ARRAY::x"}}, []string{"A=x"}},
		{"an empty list", [][2]string{{"A", "ARRAY::"}}, nil},
		{"a list in a list", [][2]string{{"A", "ARRAY::ARRAY::x|:y"}}, []string{"A=ARRAY::x|:y"}},
		{"a list joins a value", [][2]string{{"A", "w"}, {"a", "ARRAY::x|:y"}}, []string{"A=ARRAY::w|:x|:y"}},
		{"a value does not join a list", [][2]string{{"A", "ARRAY::x|:y"}, {"A", "z"}}, []string{"A=ARRAY::x|:y", "A=z"}},
		{"an index", [][2]string{{"A[1]", "x"}}, []string{"A=ARRAY::|:x"}},
		{"the first index", [][2]string{{"A[0]", "x"}}, []string{"A=x"}},
		{"an index replaces a value", [][2]string{{"A", "w"}, {"A[0]", "x"}}, []string{"A=x"}},
		{"an index that exists", [][2]string{{"A", "ARRAY::x|:y"}, {"A[0]", "z"}}, []string{"A=ARRAY::x|:y"}},
		{"an index after that", [][2]string{{"A", "ARRAY::x|:y"}, {"A[0]", "z"}, {"A[2]", "w"}}, []string{"A=ARRAY::z|:y|:w"}},
		{"no index", [][2]string{{"A[", "x"}}, []string{"A=x"}},
		{"a negative index", [][2]string{{"A[-1]", "x"}}, nil},
		{"a large index", [][2]string{{"A[4001]", "x"}}, nil},
		{"the body", [][2]string{{"_body", "x"}}, []string{"_body=x"}},
	} {
		var l frame.HeaderList
		for _, h := range c.add {
			l.Add(h[0], h[1])
		}
		if got := headers(&l); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestHeaderListDrop(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        []string
	}{
		{"A", "", []string{"B=2"}},
		{"a", "1", []string{"B=2", "a=3"}},
		{"A", "4", []string{"A=1", "B=2", "a=3"}},
		{"c", "", []string{"A=1", "B=2", "a=3"}},
		{"all", "", nil},
		{"ALL", "x", nil},
	} {
		var l frame.HeaderList
		l.Add("A", "1")
		l.Add("B", "2")
		l.Add("a", "3")
		l.Drop(c.name, c.value)
		if got := headers(&l); !slices.Equal(got, c.want) {
			t.Errorf("Drop(%q, %q) leaves %q, want %q", c.name, c.value, got, c.want)
		}
	}
}

// headers writes each header of a list as NAME=VALUE.
func headers(l *frame.HeaderList) (out []string) {
	for _, h := range l.Headers {
		out = append(out, h.Name+"="+h.Value)
	}
	return out
}

func TestFind(t *testing.T) {
	list := []frame.Header{{Name: "A", Value: "1"}, {Name: "a", Value: "2"}}
	if h := frame.Find(list, "a"); h != &list[0] {
		t.Errorf("found %v, want the first", h)
	}
	if h := frame.Find(list, "b"); h != nil {
		t.Errorf("found %v", h)
	}
	f := frame.Frame{Headers: list}
	if got := f.Get("a") + f.Get("b"); got != "1" {
		t.Errorf("Get gives %q", got)
	}
}

// TestLine checks which command FreeSWITCH runs, and where its line ends.
func TestLine(t *testing.T) {
	for _, c := range []struct{ command, want string }{
		{"api status", "api status"},
		{"api status\nX: y", "api status"},
		{"api status\nX: y\r\nZ", "api status\nX: y"},
		{"api unload mod_event_socket", "api bgapi unload mod_event_socket"},
		{"log x\nreload: MOD_Event_Socket", "api bgapi reload mod_event_socket"},
		{"reload unload mod_event_socket", "api bgapi unload mod_event_socket"},
		{"api load mod_event_socket", "api load mod_event_socket"},
		{"api reload mod_sofia", "api reload mod_sofia"},
	} {
		f := frame.Frame{Command: c.command}
		if got := f.Line(); got != c.want {
			t.Errorf("%q: %q, want %q", c.command, got, c.want)
		}
	}
}
