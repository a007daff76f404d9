package watch

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"eslguard/policy/internal/document"
)

// A fileState is what can be seen of the policy's files without reading them: names, sizes, modes
// and times. If two states are equal, nothing that can be seen has changed.
type fileState struct {
	names []string
	infos []os.FileInfo
	err   string
	// fresh is true if a file was written so recently that another write could leave the same
	// modification time.
	fresh bool
}

// freshFor is how long a write counts as recent. It is longer than the resolution of file systems'
// clocks.
const freshFor = time.Second

// readFileState returns the state of the policy's files.
func readFileState(path string) fileState {
	names, _, err := document.Files(path)
	if err != nil {
		return fileState{err: err.Error()}
	}
	l := fileState{names: names}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return fileState{err: err.Error()}
		}
		l.infos = append(l.infos, info)
		l.fresh = l.fresh || time.Since(info.ModTime()) < freshFor
	}
	return l
}

func (l fileState) equal(m fileState) bool {
	return l.err == m.err && slices.Equal(l.names, m.names) && slices.EqualFunc(l.infos, m.infos, func(a, b os.FileInfo) bool {
		return os.SameFile(a, b) && a.Mode() == b.Mode() && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
	})
}

// linkFolders calls add with the folder of path, of every symbolic link that path leads through,
// and of the file at the end.
func linkFolders(path string, add func(string)) {
	path, err := filepath.Abs(path)
	if err != nil {
		return
	}
	add(filepath.Dir(path))
	for range maxLinks {
		link, rest := firstLink(path)
		if link == "" {
			add(filepath.Dir(path))
			return
		}
		add(filepath.Dir(link))
		target, err := os.Readlink(link)
		if err != nil {
			return
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(link), target)
		}
		path = filepath.Join(target, rest)
	}
}

// firstLink returns the shortest prefix of path that is a symbolic link, and the rest of path. Both
// are empty if there is no link, or if a part of path does not exist.
func firstLink(path string) (link, rest string) {
	for i := 1; i <= len(path); i++ {
		if i < len(path) && !os.IsPathSeparator(path[i]) {
			continue
		}
		info, err := os.Lstat(path[:i])
		if err != nil {
			return "", ""
		}
		if info.Mode()&os.ModeSymlink != 0 {
			return path[:i], path[i:]
		}
	}
	return "", ""
}
