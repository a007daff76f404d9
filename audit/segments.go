package audit

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"eslguard/audit/internal/disk"
)

// A stored segment is one that is in the list of the folder.
type stored struct {
	first   uint64 // the sequence in its name
	name    string // without CompressedSuffix
	size    int64  // of the form that is read, in bytes
	changed time.Time
	// plain and packed report in which forms it exists.
	plain, packed bool
}

// file returns the name of the file that contains the segment.
func (s *stored) file() string {
	if s.plain {
		return s.name
	}
	return s.name + CompressedSuffix
}

// segments returns the segments in the list of a folder, in order.
func segments(list []disk.Info) []stored {
	byFirst := map[uint64]*stored{}
	for _, f := range list {
		name, packed := strings.CutSuffix(f.Name, CompressedSuffix)
		first, ok := segmentFirst(name)
		if !ok {
			continue
		}
		s := byFirst[first]
		if s == nil {
			s = &stored{first: first, name: name}
			byFirst[first] = s
		}
		s.plain, s.packed = s.plain || !packed, s.packed || packed
		if !packed || !s.plain {
			s.size, s.changed = f.Size, f.Changed
		}
	}
	var out []stored
	for _, s := range byFirst {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b stored) int { return cmp.Compare(a.first, b.first) })
	return out
}

// segmentFirst parses the sequence in the name of a segment. It returns false for any name that
// segmentName does not return.
func segmentFirst(name string) (uint64, bool) {
	digits, found := strings.CutPrefix(name, SegmentPrefix)
	digits, ends := strings.CutSuffix(digits, SegmentSuffix)
	first, err := strconv.ParseUint(digits, 10, 64)
	return first, found && ends && err == nil && segmentName(first) == name
}

// tornName returns the name of the file for bytes that were set aside from a segment.
func tornName(segment string) string {
	return strings.TrimSuffix(segment, SegmentSuffix) + TornSuffix
}

// openSegment opens a stored segment for reading its lines, uncompressed.
func openSegment(v disk.Volume, s *stored) (io.ReadCloser, error) {
	f, err := v.Read(s.file())
	if err != nil || s.plain {
		return f, err
	}
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow))
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &unpacker{z, f}, nil
}

// maxWindow is how much memory a compressed segment may need, in bytes: well over what retention
// writes.
const maxWindow = 128 << 20

// An unpacker reads a compressed segment.
type unpacker struct {
	*zstd.Decoder
	f io.Closer
}

func (u *unpacker) Close() error {
	u.Decoder.Close()
	return u.f.Close()
}

// A head is what retention needs of the first record of a segment.
type head struct {
	Time     time.Time `json:"time"`
	Format   int       `json:"format"`
	PrevSeq  uint64    `json:"prev_seq"`
	PrevHash string    `json:"prev_hash"`
}

// maxHead is how long the first line of a segment may be, in bytes: a sealed key and some texts.
const maxHead = 64 << 10

// readHead reads the first record of a segment.
func readHead(v disk.Volume, s *stored) (head, error) {
	f, err := openSegment(v, s)
	if err != nil {
		return head{}, err
	}
	defer f.Close()
	line, err := bufio.NewReaderSize(f, maxHead).ReadSlice('\n')
	if err != nil {
		return head{}, fmt.Errorf("the head of %s: %w", s.file(), err)
	}
	var h head
	if err := json.Unmarshal(line, &h); err != nil {
		return head{}, fmt.Errorf("the head of %s: %w", s.file(), err)
	}
	if h.Format != FormatVersion {
		return head{}, fmt.Errorf("%s has format %d, want %d", s.file(), h.Format, FormatVersion)
	}
	return h, nil
}

// lastWhole finds the last whole line in b, which ends where a segment ends and may begin within a
// line. end is the number of bytes of b up to the end of that line, 0 if there is none.
func lastWhole(b []byte) (seq uint64, hash [HashSize]byte, end int) {
	for end = bytes.LastIndexByte(b, '\n') + 1; end > 0; end = bytes.LastIndexByte(b[:end-1], '\n') + 1 {
		line := b[bytes.LastIndexByte(b[:end-1], '\n')+1 : end-1]
		seq, ok := lineSeq(line)
		hash, whole := lineHash(line)
		if ok && whole {
			return seq, hash, end
		}
	}
	return 0, hash, 0
}
