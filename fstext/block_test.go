package fstext

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A blockRecording is a line of varblocks.jsonl: the dial string of an originate, the reply of a
// real FreeSWITCH, and the variables of the new channel.
type blockRecording struct {
	Dial  string         `json:"dial"`
	Reply string         `json:"reply"`
	Vars  map[string]any `json:"vars"`
}

// TestBlocksAsRecorded compares with what a real FreeSWITCH made of 720 dial strings. Each of them
// must be read as FreeSWITCH read it or be reported as ambiguous.
func TestBlocksAsRecorded(t *testing.T) {
	file, err := os.Open("testdata/varblocks.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	agreed, unsure, lines := 0, 0, 0
	for scan := bufio.NewScanner(unzipped); scan.Scan(); lines++ {
		var rec blockRecording
		if err := json.Unmarshal(scan.Bytes(), &rec); err != nil {
			t.Fatal(err)
		}
		reply, vars := predict(rec.Dial)
		switch {
		case reply == "unsure":
			unsure++
		case strings.HasPrefix(rec.Reply, reply) && sameVars(vars, rec.Vars):
			agreed++
		default:
			t.Errorf("%s: %s %q, FreeSWITCH made %s %q", rec.Dial, reply, vars, rec.Reply, rec.Vars)
		}
	}
	t.Logf("%d lines: %d agreed, %d unsure", lines, agreed, unsure)
	if lines != 720 || agreed*100 < lines*95 {
		t.Errorf("of %d lines only %d agreed", lines, agreed)
	}
}

// predict returns the reply of FreeSWITCH to an originate of dial, and the channel's variables.
func predict(dial string) (reply string, vars map[string]string) {
	tokens := Separate(dial+" &park()", ' ', originateSlots)
	if len(tokens) < OriginateMin || len(tokens) > OriginateMax {
		return "-USAGE", nil
	}
	d, _, err := readDial(tokens[0])
	switch {
	case errors.Is(err, ErrAmbiguous):
		return "unsure", nil
	case err == errBroken:
		return "-ERR DESTINATION_OUT_OF_ORDER", nil
	}
	reply = "-ERR DESTINATION_OUT_OF_ORDER"
	for _, part := range d.Parts {
		for _, try := range part.Tries {
			for _, l := range try {
				if l.Broken {
					break
				}
				if strings.HasPrefix(l.Target, "null/") {
					// The block for all legs overwrites that of a leg.
					channel := channelVars(l.Vars)
					maps.Copy(channel, channelVars(append(slices.Clone(d.Vars), part.Vars...)))
					return "+OK", channel
				}
				reply = "-ERR CHAN_NOT_IMPLEMENTED"
			}
		}
	}
	return reply, nil
}

// channelVars returns the variables of a channel as FreeSWITCH sets them in an event that has each
// name once, with indexes, arrays and empty values (switch_event.c, switch_event_base_add_header).
// Arrays are returned as FreeSWITCH writes them.
func channelVars(vars []Variable) map[string]string {
	arrays, plain := map[string][]string{}, map[string]string{}
	for _, v := range vars {
		name, index, indexed := strings.Cut(v.Name, "[")
		switch {
		case name == "" && !indexed:
		case indexed:
			digits := index[:len(index)-len(strings.TrimLeft(index, "0123456789"))]
			i, _ := strconv.Atoi(digits)
			if i < len(arrays[name]) {
				continue // FreeSWITCH sets it, but the text that the channel gets does not change
			}
			for len(arrays[name]) < i {
				arrays[name] = append(arrays[name], "")
			}
			arrays[name] = append(arrays[name], v.Value)
			plain[name] = strings.Join(arrays[name], "|:")
			if len(arrays[name]) > 1 {
				plain[name] = "ARRAY::" + plain[name]
			}
		case v.Value == "":
			delete(plain, name)
			delete(arrays, name)
		default:
			plain[name], arrays[name] = v.Value, nil
		}
	}
	maps.DeleteFunc(plain, func(_, value string) bool { return value == "" })
	return plain
}

func sameVars(got map[string]string, want map[string]any) bool {
	if len(got) != len(want) {
		return false
	}
	for name, value := range got {
		elems := []string{value}
		if list, ok := strings.CutPrefix(value, "ARRAY::"); ok && list != "" {
			elems = strings.Split(list, "|:")
		}
		for len(elems) > 1 && elems[0] == "" {
			elems = elems[1:] // FreeSWITCH does not store an empty first element
		}
		switch w := want[name].(type) {
		case string:
			if len(elems) != 1 || elems[0] != w {
				return false
			}
		case []any:
			if len(w) != len(elems) {
				return false
			}
			for i := range w {
				if w[i] != elems[i] {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}
