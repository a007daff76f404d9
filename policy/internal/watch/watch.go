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
	// pollEvery is the interval at which the files are polled, because network file systems do not
	// report changes.
	pollEvery = 500 * time.Millisecond
	// maxLinks is how many symbolic links one path may lead through, as in the Linux kernel.
	maxLinks = 40
)

var errNoMoreEvents = errors.New("the system's notifications have ended")

// A watcher detects when the policy's files change.
type watcher struct {
	path string
	// notify is nil if the system's notifications are not available; then the files are only
	// polled.
	notify *fsnotify.Watcher
	// folders are the folders that notify watches.
	folders []string
	// seen is the state of the files when they were last read.
	seen   fileState
	report func(error)
}

// Run calls read soon after the files at path have changed, and returns ctx's error when ctx is
// done.
//
// If read finds the files broken, it calls halfWritten, which reports whether they are probably
// still being written; if so, Run calls read again soon. Run calls report with errors that keep the
// system from reporting changes; it goes on polling.
func Run(ctx context.Context, path string, read func(halfWritten func() bool), report func(error)) error {
	w := &watcher{path: path, report: report}
	w.start()
	defer w.stop()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	timer := time.NewTimer(0) // the files may have changed before Run was called
	defer timer.Stop()
	var unread debounce
	changed := func() { timer.Reset(unread.changed(time.Now())) }
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-poll.C:
			if w.changed() {
				changed()
			}
		case ev, ok := <-w.events():
			if !ok {
				w.lost(errNoMoreEvents)
			} else if ev.Op != fsnotify.Chmod {
				changed()
			}
		case err, ok := <-w.errors():
			if !ok {
				err = errNoMoreEvents
			}
			w.lost(err)
		case <-timer.C:
			if w.readAgain(&unread, read) {
				changed() // no notification may follow
			}
		}
	}
}

// readAgain calls read if the files have changed. It returns true if the files must be read again
// soon because they are broken and probably being written.
func (w *watcher) readAgain(unread *debounce, read func(halfWritten func() bool)) bool {
	halfWritten := false
	if w.changed() {
		// Take the state before reading, so that a change during the read is noticed.
		w.seen = readFileState(w.path)
		w.follow()
		read(func() bool {
			halfWritten = unread.mayRetry() && w.isWritten()
			return halfWritten
		})
	}
	unread.read(halfWritten)
	return halfWritten
}

// isWritten reports whether the files are probably being written: they have changed since they were
// last read, or were changed just before that.
func (w *watcher) isWritten() bool {
	now := readFileState(w.path)
	return !now.equal(w.seen) || slices.ContainsFunc(now.infos, func(info os.FileInfo) bool {
		return time.Since(info.ModTime()) < settle
	})
}

// start begins to watch. If the system's notifications are not available, it reports that, and the
// files are only polled.
func (w *watcher) start() {
	n, err := fsnotify.NewWatcher()
	if err != nil {
		w.report(fmt.Errorf("policy: the system does not report changes, so the files are polled: %w", err))
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

// lost stops using the system's notifications after err. Changes may have been missed, so the next
// poll counts as a change.
func (w *watcher) lost(err error) {
	w.report(fmt.Errorf("policy: the system no longer reports changes, so the files are polled: %w", err))
	w.stop()
	w.seen = fileState{}
}

// events and errors return nil channels, which block for ever, if notifications are not available.
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

// changed reports whether the state of the files differs from when they were last read. A
// notification alone does not show that, because other files in the same folder may change all the
// time.
func (w *watcher) changed() bool { return w.seen.fresh || !readFileState(w.path).equal(w.seen) }

// follow watches exactly the folders that the path leads through now. It watches folders instead of
// files because a watch on a file ends when the file is replaced.
func (w *watcher) follow() {
	if w.notify == nil {
		return
	}
	want := w.foldersToWatch()
	for _, dir := range w.folders {
		if !slices.Contains(want, dir) {
			w.notify.Remove(dir) // an error does no harm: the folder is gone or of no interest
		}
	}
	var watched []string
	for _, dir := range want {
		// Adding a folder again is harmless, and necessary if it was deleted and created again.
		if err := w.notify.Add(dir); err != nil {
			if !errors.Is(err, os.ErrNotExist) && !slices.Contains(w.folders, dir) {
				w.report(fmt.Errorf("policy: the system does not report changes in %s, so its files are polled: %w", dir, err))
			}
			continue
		}
		watched = append(watched, dir)
	}
	w.folders = watched
}

// foldersToWatch returns the folder of the policy's path and of every symbolic link on the way. If
// the path is a folder, it adds that folder and the folders of its files' symbolic links.
func (w *watcher) foldersToWatch() []string {
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
