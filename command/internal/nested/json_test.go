package nested

import (
	"maps"
	"testing"
)

func TestReadJSON(t *testing.T) {
	type data = map[string]string
	for _, tt := range []struct {
		name, text, command string
		data                data // nil without
	}{
		{"all members", `{"command":"fsapi","data":{"cmd":"a","arg":"b","uuid":"c","app":"d","arguments":"e"}}`, "fsapi",
			data{"cmd": "a", "arg": "b", "uuid": "c", "app": "d", "arguments": "e"}},
		{"any case", `{"Command":"FsApi","DATA":{"Cmd":"A"}}`, "FsApi", data{"cmd": "A"}},
		{"escapes", `{"command":"\u0061","data":{"cmd":"\n"}}`, "a", data{"cmd": "\n"}},
		{"other members", `{"command":"a","x":[{}],"data":{"y":1}}`, "a", data{}},
		{"blanks", " {\n\"command\" : \"a\" }\t", "a", nil},
		{"no members", `{}`, "", nil},
		{"data that is text", `{"data":"x"}`, "", data{}},
		{"data that is a number", `{"data":1}`, "", data{}},
		{"data that is null", `{"data":null}`, "", data{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req, err := readJSON(tt.text)
			if err != nil || req.command != tt.command || !maps.Equal(req.data, tt.data) || (req.data == nil) != (tt.data == nil) {
				t.Errorf("readJSON(%s) = %+v, %v; want %q, %v", tt.text, req, err, tt.command, tt.data)
			}
		})
	}
	for _, tt := range []struct{ name, text string }{
		{"empty", ""},
		{"no object", `"a"`},
		{"a list", `[]`},
		{"not closed", `{"command":"a"`},
		{"more behind it", `{} {}`},
		{"a byte behind it", `{}x`},
		{"a comment", `{/* */}`},
		{"a comma too much", `{"command":"a",}`},
		{"a key twice", `{"command":"a","command":"b"}`},
		{"a key twice in another case", `{"command":"a","Command":"b"}`},
		{"a key twice by an escape", `{"command":"a","\u0063ommand":"b"}`},
		{"a key twice in data", `{"data":{"cmd":"a","CMD":"b"}}`},
		{"a command that is a number", `{"command":1}`},
		{"an argument that is an object", `{"data":{"arg":{}}}`},
		{"a list as data", `{"data":["cmd"]}`},
		{"a NUL in a value", `{"command":"a\u0000b"}`},
		{"a NUL in a key", `{"comm\u0000and":"a"}`},
		{"half a surrogate", `{"command":"\ud800"}`},
		{"half a surrogate in data", `{"data":"\ud800"}`},
		{"a replacement character", "{\"command\":\"\ufffd\"}"},
		{"not UTF-8", "{\"command\":\"\xff\"}"},
		{"not UTF-8 in another member", "{\"x\":\"\xff\"}"},
		{"single quotes", `{'command':'a'}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if req, err := readJSON(tt.text); err == nil {
				t.Errorf("readJSON(%s) = %+v, want an error", tt.text, req)
			}
		})
	}
}
