package main

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// The same 300 events as three listeners of one FreeSWITCH were sent them.
//
//go:embed testdata/events-plain.gz
var plainEvents []byte

//go:embed testdata/events-json.gz
var jsonEvents []byte

//go:embed testdata/events-xml.gz
var xmlEvents []byte

// A format is one of FreeSWITCH's formats of events.
type format int

const (
	plain format = iota
	asJSON
	asXML
	formats // how many there are
)

// String returns the word for the format in the command event.
func (f format) String() string { return [formats]string{"plain", "json", "xml"}[f] }

// A recording is the same events in each format.
type recording struct {
	frames [formats][][]byte
	// text are all frames of a format, one after the other.
	text [formats][]byte
}

func loadRecording() (*recording, error) {
	rec := new(recording)
	for f, packed := range [formats][]byte{plainEvents, jsonEvents, xmlEvents} {
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		if rec.text[f], err = io.ReadAll(r); err != nil {
			return nil, err
		}
		if rec.frames[f], err = splitFrames(rec.text[f]); err != nil {
			return nil, fmt.Errorf("recorded events in %s: %w", format(f), err)
		}
		if len(rec.frames[f]) != len(rec.frames[0]) {
			return nil, fmt.Errorf("%d recorded events in %s, %d in %s", len(rec.frames[f]), format(f), len(rec.frames[0]), format(0))
		}
	}
	return rec, nil
}

// splitFrames returns the frames of text, which point into it.
func splitFrames(text []byte) (frames [][]byte, err error) {
	for len(text) > 0 {
		head, _, ok := bytes.Cut(text, []byte("\n\n"))
		if !ok {
			return nil, errors.New("a frame without an end")
		}
		length, err := contentLength(head)
		size := len(head) + 2 + length
		if err != nil || length < 0 || size > len(text) {
			return nil, fmt.Errorf("a frame with the headers %.100q", head)
		}
		frames = append(frames, text[:size:size])
		text = text[size:]
	}
	return frames, nil
}

func contentLength(head []byte) (int, error) {
	_, rest, _ := bytes.Cut(head, []byte("Content-Length: "))
	value, _, _ := bytes.Cut(rest, []byte("\n"))
	return strconv.Atoi(string(value))
}

// stampHeader is a header that contains when the event was written, with a fixed number of digits.
const (
	stampHeader = `,"Bench-Time":"`
	stampDigits = 19
)

// stampFrame returns a copy of a JSON event's frame with stampHeader after its first header, and
// the place for the digits in it.
func stampFrame(frame []byte) (stamped, digits []byte) {
	_, body, _ := bytes.Cut(frame, []byte("\n\n"))
	first, rest, _ := bytes.Cut(body, []byte(`,"`))
	zero := fmt.Sprintf("%0*d", stampDigits, 0)
	length := len(body) + len(stampHeader) + stampDigits + len(`"`)
	stamped = fmt.Appendf(nil, "Content-Length: %d\nContent-Type: text/event-json\n\n%s%s", length, first, stampHeader)
	at := len(stamped)
	stamped = fmt.Appendf(stamped, `%s","%s`, zero, rest)
	return stamped, stamped[at : at+stampDigits]
}

// readStamp returns the number in stampHeader of an event.
func readStamp(event []byte) (int64, error) {
	_, rest, ok := bytes.Cut(event, []byte(stampHeader))
	if !ok || len(rest) < stampDigits {
		return 0, fmt.Errorf("an event without a time: %.100q", event)
	}
	return strconv.ParseInt(string(rest[:stampDigits]), 10, 64)
}
