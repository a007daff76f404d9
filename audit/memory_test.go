package audit

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
	"syscall"
	"time"

	"eslguard/audit/internal/disk"
)

// A memory is a volume that can crash at any time: it distinguishes what is on disk from what is
// only in the cache. Everything that is done to it is an operation with a number.
type memory struct {
	mu    sync.Mutex
	names map[string]*inode // as the system lists them
	disk  map[string]*inode // as they are after a crash
	ops   []string
	// fail is called before each operation. If it returns an error, that is the result, and nothing
	// is done, except that a write writes part bytes.
	fail func(op, name string) error
	// slow is called before a file is synced, and may block. Nil: it is not called.
	slow func(name string)
	part int
	// room is how many bytes may be used in total; below 0: any number.
	room int64
}

// An inode is the content of a file, and the part of it that is on disk.
type inode struct {
	b       []byte
	synced  []byte
	changed time.Time
}

func newMemory() *memory {
	return &memory{names: map[string]*inode{}, disk: map[string]*inode{}, room: -1}
}

// crash returns the volume as it is after the host lost its power. keep returns how many bytes of a
// file had reached the disk, given how many were synced and how many it has.
func (m *memory) crash(keep func(name string, synced, all int) int) *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.crashed(keep)
}

// crashed is like crash, for callers that hold mu.
func (m *memory) crashed(keep func(name string, synced, all int) int) *memory {
	after := newMemory()
	for name, n := range m.disk {
		b := bytes.Clone(n.synced)
		if k := keep(name, len(n.synced), len(n.b)); k > len(b) {
			b = bytes.Clone(n.b[:k])
		}
		after.put(name, b)
	}
	return after
}

// put makes a file that is on disk.
func (m *memory) put(name string, b []byte) {
	n := &inode{b: b, synced: bytes.Clone(b)}
	m.names[name], m.disk[name] = n, n
}

// used returns how many bytes the files have.
func (m *memory) used() int64 {
	var n int64
	for _, f := range m.names {
		n += int64(len(f.b))
	}
	return n
}

// do counts one operation, and returns the error with which it must fail.
func (m *memory) do(op, name string) error {
	m.ops = append(m.ops, op+" "+name)
	if m.fail != nil {
		return m.fail(op, name)
	}
	return nil
}

func (m *memory) Lock() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.do("lock", "")
}

func (m *memory) Close() error { return nil }

func (m *memory) List(within string) ([]disk.Info, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.do("list", ""); err != nil {
		return nil, err
	}
	var list []disk.Info
	for name, n := range m.names {
		if folder, file := path.Split(name); strings.TrimSuffix(folder, "/") == within {
			list = append(list, disk.Info{Name: file, Size: int64(len(n.b)), Changed: n.changed})
		}
	}
	return list, nil
}

func (m *memory) Create(name string) (disk.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.do("create", name); err != nil {
		return nil, err
	}
	if m.names[name] != nil {
		return nil, fs.ErrExist
	}
	n := &inode{}
	m.names[name] = n
	return &memoryFile{m: m, name: name, n: n}, nil
}

func (m *memory) Extend(name string) (disk.File, error) {
	m.mu.Lock()
	n := m.names[name]
	m.mu.Unlock()
	if n == nil {
		return m.Create(name)
	}
	return &memoryFile{m: m, name: name, n: n}, nil
}

func (m *memory) Read(name string) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.names[name]
	if n == nil {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(bytes.Clone(n.b))), nil
}

func (m *memory) Rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.do("rename", from); err != nil {
		return err
	}
	m.names[to] = m.names[from]
	delete(m.names, from)
	return nil
}

func (m *memory) Remove(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.names[name] == nil {
		return fs.ErrNotExist
	}
	if err := m.do("remove", name); err != nil {
		return err
	}
	delete(m.names, name)
	return nil
}

func (m *memory) Touch(string, time.Time) error { return nil }

func (m *memory) Sync() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.do("syncdir", ""); err != nil {
		return err
	}
	clear(m.disk)
	for name, n := range m.names {
		m.disk[name] = n
	}
	return nil
}

// A memoryFile is an open file of a memory.
type memoryFile struct {
	m    *memory
	name string
	n    *inode
}

func (f *memoryFile) Write(p []byte) (int, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if err := f.m.do("write", f.name); err != nil {
		n := min(f.m.part, len(p))
		f.n.b = append(f.n.b, p[:n]...)
		return n, err
	}
	if f.m.room >= 0 {
		if left := f.m.room - f.m.used(); left < int64(len(p)) {
			n := max(0, int(left))
			f.n.b = append(f.n.b, p[:n]...)
			return n, syscall.ENOSPC
		}
	}
	f.n.b = append(f.n.b, p...)
	return len(p), nil
}

func (f *memoryFile) Sync() error {
	f.m.mu.Lock()
	slow := f.m.slow
	f.m.mu.Unlock()
	if slow != nil {
		slow(f.name)
	}
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if err := f.m.do("sync", f.name); err != nil {
		return err
	}
	f.n.synced = bytes.Clone(f.n.b)
	return nil
}

func (f *memoryFile) Truncate(size int64) error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if err := f.m.do("truncate", f.name); err != nil {
		return err
	}
	f.n.b = f.n.b[:size]
	return nil
}

func (f *memoryFile) Close() error { return nil }

func (f *memoryFile) Removed() (bool, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	return f.m.names[f.name] != f.n, nil
}
