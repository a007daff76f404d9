package trail

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"

	"eslguard/audit"
)

// A head is the first record of a segment. The names of its fields are those of package audit.
type head struct {
	Kind        string `json:"kind"`
	Seq         uint64 `json:"seq"`
	Format      int    `json:"format"`
	PrevSegment string `json:"prev_segment"`
	PrevSeq     uint64 `json:"prev_seq"`
	PrevHash    string `json:"prev_hash"`
	Unsynced    uint64 `json:"unsynced_from"`
	Recipient   string `json:"recipient"`
	Sealed      string `json:"sealed_key"`
	Signer      string `json:"signer"`
	Checkpoint  uint64 `json:"checkpoint"`
	TornBytes   int64  `json:"torn_bytes"`
	TornFile    string `json:"torn_file"`

	prev  hash   // PrevHash, decoded
	keyed bool   // the record has a MAC
	err   string // why it is not a valid head, "" if it is one
}

func (h *head) isStart() bool { return h.Kind == kindStart }

// sealed returns the encrypted key in the format of age.
func (h *head) sealed() ([]byte, error) { return base64.StdEncoding.Strict().DecodeString(h.Sealed) }

// parseHead parses the first line of a segment. l is the same line, as parsed for the chain.
func parseHead(b []byte, l *line) head {
	var h head
	if err := json.Unmarshal(b, &h); err != nil {
		h.err = "it is not JSON"
		return h
	}
	h.keyed = l.mac != nil
	var ok bool
	h.prev, ok = decodeHash([]byte(h.PrevHash))
	switch {
	case !h.isStart() && h.Kind != kindReopen:
		h.err = "it is neither a start nor a reopen, with which every segment begins"
	case h.Format != audit.FormatVersion:
		h.err = fmt.Sprintf("its format is %d; only %d is known", h.Format, audit.FormatVersion)
	case !ok:
		h.err = "it does not contain the hash of the record before it"
	case h.PrevSeq >= h.Seq:
		h.err = "the record before it has a higher sequence"
	case h.isStart() && h.keyed != (h.Recipient != "" && h.Sealed != ""):
		h.err = "it has a MAC without a sealed key, or a sealed key without a MAC"
	}
	return h
}

// readHead reads the head of a segment. Its err says why that failed.
func readHead(s Segment) head {
	f, err := s.open()
	if err != nil {
		return head{err: "it cannot be read"}
	}
	defer f.Close()
	b, err := newLineReader(f).next()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return head{err: "it has no whole line"}
		}
		return head{err: "it cannot be read"}
	}
	var l line
	if !l.parse(b) {
		return head{err: "its first line is not a record"}
	}
	return parseHead(b, &l)
}
