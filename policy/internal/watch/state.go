package watch

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"eslguard/policy/internal/document"
)

// A fileState is what the policy's files look like from outside. Two looks that are equal mean that
// nothing has changed that can be seen without reading.
type fileState struct {
	names []string
	infos []os.FileInfo
	err   string
	// fresh says that a file had been written so shortly before that another write may have
	// left the same time behind.
	fresh bool
}

// freshFor is how long a write counts as shortly before: more than file systems' clocks are coarse.
const freshFor = time.Second

// readFileState looks at the policy's files.
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

// linkFolders calls add with the folder that path is in and the folder of every symbolic link that
// it leads through.
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

// firstLink returns the first part of path that is a symbolic link, and what follows it.
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
