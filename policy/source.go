package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// What a policy may be, at most. A file over these is refused whole, before it is read.
const (
	// MaxFile is the most bytes of one policy file.
	MaxFile = 16 << 20
	// MaxFiles is the most files of a policy folder.
	MaxFiles = 1000
	// MaxTotal is the most bytes of all files of a policy folder together.
	MaxTotal = 64 << 20
)

// revisionBytes is how much of the content's SHA-256 names a revision.
const revisionBytes = 6

// A source is one policy file as it was read.
type source struct {
	// name is for people: the path as given, or the file's name within the folder.
	name string
	data []byte
}

// lineColumn returns the line and the column, in characters, of the byte at off, both from 1.
func (s *source) lineColumn(off int) (line, column int) {
	head := s.data[:min(max(off, 0), len(s.data))]
	start := bytes.LastIndexByte(head, '\n') + 1
	return bytes.Count(head, []byte{'\n'}) + 1, utf8.RuneCount(head[start:]) + 1
}

// sources are the files of a policy, and the folder that relative paths in them start from.
type sources struct {
	folder string
	files  []*source
}

// revision returns a short hash of the content, whatever the files are called.
func (s sources) revision() string {
	h := sha256.New()
	var size [8]byte
	for _, f := range s.files {
		binary.BigEndian.PutUint64(size[:], uint64(len(f.data)))
		h.Write(size[:])
		h.Write(f.data)
	}
	return hex.EncodeToString(h.Sum(nil)[:revisionBytes])
}

// readSources reads the file, or all *.json files of the folder, at path. Files whose names begin
// with a dot are left out: editors' and Kubernetes' own.
func readSources(path string) (sources, error) {
	names, folder, err := sourceFiles(path)
	if err != nil {
		return sources{}, err
	}
	s := sources{folder: folder}
	total := 0
	for _, name := range names {
		data, err := readBounded(name, MaxFile)
		if err != nil {
			return sources{}, fmt.Errorf("policy: %w", err)
		}
		if total += len(data); total > MaxTotal {
			return sources{}, fmt.Errorf("policy: %s: the files hold more than %d MiB together", path, MaxTotal>>20)
		}
		shown := name
		if name != path {
			shown = filepath.Base(name)
		}
		s.files = append(s.files, &source{name: shown, data: data})
	}
	return s, nil
}

// sourceFiles lists the policy files at path, sorted, and the folder they stand in.
func sourceFiles(path string) (names []string, folder string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, "", fmt.Errorf("policy: %w", err)
	}
	if !info.IsDir() {
		return []string{path}, filepath.Dir(path), nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, "", fmt.Errorf("policy: %w", err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".json") && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, filepath.Join(path, e.Name()))
		}
	}
	if len(names) == 0 {
		return nil, "", fmt.Errorf("policy: %s: the folder holds no *.json file", path)
	}
	if len(names) > MaxFiles {
		return nil, "", fmt.Errorf("policy: %s: the folder holds more than %d *.json files", path, MaxFiles)
	}
	slices.Sort(names)
	return names, path, nil
}

var errNotRegular = errors.New("not a regular file")

// readBounded reads a regular file of at most limit bytes.
func readBounded(name string, limit int64) ([]byte, error) {
	// A pipe or a device would block the open, or never end.
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w", name, errNotRegular)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: the file is over %d bytes", name, limit)
	}
	return data, nil
}
