package trail

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"

	"eslguard/audit"
)

// maxWindow is how much memory a compressed segment may need, in bytes.
const maxWindow = 64 << 20

// A Segment is one file of a folder, or a plain file. The function Segments makes it.
type Segment struct {
	// Name is the segment's name without a path and without audit.CompressedSuffix.
	Name string
	// First is the sequence in the name. 0 for a plain file.
	First uint64

	path string // without CompressedSuffix
}

// Segments lists what can be read at path: the segments of a folder in the order of their
// sequences, or the one plain file. A folder without segments gives none and no error.
func Segments(path string) ([]Segment, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("trail: %w", err)
	}
	if !info.IsDir() {
		plain := strings.TrimSuffix(path, audit.CompressedSuffix)
		s := Segment{Name: filepath.Base(plain), path: plain}
		s.First, _ = segmentFirst(s.Name)
		return []Segment{s}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("trail: %w", err)
	}
	var list []Segment
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), audit.CompressedSuffix)
		first, ok := segmentFirst(name)
		if ok && !e.IsDir() {
			list = append(list, Segment{Name: name, First: first, path: filepath.Join(path, name)})
		}
	}
	slices.SortFunc(list, func(a, b Segment) int { return cmp.Compare(a.First, b.First) })
	// A segment that exists both compressed and uncompressed is one segment.
	return slices.CompactFunc(list, func(a, b Segment) bool { return a.First == b.First }), nil
}

// segmentFirst parses the sequence in the name of a segment. Each sequence has only one valid name.
func segmentFirst(name string) (uint64, bool) {
	digits, ok := strings.CutPrefix(name, audit.SegmentPrefix)
	digits, is := strings.CutSuffix(digits, audit.SegmentSuffix)
	n, err := strconv.ParseUint(digits, 10, 64)
	if !ok || !is || err != nil || n == 0 || fmt.Sprintf("%0*d", audit.SegmentDigits, n) != digits {
		return 0, false
	}
	return n, true
}

// open opens the segment for reading, uncompressed. If it exists in both forms, the plain one is
// whole.
func (s Segment) open() (io.ReadCloser, error) {
	f, err := os.Open(s.path)
	if err == nil {
		return f, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	z, zerr := os.Open(s.path + audit.CompressedSuffix)
	if zerr != nil {
		return nil, err
	}
	d, zerr := zstd.NewReader(z, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
	if zerr != nil {
		return nil, errors.Join(zerr, z.Close())
	}
	return &compressedSegment{d, z}, nil
}

// A compressedSegment is a segment that is decompressed while it is read.
type compressedSegment struct {
	*zstd.Decoder
	f *os.File
}

func (c *compressedSegment) Close() error {
	c.Decoder.Close()
	return c.f.Close()
}

// cutAffixes returns s without prefix and suffix, and false if it lacks one of them.
func cutAffixes(s, prefix, suffix string) (string, bool) {
	s, ok := strings.CutPrefix(s, prefix)
	s, is := strings.CutSuffix(s, suffix)
	return s, ok && is
}
