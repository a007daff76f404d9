package disk

import (
	"io"
	"sync/atomic"
	"time"
)

// maxOperations is how many operations are timed at once. A log has at most three under way: one of
// its writers, one sync, and one that compresses or deletes segments.
const maxOperations = 8

// A Stopwatch knows how long the operations of a disk have been under way. It takes no lock, so it
// answers while everything else waits for the disk. It is safe for use by several goroutines. It
// must be made with NewStopwatch.
type Stopwatch struct {
	// zero is when the stopwatch was made.
	zero time.Time
	// began is when each operation began, in nanoseconds after zero; 0 for an unused entry.
	began [maxOperations]atomic.Int64
}

// NewStopwatch returns a stopwatch that times no operation yet.
func NewStopwatch() *Stopwatch { return &Stopwatch{zero: time.Now()} }

// Start notes that an operation begins, and returns the argument for End. It is used in a defer
// statement:
//
//	defer w.End(w.Start())
func (w *Stopwatch) Start() int {
	now := max(1, int64(time.Since(w.zero)))
	for i := range w.began {
		if w.began[i].CompareAndSwap(0, now) {
			return i
		}
	}
	return -1 // not timed
}

// End notes that the operation for which Start returned i is over.
func (w *Stopwatch) End(i int) {
	if i >= 0 {
		w.began[i].Store(0)
	}
}

// Longest returns how long the oldest operation has been under way, and 0 if none is.
func (w *Stopwatch) Longest() time.Duration {
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

// PlainFile returns f with its operations timed.
func (w *Stopwatch) PlainFile(f PlainFile) PlainFile { return timedPlainFile{f, w} }

// Volume returns v with its operations timed, and those of the files that it creates or extends.
func (w *Stopwatch) Volume(v Volume) Volume { return timedVolume{v, w} }

// A timedPlainFile is a PlainFile whose operations are timed.
type timedPlainFile struct {
	PlainFile
	w *Stopwatch
}

func (f timedPlainFile) Write(p []byte) (int, error) {
	defer f.w.End(f.w.Start())
	return f.PlainFile.Write(p)
}

func (f timedPlainFile) Close() error {
	defer f.w.End(f.w.Start())
	return f.PlainFile.Close()
}

func (f timedPlainFile) Removed() (bool, error) {
	defer f.w.End(f.w.Start())
	return f.PlainFile.Removed()
}

func (f timedPlainFile) At(path string) bool {
	defer f.w.End(f.w.Start())
	return f.PlainFile.At(path)
}

// A timedVolume is a Volume whose operations are timed, and those of its files.
type timedVolume struct {
	Volume
	w *Stopwatch
}

func (v timedVolume) Lock() error {
	defer v.w.End(v.w.Start())
	return v.Volume.Lock()
}

func (v timedVolume) List(within string) ([]Info, error) {
	defer v.w.End(v.w.Start())
	return v.Volume.List(within)
}

func (v timedVolume) Create(name string) (File, error) {
	defer v.w.End(v.w.Start())
	return v.timed(v.Volume.Create(name))
}

func (v timedVolume) Extend(name string) (File, error) {
	defer v.w.End(v.w.Start())
	return v.timed(v.Volume.Extend(name))
}

func (v timedVolume) timed(f File, err error) (File, error) {
	if err != nil {
		return nil, err
	}
	return timedFile{f, v.w}, nil
}

func (v timedVolume) Read(name string) (io.ReadCloser, error) {
	defer v.w.End(v.w.Start())
	return v.Volume.Read(name)
}

func (v timedVolume) Rename(from, to string) error {
	defer v.w.End(v.w.Start())
	return v.Volume.Rename(from, to)
}

func (v timedVolume) Remove(name string) error {
	defer v.w.End(v.w.Start())
	return v.Volume.Remove(name)
}

func (v timedVolume) Touch(name string, t time.Time) error {
	defer v.w.End(v.w.Start())
	return v.Volume.Touch(name, t)
}

func (v timedVolume) Sync() error {
	defer v.w.End(v.w.Start())
	return v.Volume.Sync()
}

func (v timedVolume) Close() error {
	defer v.w.End(v.w.Start())
	return v.Volume.Close()
}

// A timedFile is a File whose operations are timed.
type timedFile struct {
	File
	w *Stopwatch
}

func (f timedFile) Write(p []byte) (int, error) {
	defer f.w.End(f.w.Start())
	return f.File.Write(p)
}

func (f timedFile) Close() error {
	defer f.w.End(f.w.Start())
	return f.File.Close()
}

func (f timedFile) Sync() error {
	defer f.w.End(f.w.Start())
	return f.File.Sync()
}

func (f timedFile) Truncate(size int64) error {
	defer f.w.End(f.w.Start())
	return f.File.Truncate(size)
}

func (f timedFile) Removed() (bool, error) {
	defer f.w.End(f.w.Start())
	return f.File.Removed()
}
