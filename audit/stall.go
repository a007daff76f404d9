package audit

import (
	"io"
	"sync/atomic"
	"time"
)

// maxUnderWay is how many operations of the file system are timed at once. The log has at most one
// under way for its writers, one that syncs and one that tidies.
const maxUnderWay = 8

// A stopwatch knows for how long operations of the file system have been under way. It takes no
// lock, so it answers while all others wait for the disk. It is safe for use by many goroutines.
type stopwatch struct {
	// zero is when the stopwatch was made.
	zero time.Time
	// began is when each operation began, in nanoseconds after zero; 0 where none is under way.
	began [maxUnderWay]atomic.Int64
}

// timed makes the files and the volume that o opens timed, and returns their stopwatch.
func (o *Options) timed() *stopwatch {
	w := &stopwatch{zero: time.Now()}
	o.open, o.volume = w.timeFile(o.open), w.timeVolume(o.volume)
	return w
}

// start notes that an operation begins, and returns what ends it. It is used in a defer statement:
//
//	defer w.end(w.start())
func (w *stopwatch) start() int {
	now := max(1, int64(time.Since(w.zero)))
	for i := range w.began {
		if w.began[i].CompareAndSwap(0, now) {
			return i
		}
	}
	return -1 // not timed
}

func (w *stopwatch) end(i int) {
	if i >= 0 {
		w.began[i].Store(0)
	}
}

// longest returns for how long the oldest operation has been under way, and 0 where none is.
func (w *stopwatch) longest() time.Duration {
	now, first := int64(time.Since(w.zero)), int64(0)
	for i := range w.began {
		if began := w.began[i].Load(); began > 0 && (first == 0 || began < first) {
			first = began
		}
	}
	if first == 0 {
		return 0
	}
	return time.Duration(max(0, now-first))
}

// Stalled returns for how long the disk has not answered: how long ago the operation began that is
// under way longest, of a write, a sync or any other. It is 0 while the disk owes nothing. It never
// waits, whatever the disk does.
func (l *Log) Stalled() time.Duration { return l.disk.longest() }

// A timedFile is a plain file whose operations are timed.
type timedFile struct {
	file
	w *stopwatch
}

// timeFile returns open, with the operations of its files timed.
func (w *stopwatch) timeFile(open func(string) (file, tail, error)) func(string) (file, tail, error) {
	return func(path string) (file, tail, error) {
		defer w.end(w.start())
		f, t, err := open(path)
		if err != nil {
			return nil, t, err
		}
		return timedFile{f, w}, t, nil
	}
}

func (f timedFile) Write(p []byte) (int, error) {
	defer f.w.end(f.w.start())
	return f.file.Write(p)
}

func (f timedFile) Close() error {
	defer f.w.end(f.w.start())
	return f.file.Close()
}

func (f timedFile) removed() (bool, error) {
	defer f.w.end(f.w.start())
	return f.file.removed()
}

func (f timedFile) at(path string) bool {
	defer f.w.end(f.w.start())
	return f.file.at(path)
}

// A timedVolume is a volume whose operations are timed, and those of the files that it writes.
type timedVolume struct {
	volume
	w *stopwatch
}

// timeVolume returns open, with the operations of its volume timed.
func (w *stopwatch) timeVolume(open func(string) (volume, error)) func(string) (volume, error) {
	return func(path string) (volume, error) {
		defer w.end(w.start())
		v, err := open(path)
		if err != nil {
			return nil, err
		}
		return timedVolume{v, w}, nil
	}
}

func (v timedVolume) lock() error {
	defer v.w.end(v.w.start())
	return v.volume.lock()
}

func (v timedVolume) list(within string) ([]fileInfo, error) {
	defer v.w.end(v.w.start())
	return v.volume.list(within)
}

func (v timedVolume) create(name string) (segmentFile, error) {
	defer v.w.end(v.w.start())
	return v.timed(v.volume.create(name))
}

func (v timedVolume) extend(name string) (segmentFile, error) {
	defer v.w.end(v.w.start())
	return v.timed(v.volume.extend(name))
}

func (v timedVolume) timed(f segmentFile, err error) (segmentFile, error) {
	if err != nil {
		return nil, err
	}
	return timedSegment{f, v.w}, nil
}

func (v timedVolume) read(name string) (io.ReadCloser, error) {
	defer v.w.end(v.w.start())
	return v.volume.read(name)
}

func (v timedVolume) rename(from, to string) error {
	defer v.w.end(v.w.start())
	return v.volume.rename(from, to)
}

func (v timedVolume) remove(name string) error {
	defer v.w.end(v.w.start())
	return v.volume.remove(name)
}

func (v timedVolume) touch(name string, t time.Time) error {
	defer v.w.end(v.w.start())
	return v.volume.touch(name, t)
}

func (v timedVolume) sync() error {
	defer v.w.end(v.w.start())
	return v.volume.sync()
}

func (v timedVolume) close() error {
	defer v.w.end(v.w.start())
	return v.volume.close()
}

// A timedSegment is a file of a folder whose operations are timed.
type timedSegment struct {
	segmentFile
	w *stopwatch
}

func (f timedSegment) Write(p []byte) (int, error) {
	defer f.w.end(f.w.start())
	return f.segmentFile.Write(p)
}

func (f timedSegment) Close() error {
	defer f.w.end(f.w.start())
	return f.segmentFile.Close()
}

func (f timedSegment) Sync() error {
	defer f.w.end(f.w.start())
	return f.segmentFile.Sync()
}

func (f timedSegment) Truncate(size int64) error {
	defer f.w.end(f.w.start())
	return f.segmentFile.Truncate(size)
}

func (f timedSegment) removed() (bool, error) {
	defer f.w.end(f.w.start())
	return f.segmentFile.removed()
}
