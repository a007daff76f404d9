package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
)

// A stored segment is one that the folder's list shows.
type stored struct {
	first   uint64 // from its name
	name    string // without CompressedSuffix
	size    int64  // of the form that is read, in bytes
	changed time.Time
	// plain and packed say in which form it is there.
	plain, packed bool
}

// file is the name of the file that holds it.
func (s *stored) file() string {
	if s.plain {
		return s.name
	}
	return s.name + CompressedSuffix
}

// segments picks the segments out of a folder's list, in order.
func segments(list []fileInfo) []stored {
	byFirst := map[uint64]*stored{}
	for _, f := range list {
		name, packed := strings.CutSuffix(f.name, CompressedSuffix)
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
			s.size, s.changed = f.size, f.changed
		}
	}
	var out []stored
	for _, s := range byFirst {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b stored) int {
		if a.first < b.first {
			return -1
		}
		return 1
	})
	return out
}

// segmentFirst reads a segment's name. Only the name that the writer gives is one.
func segmentFirst(name string) (uint64, bool) {
	digits, found := strings.CutPrefix(name, SegmentPrefix)
	digits, ends := strings.CutSuffix(digits, SegmentSuffix)
	first, err := strconv.ParseUint(digits, 10, 64)
	return first, found && ends && err == nil && segmentName(first) == name
}

// tornName is the name of the file for what was set aside from a segment.
func tornName(segment string) string {
	return strings.TrimSuffix(segment, SegmentSuffix) + TornSuffix
}

// openSegment opens a stored segment for reading its lines, in whichever form it is there.
func openSegment(v volume, s *stored) (io.ReadCloser, error) {
	f, err := v.read(s.file())
	if err != nil || s.plain {
		return f, err
	}
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow))
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &unpacker{z, f}, nil
}

// maxWindow is how much memory a compressed segment may ask for, in bytes: well over what is written here.
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

// A head is what retention reads of a segment's first record.
type head struct {
	Time     time.Time `json:"time"`
	Format   int       `json:"format"`
	PrevSeq  uint64    `json:"prev_seq"`
	PrevHash string    `json:"prev_hash"`
}

// maxHead is how long a segment's first line may be, in bytes: a sealed key and some texts.
const maxHead = 64 << 10

// readHead reads the first record of a segment.
func readHead(v volume, s *stored) (head, error) {
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

// lastWhole finds the last whole line in b, which ends where a segment ends and may begin within a line.
// end is how much of b it and what is before it take up, 0 where there is none.
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
