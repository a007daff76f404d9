package nested

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
)

// analyzeJSON reads a request to a JSON API (switch_loadable_module.c, switch_json_api_execute). A
// request that only reads has the effect of the API that returns the same.
func analyzeJSON(a *Analyzer, at Origin, c *call) {
	if c.args == "" {
		return // FreeSWITCH only asks for a request (mod_commands.c, json_function)
	}
	req, err := readJSON(c.args)
	if err != nil {
		a.ambiguous(at, whyJSON)
		return
	}
	if req.command == "" || req.data == nil {
		return // FreeSWITCH runs nothing without both
	}
	data := req.data
	channel := at
	if uuid := data["uuid"]; uuid != "" {
		channel.UUIDs = []string{uuid}
	}
	switch ascii.ToLower(req.command) {
	case "fsapi":
		a.api(at, data["cmd"], data["arg"])
	case "execute":
		a.colonApp(channel, data["app"], data["arg"])
	case "mediastats", "channeldata":
		a.api(at, "uuid_dump", data["uuid"])
	case "status":
		a.api(at, "status", "")
	case "sofia.status", "sofia.status.info":
		a.api(at, "sofia", "status")
	case "callcenter_config":
		if data["arguments"] == "" {
			a.Guard.RefuseAt(catalog.ProtectJSONCallcenter, at.Path, c.args)
		}
		a.api(at, "callcenter_config", data["arguments"])
	case "jsjson":
		a.Opaque(at, effect.OpaqueScript)
	default:
		a.Opaque(at, effect.OpaqueWrapper)
	}
}

// analyzeEventChannel reads a JSON object that is sent to all listeners of an event channel,
// {"eventChannel":NAME,…}. Conferences read commands from theirs (conference_event.c,
// conference_event_mod_channel_handler).
func analyzeEventChannel(a *Analyzer, at Origin, c *call) {
	if c.args == "" {
		return
	}
	a.storedTokens(at, c.args, c.tokens)
	name := ""
	top, err := readJSONText(c.args)
	if raw := top["eventchannel"]; raw != nil {
		name, err = readText(raw)
	}
	switch {
	case err != nil:
		a.ambiguous(at, whyJSON)
	case ascii.HasPrefixFold(name, "conference"):
		a.Opaque(at, effect.OpaqueWrapper)
	}
}

// A jsonRequest is what FreeSWITCH reads of a request to a JSON API. FreeSWITCH compares keys
// without case; here they are in lower case.
type jsonRequest struct {
	command string
	data    map[string]string // nil if the request has none
}

var errJSON = errors.New("not plainly a request")

// readJSON reads a request. It is stricter than FreeSWITCH: it accepts one object with nothing
// after it, no key twice in any case, only strings where text belongs, and no NUL in them.
func readJSON(text string) (req jsonRequest, err error) {
	top, err := readJSONText(text)
	if err != nil {
		return req, err
	}
	if raw := top["command"]; raw != nil {
		if req.command, err = readText(raw); err != nil {
			return req, err
		}
	}
	raw := top["data"]
	if raw == nil {
		return req, nil
	}
	data, err := readData(raw)
	if err != nil {
		return req, err
	}
	req.data = make(map[string]string, len(data))
	for _, key := range []string{"cmd", "arg", "uuid", "app", "arguments"} {
		if raw := data[key]; raw != nil {
			if req.data[key], err = readText(raw); err != nil {
				return req, err
			}
		}
	}
	return req, nil
}

// readJSONText reads one object with nothing after it. It returns the keys in lower case.
func readJSONText(text string) (map[string]json.RawMessage, error) {
	if !utf8.ValidString(text) {
		return nil, errJSON
	}
	dec := json.NewDecoder(strings.NewReader(text))
	top, err := readObject(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errJSON
	}
	return top, nil
}

func readObject(dec *json.Decoder) (map[string]json.RawMessage, error) {
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errJSON
	}
	obj := make(map[string]json.RawMessage)
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, errJSON
		}
		name, ok := t.(string)
		if name = ascii.ToLower(name); !ok || obj[name] != nil || !plainText(name) {
			return nil, errJSON
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, errJSON
		}
		obj[name] = raw
	}
	if _, err := dec.Token(); err != nil {
		return nil, errJSON
	}
	return obj, nil
}

// readData reads the value of data. FreeSWITCH runs a request whose data is neither an object nor a
// list, and finds no members in it.
func readData(raw json.RawMessage) (map[string]json.RawMessage, error) {
	switch raw[0] {
	case '{', '[':
		return readObject(json.NewDecoder(strings.NewReader(string(raw))))
	case '"':
		_, err := readText(raw)
		return nil, err
	default: // a number, true, false or null
		return nil, nil
	}
}

func readText(raw json.RawMessage) (string, error) {
	var s string
	if raw[0] != '"' || json.Unmarshal(raw, &s) != nil || !plainText(s) {
		return "", errJSON
	}
	return s, nil
}

// plainText reports whether s has no NUL, at which C ends a text, and no replacement character,
// which a decoder may have written for bytes that FreeSWITCH reads as something else.
func plainText(s string) bool {
	return strings.IndexByte(s, 0) < 0 && !strings.ContainsRune(s, utf8.RuneError)
}
