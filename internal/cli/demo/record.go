package demo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"eslguard/audit"
)

// A record is one line of the audit, parsed as its reader would.
type record map[string]any

// line returns the fields that say who did what, and why it was decided so.
func (r record) line() string {
	var parts []string
	for _, field := range []string{
		audit.FieldTime, audit.FieldClient, audit.FieldCommand, audit.FieldDecision, audit.FieldRule, audit.FieldReason,
	} {
		if v, ok := r[field]; ok {
			parts = append(parts, fmt.Sprintf("%s=%v", field, v))
		}
	}
	return strings.Join(parts, "  ")
}

// record waits for the audit's first record for which fits returns true.
func (d *demo) record(fits func(record) bool) (record, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for {
		if r, err := findRecord(d.file("audit.jsonl"), fits); r != nil || err != nil {
			return r, err
		}
		select {
		case <-ctx.Done():
			return nil, errors.New("the audit has no record of it")
		case <-poll.C:
		}
	}
}

// maxRecordLine is the most bytes that a line of the audit may have.
const maxRecordLine = 1 << 20

// findRecord returns the file's first record for which fits returns true, or nil if there is none.
func findRecord(path string, fits func(record) bool) (record, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxRecordLine)
	for lines.Scan() {
		var r record
		if json.Unmarshal(lines.Bytes(), &r) == nil && fits(r) {
			return r, nil
		}
	}
	return nil, lines.Err()
}

// idIn returns the id in brackets at the end of a denial, or "" if there is none.
func idIn(reply string) string {
	i := strings.LastIndexByte(reply, '[')
	if i < 0 || !strings.HasSuffix(reply, "]") {
		return ""
	}
	return reply[i+1 : len(reply)-1]
}
