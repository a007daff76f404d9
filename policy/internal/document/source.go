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

// The limits of a policy's size. A policy over them is refused before it is parsed.
const (
	// MaxFile is the most bytes of one policy file.
	MaxFile = 16 << 20
	// MaxFiles is the most *.json files of a policy folder.
	MaxFiles = 1000
	// MaxTotal is the most bytes of all files of a policy folder together.
	MaxTotal = 64 << 20
)

// revisionBytes is how many bytes of the content's SHA-256 are a revision.
const revisionBytes = 6

// A Source is the content of one policy file.
type Source struct {
	// Name is the path that was given to Load, or the file's name within a policy folder.
	Name string
	Data []byte
}

// lineColumn returns the line and the column, in characters, of the byte at off. Both count from 1.
// An offset outside the file counts as its nearest end.
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

// Revision returns a short hash of the files' contents: 12 hexadecimal digits. It does not depend
// on their names.
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

// ReadSources reads the file at path, or all *.json files of the folder at path. It skips files
// whose names begin with a dot, which belong to editors and to Kubernetes.
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
			return Sources{}, fmt.Errorf("policy: %s: the files have more than %d MiB together", path, MaxTotal>>20)
		}
		shown := name
		if name != path {
			shown = filepath.Base(name)
		}
		s.Files = append(s.Files, &Source{Name: shown, Data: data})
	}
	return s, nil
}

// Files returns the paths of the policy's files, sorted, and the folder that contains them. It
// returns an error if there is none, or more than MaxFiles.
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
		return nil, "", fmt.Errorf("policy: %s: the folder contains no *.json file", path)
	}
	if len(names) > MaxFiles {
		return nil, "", fmt.Errorf("policy: %s: the folder contains more than %d *.json files", path, MaxFiles)
	}
	slices.Sort(names)
	return names, path, nil
}

// Folder returns the folder that relative paths in the policy at path start from: path itself if it
// is a folder, and otherwise the folder that contains it.
func Folder(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return path
	}
	return filepath.Dir(path)
}
