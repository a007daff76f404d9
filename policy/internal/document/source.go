package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
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

// A Source is one policy file as it was read.
type Source struct {
	// Name is for people: the path as given, or the file's name within the folder.
	Name string
	Data []byte
}

// lineColumn returns the line and the column, in characters, of the byte at off, both from 1.
func (s *Source) lineColumn(off int) (line, column int) {
	head := s.Data[:min(max(off, 0), len(s.Data))]
	start := bytes.LastIndexByte(head, '\n') + 1
	return bytes.Count(head, []byte{'\n'}) + 1, utf8.RuneCount(head[start:]) + 1
}

// Sources are the files of a policy, and the folder that relative paths in them start from.
type Sources struct {
	Folder string
	Files  []*Source
}

// Revision returns a short hash of the content, whatever the files are called.
func (s Sources) Revision() string {
	h := sha256.New()
	var size [8]byte
	for _, f := range s.Files {
		binary.BigEndian.PutUint64(size[:], uint64(len(f.Data)))
		h.Write(size[:])
		h.Write(f.Data)
	}
	return hex.EncodeToString(h.Sum(nil)[:revisionBytes])
}

// ReadSources reads the file, or all *.json files of the folder, at path. Files whose names begin
// with a dot are left out: editors' and Kubernetes' own.
func ReadSources(path string) (Sources, error) {
	names, folder, err := Files(path)
	if err != nil {
		return Sources{}, err
	}
	s := Sources{Folder: folder}
	total := 0
	for _, name := range names {
		data, err := ReadBounded(name, MaxFile)
		if err != nil {
			return Sources{}, fmt.Errorf("policy: %w", err)
		}
		if total += len(data); total > MaxTotal {
			return Sources{}, fmt.Errorf("policy: %s: the files hold more than %d MiB together", path, MaxTotal>>20)
		}
		shown := name
		if name != path {
			shown = filepath.Base(name)
		}
		s.Files = append(s.Files, &Source{Name: shown, Data: data})
	}
	return s, nil
}

// Files lists the policy files at path, sorted, and the folder they stand in.
func Files(path string) (names []string, folder string, err error) {
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
