package watch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"

	"eslguard/policy/internal/document"
)

const (
	// pollEvery is how often the files are looked at: network file systems tell nothing.
	pollEvery = 500 * time.Millisecond
	// maxLinks is how many symbolic links one name may lead through, as in the kernel.
	maxLinks = 40
)

// A watcher feeds Run with reasons to read the policy again.
type watcher struct {
	path string
	// notify is nil where the system's own notices are not to be had; the looks go on.
	notify *fsnotify.Watcher
	// folders are those that notify watches.
	folders []string
	// seen is how the files looked when they were last read.
	seen   fileState
	report func(error)
}

// Run calls read soon after the files at path have changed, and when kick yields something, which
// read is told as asked. It returns ctx's error when ctx is done. read calls broken if the files
// are broken: that returns whether they are probably being written, and then read is called again
// soon. report is called with what keeps the system from telling of changes.
func Run(ctx context.Context, path string, kick <-chan struct{}, read func(asked bool, broken func() bool), report func(error)) error {
	w := &watcher{path: path, report: report}
	w.start()
	defer w.stop()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	timer := time.NewTimer(0) // what has changed before
	defer timer.Stop()
	var unread debounce
	kicked := false
	changed := func() { timer.Reset(unread.changed(time.Now())) }
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-kick:
			kicked = true
			changed()
		case <-poll.C:
			if w.changed() {
				changed()
			}
		case ev, ok := <-w.events():
			if !ok {
				w.lost(errors.New("the notices have ended"))
			} else if ev.Op != fsnotify.Chmod {
				changed()
			}
		case err, ok := <-w.errors():
			if !ok {
				err = errors.New("the notices have ended")
			}
			w.lost(err)
		case <-timer.C:
			if w.readAgain(&unread, kicked, read) {
				changed() // the notice of it may be read already, or there are none
			}
			kicked = false
		}
	}
}

// readAgain calls read if the files look new, or if asked. It returns true if they are to be read
// again soon, since they were broken and are probably being written.
func (w *watcher) readAgain(unread *debounce, asked bool, read func(asked bool, broken func() bool)) bool {
	halfWritten := false
	if asked || w.changed() {
		// The state comes first, so that what changes during the read is seen by the next one.
		w.seen = readFileState(w.path)
		w.follow()
		read(asked, func() bool {
			halfWritten = unread.mayRetry() && w.isWritten()
			return halfWritten
		})
	}
	unread.read(halfWritten)
	return halfWritten
}

// isWritten reports whether the files have changed since they were last read, or a moment before.
func (w *watcher) isWritten() bool {
	now := readFileState(w.path)
	return !now.equal(w.seen) || slices.ContainsFunc(now.infos, func(info os.FileInfo) bool {
		return time.Since(info.ModTime()) < settle
	})
}

// start begins to watch. Without the system's notices the looks must do.
func (w *watcher) start() {
	n, err := fsnotify.NewWatcher()
	if err != nil {
		w.report(fmt.Errorf("policy: no notices of changes, the files are looked at instead: %w", err))
		return
	}
	w.notify = n
	w.follow()
}

func (w *watcher) stop() {
	if w.notify != nil {
		w.notify.Close()
		w.notify = nil
	}
}

// lost gives the system's notices up after err. They may have missed something, so the next look is
// news.
func (w *watcher) lost(err error) {
	w.report(fmt.Errorf("policy: notices of changes are lost, the files are looked at instead: %w", err))
	w.stop()
	w.seen = fileState{}
}

// events and errors return nil channels, which never yield, where there are no notices.
func (w *watcher) events() chan fsnotify.Event {
	if w.notify == nil {
		return nil
	}
	return w.notify.Events
}

func (w *watcher) errors() chan error {
	if w.notify == nil {
		return nil
	}
	return w.notify.Errors
}

// changed reports whether the files look different from when they were last read. Others may change
// all the time in the same folder.
func (w *watcher) changed() bool { return w.seen.fresh || !readFileState(w.path).equal(w.seen) }

// follow watches the folders that the name leads through now, and no others. Folders are
// watched and not files, since a file that is replaced takes its watch along.
func (w *watcher) follow() {
	if w.notify == nil {
		return
	}
	want := w.wanted()
	for _, dir := range w.folders {
		if !slices.Contains(want, dir) {
			w.notify.Remove(dir) // gone, or no longer of interest: an error changes nothing
		}
	}
	var watched []string
	for _, dir := range want {
		// Adding a folder again is harmless, and needed where it was removed and made anew.
		if err := w.notify.Add(dir); err != nil {
			if !errors.Is(err, os.ErrNotExist) && !slices.Contains(w.folders, dir) {
				w.report(fmt.Errorf("policy: no notices for %s, its files are looked at instead: %w", dir, err))
			}
			continue
		}
		watched = append(watched, dir)
	}
	w.folders = watched
}

// wanted lists the folders of the policy's name and of every symbolic link on the way, and, for a
// folder, those of the links of its files.
func (w *watcher) wanted() []string {
	var dirs []string
	add := func(dir string) {
		if !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	linkFolders(w.path, add)
	if info, err := os.Stat(w.path); err == nil && info.IsDir() {
		add(w.path)
		names, _, _ := document.Files(w.path)
		for _, name := range names {
			if info, err := os.Lstat(name); err == nil && info.Mode()&os.ModeSymlink != 0 {
				linkFolders(name, add)
			}
		}
	}
	return dirs
}
